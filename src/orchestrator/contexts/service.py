"""Entries written and deleted: whoever writes says which version they read, and what they did not see is not overwritten."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from orchestrator.contexts.errors import (
    ContextConflicted,
    ContextConflictsFull,
    ContextScopeInvalid,
    ContextsFull,
    ContextVersionRequired,
)
from orchestrator.contexts.merging import MISSING, merge, same
from orchestrator.contexts.models import ContextConflict, ContextEntry, ContextVersion, Policy, Scope
from orchestrator.contexts.values import check_key, check_value
from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, lock_until_commit
from orchestrator.kit.errors import NotFound
from orchestrator.kit.ids import new_id
from orchestrator.kit.versions import ChangedMeanwhile

MOST_IN_SCOPE = 1_000
MOST_IN_TENANT = 20_000
MOST_OPEN_CONFLICTS = 100
UPDATED, CONFLICTED = "context.updated", "context.conflict"

_OWNERS = {
    Scope.SESSION: text("select from sessions where tenant_id = :t and id = :i"),
    Scope.AGENT: text("select from agents where tenant_id = :t and id = :i"),
    # Locked, so that no entry is made while its plan ends, which nothing would ever remove.
    Scope.TEMPORARY: text(
        "select from plans where tenant_id = :t and id = :i and status not in ('completed', 'cancelled') for share"
    ),
}


@dataclass(frozen=True)
class Place:
    """Whose entries; all scopes but GLOBAL are of a session, an agent or a plan."""

    scope: Scope
    scope_id: UUID | None = None

    def __str__(self) -> str:
        return self.scope.value if self.scope_id is None else f"{self.scope.value} {self.scope_id}"


@dataclass(frozen=True)
class Writer:
    """`session_id`: the session that writes, whose events tell of it."""

    actor: str
    session_id: UUID | None = None


@dataclass(frozen=True)
class Write:
    """`base` is the version that the writer had read: None when they had read none, ANY_VERSION for whatever is there.
    `policy`: None leaves the entry's own, which is to keep conflicts."""

    key: str
    value: Any
    base: int | None = None
    policy: Policy | None = None


ANY_VERSION = 0


@dataclass(frozen=True)
class Written:
    entry: ContextEntry
    merged: bool = False


@dataclass(frozen=True)
class Refused:
    """The write is kept as a conflict: commit, then raise `error`."""

    entry: ContextEntry
    conflict: ContextConflict

    @property
    def error(self) -> ContextConflicted:
        row = self.conflict
        paths = ", ".join(path or "its whole value" for path in row.paths[:10])
        told = {"key": self.entry.key, "paths": paths, "base": row.base_version, "current": row.current_version}
        return ContextConflicted(conflict_id=row.id, **told)


async def put(db: AsyncSession, writer: Writer, place: Place, write: Write) -> Written | Refused:
    """Raises ContextKeyInvalid, ContextValueInvalid, ContextsFull, ContextVersionRequired, ChangedMeanwhile, NotFound."""
    check_key(write.key)
    check_value(write.value)
    seen_before = await IndustrialRepository(db).find(ContextEntry, *named(place, write.key))
    if seen_before is None or seen_before.deleted:
        await check_place(db, place)
        # One at a time, and before the entry is locked, so that nobody waits in a circle.
        await lock_until_commit(db, f"{IndustrialRepository(db).tenant_id}:contexts")
        await _check_room(db, place)
    entry = await _locked(db, place, write.key)
    return await (_create(db, writer, place, write) if entry is None else _change(db, writer, entry, write))


async def check_place(db: AsyncSession, place: Place) -> None:
    """Raises ContextScopeInvalid, NotFound."""
    if (place.scope is Scope.GLOBAL) is not (place.scope_id is None):
        problem = "The scope GLOBAL has no scope_id." if place.scope_id else f"The scope {place.scope} needs a scope_id."
        raise ContextScopeInvalid(problem=problem)
    if (query := _OWNERS.get(place.scope)) is not None:
        owner = {"t": IndustrialRepository(db).tenant_id, "i": place.scope_id}
        if (await db.execute(query, owner)).first() is None:
            raise NotFound


def of_place(place: Place) -> tuple[ColumnElement[bool], ...]:
    of_id = ContextEntry.scope_id.is_(None) if place.scope_id is None else ContextEntry.scope_id == place.scope_id
    return (ContextEntry.scope == place.scope, of_id)


