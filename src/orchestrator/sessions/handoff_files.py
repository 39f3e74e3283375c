"""What a person sends back: a tar archive, read member by member and never unpacked by the names that it gives."""

import json
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from orchestrator.sessions.errors import HandoffUnreadable

FACTS, BUNDLE, CONVERSATION, CHILDREN = "handoff.json", "commits.bundle", "conversation.json", "children/"
MOST_CONVERSATION_BYTES = 64 * 1024 * 1024
_MOST_FACTS_BYTES = 1024 * 1024
_MOST_MEMBERS = 300


class HandoffFacts(BaseModel):
    """`checkpoint` is the one that was opened; `text` is what the session is told when it goes on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    checkpoint: int = Field(ge=1)
    text: Annotated[str, StringConstraints(pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")] | None = None


@dataclass(frozen=True)
class Sent:
    """`conversation` holds the session and then its children; it is empty when none was sent."""

    facts: HandoffFacts
    bundle: Path
    conversation: tuple[bytes, ...]


def read_sent(file: Path, bundle: Path) -> Sent:
    """The commits go into the file `bundle`. Raises HandoffUnreadable."""
    try:
        with tarfile.open(file, "r:") as archive:
            return _read(archive, bundle)
    except tarfile.TarError as problem:
        raise HandoffUnreadable(problem=f"it is no whole tar archive ({problem})") from problem


def _read(archive: tarfile.TarFile, bundle: Path) -> Sent:
    facts: HandoffFacts | None = None
    main: list[bytes] = []
    children: list[bytes] = []
    left = MOST_CONVERSATION_BYTES
    for number, member in enumerate(archive):
        if number >= _MOST_MEMBERS or not member.isreg() or member.issparse():
            raise HandoffUnreadable(problem="it holds more than a few plain files")
        if member.name == FACTS:
            facts = _facts(_content(archive, member, _MOST_FACTS_BYTES))
        elif member.name == BUNDLE:
            _copy(archive, member, bundle)
        elif member.name == CONVERSATION or member.name.startswith(CHILDREN):
            content = _content(archive, member, left)
            left -= len(content)
            (main if member.name == CONVERSATION else children).append(content)
        else:
            raise HandoffUnreadable(problem=f"nothing called {member.name[:80]!r} belongs into it")
    if facts is None or not bundle.exists() or len(main) > 1 or (children and not main):
        raise HandoffUnreadable(problem="handoff.json or commits.bundle is missing, or the conversation is not one")
    return Sent(facts, bundle, (*main, *children))


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo, most: int) -> bytes:
    source = archive.extractfile(member)
    if source is None or member.size > most:
        raise HandoffUnreadable(problem=f"{member.name} is larger than {most} bytes")
    return source.read()


def _copy(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    source = archive.extractfile(member)
    if source is None:
        raise AssertionError("a plain file of an archive can be read")
    with target.open("wb") as copy:
        shutil.copyfileobj(source, copy)


def _facts(content: bytes) -> HandoffFacts:
    try:
        return HandoffFacts.model_validate(json.loads(content))
    except (ValueError, RecursionError) as problem:
        told = problem.errors()[0]["msg"] if isinstance(problem, ValidationError) else "it is no JSON"
        raise HandoffUnreadable(problem=f"{FACTS}: {told}") from problem
