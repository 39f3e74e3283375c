"""What the tenant's last sessions took, for the forecast of a plan."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.tenant_scope import current_tenant
from orchestrator.tasks.forecast import PastSession

MOST = 200

_PAST = text(
    """
    select s.repository_key, s.agent, s.capabilities, s.merges is not null as is_merge,
        coalesce(a.spent_micro_usd, 0) as cost_micro_usd,
        greatest(0, extract(epoch from s.finished_at - s.started_at)::float8 - s.idle_seconds) as seconds
    from sessions s left join budget_accounts a on a.tenant_id = s.tenant_id and a.scope = 'session'
        and a.subject = s.id::text and a.period = 'all'
    where s.tenant_id = :tenant_id and s.status in ('completed', 'partially_completed', 'failed', 'timed_out')
        and s.started_at is not null and s.finished_at is not null
        and (s.turn is not null or (s.merges is not null and s.status = 'completed'))
    order by s.created_at desc limit :most
    """
)


@dataclass(frozen=True)
class Past:
    sessions: Sequence[PastSession]
    merge_seconds: Sequence[float]


async def past_of(db: AsyncSession) -> Past:
    """Those that came to an end by themselves; without pauses and waits for an answer."""
    rows = (await db.execute(_PAST, {"tenant_id": current_tenant(), "most": MOST})).mappings().all()
    worked = [row for row in rows if not row["is_merge"]]
    sessions = [
        PastSession(
            row["repository_key"] or "", row["agent"], frozenset(row["capabilities"]), row["seconds"], row["cost_micro_usd"]
        )
        for row in worked
    ]
    return Past(sessions, [row["seconds"] for row in rows if row["is_merge"]])
