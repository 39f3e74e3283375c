"""The conversation, part by part, as OpenCode finished it."""

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, Json
from orchestrator.kit.printable import printable
from orchestrator.opencode.schemas import Message, MessageInfo, Part
from orchestrator.sessions.models import TranscriptPart

OPENCODE = "opencode"
"""The role of what OpenCode told the model in the user's name: nobody said it."""
_KEPT = frozenset({"text", "reasoning"})
_LONGEST_IN_EVENT = 4_000
_MOST_AT_ONCE = 1_000
"""A statement has 65,535 values at most, and a conversation any number of parts."""
_NOT_TOLD = frozenset({"session_id", "tenant_id", "created_at", "began_at", "ended_at"})
_LAST_MS = 253_402_300_799_000
"""The last second that a date can have; the number comes out of the sandbox."""
_DEEPEST = 50
"""How deep a tool's arguments may lie in each other; a model can write them deeper than any program reads them."""


async def record(db: AsyncSession, session_id: UUID, messages: Iterable[Message], actor: str) -> None:
    """Stores finished parts that are new, each with its event. Repeating it changes nothing."""
    rows = [
        row_of(session_id, message.info, part)
        for message in messages
        for part in message.parts
        if is_finished(message, part)
    ]
    await store_parts(db, session_id, rows, actor)


async def store_parts(db: AsyncSession, session_id: UUID, parts: Iterable[Json], actor: str) -> None:
    """The same for parts as they are stored."""
    tenant_id = IndustrialRepository(db).tenant_id
    rows = [part | {"tenant_id": tenant_id} for part in parts]
    new: set[str] = set()
    for at in range(0, len(rows), _MOST_AT_ONCE):
        statement = (
            insert(TranscriptPart)
            .values(rows[at : at + _MOST_AT_ONCE])
            .on_conflict_do_nothing()
            .returning(TranscriptPart.part_id)
        )
        new |= set((await db.execute(statement)).scalars())
    for row in sorted(rows, key=lambda row: row["part_id"]):
        if row["part_id"] in new:
            told = {k: v for k, v in row.items() if k not in _NOT_TOLD}
            events.append(db, tenant_id, "transcript.part", actor=actor, session_id=session_id, **shortened(told))


def is_finished(message: Message, part: Part) -> bool:
    if part.type == "tool":
        return part.state is not None and part.state.status in ("completed", "error")
    return part.type in _KEPT and (message.info.role == "user" or message.info.time.completed is not None)


def row_of(session_id: UUID, message: MessageInfo, part: Part) -> Json:
    return {
        "session_id": session_id,
        "part_id": part.id,
        "message_id": message.id,
        "role": OPENCODE if message.role == "user" and part.synthetic else message.role,
        "type": part.type,
        "model": printable(message.model_id) if message.model_id and message.role == "assistant" else None,
        "data": _printable(_content(part)),
        **_times(part),
        "created_at": now(),
    }


def _times(part: Part) -> dict[str, datetime | None]:
    """When a tool ran; both None when it does not say so, or not in moments that there are."""
    times = (part.state.time if part.type == "tool" and part.state else None) or {}
    began, ended = _moment(times.get("start")), _moment(times.get("end"))
    if began is None or ended is None:
        return {"began_at": None, "ended_at": None}
    return {"began_at": began, "ended_at": max(began, ended)}


def _moment(ms: float | None) -> datetime | None:
    return datetime.fromtimestamp(ms / 1000, UTC) if ms is not None and 0 <= ms <= _LAST_MS else None


def _content(part: Part) -> Json:
    if part.type != "tool" or part.state is None:
        return {"text": part.text or ""}
    state = {name: value for name, value in part.state if name != "metadata"}
    return {"tool": part.tool, "call_id": part.call_id, "state": state}


def _printable(value: Any) -> Any:
    return _mapped(value, printable)


def shortened(value: Any) -> Any:
    """Events carry enough to show; the whole part is in the transcript."""
    return _mapped(value, lambda text: text if len(text) <= _LONGEST_IN_EVENT else text[:_LONGEST_IN_EVENT] + " [...]")


def _mapped(value: Any, change: Callable[[str], str], levels: int = _DEEPEST) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # No JSON that PostgreSQL would store.
    if isinstance(value, (dict, list)) and not levels:
        return "[...]"
    if isinstance(value, dict):
        return {change(str(k)): _mapped(v, change, levels - 1) for k, v in cast(Json, value).items()}
    return [_mapped(v, change, levels - 1) for v in cast(list[Any], value)] if isinstance(value, list) else value
