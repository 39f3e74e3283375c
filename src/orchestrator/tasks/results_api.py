"""HTTP over what is on a plan's branch."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from orchestrator.sessions.api import CheckpointsDep, InALane, WorkspacesDep
from orchestrator.sessions.diff_api import MostBytes, PatchPath, answer_diff, answer_file, answer_files
from orchestrator.sessions.diff_schemas import DiffFiles, DiffRead, FilePatch
from orchestrator.sessions.repository_api import PushRead
from orchestrator.tasks.results import Results
from orchestrator.tenancy.dependencies import CallerDep, CanReadSessions, CanWriteSessions
from orchestrator.workspaces import FILE_PATCH_LIMIT_BYTES

router = APIRouter(prefix="/plans", tags=["plans"], dependencies=[InALane])


async def results_of(caller: CallerDep, workspaces: WorkspacesDep, store: CheckpointsDep) -> Results:
    return Results(caller, workspaces, store)


ResultsDep = Annotated[Results, Depends(results_of)]


@router.get(
    "/{plan_id}/diff",
    summary="All that the plan changed, as a unified patch or per file",
    response_model=DiffRead,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def diff(
    plan_id: UUID,
    _: CanReadSessions,
    results: ResultsDep,
    format: Annotated[Literal["patch", "json"], Query(description="`patch` or `json`.")] = "patch",
) -> Response:
    return await answer_diff(results.workspaces, await results.of(plan_id), format)


@router.get("/{plan_id}/diff/files", summary="List the files that the plan changed", response_model=DiffFiles)
async def files(plan_id: UUID, _: CanReadSessions, results: ResultsDep) -> Response:
    return await answer_files(results.workspaces, await results.of(plan_id))


@router.get("/{plan_id}/diff/file", summary="Read the patch of one file that the plan changed")
async def file(
    plan_id: UUID,
    _: CanReadSessions,
    results: ResultsDep,
    path: PatchPath = "",
    most_bytes: MostBytes = FILE_PATCH_LIMIT_BYTES,
) -> FilePatch:
    return await answer_file(results.workspaces, await results.of(plan_id), path, most_bytes)


@router.post("/{plan_id}/push", summary="Push the plan's branch to where the repository came from")
async def push(plan_id: UUID, _: CanWriteSessions, results: ResultsDep) -> PushRead:
    pushed = await results.push(plan_id)
    return PushRead(repository=pushed.repository, branch=pushed.branch, commit=pushed.commit, moved=pushed.moved)
