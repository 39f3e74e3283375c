"""The settings as documentation: one row each, in the order of the classes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, get_args, get_origin

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo

from orchestrator.kit.settings import Settings

_HEAD = """<!-- Generated from src/orchestrator/kit/settings*.py by `make docs`; do not edit by hand. -->
# Settings

Every setting is an environment variable. `orchestrator settings` lists them with their present values, secrets hidden.

| variable | default | meaning |
|---|---|---|
"""
_TAIL = """
## Of the command line alone

The commands that talk to a running orchestrator read these as well. On the machine and under the account that it runs
on, none of them is needed.

| variable | default | meaning |
|---|---|---|
| `ORCHESTRATOR_URL` | host and port as above | The address of the orchestrator. |
| `ORCHESTRATOR_API_KEY` | `admin.key` in the data directory | The key to talk with. |
| `ORCHESTRATOR_TENANT` | unset | Id or slug of the tenant; needed when the key belongs to more than one. |
"""
_OF_THE_COMMAND_LINE = frozenset({"ORCHESTRATOR_URL", "ORCHESTRATOR_API_KEY", "ORCHESTRATOR_TENANT"})
_ALIKE = 0.8
_HIDDEN = "********"
# The password of a URL, or of a connection string's query.
_PASSWORD = re.compile(r"(://[^/@\s:]*:|[?&]password=)[^@&\s]+(@|&|$)")


@dataclass(frozen=True)
class SettingRow:
    """`value` is the present one, empty when unset; a secret shows as asterisks."""

    variable: str
    default: str
    value: str
    description: str


def settings_rows(settings: Settings | None = None) -> list[SettingRow]:
    return [
        SettingRow(
            variable=variable_of(name, field),
            default=_text(field.default),
            value=_text(getattr(settings, name)) if settings else _text(field.default),
            description=_description(field),
        )
        for name, field in Settings.model_fields.items()
    ]


def settings_markdown() -> str:
    rows = (
        f"| `{row.variable}` | {f'`{row.default}`' if row.default else 'unset'} | {_cell(row.description)} |\n"
        for row in settings_rows()
    )
    return _HEAD + "".join(rows) + _TAIL


def variable_of(name: str, field: FieldInfo) -> str:
    """The name in the environment: the alias where there is one, such as DATABASE_URL, else the prefixed name."""
    if isinstance(field.validation_alias, AliasChoices):
        return str(field.validation_alias.choices[0])
    return f"{Settings.model_config.get('env_prefix', '')}{name}".upper()


def misspelt(given: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Variables that are no setting but nearly one, each with that one.

    Others that begin like ours may well be there: a cluster gives every container such for the services in it.
    """
    prefix = str(Settings.model_config.get("env_prefix", ""))
    known = {variable_of(name, field) for name, field in Settings.model_fields.items()} | _OF_THE_COMMAND_LINE
    ours = [one.removeprefix(prefix) for one in known if one.startswith(prefix)]
    for name in sorted(given):
        if name.startswith(prefix) and name not in known:
            for meant in get_close_matches(name.removeprefix(prefix), ours, n=1, cutoff=_ALIKE):
                yield name, prefix + meant


def _description(field: FieldInfo) -> str:
    choices = _choices(field.annotation)
    return f"{field.description or ''}{f' One of {_listed(choices)}.' if choices else ''}"


def _choices(annotation: object) -> tuple[object, ...]:
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _listed(choices: Iterable[object]) -> str:
    return ", ".join(f"`{choice}`" for choice in choices)


def _text(value: object) -> str:
    if value is None:
        return ""
    return _HIDDEN if isinstance(value, SecretStr) else _PASSWORD.sub(rf"\1{_HIDDEN}\2", str(value))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
