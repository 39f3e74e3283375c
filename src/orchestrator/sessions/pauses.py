"""Sessions that wait for money or for a provider: why they stopped, and when they go on by themselves."""

import time
from typing import TypedDict

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events.log import ORCHESTRATOR
from orchestrator.gateway.refusals import forget_refusal
from orchestrator.gateway.usage_reports import HELD
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.sessions.admission import LOCK, Blocked, blocked_keys
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import QueueReason, Status

BUDGET, PROVIDER, PERSON = "budget", "provider", "person"
MOST_RESUMES = 20
"""How often one turn goes on by itself without coming to its end; then a person has to resume it."""
_AT_ONCE = 4
_LOOK_SECONDS = 3.0
"""Of one tenant so many in one look, and no look sooner than that: what waited together does not start together."""


class Pause(TypedDict):
    """`resumes` counts how often the turn has gone on by itself since it last came to an end."""

    by: str
    resumes: int


_REFUSAL = text(
    "select scope, case resource when 'tokens' then 'tokens' else 'funds' end as resource, subject, period "
    "from budget_refusals where tenant_id = :tenant_id and session_id = :session_id"
)
_WAITING = f"""
    select s.tenant_id, s.id, s.user_subject, s.repository_key as repository, s.paused_at, s.max_tokens,
        s.max_cost_micro_usd,
        coalesce(r.needed_tokens, 0) as needed_tokens, coalesce(r.needed_micro_usd, 0) as needed_micro_usd
    from sessions s left join budget_refusals r on r.tenant_id = s.tenant_id and r.session_id = s.id
    where s.status = 'paused' and s.pause ->> 'by' in ('{BUDGET}', '{PROVIDER}')
        and (s.pause ->> 'resumes')::bigint < {MOST_RESUMES}
        and not ((s.tenant_id::text || ':' || s.model) = any(:blocked))
"""  # noqa: S608 - made of constants alone.
# Every account that a call of a waiting session would be booked on, with its limits.
_ACCOUNTS = """
    select w.tenant_id, w.id, 'tenant' as scope, '' as subject, month.period, q.tokens_per_month as tokens,
        q.cost_micro_usd_per_month as micro_usd
    from waiting w join quotas q on q.tenant_id = w.tenant_id, month
    union all
    select w.tenant_id, w.id, 'session', w.id::text, 'all', least(q.max_session_tokens, w.max_tokens), w.max_cost_micro_usd
    from waiting w join quotas q on q.tenant_id = w.tenant_id
    union all
    select w.tenant_id, w.id, b.scope, b.subject, month.period, b.tokens_per_month, b.cost_micro_usd_per_month
    from waiting w join budgets b on b.tenant_id = w.tenant_id
        and b.subject = case b.scope when 'user' then w.user_subject when 'repository' then w.repository end, month
"""
_READY = text(
    f"""
    with month as (select to_char(now() at time zone 'utc', 'YYYY-MM') as period), waiting as ({_WAITING}),
    accounts as ({_ACCOUNTS}), held as ({HELD}),
    short as (
        select a.tenant_id, a.id from accounts a
        join waiting w on w.tenant_id = a.tenant_id and w.id = a.id
        left join budget_accounts b on b.tenant_id = a.tenant_id and b.scope = a.scope
            and b.subject = a.subject and b.period = a.period
        left join held h on h.tenant_id = a.tenant_id and h.scope = a.scope and h.subject = a.subject
            and h.period = a.period
        where coalesce(b.spent_tokens, 0) + coalesce(h.tokens, 0) + w.needed_tokens > a.tokens
            or coalesce(b.spent_micro_usd, 0) + coalesce(h.micro_usd, 0) + w.needed_micro_usd > a.micro_usd
    ),
    ready as (
        select w.tenant_id, w.id, row_number() over (partition by w.tenant_id order by w.paused_at, w.id) as n
        from waiting w
        where not exists (select 1 from short where short.tenant_id = w.tenant_id and short.id = w.id)
    )
    select tenant_id, id from ready where n <= {_AT_ONCE}
    """  # noqa: S608 - made of constants alone.
).bindparams(bindparam("blocked"))


async def hold(db: AsyncSession, session: Session, by: str) -> None:
    """The gateway refused the session's calls: it waits, with its worktree and its conversation."""
    reason = await _spent(db, session) if by == BUDGET else _exhausted(session)
    pause = Pause(by=by, resumes=session.pause["resumes"] if session.pause is not None else 0)
    await transition(db, session, Status.PAUSED, reason, pause=pause, paused_at=now())


async def _spent(db: AsyncSession, session: Session) -> str:
    values = {"tenant_id": session.tenant_id, "session_id": session.id}
    refusal = (await db.execute(_REFUSAL, values)).one_or_none()
    if refusal is None:
        return "budget: it does not suffice for the next call"
    whose = refusal.scope if refusal.scope in ("tenant", "session") else f"{refusal.scope} {refusal.subject}"
    when = "" if refusal.period == "all" else f" for {refusal.period}"
    return f"budget: the {refusal.resource} of the {whose}{when} do not suffice for the next call"


def _exhausted(session: Session) -> str:
    return f"provider: that of {session.model} takes no further calls at the moment"


async def resume(db: AsyncSession, session: Session, *, actor: str = ORCHESTRATOR, reason: str) -> None:
    """Back to the queue; the count of resumes by itself begins anew when a person does it. The next refusal is news."""
    await forget_refusal(db, session.tenant_id, session.id)
    pause = session.pause and {**session.pause, "resumes": session.pause["resumes"] + 1 if actor == ORCHESTRATOR else 0}
    await transition(db, session, Status.QUEUED, reason, actor=actor, pause=pause, queue_reason=QueueReason.CLUSTER_CAPACITY)


class Resumes:
    """The looks of one node. Each resume wakes admission, which would look again at once."""

    def __init__(self, database: Database, *, look_seconds: float = _LOOK_SECONDS) -> None:
        self._database = database
        self._look_seconds = look_seconds
        self._next_at = 0.0

    async def look(self, blocked: Blocked | None = None) -> int:
        """How many go on; none when the last look was a moment ago."""
        if time.monotonic() < self._next_at:
            return 0
        self._next_at = time.monotonic() + self._look_seconds
        return await resume_ready(self._database, blocked)


async def resume_ready(database: Database, blocked: Blocked | None = None) -> int:
    """Queues the sessions whose budget suffices again, or whose provider takes calls again."""
    async with database.system_transaction() as db:
        await db.execute(text("select pg_advisory_xact_lock(:n)"), {"n": LOCK})
        ready = (await db.execute(_READY, {"blocked": blocked_keys(blocked)})).all()
        for tenant_id, session_id in ready:
            query = select(Session).where(Session.tenant_id == tenant_id, Session.id == session_id).with_for_update()
            session = (await db.execute(query)).scalar_one()
            if session.status is Status.PAUSED and session.pause is not None:
                await resume(db, session, reason=f"{session.pause['by']}: suffices again")
    return len(ready)
