"""`orchestrator sessions`: what one does to a session."""

import time
from typing import Annotated

import typer

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.progress import status_text
from orchestrator.cli.sessions import SessionId, app, find
from orchestrator.client.api import Client
from orchestrator.client.types import Session

_LOOK_SECONDS = 0.3

Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait until its node has done it.")]


@app.command()
def start(session_id: SessionId) -> None:
    """Queue a session that was handed in without starting it."""
    with errors_told(), connect() as client:
        console.print(status_text(client.start(find(client, session_id)["id"])))


@app.command()
def pause(session_id: SessionId, wait_seconds: Wait = 60) -> None:
    """Abort the turn, keep a checkpoint and release the runtime; `resume` goes on from there."""
    with errors_told(), connect() as client:
        _told(client, client.pause(find(client, session_id)["id"]), wait_seconds)


@app.command()
def resume(session_id: SessionId) -> None:
    """Queue a paused session again; it goes on where it was."""
    with errors_told(), connect() as client:
        console.print(status_text(client.resume(find(client, session_id)["id"])))


@app.command()
def stop(session_id: SessionId, wait_seconds: Wait = 60) -> None:
    """End a session and keep its work on its branch; a message to it starts its next attempt."""
    with errors_told(), connect() as client:
        _told(client, client.stop(find(client, session_id)["id"]), wait_seconds)


@app.command()
def cancel(session_id: SessionId) -> None:
    """End a session for good and at once; its last checkpoint is kept."""
    with errors_told(), connect() as client:
        console.print(status_text(client.cancel(find(client, session_id)["id"])))


def _told(client: Client, session: Session, wait_seconds: float) -> None:
    end = time.monotonic() + wait_seconds
    while session["requested"] and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
        session = client.session(session["id"])
    console.print(status_text(session))
