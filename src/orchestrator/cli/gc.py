"""`orchestrator gc`: what the machine keeps without need."""

from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.text import escape
from orchestrator.kit.words import counted


def gc(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would go, and why.")] = False,
    days: Annotated[float | None, typer.Option(min=0, help="Unused for so long. Unset: ORCHESTRATOR_GC_DAYS.")] = None,
) -> None:
    """Remove what the API's machine keeps without need; for operators. What a session needs is never touched."""
    with errors_told(), connect() as client:
        found = client.collect_garbage(dry_run=dry_run, days=days)
        table = Table("what", "where", "MB", "why", "", box=None)
        for one in found:
            done = "would go" if dry_run else "gone" if one["removed"] else "stays"
            table.add_row(one["kind"], escape(one["name"]), f"{one['bytes'] / 1e6:,.1f}", escape(one["reason"]), done)
        console.print(table)
        gone = sum(one["bytes"] for one in found if (dry_run or one["removed"]) and one["kind"] != "repack")
        console.print(f"{counted(len(found), 'thing')}, {gone / 1e6:,.1f} MB", soft_wrap=True)
