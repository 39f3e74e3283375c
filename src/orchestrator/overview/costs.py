"""What was spent on what, what it brought, and what the month will come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.accounts import month_of, resets_at
from orchestrator.gateway.usage_reports import GroupBy, UsageFilter, UsageGroup, UsageSums, usage_groups, usage_totals
from orchestrator.kit.tenant_scope import current_tenant
from orchestrator.overview.forecast import MOST_DAYS, Forecast, forecast
from orchestrator.sessions.outcomes import Outcome, outcome_of

_DAY = timedelta(days=1)


NoSession = Literal["no_session"]
"""Beside the outcomes of sessions: calls that were made outside of one."""
NO_SESSION: NoSession = "no_session"

# Each call counts for one outcome, so that they add up to what was spent.
_OUTCOMES = text(
    f"""
    with used as (
        select session_id, sum(input_tokens + output_tokens)::bigint as tokens, sum(cost_micro_usd)::bigint as micro_usd
        from usage_events where tenant_id = :tenant_id and created_at >= :begin and created_at < :end group by session_id
    )
    select case when s.id is null then '{NO_SESSION}' else {outcome_of("s")} end as outcome,
        count(s.id) as sessions, sum(used.tokens)::bigint as tokens, sum(used.micro_usd)::bigint as cost_micro_usd
    from used left join sessions s on s.tenant_id = :tenant_id and s.id = used.session_id
    group by 1 order by 4 desc, 3 desc, 1
    """  # noqa: S608 - made of constants alone.
)
_MONTH = text(
    """
    select q.tokens_per_month, q.cost_micro_usd_per_month, coalesce(a.spent_tokens, 0) as spent_tokens,
        coalesce(a.spent_micro_usd, 0) as spent_micro_usd,
        (select min(u.created_at) from usage_events u where u.tenant_id = :tenant_id) as first_call_at
    from quotas q left join budget_accounts a on a.tenant_id = q.tenant_id and a.scope = 'tenant' and a.period = :month
    where q.tenant_id = :tenant_id
    """
)


@dataclass(frozen=True)
class OutcomeCost:
    outcome: Outcome | NoSession
    """Of the sessions as they are now."""
    sessions: int
    tokens: int
    cost_micro_usd: int


@dataclass(frozen=True)
class MonthForecast:
    spent: int
    limit: int | None
    forecast: Forecast | None


@dataclass(frozen=True)
class Month:
    month: str
    days_left: float
    days_of_data: int
    tokens: MonthForecast
    cost: MonthForecast


@dataclass(frozen=True)
class Costs:
    totals: UsageSums
    groups: Mapping[GroupBy, list[UsageGroup]]
    outcomes: list[OutcomeCost]
    month: Month


async def costs_of(db: AsyncSession, begin: datetime, end: datetime, most: int, moment: datetime) -> Costs:
    """From `begin` on, before `end`; of each group the `most` dearest."""
    wanted = UsageFilter(begin, end)
    kinds = (GroupBy.AGENT, GroupBy.MODEL, GroupBy.USER, GroupBy.REPOSITORY)
    groups = {one: await usage_groups(db, one, wanted, most) for one in kinds}
    groups[GroupBy.DAY] = await _days(db, begin, end)
    rows = (await db.execute(_OUTCOMES, {"tenant_id": current_tenant(), "begin": begin, "end": end})).mappings()
    outcomes = [_outcome(dict(row)) for row in rows]
    return Costs(await usage_totals(db, wanted), groups, outcomes, await _month(db, moment))


def _outcome(row: Mapping[str, Any]) -> OutcomeCost:
    outcome = NO_SESSION if row["outcome"] == NO_SESSION else Outcome(row["outcome"])
    return OutcomeCost(outcome, row["sessions"], row["tokens"], row["cost_micro_usd"])


async def _days(db: AsyncSession, begin: datetime, end: datetime) -> list[UsageGroup]:
    """Every day in UTC, the oldest first, also those without a call."""
    first, last = begin.astimezone(UTC).date(), (end - timedelta(microseconds=1)).astimezone(UTC).date()
    count = (last - first).days + 1
    known = {one.key: one for one in await usage_groups(db, GroupBy.DAY, UsageFilter(begin, end), count)}
    keys = [(first + n * _DAY).isoformat() for n in range(count)]
    return [known.get(key) or UsageGroup(key, "", UsageSums(0, 0, 0, 0, 0, 0, 0, 0, 0)) for key in keys]


async def _month(db: AsyncSession, moment: datetime) -> Month:
    month = month_of(moment)
    row: Any = (await db.execute(_MONTH, {"tenant_id": current_tenant(), "month": month})).one()
    days = await _whole_days(db, row.first_call_at, moment)
    ends_at = resets_at(month) or moment
    left = (ends_at - moment) / _DAY
    tokens = [one.sums.input_tokens + one.sums.output_tokens for one in days]
    micro_usd = [one.sums.cost_micro_usd for one in days]
    return Month(
        month,
        round(left, 2),
        len(days),
        MonthForecast(row.spent_tokens, row.tokens_per_month, forecast(row.spent_tokens, tokens, left)),
        MonthForecast(row.spent_micro_usd, row.cost_micro_usd_per_month, forecast(row.spent_micro_usd, micro_usd, left)),
    )


async def _whole_days(db: AsyncSession, first_call_at: datetime | None, moment: datetime) -> list[UsageGroup]:
    """The last of them before today."""
    today = _midnight(moment.astimezone(UTC).date())
    if first_call_at is None:
        return []
    begin = max(today - MOST_DAYS * _DAY, _midnight(first_call_at.astimezone(UTC).date()))
    return await _days(db, begin, today) if begin < today else []


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
