"""HTTP over a session's result and the repository it came from."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from orchestrator.sessions import pushing, rebase_requests, service
from orchestrator.sessions.api import CheckpointsDep, WorkspacesDep
from orchestrator.sessions.reading import read_one
from orchestrator.sessions.schemas import NoNul, SessionRead
from orchestrator.tenancy.dependencies import CallerDep, CanWriteSessions, Db

router = APIRouter(prefix="/sessions", tags=["sessions"])


class RebaseCreate(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"onto": "main"}]})

    onto: NoNul | None = Field(
        None, max_length=500, description="Branch, tag or commit. Unset: the branch that the session began with."
    )


class PushRead(BaseModel):
    repository: str
    branch: str
    commit: str
    moved: bool = Field(description="False: the branch was at this commit already.")


@router.post("/{session_id}/push", summary="Push the result branch to where the repository came from")
async def push(
    session_id: UUID, _: CanWriteSessions, caller: CallerDep, workspaces: WorkspacesDep, store: CheckpointsDep
) -> PushRead:
    pushed = await pushing.push_result(caller, workspaces, store, session_id)
    return PushRead(repository=pushed.repository, branch=pushed.branch, commit=pushed.commit, moved=pushed.moved)


@router.post("/{session_id}/rebase", summary="Put the session's work upon its base as that is now")
async def rebase(
    session_id: UUID, principal: CanWriteSessions, db: Db, workspaces: WorkspacesDep, body: RebaseCreate | None = None
) -> SessionRead:
    """Done when no turn runs; a paused or finished session goes on for it. A conflict becomes a turn, and what comes of it
    is verified again."""
    onto = body.onto if body else None
    if onto is not None:
        await workspaces.check_repository((await service.get_session(db, session_id)).repository, onto)
    return await read_one(db, await rebase_requests.ask(db, principal, session_id, onto))
