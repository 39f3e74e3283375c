"""What a session like those before will take, and when it could begin: from what is known alone."""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.tenant_scope import current_tenant
from orchestrator.sessions.queue_details import queue_facts

FEWEST = 5
"""Fewer sessions are no ground for an estimate."""
MOST = 200
"""The last so many are looked at."""


class Alike(StrEnum):
    REPOSITORY = "repository"
    AGENT = "agent"
    MODEL = "model"


LEVELS: tuple[tuple[Alike, ...], ...] = (
    (Alike.REPOSITORY, Alike.AGENT, Alike.MODEL),
    (Alike.AGENT, Alike.MODEL),
    (Alike.REPOSITORY, Alike.AGENT),
    (Alike.AGENT,),
)
"""In what past sessions are the same, the closest first."""

_COLUMNS = {Alike.REPOSITORY: "s.repository_key", Alike.AGENT: "s.agent", Alike.MODEL: "s.model"}
# At work: its turns and verification commands, without the time in which it was paused or waited for an answer.
_PAST = """
    with past as (
        select s.id, s.idle_seconds from sessions s
        where s.tenant_id = :tenant_id and s.status in ('completed', 'partially_completed', 'failed', 'timed_out')
            and s.turn is not null {alike}
        order by s.created_at desc limit :most
    ), facts as (
        select coalesce(a.spent_micro_usd, 0) as micro_usd, coalesce(a.spent_tokens, 0) as tokens, greatest(0,
            coalesce((select sum(extract(epoch from t.ended_at - t.began_at)) from turns t
                where t.tenant_id = :tenant_id and t.session_id = past.id), 0)
            + coalesce((select sum(v.duration_ms) / 1000.0 from evidence v
                where v.tenant_id = :tenant_id and v.session_id = past.id), 0) - past.idle_seconds) / 60 as minutes
        from past left join budget_accounts a on a.tenant_id = :tenant_id and a.scope = 'session'
            and a.subject = past.id::text and a.period = 'all'
    )
    select count(*) as n, percentile_cont(array[0.5, 0.9]) within group (order by micro_usd) as micro_usd,
        percentile_cont(array[0.5, 0.9]) within group (order by tokens) as tokens,
        percentile_cont(array[0.5, 0.9]) within group (order by minutes::float8) as minutes
    from facts
"""
# Others' sessions are not to be seen: when one of the tenant's has waited for a while, there is no room whatever its own
# numbers say. What is held for a reason of its own stands in nobody's way.
_LINE = text(
    """
    select count(*) as queued, coalesce(bool_or(s.queued_at < now() - interval '10 seconds'), false) as held_up
    from sessions s where s.tenant_id = :tenant_id and s.status = 'queued'
        and coalesce(s.queue_reason, '') not in ('retry', 'budget', 'provider', 'review_limit', 'agent')
    """
)


@dataclass(frozen=True)
class Like:
    """What the new session is like."""

    repository_key: str
    agent: str
    model: str


@dataclass(frozen=True)
class Halves:
    """Half of the sessions took at most `p50`, nine of ten at most `p90`."""

    p50: float
    p90: float


@dataclass(frozen=True)
class Past:
    """`alike`: in what they are the same; the three are None of fewer than FEWEST sessions."""

    sessions: int
    alike: tuple[Alike, ...]
    micro_usd: Halves | None = None
    tokens: Halves | None = None
    minutes: Halves | None = None


@dataclass(frozen=True)
class Queue:
    """`parallel`: how many of the tenant's sessions run at once; `room`: how many could begin now."""

    queued: int
    parallel: int
    room: int
    spent: bool


async def past_of(db: AsyncSession, like: Like) -> Past:
    """Of the closest level that has enough sessions; else of the widest, without an estimate."""
    found = 0
    for alike in LEVELS:
        row = await _past(db, like, alike)
        if (found := row["n"]) >= FEWEST:
            return Past(found, alike, *(Halves(*row[name]) for name in ("micro_usd", "tokens", "minutes")))
    return Past(found, LEVELS[-1])


async def _past(db: AsyncSession, like: Like, alike: tuple[Alike, ...]) -> Any:
    values: dict[str, str] = {Alike.REPOSITORY: like.repository_key, Alike.AGENT: like.agent, Alike.MODEL: like.model}
    where = " ".join(f"and {_COLUMNS[one]} = :{one.value}" for one in alike)
    bound = {"tenant_id": current_tenant(), "most": MOST} | {one.value: values[one] for one in alike}
    return (await db.execute(text(_PAST.format(alike=where)), bound)).mappings().one()


async def queue_of(db: AsyncSession) -> Queue:
    facts = await queue_facts(db)
    line: Any = (await db.execute(_LINE, {"tenant_id": current_tenant()})).one()
    most = facts.max_concurrent_sessions
    parallel = facts.slots if most is None else min(facts.slots, most)
    room = 0 if line.held_up else max(0, parallel - facts.live)
    return Queue(line.queued, parallel, room, facts.tokens_are_spent or facts.money_is_spent)


def wait_minutes(queue: Queue, minutes: float | None) -> float | None:
    """⌈(queued + 1 - room) / parallel⌉ times as long as half of the sessions take; 0 when there is room for all.

    None when nobody knows: no node, a spent budget, or nothing to tell from how long those before will take.
    """
    if queue.parallel == 0 or queue.spent:
        return None
    rounds = max(0, ceil((queue.queued + 1 - queue.room) / queue.parallel))
    if rounds == 0:
        return 0.0
    return None if minutes is None else rounds * minutes