def named(place: Place, key: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions of an entry by its name."""
    return (*of_place(place), ContextEntry.key == key)


async def _locked(db: AsyncSession, place: Place, key: str) -> ContextEntry | None:
    query = IndustrialRepository(db).query(ContextEntry, *named(place, key)).with_for_update()
    query = query.execution_options(populate_existing=True)  # Others may have written since it was looked at.
    return (await db.execute(query)).scalar_one_or_none()


async def _create(db: AsyncSession, writer: Writer, place: Place, write: Write) -> Written:
    if write.base is not None:
        raise ChangedMeanwhile
    moment = now()
    entry = ContextEntry(
        id=new_id(),
        scope=place.scope,
        scope_id=place.scope_id,
        key=write.key,
        version=0,
        policy=write.policy or Policy.CONFLICT,
        created_at=moment,
        updated_at=moment,
    )
    IndustrialRepository(db).add(entry)
    await store(db, writer, entry, write.value)
    return Written(entry)


async def _check_room(db: AsyncSession, place: Place) -> None:
    """Deleted ones count no more."""
    mine = (ContextEntry.tenant_id == IndustrialRepository(db).tenant_id, ContextEntry.deleted.is_(False))
    query = select(func.count(), func.count().filter(*of_place(place))).where(*mine).select_from(ContextEntry)
    in_tenant, in_scope = (await db.execute(query)).one()
    if in_scope >= MOST_IN_SCOPE:
        raise ContextsFull(most=MOST_IN_SCOPE, where=place)
    if in_tenant >= MOST_IN_TENANT:
        raise ContextsFull(most=MOST_IN_TENANT, where="the tenant")


async def _change(db: AsyncSession, writer: Writer, entry: ContextEntry, write: Write) -> Written | Refused:
    last_wins = entry.policy is Policy.LAST_WRITE_WINS  # As it was declared before this write.
    repeated = not entry.deleted and same(entry.value, write.value)
    if repeated or last_wins or write.base in (ANY_VERSION, entry.version) or (write.base is None and entry.deleted):
        entry.policy = write.policy or entry.policy
        if not repeated:
            await store(db, writer, entry, write.value)
        return Written(entry)
    if write.base is None:
        raise ContextVersionRequired(key=entry.key, version=entry.version)
    return await _merge(db, writer, entry, write, write.base)


async def _merge(db: AsyncSession, writer: Writer, entry: ContextEntry, write: Write, number: int) -> Written | Refused:
    base = await version_of(db, entry, number)
    merged = merge(seen(base), seen(entry), write.value)
    paths = ("",) if merged.value is MISSING else merged.paths  # Others deleted it, and nothing of it was changed here.
    if paths:
        return Refused(entry, await _kept(db, writer, entry, write.value, number, paths))
    check_value(merged.value)
    entry.policy = write.policy or entry.policy
    if not same(merged.value, entry.value):
        await store(db, writer, entry, merged.value, merged_from=number)
    return Written(entry, merged=True)


def seen(row: ContextEntry | ContextVersion) -> Any:
    """As a merge takes it."""
    return MISSING if row.deleted else row.value


async def version_of(db: AsyncSession, entry: ContextEntry, number: int) -> ContextVersion:
    """Raises ChangedMeanwhile for one that never was."""
    row = await db.get(ContextVersion, (entry.tenant_id, entry.id, number))
    if row is None:
        raise ChangedMeanwhile
    return row


async def store(
    db: AsyncSession, writer: Writer, entry: ContextEntry, value: Any, *, merged_from: int | None = None, gone: bool = False
) -> None:
    """The next version of an entry that is locked, or new."""
    size = 0 if gone else check_value(value)
    entry.version += 1
    entry.value, entry.deleted, entry.size_bytes = None if gone else value, gone, size
    entry.author, entry.updated_at = writer.actor, now()
    await db.flush()
    row = ContextVersion(
        tenant_id=entry.tenant_id,
        entry_id=entry.id,
        number=entry.version,
        value=entry.value,
        deleted=gone,
        merged_from=merged_from,
        size_bytes=size,
        author=writer.actor,
        created_at=entry.updated_at,
    )
    db.add(row)
    await db.flush()
    tell(db, writer, UPDATED, entry, merged=merged_from is not None, deleted=gone)


async def _kept(
    db: AsyncSession, writer: Writer, entry: ContextEntry, value: Any, base: int, paths: tuple[str, ...]
) -> ContextConflict:
    """The same write again is the same conflict."""
    repository = IndustrialRepository(db)
    mine = (ContextConflict.entry_id == entry.id, ContextConflict.resolved_at.is_(None))
    open_ones = await repository.list(ContextConflict, *mine)
    for row in open_ones:
        if row.author == writer.actor and row.base_version == base and same(row.value, value):
            row.current_version, row.paths = entry.version, [*paths]
            await db.flush()
            return row
    if len(open_ones) >= MOST_OPEN_CONFLICTS:
        raise ContextConflictsFull(most=MOST_OPEN_CONFLICTS, key=entry.key)
    row = ContextConflict(
        id=new_id(),
        entry_id=entry.id,
        base_version=base,
        current_version=entry.version,
        value=value,
        paths=[*paths],
        author=writer.actor,
        created_at=now(),
    )
    repository.add(row)
    await db.flush()
    tell(db, writer, CONFLICTED, entry, conflict_id=str(row.id), paths=row.paths[:20])
    return row


def tell(db: AsyncSession, writer: Writer, type_: str, entry: ContextEntry, **more: Any) -> None:
    told = {"context_id": str(entry.id), "scope": entry.scope.value, "key": entry.key, "version": entry.version}
    scope_id = entry.scope_id and str(entry.scope_id)
    session_id = entry.scope_id if entry.scope is Scope.SESSION else writer.session_id
    events.append(db, entry.tenant_id, type_, actor=writer.actor, session_id=session_id, **told, scope_id=scope_id, **more)


async def remove(db: AsyncSession, writer: Writer, entry_id: UUID, base: int | None) -> None:
    """A version without a value: its history stays. Raises ChangedMeanwhile, NotFound."""
    entry = await IndustrialRepository(db).get(ContextEntry, entry_id, lock=True)
    if entry.deleted:
        raise NotFound
    if base not in (None, ANY_VERSION, entry.version):
        raise ChangedMeanwhile
    await store(db, writer, entry, None, gone=True)


async def forget(db: AsyncSession, plan_id: UUID) -> None:
    """The temporary entries of a plan, with their history, when it is over."""
    tenant_id = IndustrialRepository(db).tenant_id
    mine = (ContextEntry.tenant_id == tenant_id, ContextEntry.scope == Scope.TEMPORARY, ContextEntry.scope_id == plan_id)
    await db.execute(delete(ContextEntry).where(*mine))
