"""Sums over usage events, and how the accounts of a tenant stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.accounts import Standing, month_of
from orchestrator.kit.clock import now
from orchestrator.kit.tenant_scope import current_tenant


class GroupBy(StrEnum):
    DAY = "day"
    SESSION = "session"
    AGENT = "agent"
    MODEL = "model"
    USER = "user"
    REPOSITORY = "repository"


@dataclass(frozen=True)
class UsageSums:
    requests: int
    input_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_micro_usd: int
    estimated_requests: int
    """Whose numbers, or a part of them, nobody counted."""
    unpriced_requests: int
    """Whose model had no price: their cost is not in the sum."""


@dataclass(frozen=True)
class UsageGroup:
    """`key` is empty for what belongs to none; `label` is what a person calls it."""

    key: str
    label: str
    sums: UsageSums


@dataclass(frozen=True)
class UsageFilter:
    """From `begin` on, before `end`."""

    begin: datetime | None = None
    end: datetime | None = None
    session_id: UUID | None = None


_KEYS = {
    GroupBy.DAY: "to_char(u.created_at at time zone 'utc', 'YYYY-MM-DD')",
    GroupBy.SESSION: "u.session_id::text",
    GroupBy.AGENT: "u.agent",
    GroupBy.MODEL: "u.model",
    GroupBy.USER: "u.user_subject",
    GroupBy.REPOSITORY: "u.repository",
}
_LABELS = {
    GroupBy.SESSION: "max(s.title)",
    GroupBy.USER: """coalesce(
        (select name from users where 'user:' || id = u.user_subject),
        (select name from api_keys k where k.tenant_id = :tenant_id and 'key:' || k.id = u.user_subject))""",
    GroupBy.REPOSITORY: "max(s.repository)",
}
_SUMS = """
    count(*) as requests,
    coalesce(sum(u.input_tokens), 0)::bigint as input_tokens,
    coalesce(sum(u.cached_input_tokens), 0)::bigint as cached_input_tokens,
    coalesce(sum(u.cache_write_tokens), 0)::bigint as cache_write_tokens,
    coalesce(sum(u.output_tokens), 0)::bigint as output_tokens,
    coalesce(sum(u.reasoning_tokens), 0)::bigint as reasoning_tokens,
    coalesce(sum(u.cost_micro_usd), 0)::bigint as cost_micro_usd,
    count(*) filter (where u.source <> 'provider') as estimated_requests,
    count(*) filter (where not u.priced) as unpriced_requests
"""
_WITHIN = """
    u.tenant_id = :tenant_id
    and (cast(:begin as timestamptz) is null or u.created_at >= :begin)
    and (cast(:end as timestamptz) is null or u.created_at < :end)
    and (cast(:session_id as uuid) is null or u.session_id = :session_id)
"""
# What calls under way hold on each account: leases that live, and whatever has reached its provider. As ledger_standing
# of migrations/versions/0003_ledger.sql has it for one payer.
HELD = """
    select h.tenant_id, a.scope, a.subject, a.period,
        sum(h.tokens)::bigint as tokens, sum(h.micro_usd)::bigint as micro_usd
    from budget_holds h cross join lateral (values
        ('tenant', '', h.period),
        ('user', h.user_subject, h.period),
        ('repository', h.repository, h.period),
        ('session', h.session_id::text, 'all')
    ) a (scope, subject, period)
    where a.subject is not null and (h.reached_provider or h.expires_at > clock_timestamp())
    group by h.tenant_id, a.scope, a.subject, a.period
"""
# The accounts of this month and, when one is named, of a session; the tenant's own is there before its first call.
_ACCOUNTS = text(
    f"""
    with held as ({HELD}), known as (
        select a.scope, a.subject, a.period, a.spent_tokens, a.spent_micro_usd from budget_accounts a
        where a.tenant_id = :tenant_id and (a.period = :month or (a.scope = 'session' and a.subject = :session))
        union all
        select b.scope, b.subject, :month, 0, 0 from budgets b where b.tenant_id = :tenant_id
        union all
        select 'tenant', '', :month, 0, 0
    ), accounts as (
        select scope, subject, period, max(spent_tokens) as spent_tokens, max(spent_micro_usd) as spent_micro_usd
        from known group by scope, subject, period
    )
    select
        a.scope, a.subject, a.period, a.spent_tokens, a.spent_micro_usd,
        case a.scope when 'tenant' then q.tokens_per_month when 'session' then least(q.max_session_tokens, s.max_tokens)
            else b.tokens_per_month end as limit_tokens,
        case a.scope when 'tenant' then q.cost_micro_usd_per_month when 'session' then s.max_cost_micro_usd
            else b.cost_micro_usd_per_month end as limit_micro_usd,
        coalesce(h.tokens, 0) as held_tokens, coalesce(h.micro_usd, 0) as held_micro_usd
    from accounts a
    join quotas q on q.tenant_id = :tenant_id
    left join budgets b on b.tenant_id = :tenant_id and b.scope = a.scope and b.subject = a.subject
    left join sessions s on s.tenant_id = :tenant_id and a.scope = 'session' and s.id::text = a.subject
    left join held h on h.tenant_id = :tenant_id and h.scope = a.scope and h.subject = a.subject and h.period = a.period
    order by array_position(array['tenant', 'user', 'repository', 'session'], a.scope), a.spent_tokens desc, a.subject
    limit :most
    """  # noqa: S608 - made of constants alone.
)


async def usage_groups(db: AsyncSession, group_by: GroupBy, wanted: UsageFilter, most: int) -> list[UsageGroup]:
    """The newest day first; everything else by what it cost, then by its tokens."""
    key = _KEYS[group_by]
    order = "1 desc" if group_by is GroupBy.DAY else "cost_micro_usd desc, sum(u.input_tokens + u.output_tokens) desc, 1"
    query = f"""
        select coalesce({key}, '') as key, coalesce({_LABELS.get(group_by, "null")}, '') as label, {_SUMS}
        from usage_events u left join sessions s on s.tenant_id = u.tenant_id and s.id = u.session_id
        where {_WITHIN} group by {key} order by {order} limit :most
    """  # noqa: S608 - made of constants alone.
    rows = (await db.execute(text(query), _values(wanted) | {"most": most})).mappings()
    return [UsageGroup(row["key"], row["label"], _sums_of(row)) for row in rows]


async def usage_totals(db: AsyncSession, wanted: UsageFilter) -> UsageSums:
    query = text(f"select {_SUMS} from usage_events u where {_WITHIN}")  # noqa: S608 - made of constants alone.
    return _sums_of((await db.execute(query, _values(wanted))).mappings().one())


async def standings(db: AsyncSession, session_id: UUID | None, most: int) -> Sequence[Standing]:
    values = {
        "tenant_id": current_tenant(),
        "month": month_of(now()),
        "session": str(session_id) if session_id else "",
        "most": most,
    }
    return [Standing.of(dict(row)) for row in (await db.execute(_ACCOUNTS, values)).mappings()]


def _values(wanted: UsageFilter) -> dict[str, Any]:
    return {
        "tenant_id": current_tenant(),
        "begin": wanted.begin,
        "end": wanted.end,
        "session_id": wanted.session_id,
    }


def _sums_of(row: Any) -> UsageSums:
    return UsageSums(**{name: row[name] for name in UsageSums.__dataclass_fields__})
