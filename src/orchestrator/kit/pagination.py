"""Pages of lists, and cursors over those that are ordered by (created_at, id)."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from orchestrator.kit.errors import OrchestratorError

Item = TypeVar("Item")
Row = TypeVar("Row")


class CursorInvalid(OrchestratorError):
    """The cursor is not one that this list gave out."""

    status = 422
    code = "cursor_invalid"
    hint = "Use the next_cursor of the page before, unchanged, or leave it out to begin at the newest."


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next_cursor: str | None = None


def encode_cursor(created_at: datetime, row_id: UUID) -> str:
    return encode_parts(created_at.isoformat(), str(row_id))


def decode_cursor(cursor: str) -> tuple[datetime, UUID]:
    created_at, row_id = decode_parts(cursor, 2)
    try:
        return decode_moment(created_at), UUID(row_id)
    except ValueError as error:
        raise CursorInvalid from error


def encode_parts(*parts: str) -> str:
    """A cursor over any order: what the last row of the page is ordered by. Only the last part may hold a `|`."""
    return base64.urlsafe_b64encode("|".join(parts).encode()).decode()


def decode_parts(cursor: str, count: int) -> list[str]:
    try:
        parts = base64.urlsafe_b64decode(cursor.encode()).decode().split("|", count - 1)
    except (ValueError, binascii.Error) as error:
        raise CursorInvalid from error
    if len(parts) != count or "\0" in parts[-1]:  # PostgreSQL takes no zero byte in a text.
        raise CursorInvalid
    return parts


def decode_moment(part: str) -> datetime:
    try:
        moment = datetime.fromisoformat(part)
    except ValueError as error:
        raise CursorInvalid from error
    if moment.tzinfo is None:
        raise CursorInvalid
    return moment


async def newest_page(
    db: AsyncSession,
    query: Select[Row],
    at: InstrumentedAttribute[datetime],
    row_id: InstrumentedAttribute[UUID],
    limit: int,
    cursor: str | None,
) -> tuple[Sequence[Row], bool]:
    """The newest first; the flag says whether there are more. Raises CursorInvalid."""
    if cursor:
        query = query.where(tuple_(at, row_id) < decode_cursor(cursor))
    return await page_of(db, query.order_by(at.desc(), row_id.desc()), limit)


async def page_of(db: AsyncSession, query: Select[Row], limit: int) -> tuple[Sequence[Row], bool]:
    """The first rows of an ordered query; the flag says whether there are more."""
    rows = (await db.execute(query.limit(limit + 1))).scalars().all()
    return rows[:limit], len(rows) > limit
