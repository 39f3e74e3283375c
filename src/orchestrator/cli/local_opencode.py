"""The OpenCode of the person at this machine: conversations go into it and come out by its own `import` and `export`."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.settings import Settings
from orchestrator.opencode.binary import find_opencode
from orchestrator.opencode.snapshots import finished, moved

_SECONDS = 120.0

Json = dict[str, Any]


class LocalOpenCodeFailed(OrchestratorError):
    """The local OpenCode did not {deed} the conversation: {detail}"""

    status = 500
    code = "local_opencode_failed"
    hint = "Look whether `{binary} session list` works here, or go on without the conversation: --no-conversation."


class ConversationNotFound(OrchestratorError):
    """The local OpenCode has no conversation {conversation}."""

    status = 404
    code = "conversation_not_found"
    hint = "Send from the account that opened the session, or send the work alone with --no-conversation."


class ConversationNotSent(OrchestratorError):
    """The local conversation {conversation} has messages that were never sent to the session."""

    status = 409
    code = "conversation_not_sent"
    hint = "Send them with `orchestrator sessions send`, or delete them here: `opencode session delete {conversation}`."


@dataclass(frozen=True)
class Talk:
    """A conversation and those that its `task` tool began, as `opencode export` prints them; the session comes first."""

    wholes: tuple[Json, ...]

    @property
    def last_message(self) -> str:
        messages = self.wholes[0]["messages"]
        return str(messages[-1]["info"]["id"]) if messages else ""

    @property
    def message_ids(self) -> set[str]:
        return {str(message["info"]["id"]) for message in self.wholes[0]["messages"]}


@dataclass(frozen=True)
class LocalOpenCode:
    binary: Path
    folder: Path

    @classmethod
    def find(cls, settings: Settings, folder: Path, named: Path | None) -> "LocalOpenCode":
        """The one that is named, else the one that the person runs, else the one that the set-up installed."""
        own = shutil.which("opencode") if settings.opencode_binary is None else None
        if named is not None:
            binary = named.absolute()
        elif own is not None:
            binary = Path(own)
        else:
            binary = find_opencode(settings.opencode_binary).binary
        return cls(binary, folder)

    def export(self, conversation: str) -> Talk | None:
        """None when there is no such conversation. Of an answer that is being written, nothing."""
        whole = self._export_one(conversation)
        if whole is None:
            return None
        whole = whole | {"messages": finished(whole["messages"])}
        children = [child for id_ in _children_of(whole) if (child := self._export_one(id_)) is not None]
        return Talk((whole, *children))

    def _export_one(self, conversation: str) -> Json | None:
        done = self._run("export", conversation)
        if done.returncode != 0:
            if b"not found" in done.stderr.lower():
                return None
            raise self._failed("export", done)
        try:
            return json.loads(done.stdout)
        except ValueError as problem:
            raise self._failed("export", done) from problem

    def take(self, wholes: Sequence[Json], known_last: str) -> Talk:
        """In the place of what it has of it. Raises ConversationNotSent when that would lose what was said here."""
        talk = Talk(tuple(_moved(whole, self.folder) for whole in wholes))
        conversation = str(talk.wholes[0]["info"]["id"])
        if (present := self._export_one(conversation)) is not None:
            here = Talk((present,))
            if not here.message_ids <= talk.message_ids and here.last_message != known_last:
                raise ConversationNotSent(conversation=conversation)
            self._checked("replace", "session", "delete", conversation)
        with tempfile.TemporaryDirectory(prefix="orchestrator-talk-") as scratch:
            for number, whole in enumerate(talk.wholes):
                file = Path(scratch, f"{number}.json")
                file.write_text(json.dumps(whole))
                self._checked("import", "import", str(file))
        return talk

    def _checked(self, deed: str, *words: str) -> None:
        done = self._run(*words)
        if done.returncode != 0:
            raise self._failed(deed, done)

    def _run(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        """It trusts the variable PWD more than the folder that it runs in."""
        environment = {**os.environ, "PWD": str(self.folder)}
        try:
            return subprocess.run(
                [self.binary, *words], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                capture_output=True, timeout=_SECONDS, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise LocalOpenCodeFailed(deed=words[0], detail=str(problem), binary=self.binary) from problem

    def _failed(self, deed: str, done: "subprocess.CompletedProcess[bytes]") -> LocalOpenCodeFailed:
        detail = " ".join(done.stderr.decode(errors="replace").split())[-400:] or f"exit code {done.returncode}"
        return LocalOpenCodeFailed(deed=deed, detail=detail, binary=self.binary)


def _children_of(whole: Json) -> list[str]:
    """OpenCode lists no child sessions; the parts of the `task` tool name them."""
    named = (
        part.get("state", {}).get("metadata", {}).get("sessionId")
        for message in whole["messages"]
        for part in message["parts"]
        if part.get("tool") == "task"
    )
    return list(dict.fromkeys(id_ for id_ in named if isinstance(id_, str)))


def _moved(whole: Json, folder: Path) -> Json:
    """What it may do here is the person's own to say, so the rules of the session stay behind."""
    info = {name: value for name, value in whole["info"].items() if name != "permission"}
    return {"info": info, "messages": moved(whole["messages"], str(info["directory"]), str(folder))}
