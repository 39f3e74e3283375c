"""HTTP over what is on a plan's branch."""

import asyncio
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import PlainTextResponse

from orchestrator.sessions.api import CheckpointsDep, InALane, WorkspacesDep
from orchestrator.sessions.diff_schemas import DiffFiles, DiffRead, FileChange
from orchestrator.sessions.repository_api import PushRead
from orchestrator.tasks.results import Results
from orchestrator.tenancy.dependencies import CallerDep, CanReadSessions, CanWriteSessions

router = APIRouter(prefix="/plans", tags=["plans"], dependencies=[InALane])


def results_of(caller: CallerDep, workspaces: WorkspacesDep, store: CheckpointsDep) -> Results:
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
    of = await results.of(plan_id)
    if format == "patch":
        patch = await results.workspaces.diff(of.tenant_id, of.base, of.commit)
        return PlainTextResponse(patch, media_type="text/x-diff; charset=utf-8")
    files = await results.workspaces.diff_files(of.tenant_id, of.base, of.commit)

    def written() -> bytes:
        listed = [FileChange.model_validate(file) for file in files]
        return DiffRead(base_commit=of.base.commit, commit=of.commit, files=listed).model_dump_json().encode()

    return Response(await asyncio.to_thread(written), media_type="application/json")


@router.get("/{plan_id}/diff/files", summary="List the files that the plan changed", response_model=DiffFiles)
async def files(plan_id: UUID, _: CanReadSessions, results: ResultsDep) -> Response:
    of = await results.of(plan_id)
    changed = await results.workspaces.diff_summary(of.tenant_id, of.base, of.commit)

    def written() -> bytes:
        return DiffFiles.of(of.base.commit, of.commit, changed).model_dump_json().encode()

    return Response(await asyncio.to_thread(written), media_type="application/json")


@router.post("/{plan_id}/push", summary="Push the plan's branch to where the repository came from")
async def push(plan_id: UUID, _: CanWriteSessions, results: ResultsDep) -> PushRead:
    pushed = await results.push(plan_id)
    return PushRead(repository=pushed.repository, branch=pushed.branch, commit=pushed.commit, moved=pushed.moved)
