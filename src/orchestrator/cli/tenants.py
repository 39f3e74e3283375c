"""`orchestrator tenants`: the teams of this installation."""

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.errors import ApiError
from orchestrator.client.types import Tenant

app = typer.Typer(no_args_is_help=True, help="Make, list, show and change tenants.")

WhichTenant = Annotated[str | None, typer.Option("--tenant", help="Id or slug. Unset: your own.")]


class NoSuchTenant(ApiError):
    """The tenant is not among those that the key may see."""

    def __init__(self, wanted: str) -> None:
        hint = "`orchestrator tenants list` shows those that you may see."
        super().__init__(404, "tenant_not_found", f"There is no tenant {wanted} for you.", hint)


@app.command("list")
def list_() -> None:
    """List tenants, your own first; operators see all."""
    with errors_told(), connect() as client:
        table = Table("id", "slug", "name", "weight", "created", box=None)
        for one in every_tenant(client):
            table.add_row(one["id"], escape(one["slug"]), escape(one["name"]), str(one["weight"]), one["created_at"][:10])
        console.print(table)


@app.command()
def create(
    slug: Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens; it never changes.")],
    name: Annotated[str | None, typer.Option(help="For people. Unset: the slug.")] = None,
) -> None:
    """Make a tenant and print its first ADMIN's key, which is shown once; for operators."""
    with errors_told(), connect() as client:
        made = client.create_tenant(slug, name or slug)
        console.print(f"[dim]id       [/] {made['id']}\n[dim]admin key[/] {made['admin_key']}", soft_wrap=True)


@app.command()
def show(tenant: Annotated[str | None, typer.Argument(help="Id or slug. Unset: your own.")] = None) -> None:
    """Show one tenant."""
    with errors_told(), connect() as client:
        print_tenant(client.tenant(tenant_id_of(client, tenant)))


@app.command("set")
def set_(
    tenant: Annotated[str | None, typer.Argument(help="Id or slug. Unset: your own.")] = None,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    weight: Annotated[int | None, typer.Option(help="Its part of the capacity, 1 to 1000; operators alone.")] = None,
    clamp_output: Annotated[bool | None, typer.Option(help="Make calls smaller that do not fit the budget.")] = None,
    capture: Annotated[bool | None, typer.Option(help="Record model calls for fine-tuning.")] = None,
    retention_days: Annotated[int | None, typer.Option(help="Days that recorded calls are kept.")] = None,
) -> None:
    """Change what is given, and nothing else."""
    with errors_told(), connect() as client:
        changed = client.change_tenant(
            tenant_id_of(client, tenant),
            name=name,
            weight=weight,
            clamp_output=clamp_output,
            capture_trajectories=capture,
            trajectory_retention_days=retention_days,
        )
        print_tenant(changed)


def print_tenant(tenant: Tenant) -> None:
    for name, value in tenant.items():
        console.print(f"[dim]{name:<26}[/]{escape(str(value))}", soft_wrap=True)


def every_tenant(client: Client) -> Iterator[Tenant]:
    cursor: str | None = None
    while True:
        page = client.tenants(cursor)
        yield from page["items"]
        if (cursor := page["next_cursor"]) is None:
            return


def tenant_id_of(client: Client, wanted: str | None) -> str:
    for one in every_tenant(client):
        if wanted in (None, one["id"], one["slug"]):
            return one["id"]
    raise NoSuchTenant(wanted or "")
