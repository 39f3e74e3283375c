"""What a session's end says about the agent that did it: recorded when it ends, and again when a person decides on it."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents import outcomes
from orchestrator.agents.outcomes import REVERTED, Outcome
from orchestrator.kit.clock import now
from orchestrator.sessions import turn_rows
from orchestrator.sessions.errors import FailureClass
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Decision, Rating, Status, Verification

_TO_BLAME = frozenset({FailureClass.VERIFICATION, FailureClass.TIME_OUT})
"""Other failures are those of the machine, the provider, the budget, the repository or the request."""

_COST = text(
    "select coalesce(sum(cost_micro_usd), 0)::bigint from usage_events "
    "where tenant_id = :tenant_id and session_id = :session_id"
)


async def grade(db: AsyncSession, session: Session) -> None:
    """Nothing is recorded of an agent that OpenCode itself brings. Call it with the session as it is now."""
    if session.agent_version_id is None:
        return
    success, reason = judged(session)
    asked = {"tenant_id": session.tenant_id, "session_id": session.id}
    ended_at = session.finished_at or now()
    began_at = session.started_at or session.created_at
    outcome = Outcome(
        tenant_id=session.tenant_id,
        session_id=session.id,
        version_id=session.agent_version_id,
        capabilities=session.capabilities,
        success=success,
        verified=measured(session)[0],
        reason=reason,
        cost_micro_usd=(await db.execute(_COST, asked)).scalar_one(),
        seconds=max(0, round((ended_at - began_at).total_seconds()) - session.idle_seconds),
        feedback_rounds=await turn_rows.feedback_rounds(db, session),
        ended_at=ended_at,
    )
    await outcomes.record(db, outcome)


def judged(session: Session) -> tuple[bool | None, str]:
    """Whether it speaks for the agent, and why. A person's word counts more than the verification's, and what became of the
    work more than a word."""
    if is_reverted(session):
        return False, REVERTED
    if session.decision is Decision.REJECTED:
        return False, "rejected by a person"
    if session.rating is not None and session.rating["value"] == Rating.BAD:
        return False, "rated bad by a person"
    if session.decision is Decision.ACCEPTED:
        return True, "accepted by a person"
    if session.rating is not None and session.rating["value"] == Rating.GOOD:
        return True, "rated good by a person"
    return measured(session)


def measured(session: Session) -> tuple[bool | None, str]:
    """What the orchestrator found by itself, whatever people say of it."""
    if is_reverted(session):
        return False, REVERTED
    if session.status is Status.COMPLETED and session.verification is Verification.VERIFIED:
        return True, "verified"
    if session.status is Status.PARTIALLY_COMPLETED:
        return False, "some verification commands fail"
    if session.status in (Status.FAILED, Status.TIMED_OUT):
        kind = FailureClass((session.failure or {}).get("class", FailureClass.INTERNAL))
        if session.status is Status.TIMED_OUT or kind in _TO_BLAME:
            return False, kind.value
        return None, f"{kind.value}: not the agent's fault"
    return None, "nobody judged it"


def is_reverted(session: Session) -> bool:
    """Unless a person has said that it does not count."""
    return session.reverted is not None and bool(session.reverted["counts"])
