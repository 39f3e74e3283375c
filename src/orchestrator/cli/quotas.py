"""`orchestrator quotas`: how much a tenant may use."""

from typing import Annotated, Any

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.tenants import WhichTenant, tenant_id_of
from orchestrator.client.errors import ApiError

app = typer.Typer(no_args_is_help=True, help="Show and set the quotas of a tenant.")

_NO_LIMIT = "none"


class NotAQuota(ApiError):
    """What was given is not name=value."""

    def __init__(self, given: str) -> None:
        hint = "Give max_concurrent_sessions=5, or max_concurrent_sessions=none for no limit."
        super().__init__(422, "invalid", f"{given} is not a quota's name, = and a whole number.", hint)


@app.command()
def show(tenant: WhichTenant = None) -> None:
    """Show each quota and what is used of it."""
    with errors_told(), connect() as client:
        _print(client.quotas(tenant_id_of(client, tenant)))


@app.command("set")
def set_(
    changes: Annotated[list[str], typer.Argument(metavar="NAME=VALUE...", help="`none` is no limit.")],
    tenant: WhichTenant = None,
) -> None:
    """Change what is named, and nothing else."""
    with errors_told(), connect() as client:
        wanted = dict(_parsed(one) for one in changes)
        _print(client.change_quotas(tenant_id_of(client, tenant), wanted))


def _parsed(change: str) -> tuple[str, int | None]:
    name, _, value = change.partition("=")
    if value == _NO_LIMIT:
        return name, None
    if not (name and value.isascii() and value.isdigit()):
        raise NotAQuota(change)
    return name, int(value)


def _print(quotas: dict[str, Any]) -> None:
    table = Table("quota", "limit", "used", box=None)
    used = quotas["used"]
    for name, limit in quotas.items():
        if name not in ("used", "updated_at"):
            shown = "no limit" if limit is None else f"{limit:,}"
            table.add_row(name, shown, f"{used[name]:,}" if name in used else "")
    console.print(table)
