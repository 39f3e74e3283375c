"""`orchestrator external`: agents that run elsewhere, and join by EAP or are added by an A2A card."""

from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.external_a2a import app as a2a
from orchestrator.cli.external_finding import MOST, Which, find
from orchestrator.cli.external_run import run
from orchestrator.cli.finding import only_one
from orchestrator.cli.text import escape, visible
from orchestrator.client.types.external_agents import Assignment, Enrolment, ExternalAgent

app = typer.Typer(no_args_is_help=True, help="Let agents of your own join, and look after them.")

_SHORT = 60
app.command()(run)
app.add_typer(a2a, name="a2a")


@app.command("list")
def list_(
    name: Annotated[str | None, typer.Option(help="Those of this name alone.")] = None,
    liveness: Annotated[str | None, typer.Option(help="As we find them: live, suspect or lost.")] = None,
    status: Annotated[str | None, typer.Option(help="As they say: healthy, degraded, busy or offline.")] = None,
    capability: Annotated[str | None, typer.Option(help="Those alone that have it.")] = None,
) -> None:
    """List the external agents, and how each is by its own word and by ours."""
    with errors_told(), connect() as client:
        wanted = {"name": name, "liveness": liveness, "status": status, "capability": capability}
        table = Table("id", "name", "type", "liveness", "status", "load", "leases", "last error", box=None)
        for one in client.external_agents(limit=MOST, **wanted)["items"]:
            numbers = f"{one['current_load']:g}", f"{one['leases']}/{one['max_tasks']}"
            names = escape(one["name"]), escape(one["agent_type"])
            table.add_row(one["id"][-12:], *names, _liveness(one), _status(one), *numbers, _short(one["last_error"]))
        console.print(table)


def _liveness(one: ExternalAgent) -> str:
    if one["revoked_at"]:
        return "revoked"
    return one["liveness"] if one["proven"] else "key not proven"


def _status(one: ExternalAgent) -> str:
    return one["status"] if one["desired"] == "continue" else f"{one['status']} ({one['desired']})"


