"""`orchestrator contexts`: what sessions, agents and people share."""

import json
import sys
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.providers import ArgumentWrong, NoneCalled
from orchestrator.cli.sessions import find
from orchestrator.cli.text import escape, visible
from orchestrator.client.api import Client
from orchestrator.client.types.contexts import ContextItem

app = typer.Typer(no_args_is_help=True, help="Read and write what sessions, agents and people share.")

Key = Annotated[str, typer.Argument(help="Such as decisions/database.")]
OfSession = Annotated[str | None, typer.Option("--session", help="That session's, by its id or the end of it.")]
OfAgent = Annotated[str | None, typer.Option("--agent", help="That agent's, by name.")]
OfPlan = Annotated[str | None, typer.Option("--plan", help="That plan's, by its id.")]
Limit = Annotated[int, typer.Option(min=1, max=500, help="Most rows.")]
Place = tuple[str, str | None]


class Side(StrEnum):
    MINE = "mine"
    THEIRS = "theirs"


def _place(client: Client, session: str | None, agent: str | None, plan: str | None) -> Place | None:
    """None when no option names one."""
    named = [one for one in (session, agent, plan) if one is not None]
    if len(named) > 1:
        raise ArgumentWrong("--session, --agent and --plan exclude each other.", "An entry belongs to one of them.")
    if session is not None:
        return "SESSION", find(client, session)["id"]
    if agent is not None:
        found = next((one["id"] for one in client.agents() if one["name"] == agent), None)
        if found is None:
            raise NoneCalled("agent", agent)
        return "AGENT", found
    return None if plan is None else ("TEMPORARY", plan)


def _called(client: Client, key: str, place: Place | None, *, deleted: bool = False) -> ContextItem:
    scope, scope_id = place or ("GLOBAL", None)
    found = client.contexts(scope=scope, scope_id=scope_id, key=key, deleted=deleted)
    if not found:
        raise NoneCalled("context", key)
    return found[0]


@app.command("list")
def list_(
    session: OfSession = None,
    agent: OfAgent = None,
    plan: OfPlan = None,
    prefix: Annotated[str | None, typer.Option(help="The beginning of keys.")] = None,
    deleted: Annotated[bool, typer.Option("--deleted", help="Those that were deleted as well.")] = False,
    limit: Limit = 50,
) -> None:
    """List entries, those written last first."""
    with errors_told(), connect() as client:
        scope, scope_id = _place(client, session, agent, plan) or (None, None)
        _print(client.contexts(scope=scope, scope_id=scope_id, prefix=prefix, deleted=deleted, limit=limit))


@app.command()
def search(
    words: Annotated[str, typer.Argument(help='As in a search box: words, "quoted", or, -not.')],
    session: OfSession = None,
    agent: OfAgent = None,
    plan: OfPlan = None,
    limit: Limit = 20,
) -> None:
    """Search keys and values, the best first."""
    with errors_told(), connect() as client:
        scope, scope_id = _place(client, session, agent, plan) or (None, None)
        _print(client.search_contexts(words, scope=scope, scope_id=scope_id, limit=limit))


def _print(entries: list[ContextItem]) -> None:
    table = Table("scope", "of", "key", "version", "by", "value", box=None)
    for one in entries:
        value = "(deleted)" if one["deleted"] else escape(one["preview"][:80])
        of, by = (one["scope_id"] or "")[-12:], escape(one["author"][:24])
        table.add_row(one["scope"], of, escape(one["key"]), str(one["version"]), by, value)
    console.print(table)


@app.command()
def get(
    key: Key,
    session: OfSession = None,
    agent: OfAgent = None,
    plan: OfPlan = None,
    version: Annotated[int | None, typer.Option(min=1, help="An older one. Unset: the newest.")] = None,
) -> None:
    """Print the value of an entry as JSON, and its version on standard error."""
    with errors_told(), connect() as client:
        found = _called(client, key, _place(client, session, agent, plan), deleted=version is not None)
        value = client.context(found["id"])["value"] if version is None else client.context_version(found["id"], version)
        typer.echo(visible(json.dumps(value, indent=2, ensure_ascii=False)))
        typer.echo(f"version {version or found['version']}", err=True)


