"""`orchestrator approvals`: what agents ask for, and the policy that answers first."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.finding import is_part, only_one
from orchestrator.cli.text import escape, escape_lines
from orchestrator.client.api import Client
from orchestrator.client.types import Approval
from orchestrator.kit.errors import Invalid

app = typer.Typer(no_args_is_help=True, help="See what agents ask for, and answer them.")

ApprovalId = Annotated[str, typer.Argument(help="The approval's id, or the beginning or end of it.")]
Reason = Annotated[str | None, typer.Option(help="Why; of a refusal the agent reads it.")]
Always = Annotated[bool, typer.Option("--always", help="Also for the like in this session from now on.")]
_SHORT = 8


class Status(StrEnum):
    PENDING = "pending"
    ALLOWED = "allowed"
    DENIED = "denied"
    ANSWERED = "answered"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


@app.command("list")
def list_(
    status: Annotated[Status, typer.Option(help="Only this status.")] = Status.PENDING,
    everything: Annotated[bool, typer.Option("--all", help="Whatever the status.")] = False,
    session: Annotated[str | None, typer.Option(help="Only this session's, by its whole id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 50,
) -> None:
    """List what agents ask for, the newest first."""
    with errors_told(), connect() as client:
        wanted = None if everything else status.value
        table = Table("id", "session", "status", "asker", "asks for", "until", "else", box=None)
        for one in client.approvals(status=wanted, session_id=session, limit=limit)["items"]:
            table.add_row(
                one["id"][-_SHORT:],
                one["session_id"][-_SHORT:],
                one["status"],
                escape(one["asker"]),
                escape(_asked(one)[:80]),
                one["deadline_at"][:19],
                one["default_action"],
            )
        console.print(table)


def _asked(one: Approval) -> str:
    if one["kind"] == "question":
        return " / ".join(str(question["question"]) for question in one["detail"]["questions"])
    return f"{one['tool']} {' '.join(one['patterns'])}"


@app.command()
def show(approval_id: ApprovalId) -> None:
    """Show one, with all that is asked."""
    with errors_told(), connect() as client:
        _print(_find(client, approval_id))


@app.command()
def allow(approval_id: ApprovalId, reason: Reason = None, always: Always = False) -> None:
    """Allow what is asked; the agent goes on within a second."""
    with errors_told(), connect() as client:
        found = _find(client, approval_id)
        _print(client.allow(found["id"], reason=reason, remember="always" if always else "once"))


@app.command()
def deny(approval_id: ApprovalId, reason: Reason = None, always: Always = False) -> None:
    """Deny it; the agent is told why, and goes on without."""
    with errors_told(), connect() as client:
        found = _find(client, approval_id)
        _print(client.deny(found["id"], reason=reason, remember="always" if always else "once"))


@app.command()
def answer(
    approval_id: ApprovalId,
    answers: Annotated[list[str], typer.Argument(help="For each question a label or words of your own.")],
) -> None:
    """Answer an agent's questions, in their order."""
    with errors_told(), connect() as client:
        _print(client.answer(_find(client, approval_id)["id"], [[one] for one in answers]))


@app.command()
def policy(
    file: Annotated[
        Path | None, typer.Option("--set", help="Replace it with this JSON file: rules, deadline_seconds, default.")
    ] = None,
) -> None:
    """Print the policy that answers first, as JSON that `--set` takes again."""
    with errors_told(), connect() as client:
        found = client.approval_policy() if file is None else client.set_approval_policy(**_read(file))
        own = {name: found[name] for name in ("rules", "deadline_seconds", "default")}
        console.print_json(json.dumps(own))


def _read(file: Path) -> dict[str, object]:
    try:
        return dict(json.loads(file.read_text()))
    except (OSError, ValueError, TypeError) as problem:
        raise Invalid(problem=f"{file}: {problem}") from problem


def _find(client: Client, wanted: str) -> Approval:
    if is_part(wanted):
        return only_one(client.approvals(limit=500)["items"], wanted, "orchestrator approvals list")
    return client.approval(wanted)


def _print(one: Approval) -> None:
    facts = {
        "id": one["id"],
        "session": one["session_id"],
        "status": one["status"],
        "asker": one["asker"],
        "asks for": _asked(one),
        "detail": json.dumps(one["detail"], indent=2, ensure_ascii=False),
        "until": f"{one['deadline_at']}, else {one['default_action']}",
        "decided": f"{one['decided_at']} by {one['decided_by']}" if one["decided_by"] else "",
        "reason": one["reason"] or "",
    }
    for name, value in facts.items():
        if value:
            shown = escape_lines(value) if name == "detail" else escape(value)
            console.print(f"[dim]{name:<10}[/]{shown}", soft_wrap=True)
