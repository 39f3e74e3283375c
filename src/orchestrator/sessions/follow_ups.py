"""What a person does with a session that has finished: say something more, accept or reject it, hand it in again."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.settings import Settings
from orchestrator.sessions import messages, room, service
from orchestrator.sessions.control import locked, record
from orchestrator.sessions.errors import PromptTooLong, TurnsSpent
from orchestrator.sessions.fork_starts import begin_alike
from orchestrator.sessions.grading import grade
from orchestrator.sessions.lifecycle import illegal, transition
from orchestrator.sessions.merging import refuse_merge
from orchestrator.sessions.messages import NewMessage
from orchestrator.sessions.models import Session, SessionMessage
from orchestrator.sessions.rebase_states import FOLLOW_UP
from orchestrator.sessions.service import Checked, NewSession
from orchestrator.sessions.states import FINISHED, Decision, QueueReason, Status
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.principal import Principal
from orchestrator.tenancy.quotas import wake_admission

_UNDECIDED = dict.fromkeys(("decision", "decided_by", "decided_at", "decision_reason", "rating", "reverted"))
_NO_RESULT = dict.fromkeys(("verification", "verification_reason", "failure", "pause", "paused_at", "started_at"))


async def say(
    db: AsyncSession, principal: Principal, session_id: UUID, new: NewMessage, settings: Settings, key: str | None
) -> SessionMessage:
    """It waits while a turn runs. To a finished session it is a follow-up: the session is queued for its next attempt."""
    if (length := new.length) > settings.max_prompt_chars:
        raise PromptTooLong(length=length, most=settings.max_prompt_chars)
    session = await locked(db, session_id)

    async def make() -> UUID:
        return (await _say(db, principal, session, new)).id

    deed = Deed(f"POST /sessions/{session_id}/messages", asdict(new))
    message_id, _ = await once(db, principal, key, deed, make)
    return await messages.get(db, message_id)


async def _say(db: AsyncSession, principal: Principal, session: Session, new: NewMessage) -> SessionMessage:
    refuse_merge(session)
    if session.status is Status.CANCELLED:
        raise illegal(session.status, "a message to it")
    if session.turn is not None and session.turn + 1 >= session.max_turns:
        raise TurnsSpent(most=session.max_turns)
    before = {"status": session.status}
    message = await messages.add(db, principal.actor, session, new)
    if session.status in FINISHED:
        await room.check_queue(db)
        session.rebase = session.rebase or {"onto": None, "by": FOLLOW_UP}
        await db.flush()
        await queue_again(db, session, principal.actor, "a message came in after its end")
    record(db, principal, "session.message", session, before, message=str(message.id), kind=new.kind.value)
    return message


async def queue_again(db: AsyncSession, session: Session, actor: str, reason: str) -> None:
    """Its next attempt has the whole time again, and the result is open again."""
    changes: dict[str, Any] = {**_UNDECIDED, **_NO_RESULT, "idle_seconds": 0}
    changes |= {"queue_reason": QueueReason.CLUSTER_CAPACITY}
    await transition(db, session, Status.QUEUED, reason, actor=actor, **changes)


async def decide(
    db: AsyncSession, principal: Principal, session_id: UUID, decision: Decision, reason: str | None
) -> Session:
    """The last word counts; those before are in the audit log."""
    session = await locked(db, session_id)
    if session.status not in FINISHED:
        raise illegal(session.status, "deciding on it before it has finished")
    before = {"decision": session.decision, "reason": session.decision_reason, "by": session.decided_by}
    session.decision, session.decision_reason = decision, reason
    session.decided_by, session.decided_at = principal.actor, now()
    told = {"decision": decision.value, "reason": reason}
    events.append(db, session.tenant_id, "session.decided", actor=principal.actor, session_id=session.id, **told)
    record(db, principal, f"session.{_VERBS[decision]}", session, before, **told)
    await db.flush()
    await grade(db, session)
    await wake_admission(db)  # Sessions of its repository may wait for this review.
    return session


_VERBS = {Decision.ACCEPTED: "accept", Decision.REJECTED: "reject"}


def same_again(session: Session) -> NewSession:
    """What was handed in."""
    return NewSession(
        prompt=session.prompt,
        title=session.title,
        repository=session.repository,
        base_ref=session.base_ref,
        agent=session.agent,
        model=session.model,
        priority=session.priority,
        verify=session.verify,
        isolation=session.isolation,
        timeout_seconds=session.timeout_seconds,
        max_feedback_rounds=session.max_feedback_rounds,
        max_turns=session.max_turns,
        max_tokens=session.max_tokens,
        max_cost_micro_usd=session.max_cost_micro_usd,
        stall_seconds=session.stall_seconds,
        max_steps=session.max_steps,
    )


async def retry(db: AsyncSession, principal: Principal, parent_id: UUID, checked: Checked, key: str | None) -> Session:
    """A new session with the same input, which names this one as its parent."""
    parent = await locked(db, parent_id)

    async def make() -> UUID:
        refuse_merge(parent)
        if parent.status not in FINISHED:
            raise illegal(parent.status, "handing it in again before it has finished")
        session = await service.create_session(db, principal, checked, parent_id=parent.id)
        await begin_alike(db, session, parent)
        record(db, principal, "session.retry", parent, {"status": parent.status}, made=str(session.id))
        return session.id

    session_id, _ = await once(db, principal, key, Deed(f"POST /sessions/{parent_id}/retry", {}), make)
    return await service.get_session(db, session_id)
