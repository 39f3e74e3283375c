"""Who runs next. One transaction decides; the count of live sessions is taken under a lock, so no limit is overrun."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import Database
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import HOLDS_SLOT, Status

_LOCK = 7_014_020_263
_LIVE = ", ".join(f"'{s.value}'" for s in sorted(HOLDS_SLOT))

_FREE_SLOTS = text(
    f"select n.slots - (select count(*) from sessions s where s.node_id = n.id and s.status in ({_LIVE})) "  # noqa: S608
    "from nodes n where n.id = :node_id"
)
# The tenant with the smallest share of its own limit goes first; within it priority, then age. The row is locked, and
# one that a person is cancelling at this moment is passed by.
_NEXT = text(
    f"""
    with live as (
        select tenant_id, count(*) as n from sessions where status in ({_LIVE}) group by tenant_id
    ), open as (
        select t.id, coalesce(live.n, 0)::float / coalesce(q.max_concurrent_sessions, 1000000) as share
        from tenants t join quotas q on q.tenant_id = t.id left join live on live.tenant_id = t.id
        where coalesce(live.n, 0) < coalesce(q.max_concurrent_sessions, 1000000)
    )
    select s.tenant_id, s.id from sessions s join open on open.id = s.tenant_id
    where s.status = 'queued'
    order by open.share, s.priority desc, s.queued_at, s.id limit 1
    for update of s skip locked
    """  # noqa: S608
)
_EXPLAIN = text(
    f"""
    update sessions s set queue_reason = r.reason
    from (
        select t.id, case when (select count(*) from sessions l where l.tenant_id = t.id and l.status in ({_LIVE}))
            
            >= q.max_concurrent_sessions then 'tenant_concurrency' else 'cluster_capacity' end as reason
        from tenants t join quotas q on q.tenant_id = t.id
    ) r
    where s.status = 'queued' and s.tenant_id = r.id and s.queue_reason is distinct from r.reason
    """  # noqa: S608
)


@dataclass(frozen=True)
class Admitted:
    tenant_id: UUID
    session_id: UUID
    attempt: int


async def admit(database: Database, node_id: UUID) -> Admitted | None:
    """Moves at most one queued session to this node; None when nothing may start here now."""
    async with database.system_transaction() as db:
        await db.execute(text("select pg_advisory_xact_lock(:n)"), {"n": _LOCK})
        free = (await db.execute(_FREE_SLOTS, {"node_id": node_id})).scalar_one()
        chosen = (await db.execute(_NEXT)).one_or_none() if free > 0 else None
        if chosen is None:
            await db.execute(_EXPLAIN)
            return None
        return await _start(db, chosen[0], chosen[1], node_id)


async def _start(db: AsyncSession, tenant_id: UUID, session_id: UUID, node_id: UUID) -> Admitted:
    query = select(Session).where(Session.tenant_id == tenant_id, Session.id == session_id)
    session = (await db.execute(query)).scalar_one()
    await transition(db, session, Status.RUNNING, "admitted", node_id=node_id, attempt=session.attempt + 1)
    return Admitted(tenant_id, session_id, session.attempt)


async def live_on(database: Database, node_id: UUID) -> list[Admitted]:
    """The sessions that this node holds a slot for."""
    query = select(Session.tenant_id, Session.id, Session.attempt).where(
        Session.node_id == node_id, Session.status.in_(HOLDS_SLOT)
    )
    async with database.system_transaction() as db:
        return [Admitted(*row) for row in (await db.execute(query)).all()]
