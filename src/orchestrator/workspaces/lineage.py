"""Which checkpoint the worktree of a session on this node comes from: after a stay elsewhere it is one of the past."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

_MARK, _CONVERSATION = "checkpoint.json", "conversation"


@dataclass(frozen=True)
class Mark:
    """The newest checkpoint that was taken of this worktree, or that it was made from."""

    attempt: int
    number: int


@dataclass(frozen=True)
class Lineage:
    """`folder` is the session's state, out of every agent's reach; it goes with the worktree."""

    folder: Path

    def read(self) -> Mark | None:
        try:
            return Mark(**json.loads((self.folder / _MARK).read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, mark: Mark) -> None:
        _write_whole(self.folder / _MARK, json.dumps(asdict(mark)).encode())

    def keep_conversation(self, content: bytes) -> None:
        """What the runtime has to take up before the next turn, in place of what it may know of the session;
        nothing after a turn that was done elsewhere."""
        if not content:
            return self.conversation_taken_up()
        _write_whole(self.folder / _CONVERSATION, content)

    def conversation(self) -> bytes | None:
        try:
            return (self.folder / _CONVERSATION).read_bytes()
        except FileNotFoundError:
            return None

    def conversation_taken_up(self) -> None:
        (self.folder / _CONVERSATION).unlink(missing_ok=True)


def _write_whole(file: Path, content: bytes) -> None:
    draft = file.with_name(f"{file.name}.tmp")
    draft.write_bytes(content)
    draft.replace(file)
