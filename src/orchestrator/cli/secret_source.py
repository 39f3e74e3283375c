"""Where a secret comes from: a file, standard input or a variable, never the command line."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.providers import ArgumentWrong

SecretFile = Annotated[Path | None, typer.Option(help="A file that holds the token or private key.")]
SecretStdin = Annotated[bool, typer.Option("--secret-stdin", help="Read the secret from standard input, to its end.")]
SecretEnv = Annotated[str | None, typer.Option(help="The variable that holds the secret.")]


def secret_from(file: Path | None, from_stdin: bool, variable: str | None) -> str:
    if file is not None:
        secret, place = read_text(file), f"The file {file}"
    elif from_stdin:
        secret, place = sys.stdin.read(), "Standard input"
    elif variable is not None:
        secret, place = os.environ.get(variable, ""), f"The variable {variable}"
    else:
        raise ArgumentWrong("There is no secret.", "Give --secret-file, --secret-stdin or --secret-env.")
    if not secret.strip():
        raise ArgumentWrong(f"{place} holds no secret.", "Such as `--secret-stdin < file`, or `--secret-env GITHUB_TOKEN`.")
    return secret


def read_text(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentWrong(f"{file} cannot be read: {error}.", "Name a text file that you may read.") from error
