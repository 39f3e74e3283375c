"""Entries and their history, read and searched."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from orchestrator.contexts.models import ContextEntry, ContextVersion, Scope
from orchestrator.contexts.service import Place, named, of_place
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.kit.pagination import CursorInvalid, decode_parts, newest_page, page_of

SUMMARY = "summary"
"""The key under which a session's agent leaves what it has to say of its work, in the scope of the session."""
_ENGLISH: ColumnElement[Any] = literal_column("'english'::regconfig")
_SEARCH: ColumnElement[Any] = literal_column("context_entries.search")


@dataclass(frozen=True)
class Filter:
    """`prefix` is of keys. `places`: None is every one."""

    scope: Scope | None = None
    scope_id: UUID | None = None
    key: str | None = None
    prefix: str | None = None
    deleted: bool = False
    places: Sequence[Place] | None = None


async def read(db: AsyncSession, entry_id: UUID) -> ContextEntry:
    """Raises NotFound, for a deleted one as well."""
    entry = await IndustrialRepository(db).get(ContextEntry, entry_id)
    if entry.deleted:
        raise NotFound
    return entry


async def called(db: AsyncSession, place: Place, key: str) -> ContextEntry | None:
    return await IndustrialRepository(db).find(ContextEntry, *named(place, key), ContextEntry.deleted.is_(False))


async def summaries_of(db: AsyncSession, session_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What agents said at the end of their work, of the sessions where one did. Their own words, and no evidence."""
    mine = (ContextEntry.scope == Scope.SESSION, ContextEntry.scope_id.in_(session_ids), ContextEntry.key == SUMMARY)
    rows = await IndustrialRepository(db).list(ContextEntry, *mine, ContextEntry.deleted.is_(False))
    return {row.scope_id: row.value for row in rows if row.scope_id is not None and isinstance(row.value, str)}


async def version(db: AsyncSession, entry_id: UUID, number: int) -> ContextVersion:
    """Of a deleted entry as well."""
    entry = await IndustrialRepository(db).get(ContextEntry, entry_id)
    row = await db.get(ContextVersion, (entry.tenant_id, entry.id, number))
    if row is None:
        raise NotFound
    return row


async def listed(
    db: AsyncSession, wanted: Filter, limit: int, cursor: str | None = None
) -> tuple[Sequence[ContextEntry], bool]:
    """Those that were written last come first; the flag says whether there are more."""
    return await newest_page(db, _filtered(db, wanted), ContextEntry.updated_at, ContextEntry.id, limit, cursor)


async def found(db: AsyncSession, words: str, wanted: Filter, limit: int) -> Sequence[ContextEntry]:
    """The best first. `words` as people type them into a search box: "quoted", or, -not."""
    query = func.websearch_to_tsquery(_ENGLISH, words)
    fitting = _filtered(db, wanted).where(_SEARCH.op("@@")(query))
    ordered = fitting.order_by(func.ts_rank(_SEARCH, query).desc(), ContextEntry.updated_at.desc(), ContextEntry.id)
    return (await page_of(db, ordered, limit))[0]


def _filtered(db: AsyncSession, wanted: Filter) -> Select[ContextEntry]:
    query = IndustrialRepository(db).query(ContextEntry)
    if not wanted.deleted:
        query = query.where(ContextEntry.deleted.is_(False))
    if wanted.scope is not None:
        query = query.where(ContextEntry.scope == wanted.scope)
    if wanted.scope_id is not None:
        query = query.where(ContextEntry.scope_id == wanted.scope_id)
    if wanted.key is not None:
        query = query.where(ContextEntry.key == wanted.key)
    if wanted.prefix:
        query = query.where(ContextEntry.key.startswith(wanted.prefix, autoescape=True))
    if wanted.places is not None:
        query = query.where(or_(*(and_(*of_place(place)) for place in wanted.places)))
    return query


async def history(db: AsyncSession, entry_id: UUID, limit: int, cursor: str | None) -> tuple[Sequence[ContextVersion], bool]:
    """The newest version first, of a deleted entry as well."""
    entry = await IndustrialRepository(db).get(ContextEntry, entry_id)
    mine = (ContextVersion.tenant_id == entry.tenant_id, ContextVersion.entry_id == entry.id)
    query = select(ContextVersion).where(*mine)
    if cursor:
        (number,) = decode_parts(cursor, 1)
        if not (number.isascii() and number.isdigit() and len(number) < 18):
            raise CursorInvalid
        query = query.where(ContextVersion.number < int(number))
    return await page_of(db, query.order_by(ContextVersion.number.desc()), limit)
