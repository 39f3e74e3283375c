"""Sessions as the API shows them: the row, what its calls have used by the ledger, and why it waits, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions.fair_share import LIVE
from orchestrator.sessions.models import Session
from orchestrator.sessions.schemas import SessionRead, Usage
from orchestrator.sessions.states import QueueReason, Status

_USED = text(
    "select session_id, sum(input_tokens)::bigint, sum(output_tokens)::bigint, sum(cost_micro_usd)::bigint "
    "from usage_events where tenant_id = :tenant_id and session_id = any(:ids) group by session_id"
)
_FACTS = text(
    f"""
    select q.max_concurrent_sessions, q.tokens_per_month, q.cost_micro_usd_per_month,
        (select count(*) from sessions s where s.tenant_id = q.tenant_id and s.status in ({LIVE})) as live,
        coalesce(a.spent_tokens, 0) as spent_tokens, coalesce(a.spent_micro_usd, 0) as spent_micro_usd,
        (select coalesce(sum(n.slots), 0) from nodes n where n.died_at is null and n.draining_since is null
            and n.heartbeat_at > now() - interval '1 minute') as slots
    from quotas q left join budget_accounts a on a.tenant_id = q.tenant_id and a.scope = 'tenant'
        and a.period = to_char(now() at time zone 'utc', 'YYYY-MM')
    where q.tenant_id = :tenant_id
    """  # noqa: S608 - made of constants alone.
)


@dataclass(frozen=True)
class QueueFacts:
    """What the tenant's queue depends on. Budgets are of the present month."""

    max_concurrent_sessions: int | None
    tokens_per_month: int | None
    cost_micro_usd_per_month: int | None
    live: int
    spent_tokens: int
    spent_micro_usd: int
    slots: int


async def read_one(db: AsyncSession, session: Session) -> SessionRead:
    return (await read_all(db, [session]))[0]


async def read_all(db: AsyncSession, sessions: Sequence[Session]) -> list[SessionRead]:
    used = await _usage_of(db, sessions)
    facts = await _queue_facts(db) if any(s.status is Status.QUEUED for s in sessions) else None
    return [SessionRead.of(s, used.get(s.id), facts and queue_detail(s, facts)) for s in sessions]


async def _usage_of(db: AsyncSession, sessions: Sequence[Session]) -> dict[Any, Usage]:
    values = {"tenant_id": IndustrialRepository(db).tenant_id, "ids": [s.id for s in sessions]}
    rows = (await db.execute(_USED, values)).all()
    return {row[0]: Usage(input_tokens=row[1], output_tokens=row[2], cost_micro_usd=row[3]) for row in rows}


async def _queue_facts(db: AsyncSession) -> QueueFacts:
    row = (await db.execute(_FACTS, {"tenant_id": IndustrialRepository(db).tenant_id})).one()
    return QueueFacts(**row._mapping)  # pyright: ignore[reportPrivateUsage] - SQLAlchemy's public name for it.


def queue_detail(session: Session, facts: QueueFacts) -> str | None:
    """Why the session waits, and what would change that."""
    if session.status is not Status.QUEUED:
        return None
    match session.queue_reason:
        case QueueReason.TENANT_CONCURRENCY:
            return (
                f"{facts.live} of {facts.max_concurrent_sessions} sessions of the tenant run. It starts when one of them "
                "ends, or max_concurrent_sessions is raised."
            )
        case QueueReason.BUDGET:
            return f"The month's budget is spent ({_spent(facts)}). It starts when that is raised, or on {_next_month()}."
        case QueueReason.PROVIDER:
            return f"The provider of {session.model} takes no calls at the moment. It starts by itself when it does again."
        case QueueReason.DISK:
            return "The nodes' disks are full. It starts when there is room: see `orchestrator gc --dry-run`."
        case QueueReason.RETRY:
            return f"{session.status_reason}. It is tried again by itself at {session.not_before:%H:%M:%S} UTC."
        case _ if facts.slots == 0:
            return "No node is connected. It starts when one is: `orchestrator worker`, or `orchestrator up`."
        case _:
            return f"It waits for one of the {facts.slots} slots of the cluster, and for its tenant's turn."


def _spent(facts: QueueFacts) -> str:
    if facts.tokens_per_month is not None and facts.spent_tokens >= facts.tokens_per_month:
        return f"{facts.spent_tokens} of {facts.tokens_per_month} tokens"
    if facts.cost_micro_usd_per_month is not None and facts.spent_micro_usd >= facts.cost_micro_usd_per_month:
        return f"{facts.spent_micro_usd} of {facts.cost_micro_usd_per_month} micro-USD"
    return "that of its user or repository"


def _next_month() -> str:
    today = now()
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    return f"{year}-{month:02}-01"
