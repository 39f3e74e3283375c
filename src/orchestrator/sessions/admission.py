"""Who runs next. One transaction decides; the count of live sessions is taken under a lock, so no limit is overrun."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Executable, Text, bindparam, column, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.sessions import fair_share
from orchestrator.sessions.failures import RETRIES
from orchestrator.sessions.fair_share import CHARGE, LIVE, SHARE, SHARES
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.review_limit import BEFORE_REVIEW, HAS_BEGUN
from orchestrator.sessions.states import FINISHED, Status
from orchestrator.tenancy.warnings import crossed, warn

LOCK = 7_014_020_263
"""Whoever moves sessions into or out of the queue for many tenants at once holds it."""

AT_ONCE = 8
"""So many sessions are admitted in one transaction at most: others wait for its end to change any of them."""

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
    where a.period = to_char(now() at time zone 'utc', 'YYYY-MM') and a.scope <> 'session' and (
        a.spent_tokens >= coalesce(q.tokens_per_month, b.tokens_per_month)
        or a.spent_micro_usd >= coalesce(q.cost_micro_usd_per_month, b.cost_micro_usd_per_month))
"""
_IS_SPENT = "(l.spent or coalesce(s.user_subject = any(l.users) or s.repository_key = any(l.repositories), false))"
# What has begun goes on: a review holds up what is new, never a resumed session or the agent's answer to a comment.
_IS_FULL = "(s.attempt = 0 and coalesce(s.repository_key = any(l.full_repositories), false))"
_IS_BUSY = "(s.agent_version_id is not null and coalesce(s.agent = any(l.busy_agents), false))"
"""Its agent has as many sessions at once as it may."""
_IS_BLOCKED = "(cardinality(:blocked) > 0 and (s.tenant_id::text || ':' || s.model) = any(:blocked))"
# No try is put off for as long as this: what seems to be was put off before somebody set the clock back.
_LONGEST_WAIT = f"interval '{2 * max(one.longest_seconds for one in RETRIES.values()):.0f} seconds'"
_IS_EARLY = f"coalesce(s.not_before > now() and s.not_before < now() + {_LONGEST_WAIT}, false)"
# One row a tenant, made once: what holds for all that it has in the queue, and whose sessions of it may not start.
_TENANTS = f"""
    live as (select tenant_id, count(*) as n from sessions where status in ({LIVE}) group by tenant_id),
    spent as (
        select tenant_id, bool_or(scope = 'tenant') as whole, array_agg(subject) filter (where scope = 'user') as users,
            array_agg(subject) filter (where scope = 'repository') as repositories
        from ({_SPENT}) one group by tenant_id
    ),
    reviews as (
        select b.tenant_id, b.subject, b.max_unreviewed_results - (
            select count(*) from sessions s where s.tenant_id = b.tenant_id and s.repository_key = b.subject
                and s.decision is null and {BEFORE_REVIEW} and {HAS_BEGUN}
        ) as room
        from budgets b where b.scope = 'repository' and b.max_unreviewed_results is not null
    ),
    full_of_results as (
        select tenant_id, array_agg(subject) as repositories from reviews where room <= 0 group by tenant_id
    ),
    agents_limited as (
        select a.tenant_id, a.name, a.max_concurrent_sessions - (
            select count(*) from sessions s where s.tenant_id = a.tenant_id and s.agent = a.name
                and s.agent_version_id is not null and s.status in ({LIVE})
        ) as room
        from agents a where a.max_concurrent_sessions is not null
    ),
    busy as (select tenant_id, array_agg(name) as agents from agents_limited where room <= 0 group by tenant_id),
    limits as materialized (
        select t.id as tenant_id, coalesce(live.n, 0) as live, q.max_concurrent_sessions as most,
            coalesce(spent.whole, false) as spent, coalesce(spent.users, array[]::text[]) as users,
            coalesce(spent.repositories, array[]::text[]) as repositories,
            coalesce(full_of_results.repositories, array[]::text[]) as full_repositories,
            coalesce(busy.agents, array[]::text[]) as busy_agents
        from tenants t join quotas q on q.tenant_id = t.id
        left join live on live.tenant_id = t.id left join spent on spent.tenant_id = t.id
        left join full_of_results on full_of_results.tenant_id = t.id left join busy on busy.tenant_id = t.id
    )
"""  # noqa: S608 - made of constants alone.


