"""The audit log read back: as a list, and as a chain that holds or does not."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.pagination import page_of
from orchestrator.tenancy.audit import GENESIS, hash_of
from orchestrator.tenancy.models import AuditEntry

_AT_ONCE = 1000
_HEAD = text(
    "select coalesce(h.number, 0), h.hash, coalesce((select max(number) from audit_log where tenant_id = :t), 0) "
    "from (select cast(:t as uuid) as tenant_id) me left join audit_heads h on h.tenant_id = me.tenant_id"
)


@dataclass(frozen=True)
class AuditFilter:
    actor: str | None = None
    action: str | None = None
    target: str | None = None


@dataclass(frozen=True)
class Verdict:
    """`broken_at` is the number of the first entry that is not what was written, or is not there."""

    entries: int
    head_hash: bytes
    broken_at: int | None = None
    problem: str | None = None


async def list_entries(
    db: AsyncSession, wanted: AuditFilter, limit: int, cursor: int | None, *, oldest_first: bool = False
) -> tuple[Sequence[AuditEntry], bool]:
    query = select(AuditEntry).where(AuditEntry.tenant_id == IndustrialRepository(db).tenant_id)
    for column, value in (
        (AuditEntry.actor, wanted.actor),
        (AuditEntry.action, wanted.action),
        (AuditEntry.target, wanted.target),
    ):
        if value is not None:
            query = query.where(column == value)
    if cursor is not None:
        query = query.where(AuditEntry.number > cursor if oldest_first else AuditEntry.number < cursor)
    order = AuditEntry.number if oldest_first else AuditEntry.number.desc()
    return await page_of(db, query.order_by(order), limit)


async def verify(db: AsyncSession) -> Verdict:
    """Up to the entry that was the last one at the beginning."""
    tenant_id = IndustrialRepository(db).tenant_id
    last, head_hash, highest = (await db.execute(_HEAD, {"t": tenant_id})).one()
    reached, hash_so_far = 0, GENESIS
    while reached < last:
        query = select(AuditEntry).where(
            AuditEntry.tenant_id == tenant_id, AuditEntry.number > reached, AuditEntry.number <= last
        )
        rows = (await db.execute(query.order_by(AuditEntry.number).limit(_AT_ONCE))).scalars().all()
        for row in rows:
            if row.number != reached + 1:
                break
            if hash_of(row, hash_so_far) != row.hash:
                return Verdict(last, hash_so_far, row.number, "the entry is not what was written")
            reached, hash_so_far = row.number, row.hash
        else:
            db.expunge_all()
            if rows:
                continue
        return Verdict(last, hash_so_far, reached + 1, "the entry is missing")
    if highest > last:
        return Verdict(last, hash_so_far, last + 1, "the log goes on after its recorded end")
    if head_hash is not None and head_hash != hash_so_far:
        return Verdict(last, hash_so_far, last, "the recorded end of the log is another one")
    return Verdict(last, hash_so_far)
