"""What became of the work of an agent: written when a session is judged, read as records of successes and failures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents.models import AgentOutcome
from orchestrator.agents.performance import NOTHING, Record
from orchestrator.kit.tenant_scope import current_tenant

REVERTED = "reverted"
"""The reason of an outcome whose work was taken back after it had been handed over."""
RECENT = 10
"""The last so many outcomes of a version tell whether it fails lately."""


@dataclass(frozen=True)
class Outcome:
    """`success` is None when it says nothing about the agent, `verified` what of that the orchestrator found by itself."""

    tenant_id: UUID
    session_id: UUID
    version_id: UUID
    capabilities: Sequence[str]
    """What the work asked for; without any, it counts for all that the version says it is good at."""
    success: bool | None
    verified: bool | None
    reason: str
    cost_micro_usd: int
    seconds: int
    feedback_rounds: int
    ended_at: datetime


@dataclass(frozen=True)
class Track:
    """All that is known of one version. `records` by capability; means are over all of its sessions that ended."""

    overall: Record = NOTHING
    records: Mapping[str, Record] = field(default_factory=dict[str, Record])
    recent: Record = NOTHING
    sessions: int = 0
    reverted: int = 0
    """Of the failures: work that was taken back."""
    recently_reverted: int = 0
    mean_cost_micro_usd: int | None = None
    mean_seconds: int | None = None
    mean_feedback_rounds: float | None = None


_OVERALL = text(
    f"""
    with ranked as (
        select o.*, row_number() over (partition by o.version_id, o.success is null order by o.ended_at desc) as place
        from agent_outcomes o where o.tenant_id = :tenant_id and o.version_id = any(:versions)
    )
    select version_id, count(*) as sessions, count(*) filter (where success) as successes,
        count(*) filter (where not success) as failures,
        count(*) filter (where success and place <= {RECENT}) as recent_successes,
        count(*) filter (where not success and place <= {RECENT}) as recent_failures,
        count(*) filter (where reason = '{REVERTED}') as reverted,
        count(*) filter (where reason = '{REVERTED}' and place <= {RECENT}) as recently_reverted,
        avg(cost_micro_usd) as cost, avg(seconds) as seconds, avg(feedback_rounds) as rounds
    from ranked group by version_id
    """  # noqa: S608 - made of constants alone.
)
_BY_CAPABILITY = text(
    """
    select o.version_id, c.capability, count(*) filter (where o.success) as successes,
        count(*) filter (where not o.success) as failures
    from agent_outcomes o cross join lateral jsonb_array_elements_text(o.capabilities) as c(capability)
    where o.tenant_id = :tenant_id and o.version_id = any(:versions) and o.success is not null
    group by o.version_id, c.capability
    """
)


_OWN_CAPABILITIES = text(
    "select coalesce(definition -> 'capabilities', '[]') from agent_versions where tenant_id = :tenant_id and id = :id"
)


async def record(db: AsyncSession, outcome: Outcome) -> None:
    """The last word on a session counts. Also for what ends sessions of any tenant, outside of a tenant's scope."""
    capabilities = list(outcome.capabilities)
    if not capabilities:
        asked = {"tenant_id": outcome.tenant_id, "id": outcome.version_id}
        capabilities = (await db.execute(_OWN_CAPABILITIES, asked)).scalar_one()
    values = {**outcome.__dict__, "capabilities": capabilities}
    query = insert(AgentOutcome).values(values)
    changes = {name: query.excluded[name] for name in values if name not in ("tenant_id", "session_id")}
    keys = [AgentOutcome.tenant_id, AgentOutcome.session_id]
    await db.execute(query.on_conflict_do_update(index_elements=keys, set_=changes))


async def tracks_of(db: AsyncSession, versions: Sequence[UUID]) -> dict[UUID, Track]:
    """One for each of the versions, empty for those that have done nothing yet."""
    if not versions:
        return {}
    asked = {"tenant_id": current_tenant(), "versions": list(versions)}
    records: dict[UUID, dict[str, Record]] = {}
    for row in (await db.execute(_BY_CAPABILITY, asked)).mappings():
        found = records.setdefault(row["version_id"], {})
        found[row["capability"]] = Record(row["successes"], row["failures"])
    rows = {row["version_id"]: row for row in (await db.execute(_OVERALL, asked)).mappings()}
    return {one: _track(rows[one], records.get(one, {})) if one in rows else Track() for one in versions}


def _track(row: Mapping[Any, Any], records: Mapping[str, Record]) -> Track:
    return Track(
        overall=Record(row["successes"], row["failures"]),
        records=records,
        recent=Record(row["recent_successes"], row["recent_failures"]),
        sessions=row["sessions"],
        reverted=row["reverted"],
        recently_reverted=row["recently_reverted"],
        mean_cost_micro_usd=round(row["cost"]),
        mean_seconds=round(row["seconds"]),
        mean_feedback_rounds=float(row["rounds"]),
    )
