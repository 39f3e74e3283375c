"""`orchestrator sessions bulk`: one action on many sessions."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.sessions import find
from orchestrator.cli.steering import app
from orchestrator.cli.text import escape


class Action(StrEnum):
    PAUSE = "pause"
    STOP = "stop"
    RESUME = "resume"
    RETRY = "retry"
    CANCEL = "cancel"


@app.command()
def bulk(
    action: Annotated[Action, typer.Argument(help="What is done to each.")],
    session_ids: Annotated[list[str] | None, typer.Argument(help="Ids, or the beginnings or ends of them.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that it can be done to, as far as the filters go.")] = False,
    status: Annotated[list[str] | None, typer.Option(help="With --all: only these statuses.")] = None,
    repository: Annotated[list[str] | None, typer.Option(help="With --all: only of these repositories.")] = None,
    mine: Annotated[bool, typer.Option(help="With --all: only those that you handed in.")] = False,
) -> None:
    """Pause, stop, resume, retry or cancel many sessions; each answers for itself."""
    if bool(session_ids) == every:
        raise typer.BadParameter("name sessions, or say --all")
    with errors_told(), connect() as client:
        wanted: dict[str, Any] = {"filter": {"status": status or [], "repository": repository or [], "mine": mine}}
        if session_ids:
            wanted = {"ids": [find(client, one)["id"] for one in session_ids]}
        answer = client.bulk(action.value, **wanted)
        for one in answer["items"]:
            console.print(f"{one['id']} {one['requested'] or one['status'] or escape(one['message'])}", soft_wrap=True)
        if answer["more"]:
            console.print("There are more: run it again.")
