"""What an agent that was asked for JSON has answered."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions.models import TranscriptPart

_MOST_PARTS = 50
"""Of the last message: text that tool calls interrupt is more than one."""
_FENCED = re.compile(r"```(?:json)?[ \t]*\n(.*?)\n[ \t]*```", re.DOTALL)


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
            found: Any = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return found  # pyright: ignore[reportUnknownVariableType]
    return None


def _candidates(answer: str) -> Iterator[str]:
    yield answer
    yield from reversed(_FENCED.findall(answer))
    yield answer[answer.find("{") : answer.rfind("}") + 1]
