"""A person's demand that a session be put upon its base as that is now, or upon another one."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.sessions import follow_ups, pauses, room
from orchestrator.sessions.control import locked, record
from orchestrator.sessions.errors import NothingToRebase
from orchestrator.sessions.lifecycle import illegal
from orchestrator.sessions.merging import refuse_merge
from orchestrator.sessions.models import Session
from orchestrator.sessions.rebase_states import PERSON, Rebase, conflict_of
from orchestrator.sessions.states import FINISHED, Status
from orchestrator.tenancy.principal import Principal


async def ask(db: AsyncSession, principal: Principal, session_id: UUID, onto: str | None) -> Session:
    """Done when its turn has ended; one that is paused or finished goes on for it. Of a conflict the count begins anew."""
    session = await locked(db, session_id)
    refuse_merge(session)
    if session.status in FINISHED:
        await room.check_queue(db)
    before = {"status": session.status, "rebase": session.rebase}
    await move_onto(db, session, Rebase(onto=onto, by=PERSON), principal.actor)
    record(db, principal, "session.rebase", session, before, onto=onto)
    await db.flush()
    return session


async def move_onto(db: AsyncSession, session: Session, wanted: Rebase, actor: str) -> None:
    """For a session that is locked."""
    if session.status is Status.CANCELLED:
        raise illegal(session.status, "putting it upon another base")
    if session.commit is None:
        raise NothingToRebase
    if (conflict := conflict_of(session)) is not None:
        wanted["conflict"] = {**conflict, "turns": 0}
    session.rebase = dict(wanted)
    await db.flush()
    if session.status in FINISHED:
        await follow_ups.queue_again(db, session, actor, "it is put upon its base as that is now")
    elif session.status is Status.PAUSED:
        await pauses.resume(db, session, actor=actor, reason="it is put upon its base as that is now")
    told = {"onto": wanted["onto"]}
    events.append(db, session.tenant_id, "session.rebase_asked", actor=actor, session_id=session.id, **told)
    await db.flush()
