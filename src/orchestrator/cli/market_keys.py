"""`orchestrator market keys`: what signs in a namespace."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.market_files import claimed, default_key_file, make_key
from orchestrator.cli.providers import ArgumentWrong
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.types.market import SigningKey

app = typer.Typer(no_args_is_help=True, help="List and keep the keys that sign in a namespace of yours.")

Namespace = Annotated[str, typer.Argument(help="A namespace of the tenant.")]
Key = Annotated[str, typer.Argument(help="The key's fingerprint, or the beginning of it.")]


@app.command("list")
def list_(namespace: Namespace) -> None:
    """List the keys of a namespace."""
    with errors_told(), connect() as client:
        table = Table("fingerprint", "name", "state", "made", box=None)
        for one in client.signing_keys(namespace):
            table.add_row(one["fingerprint"], escape(one["name"]), escape(_state(one)), one["created_at"][:19])
        console.print(table)


def _state(one: SigningKey) -> str:
    if one["revoked_at"]:
        return f"revoked: {one['reason']}"
    return "retired" if one["retired_at"] else "active"


@app.command()
def add(
    namespace: Namespace,
    key_file: Annotated[Path | None, typer.Option(help="Where the private key is written to.")] = None,
    name: Annotated[str, typer.Option(help="To tell it apart, such as the machine's name.")] = "",
) -> None:
    """Make another key and let it sign; the private one stays in a file of this machine."""
    with errors_told(), connect() as client:
        client.signing_keys(namespace)
        file = key_file or _free(namespace)
        made = client.add_signing_key(namespace, **claimed(make_key(file), namespace), name=name)
        console.print(f"{made['fingerprint']} signs in {escape(namespace)}; its private key is {escape(str(file))}")


def _free(namespace: str) -> Path:
    """Beside the first key, under a number."""
    first = default_key_file(namespace)
    numbered = (first.with_name(f"{namespace}-{number}.pem") for number in range(2, 1000))
    return next(one for one in (first, *numbered) if not one.exists())


@app.command()
def retire(namespace: Namespace, key: Key) -> None:
    """Let a key sign nothing new; what it signed stands."""
    with errors_told(), connect() as client:
        client.retire_signing_key(namespace, _find(client, namespace, key)["id"])
        console.print("it signs nothing new", soft_wrap=True)


@app.command()
def revoke(namespace: Namespace, key: Key, reason: Annotated[str, typer.Option(help="People will read it.")]) -> None:
    """Revoke a key that may be in wrong hands: nothing that it signed is installed any more."""
    with errors_told(), connect() as client:
        client.revoke_signing_key(namespace, _find(client, namespace, key)["id"], reason)
        console.print("nothing that it signed is installed any more", soft_wrap=True)


def _find(client: Client, namespace: str, wanted: str) -> SigningKey:
    prefix = wanted.removeprefix("SHA256:")
    keys = client.signing_keys(namespace)
    found = [one for one in keys if prefix and one["fingerprint"].removeprefix("SHA256:").startswith(prefix)]
    if len(found) != 1:
        problem = f"{len(found)} keys of {namespace} begin with {wanted}."
        raise ArgumentWrong(problem, f"`orchestrator market keys list {namespace}` shows them.")
    return found[0]
