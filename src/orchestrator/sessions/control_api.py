"""HTTP over what people do to sessions."""

from uuid import UUID

from fastapi import APIRouter

from orchestrator.kit.pagination import Page
from orchestrator.sessions import control, feedback, follow_ups, forks, messages, service, turn_rows
from orchestrator.sessions.api import IntakeDep, SettingsDep
from orchestrator.sessions.control_schemas import (
    DecisionCreate,
    ForkCreate,
    MessageCreate,
    MessageRead,
    RatingCreate,
    RevertedCreate,
    TurnRead,
)
from orchestrator.sessions.messages import NewMessage
from orchestrator.sessions.models import SessionTurn
from orchestrator.sessions.prompts import message_of
from orchestrator.sessions.reading import read_one
from orchestrator.sessions.schemas import SessionRead
from orchestrator.sessions.states import Decision
from orchestrator.tenancy.dependencies import CanReadSessions, CanWriteSessions, Db, IdempotencyKeyHeader
from orchestrator.tenancy.names import names_of

router = APIRouter(prefix="/sessions", tags=["sessions"])


@router.post("/{session_id}/start", summary="Queue a pending session")
async def start(session_id: UUID, principal: CanWriteSessions, db: Db) -> SessionRead:
    return await read_one(db, await control.start(db, principal, session_id))


@router.post("/{session_id}/pause", summary="Abort the turn, keep a checkpoint and release the runtime")
async def pause(session_id: UUID, principal: CanWriteSessions, db: Db) -> SessionRead:
    """While `requested` is `pause`, its node is at it; the session is `paused` when the checkpoint is there."""
    return await read_one(db, await control.pause(db, principal, session_id))


@router.post("/{session_id}/resume", summary="Queue a paused session again; it goes on where it was")
async def resume(session_id: UUID, principal: CanWriteSessions, db: Db) -> SessionRead:
    return await read_one(db, await control.resume(db, principal, session_id))


@router.post("/{session_id}/stop", summary="End a session and keep its work on its branch")
async def stop(session_id: UUID, principal: CanWriteSessions, db: Db) -> SessionRead:
    """While `requested` is `stop`, its node is at it; the session is `stopped` when its branch is there."""
    return await read_one(db, await control.stop(db, principal, session_id))


@router.post("/{session_id}/cancel", summary="Cancel a session at once; its last checkpoint is kept")
async def cancel(session_id: UUID, principal: CanWriteSessions, db: Db) -> SessionRead:
    return await read_one(db, await control.cancel(db, principal, session_id))


@router.post("/{session_id}/retry", status_code=201, summary="Hand a finished session's work in again, as a new session")
async def retry(session_id: UUID, intake: IntakeDep, idempotency_key: IdempotencyKeyHeader = None) -> SessionRead:
    checked = await intake.checked(follow_ups.same_again(await intake.parent(session_id)))
    return await intake.made(await follow_ups.retry(intake.db, intake.principal, session_id, checked, idempotency_key))


@router.post("/{session_id}/fork", status_code=201, summary="Begin a new session at a checkpoint of this one")
async def fork(
    session_id: UUID, body: ForkCreate, intake: IntakeDep, idempotency_key: IdempotencyKeyHeader = None
) -> SessionRead:
    """The new session has the files and the conversation of the checkpoint, and goes its own way; this one is not touched,
    whether it is at work or has finished."""
    new = forks.NewFork(**body.model_dump())
    checked = await intake.checked(forks.wanted_of(await intake.parent(session_id), new))
    return await intake.made(await forks.fork(intake.db, intake.principal, session_id, new, checked, idempotency_key))


@router.post("/{session_id}/messages", status_code=201, summary="Say something to a session")
async def say(
    session_id: UUID,
    body: MessageCreate,
    principal: CanWriteSessions,
    db: Db,
    settings: SettingsDep,
    idempotency_key: IdempotencyKeyHeader = None,
) -> MessageRead:
    """It waits while a turn runs, and is the next turn. A finished session is queued for its next attempt, on the same
    branch and conversation."""
    new = NewMessage(body.text or "", body.kind, body.details)
    message = await follow_ups.say(db, principal, session_id, new, settings, idempotency_key)
    return MessageRead.model_validate(message)


@router.get("/{session_id}/messages", summary="What was said to a session, oldest first")
async def said(session_id: UUID, _: CanReadSessions, db: Db) -> Page[MessageRead]:
    await service.get_session(db, session_id)
    return Page(items=[MessageRead.model_validate(one) for one in await messages.of(db, session_id)])


@router.get("/{session_id}/turns", summary="List the turns of all attempts, oldest first")
async def turns(session_id: UUID, _: CanReadSessions, db: Db) -> Page[TurnRead]:
    session = await service.get_session(db, session_id)
    rows = await turn_rows.all_of(db, session)
    names = await names_of(db, {row.author for row in rows})
    return Page(items=[_read(row, names.get(row.author)) for row in rows])


def _read(turn: SessionTurn, author_name: str | None) -> TurnRead:
    facts = {name: getattr(turn, name) for name in TurnRead.model_fields if name not in ("author_name", "message_id")}
    return TurnRead(**facts, author_name=author_name, message_id=message_of(turn))


@router.post("/{session_id}/accept", summary="Record that the result is accepted")
async def accept(session_id: UUID, principal: CanWriteSessions, db: Db, body: DecisionCreate | None = None) -> SessionRead:
    return await read_one(db, await follow_ups.decide(db, principal, session_id, Decision.ACCEPTED, body and body.reason))


@router.post("/{session_id}/reject", summary="Record that the result is rejected")
async def reject(session_id: UUID, principal: CanWriteSessions, db: Db, body: DecisionCreate | None = None) -> SessionRead:
    return await read_one(db, await follow_ups.decide(db, principal, session_id, Decision.REJECTED, body and body.reason))


@router.post("/{session_id}/rating", summary="Say how you found a finished session's work")
async def rate(session_id: UUID, body: RatingCreate, principal: CanWriteSessions, db: Db) -> SessionRead:
    """It decides nothing, as accepting and rejecting do; the record of its agent goes by it."""
    return await read_one(db, await feedback.rate(db, principal, session_id, body.rating, body.comment))


@router.post("/{session_id}/reverted", summary="Say that a finished session's work was taken back, or that it was not")
async def reverted(session_id: UUID, principal: CanWriteSessions, db: Db, body: RevertedCreate | None = None) -> SessionRead:
    """It counts against its agent. Of commits on the origin's default branch that say `This reverts commit` it is known
    without a word."""
    said = (body or RevertedCreate.model_validate({})).model_dump()
    return await read_one(db, await feedback.say_reverted(db, principal, session_id, **said))