def _short(text: str | None) -> str:
    line = " ".join((text or "").split())
    return escape(line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…")


@app.command()
def show(agent: Which) -> None:
    """Show one of them, and the newest of what was given to it."""
    with errors_told(), connect() as client:
        one = find(client, agent)
        facts = {
            "id": one["id"],
            "name": one["name"],
            "type": f"{one['agent_type']} {one['version']}",
            "protocol": f"{one['protocol_version']}, {one['transport']} {one['endpoint_url'] or ''}".rstrip(),
            "card": _card(one),
            "liveness": _liveness(one),
            "status": _status(one),
            "heartbeat": (one["heartbeat_at"] or "none yet")[:19],
            "load": f"{one['current_load']:g}",
            "leases": f"{one['leases']} of {one['max_tasks']}",
            "metrics": ", ".join(f"{key}={value}" for key, value in one["metrics"].items()),
            "last error": one["last_error"] or "",
            "joined": f"{one['created_at'][:19]} by {one['created_by']}",
        }
        for name, value in facts.items():
            if value:
                console.print(f"{name:<12}{escape(visible(value))}", soft_wrap=True)
        _print_assignments(client.assignments(external_agent_id=one["id"], limit=10)["items"])


def _card(one: ExternalAgent) -> str:
    card = one["a2a"]
    if card is None:
        return ""
    changed = "; it says something else now: `orchestrator external a2a read`" if card["changed"] else ""
    return f"{card['card_url']}, {card['binding']}, credential: {card['auth']}{changed}"


@app.command()
def enrol(
    agent: Annotated[
        str | None, typer.Option("--agent", help="The agent that it may join beside others. Unset: it brings a new name.")
    ] = None,
    capability: Annotated[
        list[str] | None,
        typer.Option("--capability", help="One that it may say of itself; may be repeated. Unset: anything."),
    ] = None,
) -> None:
    """Let one agent join, within 15 minutes. The token is printed once."""
    with errors_told(), connect() as client:
        made = client.enrol(agent, capability or None)
        console.print(f"{made['id']} lets one agent join until {made['expires_at'][:19]}", soft_wrap=True)
        token, name = visible(made["token"] or ""), made["agent_name"] or "NAME"
        typer.echo(token)
        joins = f'orchestrator external run --url {client.url} --token {token} --name {name} --command "COMMAND"'
        console.print(f"Join with a command-line agent: {escape(joins)}", soft_wrap=True)


@app.command()
def enrolments() -> None:
    """List the enrolments, the newest first; none shows its token."""
    with errors_told(), connect() as client:
        table = Table("id", "for", "capabilities", "expires", "used", "who joined", "made by", box=None)
        for one in client.enrolments():
            allowed = "any" if one["capabilities"] is None else ", ".join(one["capabilities"])
            used = "taken back" if one["revoked_at"] else (one["used_at"] or "")[:19]
            joined = (one["external_agent_id"] or "")[-12:]
            words = escape(one["agent_name"] or "a new name"), escape(allowed), one["expires_at"][:19]
            table.add_row(one["id"][-12:], *words, used, joined, escape(one["created_by"]))
        console.print(table)


@app.command("take-back")
def take_back(enrolment: Annotated[str, typer.Argument(help="The enrolment's id, or the end of it.")]) -> None:
    """Take an enrolment back that nobody used yet."""
    with errors_told(), connect() as client:
        found: Enrolment = only_one(client.enrolments(), enrolment, "orchestrator external enrolments")
        client.take_back_enrolment(found["id"])
        console.print(f"{found['id']} lets nobody join any more", soft_wrap=True)


@app.command()
def drain(agent: Which) -> None:
    """Let it finish what it has, and give it nothing more."""
    _want(agent, "drain")


@app.command()
def pause(agent: Which) -> None:
    """Give it nothing for now."""
    _want(agent, "pause")


@app.command("continue")
def continue_(agent: Which) -> None:
    """Give it work again."""
    _want(agent, "continue")


def _want(agent: str, desired: str) -> None:
    with errors_told(), connect() as client:
        one = client.want_of_external_agent(find(client, agent)["id"], desired)
        console.print(f"{escape(one['name'])} ({one['id']}) is to {one['desired']}", soft_wrap=True)


@app.command()
def revoke(agent: Which) -> None:
    """Shut it out for good and at once; its tasks go to others."""
    with errors_told(), connect() as client:
        one = client.revoke_external_agent(find(client, agent)["id"])
        console.print(f"{escape(one['name'])} ({one['id']}) is shut out", soft_wrap=True)


@app.command()
def assignments(
    session: Annotated[str | None, typer.Option(help="Of this session alone, by its whole id.")] = None,
    agent: Annotated[str | None, typer.Option(help="Of this external agent alone.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="Most rows.")] = 50,
) -> None:
    """List what was given to whom and what came of it, the newest first."""
    with errors_told(), connect() as client:
        member = None if agent is None else find(client, agent)["id"]
        _print_assignments(client.assignments(session_id=session, external_agent_id=member, limit=limit)["items"])


def _print_assignments(items: list[Assignment]) -> None:
    columns = "id", "session", "turn", "agent", "status", "attempt", "events", "files", "seconds", "what came of it"
    table = Table(*columns, box=None)
    for one in items:
        told = one["reported"] or {}
        came = one["reason"] or told.get("error") or told.get("summary") or ""
        seconds = "" if not told else f"{(told.get('execution_time_ms') or 0) / 1000:.0f}"
        counts = str(one["attempt"]), str(one["events"]), str(len(one["artifacts"])), seconds
        ids = one["id"][-12:], one["session_id"][-12:], str(one["turn"]), (one["external_agent_id"] or "")[-12:]
        table.add_row(*ids, one["status"], *counts, _short(str(came)))
    console.print(table)
