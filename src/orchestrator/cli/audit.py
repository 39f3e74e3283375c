"""`orchestrator audit`: who changed what in your tenant."""

import json
from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.text import escape
from orchestrator.kit.words import counted

app = typer.Typer(no_args_is_help=True, help="List, verify and export the audit log.")


@app.command("list")
def list_(limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 50) -> None:
    """List entries, the newest first."""
    with errors_told(), connect() as client:
        table = Table("number", "at", "actor", "action", "target", "change", box=None)
        for one in client.audit(limit=limit)["items"]:
            change = json.dumps({"before": one["before"], "after": one["after"]}, ensure_ascii=False)
            shown = [escape(part) for part in (one["actor"], one["action"], one["target"], change)]
            table.add_row(str(one["number"]), one["at"][:19], *shown)
        console.print(table)


@app.command()
def verify() -> None:
    """Check the chain of hashes; exit status 1 when an entry was altered or removed."""
    with errors_told(), connect() as client:
        found = client.verify_audit()
    if found["intact"]:
        console.print(
            f"[green]intact[/] {counted(found['entries'], 'entry', 'entries')}, the last hash is {found['head_hash']}",
            soft_wrap=True,
        )
        return
    console.print(f"[bold red]broken[/] at entry {found['broken_at']}: {found['problem']}", soft_wrap=True)
    raise typer.Exit(1)


@app.command()
def export() -> None:
    """Print every entry as a line of JSON, the oldest first."""
    with errors_told(), connect() as client:
        cursor: str | None = None
        while True:
            page = client.audit(cursor=cursor, oldest_first=True)
            for one in page["items"]:
                typer.echo(json.dumps(one, ensure_ascii=False))
            if (cursor := page["next_cursor"]) is None:
                return
