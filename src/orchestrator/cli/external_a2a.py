"""`orchestrator external a2a`: agents that speak A2A, added by their card."""

from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.external_finding import Which, find
from orchestrator.cli.secret_source import SecretEnv, SecretFile, SecretStdin, secret_from
from orchestrator.cli.text import escape
from orchestrator.client.types.external_agents import ExternalAgent

app = typer.Typer(no_args_is_help=True, help="Add agents that speak A2A by their card.")


@app.command()
def add(
    card_url: Annotated[str, typer.Argument(help="Of the card, or of the host that serves /.well-known/agent-card.json.")],
    name: Annotated[str | None, typer.Option(help="Of the agent in the tenant. Unset: after the card's.")] = None,
    capability: Annotated[
        list[str] | None,
        typer.Option("--capability", help="What it can do; may be repeated. Unset: what the card's skills name."),
    ] = None,
    max_tasks: Annotated[int, typer.Option(min=1, max=1_000, help="How many tasks it gets at once.")] = 1,
    beside: Annotated[bool, typer.Option("--beside", help="Let it share its name with agents that there are.")] = False,
    secret_file: SecretFile = None,
    secret_stdin: SecretStdin = False,
    secret_env: SecretEnv = None,
) -> None:
    """Add an agent by its card. Its credential is a bearer token, an API key, or `user:password`, as the card asks."""
    with errors_told(), connect() as client:
        wanted = {"name": name, "capabilities": capability or None, "max_tasks": max_tasks, "beside": beside}
        credential = _credential(secret_file, secret_stdin, secret_env)
        one = client.add_a2a_agent(card_url, credential=credential, **wanted)
        console.print(f"{escape(one['name'])} ({one['id']}) gets work from now on", soft_wrap=True)
        _print_card(one)


@app.command("read")
def read_again(
    agent: Which, secret_file: SecretFile = None, secret_stdin: SecretStdin = False, secret_env: SecretEnv = None
) -> None:
    """Read its card again, and take what it says now; with a secret, its credential is another one from then on."""
    with errors_told(), connect() as client:
        credential = _credential(secret_file, secret_stdin, secret_env)
        one = client.read_a2a_card(find(client, agent)["id"], credential)
        console.print(f"{escape(one['name'])} ({one['id']}) is as its card says now", soft_wrap=True)
        _print_card(one)


def _credential(file: Path | None, from_stdin: bool, variable: str | None) -> str | None:
    if file is None and not from_stdin and variable is None:
        return None
    return secret_from(file, from_stdin, variable).strip()


def _print_card(one: ExternalAgent) -> None:
    card = one["a2a"]
    if card is not None:
        spoken = f"A2A {card['protocol_version']}, {card['binding']} at {card['interface_url']}"
        console.print(f"{escape(spoken)}; credential: {card['auth']}; card {card['card_sha256'][:12]}", soft_wrap=True)
