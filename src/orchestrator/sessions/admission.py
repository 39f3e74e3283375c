"""Who runs next. One transaction decides; the count of live sessions is taken under a lock, so no limit is overrun."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.sessions import fair_share
from orchestrator.sessions.fair_share import LIVE, SHARES
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import FINISHED, HOLDS_SLOT, Status
from orchestrator.tenancy.warnings import crossed, warn

LOCK = 7_014_020_263
"""Whoever moves sessions into or out of the queue for many tenants at once holds it."""

Blocked = Mapping[UUID, Sequence[str]]
"""The models of each tenant whose providers take no calls at the moment."""

_FREE_SLOTS = text(
    "select case when n.disk_full then 0 else n.slots end - "  # noqa: S608
    f"(select count(*) from sessions s where s.node_id = n.id and s.status in ({LIVE})) "
    "from nodes n where n.id = :node_id and n.died_at is null and n.draining_since is null"
)

# Subjects whose budget of this month is spent: none of their sessions starts, where the first call would be refused.
_SPENT = """
    select a.tenant_id, a.scope, a.subject from budget_accounts a
    left join quotas q on a.scope = 'tenant' and q.tenant_id = a.tenant_id
    left join budgets b on b.tenant_id = a.tenant_id and b.scope = a.scope and b.subject = a.subject
    where a.period = to_char(now() at time zone 'utc', 'YYYY-MM') and (
        a.spent_tokens >= coalesce(q.tokens_per_month, b.tokens_per_month)
        or a.spent_micro_usd >= coalesce(q.cost_micro_usd_per_month, b.cost_micro_usd_per_month))
"""
_IS_SPENT = """exists (select 1 from spent where spent.tenant_id = s.tenant_id and (
    spent.scope = 'tenant' or (spent.scope = 'user' and spent.subject = s.user_subject)
    or (spent.scope = 'repository' and spent.subject = s.repository_key)))"""
_IS_BLOCKED = "(s.tenant_id::text || ':' || s.model) = any(:blocked)"
_IS_EARLY = "coalesce(s.not_before > now(), false)"
_TENANTS = f"""
    spent as ({_SPENT}),
    live as (select tenant_id, count(*) as n from sessions where status in ({LIVE}) group by tenant_id),
    limits as (
        select t.id as tenant_id, coalesce(live.n, 0) as live, q.max_concurrent_sessions as most
        from tenants t join quotas q on q.tenant_id = t.id left join live on live.tenant_id = t.id
    )
"""  # noqa: S608 - made of constants alone.

# Of each tenant with room its first in line (priority, then age), and of these the one of the smallest share. The row is
# locked, and one that a person is cancelling at this moment is passed by.
_NEXT = text(
    f"""
    with {_TENANTS}, shares as ({SHARES})
    select first.tenant_id, first.id, l.live, l.most
    from limits l join shares on shares.tenant_id = l.tenant_id
    cross join lateral (
        select s.tenant_id, s.id, s.priority, s.queued_at from sessions s
        where s.tenant_id = l.tenant_id and s.status = 'queued' and not {_IS_SPENT} and not {_IS_BLOCKED}
            and not {_IS_EARLY}
        order by s.priority desc, s.queued_at, s.id limit 1
        for update of s skip locked
    ) first
    where l.most is null or l.live < l.most
    order by shares.share, first.priority desc, first.queued_at, first.id limit 1
    """  # noqa: S608 - made of constants alone.
).bindparams(bindparam("blocked"))
_EXPLAIN = text(
    f"""
    with {_TENANTS}, reasons as (
        select s.tenant_id, s.id, case
            when {_IS_EARLY} then 'retry'
            when {_IS_SPENT} then 'budget'
            when {_IS_BLOCKED} then 'provider'
            when l.live >= l.most then 'tenant_concurrency'
            when (select bool_and(n.disk_full) from nodes n where n.heartbeat_at > now() - interval '1 minute') then 'disk'
            else 'cluster_capacity' end as reason
        from sessions s join limits l on l.tenant_id = s.tenant_id where s.status = 'queued'
    )
    update sessions s set queue_reason = r.reason from reasons r
    where s.tenant_id = r.tenant_id and s.id = r.id and s.status = 'queued' and s.queue_reason is distinct from r.reason
    """  # noqa: S608 - made of constants alone.
).bindparams(bindparam("blocked"))


@dataclass(frozen=True)
class Admitted:
    tenant_id: UUID
    session_id: UUID
    attempt: int


def blocked_keys(blocked: Blocked | None) -> list[str]:
    """One word for each tenant and model, as the queries compare them."""
    return [f"{tenant_id}:{model}" for tenant_id, models in (blocked or {}).items() for model in models]


async def admit(database: Database, node_id: UUID, blocked: Blocked | None = None) -> Admitted | None:
    """Moves at most one queued session to this node; None when nothing may start here now, as on a node that drains."""
    keys = blocked_keys(blocked)
    async with database.system_transaction() as db:
        await db.execute(text("select pg_advisory_xact_lock(:n)"), {"n": LOCK})
        await fair_share.sample(db)
        free = (await db.execute(_FREE_SLOTS, {"node_id": node_id})).scalar_one_or_none() or 0
        chosen = (await db.execute(_NEXT, {"blocked": keys})).one_or_none() if free > 0 else None
        if chosen is None:
            await db.execute(_EXPLAIN, {"blocked": keys})
            return None
        if chosen.most is not None and crossed(chosen.live, chosen.live + 1, chosen.most):
            warn(db, chosen.tenant_id, "max_concurrent_sessions", chosen.live + 1, chosen.most)
        return await _start(db, chosen.tenant_id, chosen.id, node_id)


async def _start(db: AsyncSession, tenant_id: UUID, session_id: UUID, node_id: UUID) -> Admitted:
    query = select(Session).where(Session.tenant_id == tenant_id, Session.id == session_id)
    session = (await db.execute(query)).scalar_one()
    if session.paused_at is not None:
        session.idle_seconds += int((now() - session.paused_at).total_seconds())
        session.paused_at = None
    changes: dict[str, Any] = {"node_id": node_id, "attempt": session.attempt + 1, "not_before": None, "failure": None}
    await transition(db, session, Status.RUNNING, "admitted", **changes)
    await fair_share.charge(db, tenant_id)
    return Admitted(tenant_id, session_id, session.attempt)


async def tenants_to_check(database: Database) -> list[UUID]:
    """Whose sessions wait while some provider's quota is used up; mostly nobody's."""
    query = text(
        "select distinct tenant_id from sessions where status in ('queued', 'paused') "
        "and exists (select 1 from provider_states where exhausted_at is not null)"
    )
    async with database.system_transaction() as db:
        return list((await db.execute(query)).scalars())


async def live_on(database: Database, node_id: UUID) -> list[Admitted]:
    """The sessions that this node holds a slot for."""
    return await _here(database, node_id, Session.status.in_(HOLDS_SLOT))


async def ended_while_paused(database: Database, node_id: UUID) -> list[Admitted]:
    """Sessions without a workflow whose worktree stands on this node all the same."""
    return await _here(database, node_id, Session.status.in_(FINISHED), Session.pause.is_not(None))


async def _here(database: Database, node_id: UUID, *which: ColumnElement[bool]) -> list[Admitted]:
    query = select(Session.tenant_id, Session.id, Session.attempt).where(Session.node_id == node_id, *which)
    async with database.system_transaction() as db:
        return [Admitted(*row) for row in (await db.execute(query)).all()]
