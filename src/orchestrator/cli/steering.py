"""`orchestrator sessions`: what one does to a session."""

import sys
import time
from enum import StrEnum
from typing import Annotated, Any

import typer

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.progress import status_text
from orchestrator.cli.sessions import SessionId, app, find
from orchestrator.client.api import Client
from orchestrator.client.types import Session

_LOOK_SECONDS = 0.3


class Rated(StrEnum):
    GOOD = "good"
    BAD = "bad"
    NONE = "none"


Reason = Annotated[str | None, typer.Option(help="Why.")]
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


@app.command()
def retry(session_id: SessionId) -> None:
    """Hand a finished session's work in again, as a new session."""
    with errors_told(), connect() as client:
        again = client.retry(find(client, session_id)["id"])
        console.print(f"{again['id']} {status_text(again)}", soft_wrap=True)


@app.command()
def fork(
    session_id: SessionId,
    prompt: Annotated[str | None, typer.Argument(help="What the agent is told then; `-`: from standard input.")] = None,
    checkpoint: Annotated[int | None, typer.Option(min=1, help="The checkpoint's number.", show_default="the last")] = None,
    agent: Annotated[str | None, typer.Option(help="Another agent than the parent's.")] = None,
    model: Annotated[str | None, typer.Option(help="Another model than the parent's.")] = None,
    title: Annotated[str | None, typer.Option(help="Another title than the parent's.")] = None,
) -> None:
    """Begin a new session at a checkpoint of this one, with its files and its conversation; without a prompt it goes on."""
    with errors_told(), connect() as client:
        said = sys.stdin.read() if prompt == "-" else prompt
        parent = find(client, session_id)["id"]
        made = client.fork(parent, checkpoint, prompt=said, agent=agent, model=model, title=title)
        console.print(f"{made['id']} {status_text(made)}", soft_wrap=True)


@app.command()
def rebase(
    session_id: SessionId,
    onto: Annotated[str | None, typer.Option(help="Branch, tag or commit.", show_default="the branch it began with")] = None,
) -> None:
    """Put a session's work upon its base as that is now; a conflict becomes a turn, and the result is verified again."""
    with errors_told(), connect() as client:
        console.print(status_text(client.rebase(find(client, session_id)["id"], onto)))


@app.command()
def say(
    session_id: SessionId,
    text: Annotated[str, typer.Argument(help="What is said; `-` reads it from standard input.")],
    review: Annotated[str | None, typer.Option(help="It is a review comment on PATH or PATH:LINE.")] = None,
    ci: Annotated[str | None, typer.Option(help="It is the output of the failed CI run of this name.")] = None,
    url: Annotated[str | None, typer.Option(help="The address of that CI run.")] = None,
) -> None:
    """Say something to a session: its next turn when it runs, its next attempt when it has finished."""
    with errors_told(), connect() as client:
        session = find(client, session_id)
        client.say(session["id"], sys.stdin.read() if text == "-" else text, **_kind(review, ci, url))
        console.print(status_text(client.session(session["id"])))


def _kind(review: str | None, ci: str | None, url: str | None) -> dict[str, Any]:
    if review and (ci or url):
        raise typer.BadParameter("a review comment has no CI run")
    if review:
        path, colon, line = review.rpartition(":")
        place = {"path": path, "line": int(line)} if colon and line.isdecimal() else {"path": review}
        return {"kind": "review_comment", **place}
    if ci or url:
        return {"kind": "ci_failure", "name": ci, "url": url}
    return {}


@app.command()
def accept(session_id: SessionId, reason: Reason = None) -> None:
    """Record that a finished session's result is accepted."""
    with errors_told(), connect() as client:
        console.print(str(client.accept(find(client, session_id)["id"], reason)["decision"]))


@app.command()
def reject(session_id: SessionId, reason: Reason = None) -> None:
    """Record that a finished session's result is rejected."""
    with errors_told(), connect() as client:
        console.print(str(client.reject(find(client, session_id)["id"], reason)["decision"]))


@app.command()
def rate(
    session_id: SessionId,
    rating: Annotated[Rated, typer.Argument(help="How you found the work; `none` takes it back.")],
    comment: Annotated[str | None, typer.Option(help="What was good, or bad.")] = None,
) -> None:
    """Say how you found a finished session's work: the record of its agent goes by it."""
    with errors_told(), connect() as client:
        given = None if rating is Rated.NONE else rating.value
        told = client.rate(find(client, session_id)["id"], given, comment)["rating"]
        console.print("not rated" if told is None else str(told["value"]))


@app.command()
def reverted(
    session_id: SessionId,
    commit: Annotated[str | None, typer.Option(help="The commit that takes the work back.")] = None,
    reason: Reason = None,
    was_not: Annotated[bool, typer.Option("--not", help="It was not, also against what commits say.")] = False,
) -> None:
    """Say that a finished session's work was taken back: it counts against its agent."""
    with errors_told(), connect() as client:
        session = find(client, session_id)["id"]
        told = client.reverted(session, reverted=not was_not, commit=commit, reason=reason)["reverted"]
        console.print("reverted" if told and told["counts"] else "not reverted")


def _told(client: Client, session: Session, wait_seconds: float) -> None:
    end = time.monotonic() + wait_seconds
    while session["requested"] and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
        session = client.session(session["id"])
    console.print(status_text(session))