@app.command()
def put(
    key: Key,
    value: Annotated[str, typer.Argument(help="JSON, or a text; - reads it from standard input.")],
    session: OfSession = None,
    agent: OfAgent = None,
    plan: OfPlan = None,
    version: Annotated[int | None, typer.Option(min=1, help="The version that you read, when the entry is there.")] = None,
    last_write_wins: Annotated[
        bool | None,
        typer.Option("--last-write-wins/--keep-conflicts", help="What becomes of writes to this entry that collide."),
    ] = None,
) -> None:
    """Write an entry; what others wrote since the version you read is merged, or yours is kept as a conflict."""
    with errors_told(), connect() as client:
        scope, scope_id = _place(client, session, agent, plan) or ("GLOBAL", None)
        policy = None if last_write_wins is None else "last_write_wins" if last_write_wins else "conflict"
        done = client.put_context(scope, key, _value(value), scope_id=scope_id, version=version, policy=policy)
        merged = ", merged with what others wrote" if done["merged"] else ""
        console.print(f"{escape(key)} is at version {done['version']}{merged}", soft_wrap=True)


def _value(given: str) -> Any:
    text = sys.stdin.read() if given == "-" else given
    try:
        return json.loads(text)
    except ValueError:
        return text


@app.command()
def delete(
    key: Key,
    session: OfSession = None,
    agent: OfAgent = None,
    plan: OfPlan = None,
    version: Annotated[int | None, typer.Option(min=1, help="Only when it still is at this version.")] = None,
) -> None:
    """Delete an entry; its history stays."""
    with errors_told(), connect() as client:
        client.delete_context(_called(client, key, _place(client, session, agent, plan))["id"], version=version)
        console.print(f"{escape(key)} is deleted", soft_wrap=True)


@app.command()
def history(key: Key, session: OfSession = None, agent: OfAgent = None, plan: OfPlan = None, limit: Limit = 50) -> None:
    """List the versions of an entry, the newest first; of a deleted one as well."""
    with errors_told(), connect() as client:
        found = _called(client, key, _place(client, session, agent, plan), deleted=True)
        table = Table("version", "when", "by", "merged from", "value", box=None)
        for one in client.context_versions(found["id"], limit=limit):
            value = "(deleted)" if one["deleted"] else escape(one["preview"][:80])
            merged = "" if one["merged_from"] is None else str(one["merged_from"])
            table.add_row(str(one["number"]), one["created_at"][:19], escape(one["author"][:24]), merged, value)
        console.print(table)


@app.command()
def conflicts(
    resolved: Annotated[bool, typer.Option("--resolved", help="Those that were resolved.")] = False, limit: Limit = 50
) -> None:
    """List writes that were refused because they collided with others, the newest first."""
    with errors_told(), connect() as client:
        table = Table("id", "scope", "key", "read", "now", "by", "collides at", "resolved", box=None)
        for one in client.context_conflicts(resolved=resolved, limit=limit):
            paths = ", ".join(path or "all of it" for path in one["paths"])
            versions = str(one["base_version"]), str(one["newest_version"])
            outcome = one["resolution"] or ""
            table.add_row(
                one["id"], one["scope"], escape(one["key"]), *versions, escape(one["author"][:24]), escape(paths), outcome
            )
        console.print(table)


@app.command()
def resolve(
    conflict_id: Annotated[str, typer.Argument(help="As `orchestrator contexts conflicts` lists it.")],
    take: Annotated[
        Side | None, typer.Option(help="Whose changes count where both collide: mine are those that were refused.")
    ] = None,
    value: Annotated[str | None, typer.Option(help="JSON, or a text, in the place of both; - reads it.")] = None,
    version: Annotated[int | None, typer.Option(min=1, help="With --value: the version that you have seen.")] = None,
) -> None:
    """Decide what becomes of a conflict."""
    with errors_told(), connect() as client:
        if (take is None) is (value is None):
            raise ArgumentWrong("Give either --take or --value.", '--take mine|theirs; --value \'{"use": "PostgreSQL"}\'.')
        if value is None:
            done = client.take_in_context_conflict(conflict_id, str(take))
        else:
            seen = version or client.context_conflict(conflict_id)["current_version"]
            done = client.resolve_context_conflict(conflict_id, _value(value), version=seen)
        console.print(f"{escape(done['key'])} is at version {done['newest_version']}", soft_wrap=True)
