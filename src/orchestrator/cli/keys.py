"""`orchestrator keys`: API keys of your tenant."""

from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.text import escape
from orchestrator.client.types import Key, NewKey

app = typer.Typer(no_args_is_help=True, help="List, make, rotate and revoke API keys.")

KeyId = Annotated[str, typer.Argument(help="The key's id.")]


@app.command("list")
def list_(mine: Annotated[bool, typer.Option("--mine", help="Yours alone, whatever your role.")] = False) -> None:
    """List keys, the newest first: yours, or as LEAD and ADMIN all of the tenant."""
    with errors_told(), connect() as client:
        table = Table("id", "name", "begins", "role", "made", "last used", "state", box=None)
        cursor: str | None = None
        while True:
            page = client.keys(cursor, mine=mine)
            for one in page["items"]:
                role = f"{one['role']}, operator" if one["operator"] else one["role"]
                times = one["created_at"][:10], _last_use(one)
                table.add_row(one["id"], escape(one["name"]), one["prefix"], role, *times, _state(one))
            if (cursor := page["next_cursor"]) is None:
                break
        console.print(table)


def _last_use(key: Key) -> str:
    """To the minute, in UTC."""
    return key["last_used_at"][:16].replace("T", " ") if key["last_used_at"] else "never"


def _state(key: Key) -> str:
    if key["revoked_at"]:
        return f"revoked {key['revoked_at'][:10]}"
    return f"until {key['expires_at'][:10]}" if key["expires_at"] else "works"


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    role: Annotated[str, typer.Option(help="ADMIN, LEAD, MEMBER or VIEWER; at most your own.")] = "MEMBER",
    expires: Annotated[str | None, typer.Option(help="Such as 2031-01-01T00:00:00Z. Unset: never.")] = None,
    user: Annotated[str | None, typer.Option(help="Id of another member whose key it is; for ADMINs.")] = None,
    operator: Annotated[bool, typer.Option("--operator", help="May keep the platform too; for operators.")] = False,
) -> None:
    """Make a key and print it; it is shown once."""
    with errors_told(), connect() as client:
        _print(client.create_key(name, role, expires_at=expires, user_id=user, operator=operator))


@app.command()
def rotate(
    key_id: KeyId,
    grace_seconds: Annotated[int | None, typer.Option(help="How long the secret before works on. Unset: a day.")] = None,
) -> None:
    """Give a key another secret and print it; the one before works for the grace time."""
    with errors_told(), connect() as client:
        _print(client.rotate_key(key_id, grace_seconds))


@app.command()
def revoke(key_id: KeyId) -> None:
    """End a key, on every process at once."""
    with errors_told(), connect() as client:
        revoked = client.revoke_key(key_id)
        console.print(f"{escape(revoked['name'])} {_state(revoked)}")


def _print(made: NewKey) -> None:
    console.print(f"[dim]id [/] {made['id']}\n[dim]key[/] {made['key']}", soft_wrap=True)
