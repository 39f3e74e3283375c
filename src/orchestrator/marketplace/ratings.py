"""What a version of a listing proved in the tenants that installed it, as sums that tell of none of them alone.

Counted are outcomes that the orchestrator's own verification decided, of other tenants than the publisher's, for the version
that was installed when the work ended. A sum of fewer than FEWEST outcomes, or of fewer than FEWEST_TENANTS tenants, never
leaves the database.
"""

import asyncio

from sqlalchemy import text

from orchestrator.agents.performance import beta_quantile
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

FEWEST, FEWEST_TENANTS = 30, 3
OVERALL = ""
"""The capability of all outcomes together."""
_TAIL = 0.025
"""Of the 95 % interval, below its lower bound."""
_SECONDS = 60.0
_LOCK = "market ratings"

_SUMS = text("""
    with counted as (
        select p.publisher_id, p.version_id, o.tenant_id, o.capabilities, o.verified
        from (select distinct tenant_id, agent_version_id from market_pins) installed
        join agent_outcomes o on o.tenant_id = installed.tenant_id and o.version_id = installed.agent_version_id
        cross join lateral (
            select p.publisher_id, p.version_id from market_pins p
            where p.tenant_id = o.tenant_id and p.agent_version_id = o.version_id and p.pinned_at <= o.ended_at
            order by p.pinned_at desc limit 1
        ) p
        where o.verified is not null and o.tenant_id <> p.publisher_id
    ), by_capability as (
        select publisher_id, version_id, tenant_id, verified, :overall as capability from counted
        union all
        select publisher_id, version_id, tenant_id, verified, c.capability
        from counted cross join lateral jsonb_array_elements_text(capabilities) as c(capability)
    )
    select s.publisher_id, s.version_id, s.capability, count(*) as n, count(*) filter (where s.verified) as successes
    from by_capability s join market_versions v on v.tenant_id = s.publisher_id and v.id = s.version_id
    group by s.publisher_id, s.version_id, s.capability
    having count(*) >= :fewest and count(distinct s.tenant_id) >= :fewest_tenants
""")
_KEEP = text("""
    insert into market_scores (tenant_id, version_id, capability, n, successes, lower_bound, computed_at)
    values (:publisher_id, :version_id, :capability, :n, :successes, :lower_bound, :at)
    on conflict (tenant_id, version_id, capability) do update
    set n = excluded.n, successes = excluded.successes, lower_bound = excluded.lower_bound,
        computed_at = excluded.computed_at
""")
_FORGET = text("delete from market_scores where computed_at < :at")


def lower_bound(successes: int, n: int) -> float:
    """Of the 95 % interval of the true share of successes: the 2.5 % quantile of Beta(1 + successes, 1 + failures)."""
    return beta_quantile(1 + successes, 1 + n - successes, _TAIL)


async def refresh(database: Database) -> None:
    """Over all tenants, as the system's role; of several processes one at a time."""
    async with database.system_transaction() as db:
        locked = text("select pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
        if not (await db.execute(locked, {"name": _LOCK})).scalar_one():
            return
        asked = {"overall": OVERALL, "fewest": FEWEST, "fewest_tenants": FEWEST_TENANTS}
        moment = now()
        rows = [
            {**row, "lower_bound": lower_bound(row["successes"], row["n"]), "at": moment}
            for row in (await db.execute(_SUMS, asked)).mappings()
        ]
        if rows:
            await db.execute(_KEEP, rows)
        await db.execute(_FORGET, {"at": moment})


class RatingsKeeper:
    """Every API process has one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        while True:
            try:
                await refresh(self._database)
            except DATABASE_TROUBLE as error:
                log.warning("ratings_not_refreshed", problem=str(error).split("\n")[0])
            await asyncio.sleep(_SECONDS)
