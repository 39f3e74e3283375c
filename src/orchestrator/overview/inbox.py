"""Everything that needs a person, read from what is so at this moment: nothing is stored, so nothing stays behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.accounts import month_of
from orchestrator.kit.clock import now
from orchestrator.kit.pagination import CursorInvalid, decode_moment, decode_parts, encode_parts
from orchestrator.kit.tenant_scope import current_tenant
from orchestrator.overview.inbox_plans import PLANS
from orchestrator.overview.risk import LEVEL
from orchestrator.sessions.outcomes import undecided
from orchestrator.tenancy.principal import Principal
from orchestrator.tenancy.warnings import WARNING_PERCENT

SILENT_SECONDS = 600
"""A session at work of which nothing was heard for so long is stuck, and so is one whose provider takes no calls."""
ORPHANED_SECONDS = 60
QUEUED_SECONDS = 3600
"""So long in the queue is stuck, but for a spent budget, a full review, or a retry, which say so themselves."""


class InboxKind(StrEnum):
    RESULT_READY = "result_ready"
    APPROVAL = "approval"
    QUESTION = "question"
    VERIFICATION_FAILED = "verification_failed"
    NEEDS_REVIEW = "needs_review"
    BUDGET_WARNING = "budget_warning"
    STUCK = "stuck"
    FAILED = "failed"
    PLAN_APPROVAL = "plan_approval"
    PLAN_BLOCKED = "plan_blocked"
    PLAN_FAILED = "plan_failed"
    PLAN_COMPLETED = "plan_completed"
    PLAN_PUSH_FAILED = "plan_push_failed"


RESULTS = frozenset({InboxKind.RESULT_READY, InboxKind.VERIFICATION_FAILED, InboxKind.NEEDS_REVIEW, InboxKind.FAILED})
OF_PLANS = frozenset(one for one in InboxKind if one.value.startswith("plan_"))


@dataclass(frozen=True)
class InboxFilter:
    kind: Sequence[InboxKind] = ()
    repository: str | None = None
    mine: bool = False
    id: str | None = None


_PAID = """left join budget_accounts paid on paid.tenant_id = s.tenant_id and paid.scope = 'session' and paid.period = 'all'
    and paid.subject = s.id::text"""
_MINE = "(coalesce(s.user_subject, '') = :subject or s.created_by = :actor)"
_OF_SESSION = f"s.id as session_id, s.repository, {_MINE} as mine"
_NOTHING = "null::timestamptz as deadline_at, null::text as default_action, null::jsonb as detail"
_RESULTS = f"""
    select case when s.verification = 'failed' then 'verification_failed'
            when s.status in ('failed', 'timed_out') then 'failed'
            when s.verification = 'needs_review' then 'needs_review' else 'result_ready' end as kind,
        'result:' || s.id as id, {LEVEL} as level, s.finished_at as since, {_OF_SESSION}, {_NOTHING}
    from sessions s {_PAID}
    where s.tenant_id = :tenant_id and {undecided("s")}
"""  # noqa: S608 - made of constants alone.
_ASKED = f"""
    select case a.kind when 'question' then 'question' else 'approval' end, 'approval:' || a.id,
        case when a.tool = 'external_directory' then 2 else 1 end, a.requested_at, {_OF_SESSION},
        a.deadline_at, a.default_action,
        jsonb_build_object('approval_id', a.id, 'tool', a.tool, 'patterns', a.patterns, 'asker', a.asker)
    from approvals a join sessions s on s.tenant_id = a.tenant_id and s.id = a.session_id
    where a.tenant_id = :tenant_id and a.status = 'pending'
"""  # noqa: S608 - made of constants alone.
_BUDGETS = f"""
    select 'budget_warning', 'budget:' || a.scope || ':' || a.subject,
        case when a.spent_tokens >= l.tokens or a.spent_micro_usd >= l.micro_usd then 2 else 1 end,
        date_trunc('month', now()), null::uuid, l.label, a.scope = 'user' and a.subject = :subject,
        null, null, jsonb_build_object('scope', a.scope, 'subject', a.subject, 'label', l.label,
            'spent_tokens', a.spent_tokens, 'limit_tokens', l.tokens,
            'spent_micro_usd', a.spent_micro_usd, 'limit_micro_usd', l.micro_usd)
    from (
        select tenant_id, 'tenant' as scope, '' as subject, null as label, tokens_per_month as tokens,
            cost_micro_usd_per_month as micro_usd from quotas
        union all
        select tenant_id, scope, subject, label, tokens_per_month, cost_micro_usd_per_month from budgets
    ) l join budget_accounts a on a.tenant_id = l.tenant_id and a.scope = l.scope and a.subject = l.subject
    where l.tenant_id = :tenant_id and a.period = :month
        and (a.spent_tokens * 100.0 >= l.tokens * {WARNING_PERCENT}.0
            or a.spent_micro_usd * 100.0 >= l.micro_usd * {WARNING_PERCENT}.0)
