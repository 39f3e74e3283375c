"""Whether a tenant may hand in more: room in its queue, and room for its files."""

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions.errors import QueueFull, StorageFull
from orchestrator.tenancy.models import Quotas
from orchestrator.tenancy.warnings import crossed, warn

_RETRY_AFTER_SECONDS = 10
_QUEUED = text("select count(*) from sessions where tenant_id = :t and status = 'queued'")
_STORED = text("select coalesce(sum(bytes), 0)::bigint from storage_samples where tenant_id = :t")


async def check_queue(db: AsyncSession) -> None:
    """Raises QueueFull. With the quota's row locked, so that of many at once no more than fit are let in."""
    tenant_id = IndustrialRepository(db).tenant_id
    query = select(Quotas.max_queued_sessions).where(Quotas.tenant_id == tenant_id)
    if (await db.execute(query)).scalar_one() is None:
        return
    most = (await db.execute(query.with_for_update())).scalar_one()
    queued = (await db.execute(_QUEUED, {"t": tenant_id})).scalar_one()
    if most is None:
        return
    if queued >= most:
        raise QueueFull(queued=queued, most=most, retry_after_seconds=_RETRY_AFTER_SECONDS)
    if crossed(queued, queued + 1, most):
        warn(db, tenant_id, "max_queued_sessions", queued + 1, most)


async def check_storage(db: AsyncSession) -> None:
    """Raises StorageFull, by what the nodes measured last."""
    tenant_id = IndustrialRepository(db).tenant_id
    most = (await db.execute(select(Quotas.storage_bytes).where(Quotas.tenant_id == tenant_id))).scalar_one()
    if most is None:
        return
    used = (await db.execute(_STORED, {"t": tenant_id})).scalar_one()
    if used >= most:
        raise StorageFull(used=used, most=most)
