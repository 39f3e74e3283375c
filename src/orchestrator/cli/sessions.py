"""`orchestrator sessions`: look at sessions and act on them."""

from typing import Annotated, Any

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.finding import is_part, only_one
from orchestrator.cli.progress import follow, print_part, status_text
from orchestrator.cli.text import escape, visible
from orchestrator.client.api import Client
from orchestrator.client.types import Push, Session
from orchestrator.kit.words import counted

app = typer.Typer(no_args_is_help=True, help="List, show, follow and steer sessions.")

SessionId = Annotated[str, typer.Argument(help="The session's id, or the beginning or end of it.")]
SHORT = 8


@app.command("list")
def list_(
    status: Annotated[list[str] | None, typer.Option(help="Only these statuses; may be repeated.")] = None,
    verification: Annotated[list[str] | None, typer.Option(help="Only with these verdicts; may be repeated.")] = None,
    outcome: Annotated[list[str] | None, typer.Option(help="Only with these outcomes, as `costs` names them.")] = None,
    repository: Annotated[list[str] | None, typer.Option(help="Only of these repositories, as they were named.")] = None,
    text: Annotated[str | None, typer.Option("--text", help="Only those with this in their title or prompt.")] = None,
    mine: Annotated[bool, typer.Option(help="Only those that you handed in.")] = False,
    needs_me: Annotated[bool, typer.Option(help="Only those that wait for a person.")] = False,
    active: Annotated[bool, typer.Option(help="The last active first.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 50,
) -> None:
    """List sessions, the newest first."""
    with errors_told(), connect() as client:
        table = Table("id", "status", "verification", "title", "model", "tokens", "branch", box=None)
        wanted: dict[str, Any] = {"status": status, "verification": verification, "outcome": outcome}
        wanted |= {"repository": repository, "q": text, "mine": mine, "needs_me": needs_me}
        order = "activity" if active else "created"
        for one in client.sessions(limit=limit, order=order, **wanted)["items"]:
            table.add_row(*_row(one))
        console.print(table)


def _row(one: Session) -> tuple[str, ...]:
    tokens = one["usage"]["input_tokens"] + one["usage"]["output_tokens"]
    return (
        one["id"][-SHORT:],
        status_text(one),
        one["verification"] or "",
        escape(one["title"][:50]),
        escape(one["model"]),
        f"{tokens:,}",
        escape(one["branch"]),
    )


@app.command()
def show(session_id: SessionId) -> None:
    """Show one session, its evidence and its checkpoints."""
    with errors_told(), connect() as client:
        session = find(client, session_id)
        for name, value in _facts(session).items():
            console.print(f"[dim]{name:<20}[/]{escape(str(value))}", soft_wrap=True)
        if session["failure"]:
            print_failure(session)
        for item in client.evidence(session["id"]):
            mark = "[green]pass[/]" if item["exit_code"] == 0 else "[red]fail[/]"
            notes = [name for name in ("pre_existing", "flaky", "timed_out") if item[name]]
            console.print(
                f"  {mark} turn {item['round'] + 1} {escape(item['command'])} "
                f"[dim]exit {item['exit_code']}, {item['duration_ms']} ms, {item['commit'][:10]} {' '.join(notes)}[/]"
            )


def print_failure(session: Session) -> None:
    if failure := session["failure"]:
        console.print(f"[bold red]{failure['class']}[/] {escape(failure['message'])}", soft_wrap=True)
        console.print(f"[bold]hint[/] {escape(failure['hint'])}", soft_wrap=True)


def _facts(session: Session) -> dict[str, Any]:
    facts = {
        k: v for k, v in session.items() if v is not None and k not in ("failure", "usage", "prompt", "prompt_truncated")
    }
    usage = session["usage"]
    facts["usage"] = f"{usage['input_tokens']:,} in, {usage['output_tokens']:,} out, {usage['cost_micro_usd']:,} µUSD"
    return facts


@app.command()
def logs(
    session_id: SessionId,
    follow_on: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the session has finished.")] = False,
) -> None:
    """Print the conversation."""
    with errors_told(), connect() as client:
        session = find(client, session_id)
        if follow_on:
            follow(client, session["id"])
            return
        cursor: str | None = None
        while True:
            page = client.transcript(session["id"], cursor)
            for part in page["items"]:
                print_part(part)
            if (cursor := page["next_cursor"]) is None:
                return


@app.command()
def diff(
    session_id: SessionId,
    stat: Annotated[bool, typer.Option(help="Only the files and how many lines changed.")] = False,
) -> None:
    """Print what the session changed."""
    with errors_told(), connect() as client:
        session = find(client, session_id)
        if stat:
            print_stat(client, session["id"])
        elif console.is_terminal:
            from rich.syntax import Syntax  # With the lexers of every language: for a diff alone.

            console.print(Syntax(visible(client.diff(session["id"])), "diff", background_color="default"))
        else:
            typer.echo(client.diff(session["id"]), nl=False)


@app.command()
def evidence(session_id: SessionId) -> None:
    """Print the output of every verification command that the orchestrator ran."""
    with errors_told(), connect() as client:
        for item in client.evidence(find(client, session_id)["id"]):
            console.print(f"[bold]$ {escape(item['command'])}[/] [dim]exit {item['exit_code']}, {item['commit'][:10]}[/]")
            typer.echo(visible(item["output"]) if console.is_terminal else item["output"])


@app.command()
def push(session_id: SessionId) -> None:
    """Push the result branch to where the repository came from; nobody else's commits are overwritten."""
    with errors_told(), connect() as client:
        print_push(client.push(find(client, session_id)["id"]))


def print_push(done: Push) -> None:
    said = "pushed to" if done["moved"] else "is at this commit already in"
    branch, repository = escape(done["branch"]), escape(done["repository"])
    console.print(f"{branch} {said} {repository} ({done['commit'][:10]})", soft_wrap=True)


def find(client: Client, wanted: str) -> Session:
    if is_part(wanted):
        return only_one(client.sessions(limit=500)["items"], wanted, "orchestrator sessions list")
    return client.session(wanted)


def print_stat(client: Client, session_id: str) -> None:
    files = client.diff_files(session_id)
    for file in files:
        console.print(f"  {escape(file['path'])} [green]+{file['additions']}[/] [red]-{file['deletions']}[/]")
    added, deleted = sum(f["additions"] for f in files), sum(f["deletions"] for f in files)
    told = counted(len(files), "file"), counted(added, "insertion"), counted(deleted, "deletion")
    console.print("  {} changed, {}, {}".format(*told))
