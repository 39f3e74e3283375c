"""What a person sends back: a tar archive, read member by member and never unpacked by the names that it gives.

Only plain files are taken. What the extensions of the format say about the file that comes next is passed over, so that
nobody can send headers of headers, or holes without end.
"""

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from orchestrator.sessions.errors import HandoffUnreadable

FACTS, BUNDLE, CONVERSATION, CHILDREN = "handoff.json", "commits.bundle", "conversation.json", "children/"
MOST_CONVERSATION_BYTES = 64 * 1024 * 1024
_MOST_FACTS_BYTES = 1024 * 1024
_MOST_MEMBERS = 300
_BLOCK, _PIECE = tarfile.BLOCKSIZE, 1 << 20


class HandoffFacts(BaseModel):
    """`checkpoint` is the one that was opened; `text` is what the session is told when it goes on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    checkpoint: int = Field(ge=1, le=2**31)
    text: Annotated[str, StringConstraints(pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")] | None = None


@dataclass(frozen=True)
class Sent:
    """`conversation` holds the session and then its children; it is empty when none was sent."""

    facts: HandoffFacts
    bundle: Path
    conversation: tuple[bytes, ...]


@dataclass(frozen=True)
class _Member:
    name: str
    size: int
    source: BinaryIO

    def content(self, most: int) -> bytes:
        if self.size > most:
            raise HandoffUnreadable(problem=f"{self.name[:80]!r} is larger than {most} bytes")
        return b"".join(self._pieces())

    def copy(self, target: Path) -> None:
        with target.open("wb") as copy:
            for piece in self._pieces():
                copy.write(piece)

    def _pieces(self) -> Iterator[bytes]:
        left = self.size
        while left:
            piece = self.source.read(min(left, _PIECE))
            if not piece:
                raise HandoffUnreadable(problem="it ends in the middle of a file")
            left -= len(piece)
            yield piece


def read_sent(file: Path, bundle: Path) -> Sent:
    """The commits go into the file `bundle`. Raises HandoffUnreadable."""
    facts: HandoffFacts | None = None
    main: list[bytes] = []
    children: list[bytes] = []
    left = MOST_CONVERSATION_BYTES
    with file.open("rb") as source:
        for member in _members(source):
            if member.name == FACTS:
                facts = _facts(member.content(_MOST_FACTS_BYTES))
            elif member.name == BUNDLE:
                member.copy(bundle)
            elif member.name == CONVERSATION or member.name.startswith(CHILDREN):
                content = member.content(left)
                left -= len(content)
                (main if member.name == CONVERSATION else children).append(content)
            else:
                raise HandoffUnreadable(problem=f"nothing called {member.name[:80]!r} belongs into it")
    if facts is None or not bundle.exists() or len(main) > 1 or (children and not main):
        raise HandoffUnreadable(problem="handoff.json or commits.bundle is missing, or the conversation is not one")
    return Sent(facts, bundle, (*main, *children))


def _members(source: BinaryIO) -> Iterator[_Member]:
    """Each has to be read before the next one is asked for, as far as anybody wants it."""
    for _ in range(_MOST_MEMBERS):
        begin = source.tell()
        header = _header(source.read(_BLOCK))
        if header is None:
            return
        if header.type in (tarfile.REGTYPE, tarfile.AREGTYPE):
            yield _Member(header.name, header.size, source)
        elif header.type not in (tarfile.XHDTYPE, tarfile.XGLTYPE):
            raise HandoffUnreadable(problem="it holds something that is no plain file")
        source.seek(begin + _BLOCK + -(-header.size // _BLOCK) * _BLOCK)
    raise HandoffUnreadable(problem=f"it holds more than {_MOST_MEMBERS} files")


def _header(block: bytes) -> tarfile.TarInfo | None:
    """None at the end of the archive."""
    if block == bytes(_BLOCK):
        return None
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError) as problem:
        raise HandoffUnreadable(problem=f"it is no whole tar archive ({problem})") from problem
    if not 0 <= header.size < 2**63 - tarfile.RECORDSIZE:
        raise HandoffUnreadable(problem="a file in it has no size that there is")
    return header


def _facts(content: bytes) -> HandoffFacts:
    try:
        return HandoffFacts.model_validate(json.loads(content))
    except (ValueError, RecursionError) as problem:
        told = problem.errors()[0]["msg"] if isinstance(problem, ValidationError) else "it is no JSON"
        raise HandoffUnreadable(problem=f"{FACTS}: {told}") from problem
