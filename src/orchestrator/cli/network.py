"""`orchestrator network`: what the sandboxes of a tenant may reach."""

from typing import Annotated, Any

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.tenants import WhichTenant, tenant_id_of
from orchestrator.cli.text import escape

app = typer.Typer(no_args_is_help=True, help="Show and set what the sandboxes of a tenant may reach.")

_DEFAULT = "default"
Hosts = Annotated[
    list[str], typer.Argument(metavar="HOST...", help="Such as pypi.org, *.pythonhosted.org, git.example.com:8443.")
]


@app.command()
def show(tenant: WhichTenant = None) -> None:
    """Show what sandboxes may reach, and what they asked for in vain."""
    with errors_told(), connect() as client:
        _print(client.network(tenant_id_of(client, tenant)))


@app.command("set")
def set_(
    mode: Annotated[str | None, typer.Option(help="host, allowlist or none; `default` is what the operator set.")] = None,
    host: Annotated[
        list[str] | None, typer.Option("--host", help="All that is allowed, one by one; `default` is the operator's list.")
    ] = None,
    tenant: WhichTenant = None,
) -> None:
    """Change the mode, the whole list of hosts, or both. Sandboxes that start from now on have it."""
    changes: dict[str, Any] = {} if mode is None else {"mode": None if mode == _DEFAULT else mode}
    if host:
        changes["allowed_hosts"] = None if host == [_DEFAULT] else host
    with errors_told(), connect() as client:
        _print(client.change_network(tenant_id_of(client, tenant), changes))


@app.command()
def allow(hosts: Hosts, tenant: WhichTenant = None) -> None:
    """Add hosts to those that are allowed."""
    with errors_told(), connect() as client:
        tenant_id = tenant_id_of(client, tenant)
        _print(client.edit_allowed_hosts(tenant_id, lambda known: list(dict.fromkeys([*known, *hosts]))))


@app.command()
def deny(hosts: Hosts, tenant: WhichTenant = None) -> None:
    """Take hosts away from those that are allowed; each as `orchestrator network show` writes it."""
    with errors_told(), connect() as client:
        tenant_id = tenant_id_of(client, tenant)
        _print(client.edit_allowed_hosts(tenant_id, lambda known: [one for one in known if one not in hosts]))


def _print(network: dict[str, Any]) -> None:
    console.print(f"[dim]mode    [/] {network['mode']}{_origin(network['chosen_mode'])}", soft_wrap=True)
    console.print(f"[dim]at least[/] {network['least_mode']}")
    hosts = ", ".join(network["allowed_hosts"]) or "none"
    console.print(f"[dim]hosts   [/] {escape(hosts)}{_origin(network['chosen_hosts'])}", soft_wrap=True)
    for name, label in (("offered_hosts", "offered"), ("private_hosts", "private")):
        if network[name]:
            console.print(f"[dim]{label} [/] {escape(', '.join(network[name]))}", soft_wrap=True)
    if network["refused"]:
        table = Table("refused", "last", "why", box=None)
        for one in network["refused"]:
            table.add_row(escape(f"{one['host']}:{one['port']}"), one["at"][:19], escape(one["reason"]))
        console.print(table)


def _origin(chosen: Any) -> str:
    return "" if chosen is not None else " [dim](the operator's)[/]"
