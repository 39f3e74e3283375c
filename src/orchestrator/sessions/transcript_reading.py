"""The conversation as it is read: page by page from either end, searched, or as a whole."""

import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnClause, Select, Text, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository, Json, at_most
from orchestrator.kit.pagination import page_of
from orchestrator.sessions import service
from orchestrator.sessions.errors import SearchTooSlow
from orchestrator.sessions.models import RunningTool, TranscriptPart
from orchestrator.tenancy.caller import Caller

_AT_ONCE = 500
SEARCH_SECONDS = 10.0
_WORDS: ColumnClause[str] = literal_column(
    "lower(concat_ws(chr(10), data ->> 'text', data ->> 'tool', data -> 'state' ->> 'title', data -> 'state' ->> 'output', "
    "data -> 'state' ->> 'error', data -> 'state' -> 'input'))",
    Text(),
)
"""What is looked at: text and reasoning, and of a tool call its name, title, arguments, output and error."""


class Direction(StrEnum):
    OLDEST = "oldest"
    NEWEST = "newest"


class Form(StrEnum):
    JSONL = "jsonl"
    TEXT = "text"


async def transcript_of(
    db: AsyncSession, session_id: UUID, limit: int, cursor: str | None, direction: Direction, wanted: str | None
) -> tuple[Sequence[TranscriptPart], bool]:
    """Parts in the order in which OpenCode made them, or the last first: its part ids ascend with time.

    Raises NotFound, SearchTooSlow.
    """
    await service.get_session(db, session_id)
    query = _parts(db, session_id)
    part = TranscriptPart.part_id
    if direction is Direction.NEWEST:
        query = (query.where(part < cursor) if cursor else query).order_by(part.desc())
    else:
        query = (query.where(part > cursor) if cursor else query).order_by(part)
    if not wanted:
        return await page_of(db, query, limit)
    # Text that is much like what is looked for, such as a line of dashes, takes as long as their lengths multiplied.
    async with at_most(db, SEARCH_SECONDS, SearchTooSlow):
        return await page_of(db, query.where(func.strpos(_WORDS, wanted.lower()) > 0), limit)


async def running_of(db: AsyncSession, session_id: UUID) -> Sequence[RunningTool]:
    await service.get_session(db, session_id)
    tenant_id = IndustrialRepository(db).tenant_id
    query = select(RunningTool).where(RunningTool.tenant_id == tenant_id, RunningTool.session_id == session_id)
    return (await db.execute(query.order_by(RunningTool.part_id))).scalars().all()


def _parts(db: AsyncSession, session_id: UUID) -> Select[TranscriptPart]:
    tenant_id = IndustrialRepository(db).tenant_id
    return select(TranscriptPart).where(TranscriptPart.tenant_id == tenant_id, TranscriptPart.session_id == session_id)


async def raw(caller: Caller, session_id: UUID, form: Form) -> AsyncGenerator[str]:
    """The whole of it in pieces; no connection is held while the reader takes one."""
    cursor, more = None, True
    while more:
        async with caller.in_tenant(caller.principal.tenant_id) as db:
            parts, more = await transcript_of(db, session_id, _AT_ONCE, cursor, Direction.OLDEST, None)
        cursor = parts[-1].part_id if parts else None
        yield "".join(_line(part) if form is Form.JSONL else "".join(_text(part)) for part in parts)


def _line(part: TranscriptPart) -> str:
    names = ("part_id", "message_id", "role", "type", "model", "data")
    facts = {name: getattr(part, name) for name in names} | {"created_at": part.created_at.isoformat()}
    return json.dumps(facts, ensure_ascii=False) + "\n"


def _text(part: TranscriptPart) -> Iterator[str]:
    who = part.model or part.role
    yield f"## {part.created_at.isoformat()} {who if part.type == 'text' else f'{who}, {part.type}'}\n\n"
    if part.type != "tool":
        yield f"{part.data.get('text', '').rstrip()}\n\n"
        return
    state: Json = part.data.get("state") or {}
    yield f"$ {part.data.get('tool')} {json.dumps(state.get('input') or {}, ensure_ascii=False)}\n"
    yield f"{str(state.get('output') or state.get('error') or '').rstrip()}\n\n"
