"""`orchestrator sessions open` and `send`: a session in one's own clone and one's own OpenCode, and back."""

from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.bulk import app
from orchestrator.cli.connection import connect
from orchestrator.cli.errors import errors_told
from orchestrator.cli.sessions import SessionId

Folder = Annotated[Path | None, typer.Option(help="The clone, or a new folder. Unset: the clone that you are in.")]
Talking = Annotated[bool, typer.Option(help="Whether the conversation goes along.")]
OpenCode = Annotated[Path | None, typer.Option(help="The `opencode` to use.", show_default="that of PATH")]


@app.command("open")
def open_(
    session_id: SessionId,
    folder: Folder = None,
    conversation: Talking = True,
    opencode: OpenCode = None,
    wait_seconds: Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait until it is paused.")] = 60,
) -> None:
    """Pause a session, and take its branch into your clone and its conversation into your OpenCode."""
    from orchestrator.cli import opening  # Git and conversations: no other command of this noun needs them.

    with errors_told(), connect() as client:
        opening.open_session(client, session_id, folder, conversation, opencode, wait_seconds)


@app.command()
def send(
    session_id: Annotated[str | None, typer.Argument(help="The session's id. Unset: that of the branch.")] = None,
    text: Annotated[str | None, typer.Option("--say", help="What the session is told when it goes on.")] = None,
    folder: Folder = None,
    conversation: Talking = True,
    opencode: OpenCode = None,
) -> None:
    """Send commits, uncommitted changes and conversation of an opened session back; the session goes on with them."""
    from orchestrator.cli import sending

    with errors_told(), connect() as client:
        sending.send_session(client, session_id, text, folder, conversation, opencode)
