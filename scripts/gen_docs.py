"""Writes the pages of docs/reference that the code itself knows best; `--check` only says which are out of date."""

import argparse
import importlib
import json
import pkgutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import structlog.testing
import typer
from fastapi import FastAPI

import orchestrator
from orchestrator.agents.capabilities import MOST, VOCABULARY
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.settings import Settings
from orchestrator.kit.settings_doc import settings_markdown

REFERENCE = Path(__file__).resolve().parent.parent / "docs/reference"
_GENERATED = "<!-- Generated from {source} by `make docs`; do not edit by hand. -->\n"
# Alembic runs these with a migration under way; they cannot be imported by themselves.
_NOT_IMPORTABLE = ("orchestrator.migrations.env", "orchestrator.migrations.versions.")

_ERRORS_HEAD = """# Errors

Every error has one shape. Programs match on `code`, which is stable; people read `message` and `hint`. What stands in
braces is filled in. `request_id` is in the log too, and in the header `X-Request-ID`.

```json
{"error": {"code": "not_found", "message": "…", "hint": "…", "request_id": "…"}}
```

An error that arises outside of a request is told by the command that met it, or becomes the `failure` of a session.

| status | code | message | hint |
|---|---|---|---|
"""
_API_HEAD = """# HTTP API

`Authorization: Bearer <key>` names the caller, or the cookie of a [log-in](../howto/log-in.md); only `/health/*`,
`/auth/*` and the dashboard's files answer without. `X-Tenant-ID` (id or slug) picks a tenant and is needed when the caller
has more than one. A running orchestrator shows the whole description at `/api/v1/docs` and as OpenAPI at
`/api/v1/openapi.json`, which is also kept [here](openapi.json). Errors have [one shape](errors.md). Lists take `limit` and
`cursor`, and answer `items` and `next_cursor`. A session's turns are numbered from 0, in events as well; the dashboard and
the command line show them from 1.

| method | path | what it does |
|---|---|---|
"""
_PERMISSIONS_HEAD = """# Permissions

A role has what the roles to its right have. A key has the role it was made with, and never more than its user has now.
Operators keep the platform: they make tenants, weigh them and set their quotas. That is no role and opens no tenant's
sessions, users, keys or audit log. [Tenants, users and keys](../howto/tenants.md) shows how to hand them out.

"""
_CAPABILITIES_HEAD = """# Capabilities

What an [agent](../howto/agents.md) is good at, and what work asks for. Beside these words any tag will do: small letters,
digits and `. + # -`, such as `django` or `c++`. An agent has {most} at most.

| capability | means |
|---|---|
"""
_ROUTES_HEAD = """
## Routes

Every route declares what it asks for; the orchestrator does not start with one that does not. What belongs to another
tenant is answered like what never was, with 404.

| method | path | needs |
|---|---|---|
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is out of date")
    check = parser.parse_args().check
    stale = [page for page, render in PAGES.items() if _differs(page, text := render()) and not _write(page, text, check)]
    for page in stale:
        print(f"docs/reference/{page} is out of date: run `make docs` and look at the difference", file=sys.stderr)
    return 1 if stale else 0


def _differs(page: str, text: str) -> bool:
    path = REFERENCE / page
    return not path.exists() or path.read_text() != text


def _write(page: str, text: str, check: bool) -> bool:
    """False when the page was left as it is, because this is a check."""
    if check:
        return False
    REFERENCE.mkdir(parents=True, exist_ok=True)
    (REFERENCE / page).write_text(text)
    print(f"wrote docs/reference/{page}")
    return True


def orchestrator_modules() -> list[str]:
    found = pkgutil.walk_packages(orchestrator.__path__, "orchestrator.")
    return [module.name for module in found if not module.name.startswith(_NOT_IMPORTABLE)]


def error_classes() -> list[type[OrchestratorError]]:
    for name in orchestrator_modules():
        importlib.import_module(name)
    ours = (cls for cls in _descendants(OrchestratorError) if cls.__module__.startswith("orchestrator."))
    return sorted({OrchestratorError, *ours}, key=lambda cls: (cls.status, cls.code))


def _descendants(cls: type[OrchestratorError]) -> Iterator[type[OrchestratorError]]:
    for child in cls.__subclasses__():
        yield child
        yield from _descendants(child)


def errors_page() -> str:
    rows = "".join(
        f"| {cls.status} | `{cls.code}` | {_cell(' '.join((cls.__doc__ or '').split()))} | {_cell(cls.hint)} |\n"
        for cls in error_classes()
    )
    return _GENERATED.format(source="the subclasses of OrchestratorError") + _ERRORS_HEAD + rows


def cli_commands() -> dict[str, Any]:
    """The command line as Typer builds it: the words that call a command, and the command."""
    from orchestrator.cli.app import app

    return dict(_walk("orchestrator", typer.main.get_command(app)))


def _walk(words: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield words, command
    for name, child in sorted(getattr(command, "commands", {}).items()):
        yield from _walk(f"{words} {name}", child)


def cli_page() -> str:
    parts = [_command(words, command) for words, command in cli_commands().items()]
    return _GENERATED.format(source="src/orchestrator/cli") + "# Command line\n\n" + "\n".join(parts)


def _command(words: str, command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    usage = [words, *(_metavar(p) for p in arguments), *(["[options]"] if options else [])]
    if children := sorted(getattr(command, "commands", {})):
        usage.append(" | ".join(children))
    rows = [f"| `{_metavar(p)}` | {_cell(p.help or '')} |\n" for p in arguments] + [_option(p) for p in options]
    table = "\n| | |\n|---|---|\n" + "".join(rows) if rows else ""
    return f"## `{words}`\n\n{' '.join((command.help or '').split())}\n\n```text\n{' '.join(usage)}\n```\n{table}"


def _metavar(param: Any) -> str:
    name = (param.metavar or param.name or "").upper()
    return f"<{name.lower()}>" if param.required else f"[{name.lower()}]"


def _option(param: Any) -> str:
    names = ", ".join(f"`{name}`" for name in (*param.opts, *param.secondary_opts))
    default = "" if param.default in (None, False, [], ()) or callable(param.default) else f" Default: `{param.default}`."
    return f"| {names} | {_cell(param.help or '')}{default} |\n"


def api_app() -> FastAPI:
    """The application as it is served, on a database that nothing connects to."""
    from orchestrator.main import create_app

    # The warning that this sandbox isolates nothing is not for who writes documentation.
    with tempfile.TemporaryDirectory() as folder, structlog.testing.capture_logs():
        settings = Settings(data_dir=Path(folder), sandbox="process")
        return create_app(settings, "postgresql://nobody@localhost:1/nothing")


def openapi_page() -> str:
    return json.dumps(api_app().openapi(), indent=2, ensure_ascii=False) + "\n"


def api_page() -> str:
    document = api_app().openapi()
    rows = "".join(
        f"| `{method.upper()}` | `{path}` | {_cell(operation.get('summary', ''))} |\n"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    )
    return _GENERATED.format(source="the routes of create_app()") + _API_HEAD + rows


def permissions_page() -> str:
    """Who may do what: roles against permissions, and routes against what they ask for."""
    from orchestrator.main import routes_of
    from orchestrator.tenancy.models import Role
    from orchestrator.tenancy.permissions import ALLOWED, Permission

    head = f"| permission | {' | '.join(Role)} |\n|---|{'---|' * len(Role)}\n"
    matrix = "".join(
        f"| `{one.value}` | {' | '.join('yes' if one in ALLOWED[role] else '' for role in Role)} |\n" for one in Permission
    )
    routes = "".join(
        f"| {' '.join(f'`{method}`' for method in route.methods) or 'all'} | `{route.path}` "
        f"| {_cell(', '.join(map(str, route.declared)))} |\n"
        for route in routes_of(api_app())
    )
    parts = (_PERMISSIONS_HEAD, head, matrix, _ROUTES_HEAD, routes)
    return _GENERATED.format(source="tenancy/permissions.py and the routes of create_app()") + "".join(parts)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def capabilities_page() -> str:
    rows = "".join(f"| `{name}` | {meaning} |\n" for name, meaning in VOCABULARY.items())
    generated = _GENERATED.format(source="src/orchestrator/agents/capabilities.py")
    return generated + _CAPABILITIES_HEAD.format(most=MOST) + rows


PAGES: Mapping[str, Callable[[], str]] = {
    "settings.md": settings_markdown,
    "errors.md": errors_page,
    "cli.md": cli_page,
    "api.md": api_page,
    "permissions.md": permissions_page,
    "capabilities.md": capabilities_page,
    "openapi.json": openapi_page,
}


if __name__ == "__main__":
    sys.exit(main())
