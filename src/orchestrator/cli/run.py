"""`orchestrator run`: hand in work and watch it to its end."""

from pathlib import Path
from typing import Any

import typer

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console
from orchestrator.cli.progress import follow
from orchestrator.cli.sessions import SHORT, print_failure, print_stat
from orchestrator.cli.text import escape
from orchestrator.cli.uncommitted import uncommitted
from orchestrator.kit.words import counted


def run_session(repo: str | None, **wanted: Any) -> None:
    with connect() as client:
        session = client.create_session(repository=None if repo is None else absolute(repo), **wanted)
        console.print(f"[bold]{escape(session['title'])}[/] [dim]{session['id']} on {session['branch']}[/]")
        if repo is not None and (changed := uncommitted(Path(absolute(repo)))):
            files = counted(changed, "changed file")
            console.print(f"[yellow]note[/] {files} of {escape(repo)} not committed: the agent sees commits alone.")
        try:
            ended = follow(client, session["id"])
        except KeyboardInterrupt:
            short = session["id"][-SHORT:]
            console.print(
                f"\nThe session goes on without you. Watch it: `orchestrator sessions logs -f {short}`, "
                f"end it: `orchestrator sessions stop {short}`",
                soft_wrap=True,
            )
            raise
        console.print(f"\n[bold]{ended['status']}[/], {ended['verification'] or 'not verified'}")
        if ended["verification_reason"]:
            console.print(escape(ended["verification_reason"]), soft_wrap=True)
        if ended["commit"]:
            console.print(f"  branch {escape(ended['branch'])}, commit {ended['commit'][:10]}")
            print_stat(client, ended["id"])
        if ended["failure"]:
            print_failure(ended)
        raise typer.Exit(0 if ended["status"] == "completed" else 1)


def absolute(repo: str) -> str:
    """A path is made absolute here: the server has another working directory."""
    if "://" in repo or (":" in repo and not Path(repo).exists()):
        return repo
    return str(Path(repo).expanduser().absolute())
