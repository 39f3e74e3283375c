"""Writes that collided: found, and resolved by whoever looks at both sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.contexts.errors import ContextConflictResolved
from orchestrator.contexts.merging import MISSING, merge, same
from orchestrator.contexts.models import ContextConflict, ContextEntry, Resolution
from orchestrator.contexts.service import ANY_VERSION, Writer, seen, store, version_of
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.pagination import newest_page
from orchestrator.kit.versions import ChangedMeanwhile


@dataclass(frozen=True)
class Found:
    """A conflict with its entry as that is now."""

    conflict: ContextConflict
    entry: ContextEntry


@dataclass(frozen=True)
class Decision:
    """`value` counts for VALUE alone. `base`: the version of the entry that whoever decides has seen."""

    resolution: Resolution
    value: Any = None
    base: int | None = None


async def read(db: AsyncSession, conflict_id: UUID) -> Found:
    repository = IndustrialRepository(db)
    row = await repository.get(ContextConflict, conflict_id)
    return Found(row, await repository.get(ContextEntry, row.entry_id))


async def listed(
    db: AsyncSession, *, resolved: bool | None, entry_id: UUID | None, limit: int, cursor: str | None
) -> tuple[Sequence[Found], bool]:
    """The newest first; the flag says whether there are more."""
    query = select(ContextConflict).where(ContextConflict.tenant_id == IndustrialRepository(db).tenant_id)
    if resolved is not None:
        query = query.where(ContextConflict.resolved_at.is_not(None) if resolved else ContextConflict.resolved_at.is_(None))
    if entry_id is not None:
        query = query.where(ContextConflict.entry_id == entry_id)
    rows, more = await newest_page(db, query, ContextConflict.created_at, ContextConflict.id, limit, cursor)
    ids = {row.entry_id for row in rows}
    entries = {one.id: one for one in await IndustrialRepository(db).list(ContextEntry, ContextEntry.id.in_(ids))}
    return [Found(row, entries[row.entry_id]) for row in rows], more


async def resolve(db: AsyncSession, writer: Writer, conflict_id: UUID, decision: Decision) -> Found:
    """Where both sides do not collide, both stay, whichever is taken. Raises ContextConflictResolved, ChangedMeanwhile."""
    repository = IndustrialRepository(db)
    entry_id = (await repository.get(ContextConflict, conflict_id)).entry_id
    # The entry first, as writers do, so that nobody waits in a circle.
    entry = await repository.get(ContextEntry, entry_id, lock=True)
    row = await repository.get(ContextConflict, conflict_id, lock=True)
    if row.resolved_at is not None:
        raise ContextConflictResolved(by=row.resolved_by)
    if decision.base not in (None, ANY_VERSION, entry.version):
        raise ChangedMeanwhile
    value = await _decided(db, row, entry, decision)
    if value is not MISSING and not same(value, seen(entry)):
        await store(db, writer, entry, value, merged_from=row.base_version)
    row.resolution, row.resolved_by, row.resolved_at = decision.resolution, writer.actor, now()
    row.resolved_version = entry.version
    await db.flush()
    return Found(row, entry)


async def _decided(db: AsyncSession, row: ContextConflict, entry: ContextEntry, decision: Decision) -> Any:
    """Against the entry as it is now, which may be newer than the conflict. MISSING: what others deleted stays so."""
    if decision.resolution is Resolution.VALUE:
        if decision.base is None and entry.version != row.current_version:
            raise ChangedMeanwhile
        return decision.value
    if entry.deleted:
        return row.value if decision.resolution is Resolution.MINE else MISSING
    base = await version_of(db, entry, row.base_version)
    return merge(seen(base), seen(entry), row.value, prefer_mine=decision.resolution is Resolution.MINE).value
