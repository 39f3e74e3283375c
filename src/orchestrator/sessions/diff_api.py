"""HTTP over what a session changed: all at once, or the list of files first and then one after the other."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import PlainTextResponse

from orchestrator.kit.errors import NotFound
from orchestrator.sessions import service
from orchestrator.sessions.api import CheckpointsDep, InALane, WorkspacesDep
from orchestrator.sessions.commits_here import CommitsHere, Result, holders_of
from orchestrator.sessions.diff_schemas import DiffFiles, DiffRead, FileChange, FilePatch
from orchestrator.sessions.errors import NoResultYet
from orchestrator.sessions.schemas import NoNul
from orchestrator.tenancy.dependencies import CallerDep, CanReadSessions
from orchestrator.workspaces import FILE_PATCH_LIMIT_BYTES, Workspaces

router = APIRouter(prefix="/sessions", tags=["sessions"], dependencies=[InALane])

_MOST_PATCH_BYTES = 4 * 1024 * 1024


async def answer_diff(workspaces: Workspaces, of: Result, form: Literal["patch", "json"]) -> Response:
    if form == "patch":
        patch = await workspaces.diff(of.tenant, of.base, of.commit)
        return PlainTextResponse(patch, media_type="text/x-diff; charset=utf-8")
    files = await workspaces.diff_files(of.tenant, of.base, of.commit)

    def written() -> bytes:
        listed = [FileChange.model_validate(file) for file in files]
        return DiffRead(base_commit=of.base.commit, commit=of.commit, files=listed).model_dump_json().encode()

    return Response(await asyncio.to_thread(written), media_type="application/json")


async def answer_files(workspaces: Workspaces, of: Result) -> Response:
    """There may be any number of them: to write the answer on the event loop would hold up every other request."""
    changed = await workspaces.diff_summary(of.tenant, of.base, of.commit)

    def written() -> bytes:
        return DiffFiles.of(of.base.commit, of.commit, changed).model_dump_json().encode()

    return Response(await asyncio.to_thread(written), media_type="application/json")


async def answer_file(workspaces: Workspaces, of: Result, path: str, most_bytes: int) -> FilePatch:
    """Raises NotFound when that file was not changed."""
    found = await workspaces.diff_file(of.tenant, of.base, of.commit, path, most_bytes)
    if found is None:
        raise NotFound
    return FilePatch.of_file(of.base.commit, of.commit, found, most_bytes)


PatchPath = Annotated[NoNul, Query(max_length=4_000, description="As the list of files names it.")]
MostBytes = Annotated[int, Query(ge=1_000, le=_MOST_PATCH_BYTES, description="`truncated` says that the patch is longer.")]


@dataclass(frozen=True)
class Results:
    """The commits of a session, brought to this machine; no connection is held while git works."""

    _: CanReadSessions
    caller: CallerDep
    workspaces: WorkspacesDep
    store: CheckpointsDep

    async def of(self, session_id: UUID) -> Result:
        async with self.caller.in_tenant(self.caller.principal.tenant_id) as db:
            session = await service.get_session(db, session_id)
            holders = await holders_of(db, session)
        if session.commit is None:
            raise NoResultYet
        base = await CommitsHere(self.workspaces, self.store).bring(session, session.commit, holders)
        return Result(str(session.tenant_id), base, session.commit)


async def results_of(_: CanReadSessions, caller: CallerDep, workspaces: WorkspacesDep, store: CheckpointsDep) -> Results:
    return Results(_, caller, workspaces, store)


ResultsDep = Annotated[Results, Depends(results_of)]


@router.get(
    "/{session_id}/diff",
    summary="What the session changed, as a unified patch or per file",
    response_model=DiffRead,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def diff(
    session_id: UUID,
    results: ResultsDep,
    format: Annotated[Literal["patch", "json"], Query(description="`patch` or `json`.")] = "patch",
) -> Response:
    return await answer_diff(results.workspaces, await results.of(session_id), format)


@router.get(
    "/{session_id}/diff/files",
    summary="List the files that the session changed, without their patches",
    response_model=DiffFiles,
)
async def files(session_id: UUID, results: ResultsDep) -> Response:
    return await answer_files(results.workspaces, await results.of(session_id))


@router.get("/{session_id}/diff/file", summary="Read the patch of one changed file")
async def file(
    session_id: UUID,
    results: ResultsDep,
    path: PatchPath = "",
    most_bytes: MostBytes = FILE_PATCH_LIMIT_BYTES,
) -> FilePatch:
    return await answer_file(results.workspaces, await results.of(session_id), path, most_bytes)
