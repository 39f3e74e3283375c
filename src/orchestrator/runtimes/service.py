"""Nodes as operators handle them: look at all, drain one for an upgrade, and give it sessions again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.errors import Conflict, NotFound
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal
from orchestrator.tenancy.quotas import wake_admission

_NODES = """
    select n.id, n.hostname, case when n.died_at is not null then 'dead' when n.draining_since is not null then 'draining'
        else 'live' end as state, n.slots, (
            select count(*) from sessions s where s.node_id = n.id
            and s.status in ('running', 'waiting', 'degraded', 'verifying', 'orphaned')
        ) as sessions, (
            select count(*) from runtimes r where r.node_id = n.id and r.incarnation = n.incarnation
            and r.stopped_at is null and n.died_at is null
        ) as runtimes, n.disk_full, n.sandbox, n.version, n.opencode_version, n.incarnation, n.started_at, n.heartbeat_at,
        n.draining_since, n.died_at
    from nodes n
"""
_ALL = text(f"{_NODES} order by n.died_at is not null, n.hostname, n.id")
_ONE = text(f"{_NODES} where n.id = :id")
_QUEUE = text(
    """
    select coalesce(queue_reason, 'not_decided') as reason, count(*) as sessions, min(queued_at) as oldest_at
    from sessions where status = 'queued' group by 1 order by 2 desc, 1
    """
)
_LOCK = text("select id from nodes where id = :id for no key update")
_DRAIN = text("update nodes set draining_since = coalesce(draining_since, now()) where id = :id")
_UNDRAIN = text("update nodes set draining_since = null where id = :id")


class NodeDead(Conflict):
    """The node {node} is dead: there is nothing on it to drain."""

    code = "node_dead"
    hint = "Its sessions go on elsewhere. It joins anew when its worker is started again."


@dataclass(frozen=True)
class NodeFacts:
    id: UUID
    hostname: str
    state: str
    slots: int
    sessions: int
    runtimes: int
    disk_full: bool
    sandbox: str
    version: str | None
    opencode_version: str | None
    incarnation: int
    started_at: datetime
    heartbeat_at: datetime
    draining_since: datetime | None
    died_at: datetime | None


@dataclass(frozen=True)
class QueueFacts:
    reason: str
    sessions: int
    oldest_at: datetime | None


async def read_queue(db: AsyncSession) -> list[QueueFacts]:
    """What waits, of all tenants, by the reason that admission gave last."""
    return [QueueFacts(*row) for row in (await db.execute(_QUEUE)).all()]


async def list_nodes(db: AsyncSession) -> list[NodeFacts]:
    """Those that live first."""
    return [NodeFacts(*row) for row in (await db.execute(_ALL)).all()]


async def get_node(db: AsyncSession, node_id: UUID) -> NodeFacts:
    row = (await db.execute(_ONE, {"id": node_id})).one_or_none()
    if row is None:
        raise NotFound
    return NodeFacts(*row)


async def _locked(db: AsyncSession, node_id: UUID) -> NodeFacts:
    """Of several who drain it at once each has to see what the one before did."""
    await db.execute(_LOCK, {"id": node_id})
    return await get_node(db, node_id)


async def drain(db: AsyncSession, principal: Principal, node_id: UUID) -> NodeFacts:
    """The node hears of it with its next heartbeat, and lets its sessions go; from this commit on it is given no more."""
    before = await _locked(db, node_id)
    if before.state == "dead":
        raise NodeDead(node=before.hostname)
    await db.execute(_DRAIN, {"id": node_id})
    return await _changed(db, principal, "node.drain", before)


async def undrain(db: AsyncSession, principal: Principal, node_id: UUID) -> NodeFacts:
    before = await _locked(db, node_id)
    await db.execute(_UNDRAIN, {"id": node_id})
    await wake_admission(db)
    return await _changed(db, principal, "node.undrain", before)


async def _changed(db: AsyncSession, principal: Principal, action: str, before: NodeFacts) -> NodeFacts:
    after = await get_node(db, before.id)
    if after.state != before.state:
        states = {"state": before.state}, {"state": after.state}
        audit.record(db, principal.tenant_id, principal.actor, action, f"node:{before.id}", *states)
    return after
