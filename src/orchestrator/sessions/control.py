"""What people do to sessions: start, pause, resume, stop and cancel them. Each deed leaves one audit row.

Cancelling and moving what waits take effect at once. To pause or to stop a session that works is a request: the step at
work aborts the turn, takes a checkpoint and lets go of the runtime before others see the session paused or stopped.
"""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions import pauses, room
from orchestrator.sessions.lifecycle import illegal, tell_node, transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.recovery import queue_again
from orchestrator.sessions.states import HOLDS_SLOT, QueueReason, Request, Status
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal

AT_WORK = HOLDS_SLOT - {Status.ORPHANED}


async def start(db: AsyncSession, principal: Principal, session_id: UUID) -> Session:
    session = await locked(db, session_id)
    if session.status is not Status.PENDING:
        # Other states go to the queue as well, but by admission and follow-ups, not by this.
        raise illegal(session.status, "starting it")
    await room.check_queue(db)
    queued = {"queue_reason": QueueReason.CLUSTER_CAPACITY}
    return await _move(db, principal, session, "start", Status.QUEUED, "started by a person", **queued)


async def cancel(db: AsyncSession, principal: Principal, session_id: UUID) -> Session:
    session = await locked(db, session_id)
    return await _move(db, principal, session, "cancel", Status.CANCELLED, "cancelled by a person")


async def pause(db: AsyncSession, principal: Principal, session_id: UUID) -> Session:
    session = await locked(db, session_id)
    if session.status in AT_WORK:
        return await _ask(db, principal, session, Request.PAUSE)
    if session.status is Status.PAUSED and session.pause and session.pause["by"] != pauses.PERSON:
        session.pause = _paused()["pause"]
        record(db, principal, "session.pause", session, {"status": session.status})
        return session
    if session.status is not Status.QUEUED:
        raise illegal(session.status, "pausing it")
    return await _move(db, principal, session, "pause", Status.PAUSED, "paused by a person", **_paused())


async def stop(db: AsyncSession, principal: Principal, session_id: UUID) -> Session:
    session = await locked(db, session_id)
    if session.status in AT_WORK:
        return await _ask(db, principal, session, Request.STOP)
    return await _move(db, principal, session, "stop", Status.STOPPED, "stopped by a person")


async def resume(db: AsyncSession, principal: Principal, session_id: UUID) -> Session:
    session = await locked(db, session_id)
    if session.status is not Status.PAUSED:
        raise illegal(session.status, "resuming it")
    await pauses.resume(db, session, actor=principal.actor, reason="resumed by a person")
    record(db, principal, "session.resume", session, {"status": Status.PAUSED})
    return session


async def _ask(db: AsyncSession, principal: Principal, session: Session, wanted: Request) -> Session:
    """A stop overrules a pause that is still under way; asking for the same again changes nothing."""
    if session.requested is wanted:
        return session
    if session.requested is Request.STOP:
        raise illegal(session.status, "pausing it while it is being stopped")
    session.requested, session.requested_by = wanted, principal.actor
    events.append(
        db,
        session.tenant_id,
        "session.requested",
        actor=principal.actor,
        session_id=session.id,
        requested=wanted.value,
    )
    record(db, principal, f"session.{wanted.value}", session, {"status": session.status}, requested=wanted.value)
    await db.flush()
    await tell_node(db, session)
    return session


async def carry_out(db: AsyncSession, session: Session) -> None:
    """The end of a pause, a stop or a drain that was asked for, when the session has been brought to rest."""
    actor = session.requested_by or ORCHESTRATOR
    if session.requested is Request.STOP:
        await transition(db, session, Status.STOPPED, "stopped by a person", actor=actor)
        return
    if session.requested is Request.DRAIN:
        await queue_again(db, session, "its node drains", requested=None, requested_by=None)
        return
    if session.status is Status.VERIFYING:
        await transition(db, session, Status.RUNNING, "its verification is put off", actor=actor)
    await transition(db, session, Status.PAUSED, "paused by a person", actor=actor, **_paused())


def _paused() -> dict[str, Any]:
    return {"pause": pauses.Pause(by=pauses.PERSON, resumes=0), "paused_at": now()}


async def _move(
    db: AsyncSession, principal: Principal, session: Session, deed: str, to: Status, reason: str, **changes: Any
) -> Session:
    before = {"status": session.status}
    await transition(db, session, to, reason, actor=principal.actor, **changes)
    record(db, principal, f"session.{deed}", session, before)
    return session


async def locked(db: AsyncSession, session_id: UUID) -> Session:
    return await IndustrialRepository(db).get(Session, session_id, lock=True)


def record(
    db: AsyncSession, principal: Principal, action: str, session: Session, before: dict[str, Any], **after: Any
) -> None:
    after = {"status": session.status, **after}
    audit.record(db, session.tenant_id, principal.actor, action, f"session:{session.id}", before, after)
