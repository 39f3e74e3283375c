"""`orchestrator nodes`: the machines that run sessions."""

import time
from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.errors import ApiError
from orchestrator.client.types import Node
from orchestrator.kit.words import counted

app = typer.Typer(no_args_is_help=True, help="List the machines that run sessions, and empty one for an upgrade.")

_LOOK_SECONDS = 1.0

WhichNode = Annotated[str, typer.Argument(help="Its id, the end of its id, or its host when no other has that name.")]


class NoSuchNode(ApiError):
    """No node, or more than one, is called that."""

    def __init__(self, wanted: str, found: int) -> None:
        what = "There is no node" if found == 0 else f"{found} nodes are called"
        super().__init__(404, "node_not_found", f"{what} {wanted}.", "`orchestrator nodes list` shows them with their ids.")


class StillDraining(ApiError):
    """The node was not empty in time."""

    def __init__(self, node: Node, seconds: float) -> None:
        message = f"{node['hostname']} still has {counted(node['sessions'], 'session')} after {seconds:.0f} seconds."
        super().__init__(408, "still_draining", message, "It goes on emptying; wait for it with the same command.")


@app.command("list")
def list_() -> None:
    """List nodes, those that live first; for operators."""
    with errors_told(), connect() as client:
        names = ("id", "host", "state", "sessions", "slots", "sandbox", "orchestrator", "opencode", "last heartbeat")
        table = Table(*names, box=None)
        for node in client.nodes():
            table.add_row(*_row(node))
        console.print(table)


def _row(node: Node) -> tuple[str, ...]:
    return (
        node["id"],
        escape(node["hostname"]),
        node["state"],
        str(node["sessions"]),
        str(node["slots"]),
        node["sandbox"],
        escape(node["version"] or "unknown"),
        escape(node["opencode_version"] or "unknown"),
        node["heartbeat_at"],
    )


@app.command()
def drain(
    node: WhichNode,
    wait: Annotated[bool, typer.Option(help="Come back when the node is empty.")] = False,
    timeout_seconds: Annotated[float, typer.Option(min=1, help="Longest wait for that, in seconds.")] = 600,
) -> None:
    """Empty a node: it gets no new sessions, and its own end the step they are at and go on elsewhere; for operators."""
    with errors_told(), connect() as client:
        drained = client.drain_node(_node_id(client, node))
        if wait:
            drained = _until_empty(client, drained, timeout_seconds)
        _print(drained)


@app.command()
def undrain(node: WhichNode) -> None:
    """Let a drained node take sessions again; for operators."""
    with errors_told(), connect() as client:
        _print(client.undrain_node(_node_id(client, node)))


def _node_id(client: Client, wanted: str) -> str:
    nodes = client.nodes()
    found = [one for one in nodes if one["id"] == wanted or one["id"].endswith(wanted)]
    found = found or [one for one in nodes if one["hostname"] == wanted and one["state"] != "dead"]
    if len(found) != 1:
        raise NoSuchNode(wanted, len(found))
    return found[0]["id"]


def _until_empty(client: Client, node: Node, timeout_seconds: float) -> Node:
    """Also when it died meanwhile: its sessions are elsewhere then as well."""
    end = time.monotonic() + timeout_seconds
    while node["sessions"] > 0:
        if time.monotonic() > end:
            raise StillDraining(node, timeout_seconds)
        time.sleep(_LOOK_SECONDS)
        node = client.node(node["id"])
    return node


def _print(node: Node) -> None:
    console.print(
        f"{escape(node['hostname'])} ({node['id']}) is {node['state']}, with {counted(node['sessions'], 'session')}"
    )
