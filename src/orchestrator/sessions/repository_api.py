"""HTTP over a session's result and the repository it came from."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from orchestrator.sessions import pushing
from orchestrator.sessions.api import CheckpointsDep, WorkspacesDep
from orchestrator.tenancy.dependencies import CallerDep, CanWriteSessions

router = APIRouter(prefix="/sessions", tags=["sessions"])


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
