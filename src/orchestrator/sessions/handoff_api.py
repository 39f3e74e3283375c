"""HTTP over a session that a person takes into their own hands for a while, and hands back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from orchestrator.kit.settings import Settings
from orchestrator.sessions.api import CheckpointsDep, SettingsDep, WorkspacesDep
from orchestrator.sessions.errors import HandoffTooLarge
from orchestrator.sessions.handoff_files import read_sent
from orchestrator.sessions.handoffs import Handoffs
from orchestrator.sessions.reading import read_one
from orchestrator.sessions.schemas import SessionRead
from orchestrator.tenancy.dependencies import CallerDep, CanWriteSessions

router = APIRouter(prefix="/sessions", tags=["sessions"])

Oid = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]
Have = Annotated[list[Oid], Query(default_factory=list, max_length=64, description="Commits that need not be sent.")]
Number = Annotated[int, PathParameter(ge=1, le=2**31)]


async def handoffs_of(
    _: CanWriteSessions, caller: CallerDep, workspaces: WorkspacesDep, store: CheckpointsDep, settings: SettingsDep
) -> Handoffs:
    return Handoffs(caller, workspaces, store, settings)


HandoffsDep = Annotated[Handoffs, Depends(handoffs_of)]


class OpenCreate(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"have": ["3f786850e387550fdab836ed7e6dc881de23001b"]}]}
    )

    have: list[Oid] = Field(
        default_factory=list, max_length=512, description="Commits of the clone that it is opened in; empty: a new one."
    )


class OpenRead(BaseModel):
    session_id: UUID
    checkpoint: int
    commit: str
    branch: str
    base_commit: str
    repository: str | None
    conversation: str | None = Field(description="Its id in OpenCode; null when nothing was said yet.")
    common: list[str] = Field(description="Those of `have` that the session's repository has, too.")


class ConversationRead(BaseModel):
    session: dict[str, Any] = Field(description="As `opencode export` prints it.")
    children: list[dict[str, Any]] = Field(description="The sessions of its `task` tool, in the same form.")


@router.post("/{session_id}/open", summary="Take a session that is at rest into one's own hands")
async def open_(session_id: UUID, body: OpenCreate, handoffs: HandoffsDep) -> OpenRead:
    """It stays paused until somebody resumes it or sends the work back; a finished one may be opened as well."""
    opened = await handoffs.open(session_id, body.have)
    session, checkpoint = opened.session, opened.checkpoint
    return OpenRead(
        session_id=session.id,
        checkpoint=checkpoint.number,
        commit=checkpoint.commit,
        branch=session.branch,
        base_commit=checkpoint.base_commit or session.base_commit or checkpoint.commit,
        repository=session.repository,
        conversation=checkpoint.opencode_session_id,
        common=opened.common,
    )


async def bundle_file(session_id: UUID, number: Number, handoffs: HandoffsDep, have: Have) -> AsyncIterator[Path]:
    """It is there until the answer has been sent."""
    async with handoffs.bundle(session_id, number, have) as file:
        yield file


@router.get(
    "/{session_id}/checkpoints/{number}/bundle",
    summary="The commits of a checkpoint, as a git bundle of its branch",
    response_class=FileResponse,
    responses={200: {"content": {"application/x-git-bundle": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def bundle(_: CanWriteSessions, file: Annotated[Path, Depends(bundle_file, scope="request")]) -> FileResponse:
    """`git fetch FILE BRANCH` takes it in. Without `have` it holds the whole history."""
    return FileResponse(file, media_type="application/x-git-bundle")


@router.get(
    "/{session_id}/checkpoints/{number}/conversation",
    summary="The conversation of a checkpoint",
    response_model=ConversationRead,
)
async def conversation(session_id: UUID, number: Number, handoffs: HandoffsDep) -> Response:
    main, *children = await handoffs.conversation(session_id, number)
    # Sent as it is stored: to read and write many megabytes of JSON here would hold up every other request.
    content = b'{"session":%b,"children":[%b]}' % (main, b",".join(children))
    return Response(content, media_type="application/json")


@router.post(
    "/{session_id}/send",
    summary="Hand work and conversation back; the session goes on with both",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/x-tar": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def send(
    session_id: UUID, request: Request, handoffs: HandoffsDep, caller: CallerDep, settings: SettingsDep
) -> SessionRead:
    """A tar archive: `handoff.json` with `checkpoint` (the one that was opened) and `text` (what is said to the session,
    optional), `commits.bundle` with one branch, and, optional, `conversation.json` and `children/*.json` as `opencode
    export` prints them."""
    await handoffs.check_sendable(session_id)
    async with handoffs.scratch() as folder:
        await _receive(request, folder / "sent.tar", settings)
        sent = await asyncio.to_thread(read_sent, folder / "sent.tar", folder / "commits.bundle")
        session = await handoffs.send(session_id, sent)
    async with caller.in_tenant(session.tenant_id) as db:
        return await read_one(db, session)


async def _receive(request: Request, file: Path, settings: Settings) -> None:
    size = 0
    with file.open("wb") as target:
        async for chunk in request.stream():
            size += len(chunk)
            if size > settings.max_handoff_bytes:
                raise HandoffTooLarge(most=settings.max_handoff_bytes)
            await asyncio.to_thread(target.write, chunk)
