"""`orchestrator git-credentials`: what private repositories are fetched and pushed with."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.providers import NoneCalled
from orchestrator.cli.secret_source import SecretEnv, SecretFile, SecretStdin, read_text, secret_from
from orchestrator.cli.text import escape
from orchestrator.client.types import GitCredential

app = typer.Typer(no_args_is_help=True, help="List and keep the credentials for private repositories, for ADMINs.")


@app.command("list")
def list_() -> None:
    """List the credentials; of their secrets nothing is shown."""
    with errors_told(), connect() as client:
        table = Table("name", "kind", "repositories", "who", "host key", box=None)
        for one in client.git_credentials():
            table.add_row(one["name"], one["kind"], escape(one["pattern"]), escape(_who(one)), _host_key(one))
        console.print(table)


def _who(one: GitCredential) -> str:
    return one["key_fingerprint"] or (f"app {one['app_id']}" if one["app_id"] else one["username"] or "")


def _host_key(one: GitCredential) -> str:
    if one["kind"] != "ssh_key":
        return ""
    return "pinned" if one["known_hosts"] else "the first seen"


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="A name of your choice.")],
    pattern: Annotated[str, typer.Argument(help="Host and beginning of the path, such as github.com/acme.")],
    kind: Annotated[str, typer.Option(help="token, ssh_key or github_app.")] = "token",
    secret_file: SecretFile = None,
    secret_stdin: SecretStdin = False,
    secret_env: SecretEnv = None,
    username: Annotated[str | None, typer.Option(help="Of a token; most forges take any.")] = None,
    known_hosts: Annotated[
        Path | None, typer.Option(help="For ssh_key: a file as `ssh-keyscan HOST` prints it. Without: the first key seen.")
    ] = None,
    app_id: Annotated[str | None, typer.Option(help="For github_app: the app's id or client id.")] = None,
    installation_id: Annotated[int | None, typer.Option(help="For github_app: the installation's id.")] = None,
    api_url: Annotated[str | None, typer.Option(help="For github_app on a server of your own, such as .../api/v3.")] = None,
) -> None:
    """Add a credential. Its secret comes from a file, standard input or a variable, never from the command line."""
    with errors_told(), connect() as client:
        made = client.add_git_credential(
            name=name,
            pattern=pattern,
            kind=kind,
            secret=secret_from(secret_file, secret_stdin, secret_env),
            username=username,
            known_hosts=None if known_hosts is None else read_text(known_hosts),
            app_id=app_id,
            installation_id=installation_id,
            api_url=api_url,
        )
        console.print(f"{made['name']} added for {escape(made['pattern'])}", soft_wrap=True)
        if made["public_key"]:
            console.print(f"Let this key in at the forge: {escape(made['public_key'])}", soft_wrap=True)


@app.command()
def remove(name: Annotated[str, typer.Argument(help="The credential's name.")]) -> None:
    """Remove a credential; no operation uses it from now on."""
    with errors_told(), connect() as client:
        found = next((one for one in client.git_credentials() if one["name"] == name), None)
        if found is None:
            raise NoneCalled("git-credential", name)
        client.remove_git_credential(found["id"])
        console.print(f"{name} removed", soft_wrap=True)