"""  # noqa: S608 - made of constants alone.
_PAUSED = f"""
    select case s.pause ->> 'by' when 'budget' then 'budget_warning' else 'stuck' end, 'paused:' || s.id, 1, s.paused_at,
        {_OF_SESSION}, {_NOTHING}
    from sessions s
    where s.tenant_id = :tenant_id and s.status = 'paused' and (s.pause ->> 'by' = 'budget'
        or s.pause ->> 'by' = 'provider' and s.paused_at < now() - interval '{SILENT_SECONDS} seconds')
"""  # noqa: S608 - made of constants alone.
_SILENT = f"""
    select 'stuck', 'stuck:' || s.id, case s.status when 'orphaned' then 2 else 1 end,
        case s.status when 'queued' then s.queued_at else a.at end, {_OF_SESSION}, {_NOTHING}
    from sessions s join session_activity a on a.tenant_id = s.tenant_id and a.session_id = s.id
    where s.tenant_id = :tenant_id and s.status in ('queued', 'running', 'degraded', 'verifying', 'orphaned')
        and case s.status
            when 'orphaned' then a.at < now() - interval '{ORPHANED_SECONDS} seconds'
            when 'queued' then s.queued_at < now() - interval '{QUEUED_SECONDS} seconds'
                and coalesce(s.queue_reason, '') not in ('budget', 'review_limit', 'retry', 'agent')
            else a.at < now() - interval '{SILENT_SECONDS} seconds' end
"""  # noqa: S608 - made of constants alone.
_ITEMS = f"""
    with items as ({" union all ".join((_RESULTS, _ASKED, _BUDGETS, _PAUSED, _SILENT, PLANS))}), wanted as (
        select * from items where (cast(:repository as text) is null or repository = :repository) and (not :mine or mine)
            and (cast(:id as text) is null or id = :id)
    )
"""  # noqa: S608 - made of constants alone.
_COUNTS = text(f"{_ITEMS} select kind, count(*) from wanted group by kind")  # noqa: S608 - the same.
_PAGE = text(
    f"""
    {_ITEMS}, page as (
        select * from wanted where (cardinality(:kinds) = 0 or kind = any(:kinds)) and (cast(:after_id as text) is null
            or (-level, since, id) > (-cast(:after_level as int), cast(:after_since as timestamptz), :after_id))
        order by level desc, since, id limit :most
    )
    select page.*, s.title, s.status, s.status_reason, s.queue_reason, s.verification, s.verification_reason, s.attempt,
        s.lines_added + s.lines_deleted as lines, s.protected_changed, s.failure,
        coalesce(s.user_subject, page.detail ->> 'user_subject') as user_subject,
        coalesce(s.created_by, page.detail ->> 'created_by') as created_by,
        coalesce(paid.spent_micro_usd, 0) as cost_micro_usd
    from page left join sessions s on s.tenant_id = :tenant_id and s.id = page.session_id {_PAID}
    order by page.level desc, page.since, page.id
    """  # noqa: S608 - made of constants alone.
).bindparams(bindparam("kinds", type_=ARRAY(Text)))


async def counts(db: AsyncSession, principal: Principal, wanted: InboxFilter) -> dict[str, int]:
    """By kind, whatever kinds are wanted."""
    return {row[0]: row[1] for row in (await db.execute(_COUNTS, _values(principal, wanted))).all()}


async def page(
    db: AsyncSession, principal: Principal, wanted: InboxFilter, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """By risk, then the oldest first. Raises CursorInvalid."""
    level, since, after = _decoded(cursor) if cursor else (None, None, None)
    values = _values(principal, wanted) | {"kinds": [one.value for one in wanted.kind], "most": limit + 1}
    values |= {"after_level": level, "after_since": since, "after_id": after}
    rows = [dict(row) for row in (await db.execute(_PAGE, values)).mappings()]
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], _encoded(last) if last else None


def _values(principal: Principal, wanted: InboxFilter) -> dict[str, Any]:
    return {
        "tenant_id": current_tenant(),
        "subject": principal.subject,
        "actor": principal.actor,
        "month": month_of(now()),
        "repository": wanted.repository,
        "mine": wanted.mine,
        "id": wanted.id,
    }


def _encoded(row: dict[str, Any]) -> str:
    return encode_parts(str(row["level"]), row["since"].isoformat(), row["id"])


def _decoded(cursor: str) -> tuple[int, datetime, str]:
    level, since, id_ = decode_parts(cursor, 3)
    if level not in ("0", "1", "2"):
        raise CursorInvalid
    return int(level), decode_moment(since), id_
