"""`orchestrator users`: the people of your tenant."""

from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.tenants import tenant_id_of
from orchestrator.cli.text import escape
from orchestrator.client.types import User

app = typer.Typer(no_args_is_help=True, help="List, add, change and remove the people of your tenant.")

UserId = Annotated[str, typer.Argument(help="The user's id.")]
RoleName = Annotated[str, typer.Option("--role", help="ADMIN, LEAD, MEMBER or VIEWER.")]


@app.command("list")
def list_() -> None:
    """List the members, who came first first."""
    with errors_told(), connect() as client:
        tenant_id = tenant_id_of(client, None)
        table = Table("id", "name", "role", "e-mail", "since", box=None)
        cursor: str | None = None
        while True:
            page = client.users(tenant_id, cursor)
            for one in page["items"]:
                table.add_row(*_row(one))
            if (cursor := page["next_cursor"]) is None:
                break
        console.print(table)


def _row(one: User) -> tuple[str, ...]:
    return one["id"], escape(one["name"]), one["role"], escape(one["email"] or ""), one["member_since"][:10]


@app.command()
def add(
    name: Annotated[str | None, typer.Argument(help="Somebody new. Leave it out with --user-id.")] = None,
    role: RoleName = "MEMBER",
    email: Annotated[str | None, typer.Option(help="Where they can be reached.")] = None,
    issuer: Annotated[str | None, typer.Option(help="Their OpenID provider.")] = None,
    subject: Annotated[str | None, typer.Option(help="Who they are there.")] = None,
    user_id: Annotated[str | None, typer.Option(help="Somebody who is known to the installation already.")] = None,
) -> None:
    """Add a member and print the user's id."""
    with errors_told(), connect() as client:
        known = {"issuer": issuer, "subject": subject, "user_id": user_id}
        added = client.add_user(tenant_id_of(client, None), name=name, role=role, email=email, **known)
        console.print(f"{added['id']} {escape(added['name'])} {added['role']}", soft_wrap=True)


@app.command("set-role")
def set_role(user_id: UserId, role: Annotated[str, typer.Argument(help="ADMIN, LEAD, MEMBER or VIEWER.")]) -> None:
    """Give a member another role; their keys have no more than it from now on."""
    with errors_told(), connect() as client:
        changed = client.change_user(tenant_id_of(client, None), user_id, role)
        console.print(f"{changed['id']} {escape(changed['name'])} {changed['role']}", soft_wrap=True)


@app.command()
def remove(user_id: UserId) -> None:
    """Remove a member and revoke their keys of this tenant."""
    with errors_told(), connect() as client:
        client.remove_user(tenant_id_of(client, None), user_id)
        console.print(f"removed {escape(user_id)}", soft_wrap=True)
