"""HTTP over what people do to sessions."""

from uuid import UUID

from fastapi import APIRouter

from orchestrator.sessions import control
from orchestrator.sessions.reading import read_one
from orchestrator.sessions.schemas import SessionRead
from orchestrator.tenancy.dependencies import CanWriteSessions, Db

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