_COLUMNS = ", ".join(f"s.{column.name}" for column in Session.__table__.columns)
_ORDER = "priority desc, queued_at, id"


def _next(locked: str, locked_in_line: str = "") -> Executable:
    """Of each tenant with room those at the head of its line (priority, then age), and of these the ones of the smallest
    shares, which are charged for them. The line is an index, so its head is found without a look at the rest.
    """
    query = f"""
        with {_TENANTS}, shares as ({SHARES}), lines as (
            select l.tenant_id, l.live, l.most, head.id, head.priority, head.queued_at, {SHARE} as share
            from limits l join shares on shares.tenant_id = l.tenant_id
            cross join lateral (
                select one.*, row_number() over (order by {_ORDER}) as place,
                    row_number() over (partition by one.reviewed_in order by {_ORDER}) as nth,
                    row_number() over (partition by one.done_by order by {_ORDER}) as nth_of_agent from (
                    select s.id, s.priority, s.queued_at, case when s.attempt = 0 then s.repository_key end as reviewed_in,
                        case when s.agent_version_id is not null then s.agent end as done_by
                    from sessions s
                    where s.tenant_id = l.tenant_id and s.status = 'queued' and not {_IS_SPENT} and not {_IS_BLOCKED}
                        and not {_IS_EARLY} and not {_IS_FULL} and not {_IS_BUSY}
                    order by {_ORDER} limit least(:most, l.most - l.live) {locked_in_line}
                ) one
            ) head
            left join reviews on reviews.tenant_id = l.tenant_id and reviews.subject = head.reviewed_in
            left join agents_limited on agents_limited.tenant_id = l.tenant_id and agents_limited.name = head.done_by
            where not l.spent and (l.most is null or l.live < l.most) and (reviews.room is null or head.nth <= reviews.room)
                and (agents_limited.room is null or head.nth_of_agent <= agents_limited.room)
            order by share, {_ORDER} limit :most
        ), chosen as (
            select {_COLUMNS}, lines.live, lines.most
            from lines join sessions s on s.tenant_id = lines.tenant_id and s.id = lines.id and s.status = 'queued'
            order by lines.share, lines.priority desc, lines.queued_at, lines.id {locked}
        ), charged as (
            {CHARGE} * entries.n from (select tenant_id, count(*) as n from chosen group by tenant_id) entries
            where f.tenant_id = entries.tenant_id
        )
        select * from chosen
    """  # noqa: S608 - made of constants alone.
    numbers = column("live", BigInteger), column("most", BigInteger)
    bound = text(query).bindparams(bindparam("blocked", type_=ARRAY(Text)), bindparam("most", type_=BigInteger))
    return select(Session, *numbers).from_statement(bound.columns(*Session.__table__.columns, *numbers))


