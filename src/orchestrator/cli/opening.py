"""A session into one's own clone and one's own OpenCode."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from orchestrator.cli.connection import load_settings
from orchestrator.cli.errors import console
from orchestrator.cli.local_clone import Clone, Marker
from orchestrator.cli.local_opencode import LocalOpenCode, Talk
from orchestrator.cli.sessions import find
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.types import OpenedSession, Session
from orchestrator.kit.errors import OrchestratorError
from orchestrator.workspaces.repository import parse_reference

_LOOK_SECONDS = 0.3
_MOST_COMMON = 64
_CAN_BE_PAUSED = ("queued", "running", "waiting", "degraded", "verifying")


class NotPaused(OrchestratorError):
    """The session is {status} after {seconds} seconds, and not paused yet."""

    status = 409
    code = "not_paused"
    hint = "Its node is at it: look with `orchestrator sessions show`, then open it again, or give it longer with --wait."


class FolderInUse(OrchestratorError):
    """{folder} is neither a clone nor empty."""

    status = 409
    code = "folder_in_use"
    hint = "Name a clone of the repository, or a folder that does not exist yet."


@dataclass(frozen=True)
class Target:
    """Where a session is opened: in a clone, in a new worktree of one, or in a new clone."""

    clone: Clone | None
    new_folder: Path | None


def open_session(
    client: Client, session_id: str, folder: Path | None, conversation: bool, opencode: Path | None, wait_seconds: float
) -> None:
    session = find(client, session_id)
    target = _target(folder, session)
    session = _paused(client, session, wait_seconds)
    opened = client.open_session(session["id"], target.clone.tips() if target.clone else [])
    known = target.clone.marker(opened["branch"]) if target.clone else None
    clone = _brought(client, opened, target, known)
    talk: Talk | None = None
    if conversation and opened["conversation"]:
        whole = client.conversation(session["id"], opened["checkpoint"])
        local = LocalOpenCode.find(load_settings(), clone.folder, opencode)
        talk = local.take([whole["session"], *whole["children"]], known.last_message if known else "")
    _mark(clone, session["id"], opened["checkpoint"], opened["branch"], opened["commit"], talk)
    _tell(clone, opened, talk)


def _target(folder: Path | None, session: Session) -> Target:
    """What is refused here is refused before anything is paused."""
    here = Clone.at(Path.cwd())
    if folder is not None and folder.is_dir() and any(folder.iterdir()):
        if (clone := Clone.at(folder)) is None:
            raise FolderInUse(folder=folder)
    elif folder is None and here is not None:
        clone = here
    else:
        base = f"{session['base_commit']}^{{commit}}"
        near = here if here is not None and here.has("cat-file", "-e", base) else None
        return Target(near, folder or Path.cwd() / session["branch"].rpartition("/")[2])
    clone.refuse_dirty()
    return Target(clone, None)


def _paused(client: Client, session: Session, wait_seconds: float) -> Session:
    if session["status"] in _CAN_BE_PAUSED:
        session = client.pause(session["id"])
    end = time.monotonic() + wait_seconds
    while session["requested"] and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
        session = client.session(session["id"])
    if session["status"] in _CAN_BE_PAUSED:
        raise NotPaused(status=session["status"], seconds=round(wait_seconds))
    return session


def _brought(client: Client, opened: OpenedSession, target: Target, known: Marker | None) -> Clone:
    branch, commit, folder = opened["branch"], opened["commit"], target.new_folder
    if target.clone is not None:
        clone = target.clone
    elif folder is not None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise FolderInUse(folder=folder)
        kind = "sha256" if len(commit) == 64 else "sha1"
        clone = Clone.new(folder, parse_reference(opened["repository"]).url, kind)
    else:
        raise AssertionError("a target is a clone or a new folder")
    with tempfile.TemporaryDirectory(prefix="orchestrator-open-") as scratch:
        bundle = Path(scratch, "commits.bundle")
        client.fetch_bundle(opened["session_id"], opened["checkpoint"], opened["common"][:_MOST_COMMON], bundle)
        clone.take(bundle, branch, opened["session_id"])
    at = known.opened if known else None
    if target.clone is not None and folder is not None:
        return clone.worktree(folder, branch, commit, at)
    clone.check_out(branch, commit, at)
    return clone


def _mark(clone: Clone, session_id: str, checkpoint: int, branch: str, commit: str, talk: Talk | None) -> None:
    conversation = str(talk.wholes[0]["info"]["id"]) if talk else ""
    clone.mark(Marker(session_id, checkpoint, branch, commit, conversation, talk.last_message if talk else ""))


def _tell(clone: Clone, opened: OpenedSession, talk: Talk | None) -> None:
    folder, branch = escape(str(clone.folder)), escape(opened["branch"])
    console.print(f"{branch} is at checkpoint {opened['checkpoint']} in {folder}", soft_wrap=True)
    if talk is not None:
        console.print(f"go on with:   cd {folder} && opencode --session {opened['conversation']}", soft_wrap=True)
    console.print("send it back: orchestrator sessions send", soft_wrap=True)
