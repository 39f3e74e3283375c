"""The only way to change a session's status: legal moves, compare-and-swap, and the event in the same transaction."""

from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.printable import printable
from orchestrator.sessions import running_tools, turn_rows
from orchestrator.sessions.approval_rows import supersede_pending
from orchestrator.sessions.errors import IllegalTransition
from orchestrator.sessions.grading import grade
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import FINISHED, HOLDS_SLOT, TURNS_RUN, Status, may_move, next_states
from orchestrator.tenancy.quotas import wake_admission

CONTROL_CHANNEL = "orchestrator_control"
PLAN_CHANNEL = "orchestrator_plans"
"""Told `tenant:plan` whenever a session of a plan has ended, or the plan has changed."""


async def transition(
    db: AsyncSession, session: Session, to: Status, reason: str, *, actor: str = ORCHESTRATOR, **changes: Any
) -> None:
    """Raises IllegalTransition when the move is not legal or somebody else moved the session first."""
    was, reason = session.status, printable(reason)
    if not may_move(was, to):
        raise illegal(was, f"going to {to.value}")
    values = {"status": to, "status_reason": reason, **_timestamps(session, to), **changes}
    if to is not Status.QUEUED:
        values.setdefault("queue_reason", None)
    if to is Status.PAUSED or to in FINISHED:
        values |= {"requested": None, "requested_by": None}
    moved = await db.execute(
        update(Session)
        .where(Session.tenant_id == session.tenant_id, Session.id == session.id, Session.status == was)
        .where(Session.attempt == session.attempt)
        .values({getattr(Session, name): value for name, value in values.items()})
        .returning(Session)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if moved.scalar_one_or_none() is None:
        raise illegal(was, f"going to {to.value}")
    if to in FINISHED:
        await turn_rows.end(db, session, to.value)
        await grade(db, session)
    if was in TURNS_RUN and to not in TURNS_RUN:
        await running_tools.ended(db, session)
    if was is Status.WAITING and to is not Status.RUNNING:
        await supersede_pending(db, session.tenant_id, session.id, actor, f"the session is {to.value}")
    events.append(
        db,
        session.tenant_id,
        "session.status",
        actor=actor,
        session_id=session.id,
        **{"from": was.value, "to": to.value, "reason": reason},
    )
    await _notify(db, session, was, to, by_a_person=actor != ORCHESTRATOR)


async def move(db: AsyncSession, session: Session, to: Status, reason: str, **changes: Any) -> None:
    """Also from `degraded`, when the turn is over; nothing happens when the session is there already."""
    if session.status is Status.DEGRADED and to is not Status.RUNNING:
        await transition(db, session, Status.RUNNING, "the turn is over")
    if session.status is not to:
        await transition(db, session, to, reason, **changes)


async def _notify(db: AsyncSession, session: Session, was: Status, to: Status, *, by_a_person: bool) -> None:
    """Wakes admission when a slot is free or a session waits for one, and the node that must let go of a session.

    What a step itself does to its session is no news to it.
    """
    if to is Status.QUEUED or (was in HOLDS_SLOT and to not in HOLDS_SLOT):
        await wake_admission(db)
    if session.plan_id is not None and to in FINISHED | {Status.PAUSED}:
        await tell_plan(db, session.tenant_id, session.plan_id)
    if by_a_person and was in HOLDS_SLOT and to not in HOLDS_SLOT:
        await tell_node(db, session)


async def tell_plan(db: AsyncSession, tenant_id: UUID, plan_id: UUID) -> None:
    """Whoever keeps the plans looks at this one when this is committed."""
    await db.execute(text("select pg_notify(:c, :p)"), {"c": PLAN_CHANNEL, "p": f"{tenant_id}:{plan_id}"})


async def tell_node(db: AsyncSession, session: Session) -> None:
    """Whichever node works on the session looks at it when this is committed."""
    await db.execute(text("select pg_notify(:c, :p)"), {"c": CONTROL_CHANNEL, "p": str(session.id)})


def _timestamps(session: Session, to: Status) -> dict[str, Any]:
    return _waiting(session, to) | _moments(session, to)


def _waiting(session: Session, to: Status) -> dict[str, Any]:
    if to is Status.WAITING:
        return {"waiting_since": now()}
    if session.waiting_since is None:
        return {}
    waited_seconds = int((now() - session.waiting_since).total_seconds())
    return {"waiting_since": None, "idle_seconds": session.idle_seconds + waited_seconds}


def _moments(session: Session, to: Status) -> dict[str, Any]:
    if to is Status.QUEUED:
        return {"queued_at": now(), "finished_at": None}
    if to is Status.RUNNING and session.started_at is None:
        return {"started_at": now()}
    return {"finished_at": now()} if to in FINISHED else {}


def illegal(status: Status, action: str) -> IllegalTransition:
    allowed = ", ".join(sorted(s.value for s in next_states(status))) or "nothing; make a new session"
    return IllegalTransition(status=status.value, action=action, allowed=allowed)