# The rows are locked, and one that a person is cancelling at this moment is passed by.
_NEXT = _next("for update of s skip locked")
# The same with the head of every line locked. Only so is a tenant's second in line found while its first is being
# cancelled; it writes to rows of each tenant, so it is the second try.
_NEXT_BUT_LOCKED = _next("", "for update of s skip locked")
# What somebody is changing at this moment is passed by: whoever holds such a row must not hold up all admission.
_EXPLAIN = text(
    f"""
    with {_TENANTS}, full_disks as (
        select bool_and(disk_full) as everywhere from nodes where heartbeat_at > now() - interval '1 minute'
    ), reasons as (
        select l.*, case when l.spent then 'budget' when l.live >= l.most then 'tenant_concurrency'
            when full_disks.everywhere then 'disk' else 'cluster_capacity' end as reason
        from limits l, full_disks
    ), wrong as (
        select s.tenant_id, s.id, case when {_IS_EARLY} then 'retry' when {_IS_SPENT} then 'budget'
            when {_IS_BLOCKED} then 'provider' when {_IS_FULL} then 'review_limit'
            when {_IS_BUSY} then 'agent' else l.reason end as reason
        from reasons l join sessions s on s.tenant_id = l.tenant_id and s.status = 'queued'
        where s.queue_reason is distinct from case when {_IS_EARLY} then 'retry' when {_IS_SPENT} then 'budget'
            when {_IS_BLOCKED} then 'provider' when {_IS_FULL} then 'review_limit'
            when {_IS_BUSY} then 'agent' else l.reason end
        for update of s skip locked
    )
    update sessions s set queue_reason = wrong.reason from wrong where s.tenant_id = wrong.tenant_id and s.id = wrong.id
    """  # noqa: S608 - made of constants alone.
).bindparams(bindparam("blocked", type_=ARRAY(Text)))


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
    return next(iter(await admit_some(database, node_id, blocked, most=1)), None)


async def admit_some(
    database: Database, node_id: UUID, blocked: Blocked | None = None, *, most: int = AT_ONCE, explain: bool = True
) -> list[Admitted]:
    """The same for several in one transaction: less than `most` when no more may start here now.

    `explain` writes to the sessions that still wait then why they do: a look at each of them.
    """
    keys = {"blocked": blocked_keys(blocked)}
    admitted: list[Admitted] = []
    live: dict[UUID, int] = {}
    async with database.system_transaction() as db:
        await db.execute(text("select pg_advisory_xact_lock(:n)"), {"n": LOCK})
        await fair_share.sample(db)
        free = (await db.execute(_FREE_SLOTS, {"node_id": node_id})).scalar_one_or_none() or 0
        while (wanted := min(most, free) - len(admitted)) > 0 and (chosen := await _choose(db, keys, wanted)):
            for session, its_live, limit in chosen:
                before = live.get(session.tenant_id, its_live)
                live[session.tenant_id] = before + 1
                if limit is not None and crossed(before, before + 1, limit):
                    warn(db, session.tenant_id, "max_concurrent_sessions", before + 1, limit)
                admitted.append(await _start(db, session, node_id))
        if explain and len(admitted) < most:
            await db.execute(_EXPLAIN, keys)
    return admitted


async def _choose(db: AsyncSession, keys: dict[str, list[str]], most: int) -> Sequence[tuple[Session, int, int | None]]:
    """Sessions with the number of live ones that their tenant has and may have."""
    for query in (_NEXT, _NEXT_BUT_LOCKED):
        if rows := (await db.execute(query, {**keys, "most": most})).all():
            return [(row[0], row[1], row[2]) for row in rows]
    return []


async def _start(db: AsyncSession, session: Session, node_id: UUID) -> Admitted:
    if session.paused_at is not None:
        session.idle_seconds += int((now() - session.paused_at).total_seconds())
        session.paused_at = None
    changes: dict[str, Any] = {"node_id": node_id, "attempt": session.attempt + 1, "not_before": None, "failure": None}
    await transition(db, session, Status.RUNNING, "admitted", **changes)
    return Admitted(session.tenant_id, session.id, session.attempt)


async def tenants_to_check(database: Database) -> list[UUID]:
    """Whose sessions wait while some provider's quota is used up; mostly nobody's."""
    query = text(
        "select distinct tenant_id from sessions where status in ('queued', 'paused') "
        "and exists (select 1 from provider_states where exhausted_at is not null)"
    )
    async with database.system_transaction() as db:
        return list((await db.execute(query)).scalars())


async def ended_while_paused(database: Database, node_id: UUID) -> list[Admitted]:
    """Sessions without a workflow whose worktree stands on this node all the same."""
    which = (Session.node_id == node_id, Session.status.in_(FINISHED), Session.pause.is_not(None))
    query = select(Session.tenant_id, Session.id, Session.attempt).where(*which)
    async with database.system_transaction() as db:
        return [Admitted(*row) for row in (await db.execute(query)).all()]
