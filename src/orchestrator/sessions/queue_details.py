"""Why a session waits in the queue and what would change that, in words, from what the tenant's queue depends on."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.accounts import month_of, resets_at
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.words import counted
from orchestrator.sessions.fair_share import LIVE
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import QueueReason, Status

_FACTS = text(
    f"""
    select q.max_concurrent_sessions, q.tokens_per_month, q.cost_micro_usd_per_month,
        (select count(*) from sessions s where s.tenant_id = q.tenant_id and s.status in ({LIVE})) as live,
        coalesce(a.spent_tokens, 0) as spent_tokens, coalesce(a.spent_micro_usd, 0) as spent_micro_usd,
        there.nodes, there.draining, there.slots
    from quotas q left join budget_accounts a on a.tenant_id = q.tenant_id and a.scope = 'tenant' and a.period = :month
    cross join (
        select count(*) as nodes, count(n.draining_since) as draining,
            coalesce(sum(n.slots) filter (where n.draining_since is null and not n.disk_full), 0)::bigint as slots
        from nodes n where n.died_at is null and n.heartbeat_at > now() - interval '1 minute'
    ) there
    where q.tenant_id = :tenant_id
    """  # noqa: S608 - made of constants alone.
)


@dataclass(frozen=True)
class QueueFacts:
    """Budgets are of the present month; `nodes` are those that live, `slots` are of those that take sessions."""

    max_concurrent_sessions: int | None
    tokens_per_month: int | None
    cost_micro_usd_per_month: int | None
    live: int
    spent_tokens: int
    spent_micro_usd: int
    nodes: int
    draining: int
    slots: int

    @property
    def tokens_are_spent(self) -> bool:
        return self.tokens_per_month is not None and self.spent_tokens >= self.tokens_per_month

    @property
    def money_is_spent(self) -> bool:
        return self.cost_micro_usd_per_month is not None and self.spent_micro_usd >= self.cost_micro_usd_per_month


async def queue_facts(db: AsyncSession) -> QueueFacts:
    values = {"tenant_id": IndustrialRepository(db).tenant_id, "month": month_of(now())}
    row = (await db.execute(_FACTS, values)).one()
    return QueueFacts(**row._mapping)  # pyright: ignore[reportPrivateUsage] - SQLAlchemy's public name for it.


def queue_detail(session: Session, facts: QueueFacts) -> str | None:
    if session.status is not Status.QUEUED:
        return None
    match session.queue_reason:
        case QueueReason.TENANT_CONCURRENCY:
            return (
                f"The tenant runs {facts.live:,} of at most {counted(facts.max_concurrent_sessions or 0, 'session')}. It "
                "starts when one of them ends, or max_concurrent_sessions is raised."
            )
        case QueueReason.BUDGET:
            return f"The month's budget is spent ({_spent(facts)}). It starts when that is raised, or on {_next_month()}."
        case QueueReason.PROVIDER:
            return f"The provider of {session.model} takes no calls at the moment. It starts by itself when it does again."
        case QueueReason.DISK:
            return "The nodes' disks are full. It starts when there is room: see `orchestrator gc --dry-run`."
        case QueueReason.REVIEW_LIMIT:
            return "As many results of its repository wait for a review as may. It starts when one is accepted or rejected."
        case QueueReason.AGENT:
            return (
                f"The agent {session.agent} has as many sessions at once as it may. It starts when one of them ends, or "
                "max_concurrent_sessions of the agent is raised."
            )
        case QueueReason.RETRY:
            return f"{session.status_reason}. It is tried again by itself at {session.not_before:%H:%M:%S} UTC."
        case _:
            return _capacity(facts)


def _capacity(facts: QueueFacts) -> str:
    if facts.nodes == 0:
        return "No node is connected. It starts when one is: `orchestrator worker`, or `orchestrator up`."
    if facts.slots > 0:
        slots = "the cluster's one slot" if facts.slots == 1 else f"one of the {facts.slots:,} slots of the cluster"
        return f"It waits for {slots}, and for its tenant's turn."
    if facts.draining == facts.nodes:
        told = "The only node is" if facts.nodes == 1 else f"All {facts.nodes:,} nodes are"
        until = "one takes sessions again (`orchestrator nodes undrain`), or another one joins"
        return f"{told} being drained. It starts when {until}."
    drained = counted(facts.draining, "is being drained", "are being drained")
    return f"Of {counted(facts.nodes, 'node')} {drained}, and the others' disks are full. It starts when one has room."


def _spent(facts: QueueFacts) -> str:
    if facts.tokens_are_spent:
        return f"{facts.spent_tokens:,} of {facts.tokens_per_month:,} tokens"
    if facts.money_is_spent:
        return f"{facts.spent_micro_usd} of {facts.cost_micro_usd_per_month} micro-USD"
    return "that of its user or repository"


def _next_month() -> str:
    begins = resets_at(month_of(now()))
    return f"{begins:%Y-%m-%d}"
