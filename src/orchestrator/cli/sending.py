"""What was done in one's own clone and one's own OpenCode, back into the session."""

import io
import json
import tarfile
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from orchestrator.cli.connection import load_settings
from orchestrator.cli.errors import console
from orchestrator.cli.local_clone import Clone, Marker, NotOpenedHere
from orchestrator.cli.local_opencode import ConversationNotFound, LocalOpenCode, Talk
from orchestrator.cli.progress import status_text
from orchestrator.cli.sessions import find
from orchestrator.cli.text import escape
from orchestrator.client.api import Client


def send_session(
    client: Client, session_id: str | None, text: str | None, folder: Path | None, conversation: bool, opencode: Path | None
) -> None:
    clone = Clone.at(folder or Path.cwd())
    marker = clone.marker(clone.branch()) if clone else None
    if clone is None or marker is None or (session_id and find(client, session_id)["id"] != marker.session_id):
        raise NotOpenedHere(folder=folder or Path.cwd())
    commit = clone.snapshot(f"Work on {marker.branch}")
    talk = _talk(clone, marker, opencode) if conversation and marker.conversation else None
    with tempfile.TemporaryDirectory(prefix="orchestrator-send-") as scratch:
        bundle, archive = Path(scratch, "commits.bundle"), Path(scratch, "sent.tar")
        clone.bundle(marker.branch, commit, marker.opened, bundle)
        _pack(archive, marker.checkpoint, text, bundle, talk)
        session = client.send_session(marker.session_id, archive)
    clone.advance(marker.branch, commit)
    last_message = talk.last_message if talk else marker.last_message
    clone.mark(replace(marker, checkpoint=marker.checkpoint + 1, opened=commit, last_message=last_message))
    console.print(f"{escape(marker.branch)} at {commit[:10]}: {status_text(session)}", soft_wrap=True)


def _talk(clone: Clone, marker: Marker, opencode: Path | None) -> Talk:
    talk = LocalOpenCode.find(load_settings(), clone.folder, opencode).export(marker.conversation)
    if talk is None:
        raise ConversationNotFound(conversation=marker.conversation)
    return talk


def _pack(archive: Path, checkpoint: int, text: str | None, bundle: Path, talk: Talk | None) -> None:
    with tarfile.open(archive, "w") as target:
        _add(target, "handoff.json", {"checkpoint": checkpoint, "text": text})
        target.add(bundle, "commits.bundle")
        for number, whole in enumerate(talk.wholes if talk else ()):
            _add(target, f"children/{number}.json" if number else "conversation.json", whole)


def _add(target: tarfile.TarFile, name: str, value: Any) -> None:
    content = json.dumps(value).encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    target.addfile(entry, io.BytesIO(content))
