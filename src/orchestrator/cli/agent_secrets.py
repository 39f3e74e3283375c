"""`orchestrator agents secrets`: what the gateway adds to the headers of agents' MCP servers."""

from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.secret_source import SecretEnv, SecretFile, SecretStdin, secret_from
from orchestrator.cli.text import escape

app = typer.Typer(no_args_is_help=True, help="Keep the secrets that agents' MCP servers are called with.")

Name = Annotated[str, typer.Argument(help="As `{env:NAME}` in a header says it.")]


@app.command("list")
def list_() -> None:
    """List their names; of their values nothing is shown."""
    with errors_told(), connect() as client:
        table = Table("name", "set by", "on", box=None)
        for one in client.agent_secrets():
            table.add_row(escape(one["name"]), escape(one["updated_by"]), one["updated_at"][:10])
        console.print(table)


@app.command("set")
def set_(
    name: Name, secret_file: SecretFile = None, secret_stdin: SecretStdin = False, secret_env: SecretEnv = None
) -> None:
    """Keep a secret, or another value of one. It comes from a file, standard input or a variable."""
    with errors_told(), connect() as client:
        client.set_agent_secret(name, secret_from(secret_file, secret_stdin, secret_env).strip())
        console.print(f"{escape(name)} is kept", soft_wrap=True)


@app.command()
def remove(name: Name) -> None:
    """Remove a secret; servers that need it are not reached any more."""
    with errors_told(), connect() as client:
        client.remove_agent_secret(name)
        console.print(f"{escape(name)} removed", soft_wrap=True)
