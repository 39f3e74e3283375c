"""What an agent that was asked for JSON has answered."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.printable import printable
from orchestrator.sessions.models import TranscriptPart

_MOST_PARTS = 50
"""Of the last message: text that tool calls interrupt is more than one."""
_OPENS = re.compile(r"```(?:json)?[ \t]*")


async def last_words(db: AsyncSession, session_id: UUID) -> str:
    """The text of the last message of its agent."""
    mine = (TranscriptPart.tenant_id == IndustrialRepository(db).tenant_id, TranscriptPart.session_id == session_id)
    query = select(TranscriptPart).where(*mine, TranscriptPart.role == "assistant", TranscriptPart.type == "text")
    parts = (await db.execute(query.order_by(TranscriptPart.part_id.desc()).limit(_MOST_PARTS))).scalars().all()
    last = [part for part in parts if part.message_id == parts[0].message_id]
    return "\n".join(str(part.data.get("text", "")) for part in reversed(last))


def object_in(answer: str) -> dict[str, Any] | None:
    """Models like to put a fence or a sentence around what they were asked for."""
    for text in _candidates(answer):
        try:
            found = _kept(json.loads(text))
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return cast(dict[str, Any], found)
    return None


def _kept(value: Any) -> Any:
    """As it can be kept: an escape in JSON can stand for what no text of the database may hold. Raises RecursionError."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable(name): _kept(one) for name, one in cast(Mapping[str, Any], value).items()}
    return [_kept(one) for one in cast(list[Any], value)] if isinstance(value, list) else value


def _candidates(answer: str) -> Iterator[str]:
    yield answer
    yield from reversed(list(_fenced(answer)))
    yield answer[answer.find("{") : answer.rfind("}") + 1]


def _fenced(answer: str) -> Iterator[str]:
    """Each line is looked at once: of fences that never close an answer may have very many."""
    within: list[str] | None = None
    for line in answer.split("\n"):
        if within is None:
            within = [] if _OPENS.fullmatch(line.lstrip(" \t")) else None
        elif line.lstrip(" \t").startswith("```"):
            yield "\n".join(within)
            within = None
        else:
            within.append(line)
