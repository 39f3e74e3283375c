"""HTTP over recorded calls."""

import base64
import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from orchestrator.gateway.trajectories import Trajectories
from orchestrator.gateway.trajectory_reading import Replayed, chain_of, list_trajectories, replay
from orchestrator.kit.pagination import Page, encode_cursor
from orchestrator.tenancy.dependencies import Db, require_permission
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/trajectories", tags=["trajectories"])

Reader = Annotated[Principal, Depends(require_permission(Permission.TRAJECTORIES_READ))]


class TrajectoryItem(BaseModel):
    """`bytes` and `sha256` are of the stored file; `base_request_id` is the call whose history it repeats."""

    model_config = ConfigDict(from_attributes=True)

    request_id: UUID
    session_id: UUID | None
    conversation: str | None
    model: str
    base_request_id: UUID | None
    bytes: int
    sha256: str
    created_at: datetime


class TrajectoryMessage(BaseModel):
    text: str
    reasoning: str
    tool_calls: list[dict[str, str]]
    finish_reason: str | None


class TrajectoryRead(BaseModel):
    """`request` is as it was sent, or null when it was no JSON object and `request_base64` has it.

    `response_base64` is what the provider sent, to the byte; `messages` is what it said, put together.
    """

    call: dict[str, Any]
    request: dict[str, Any] | None
    request_base64: str | None
    response_base64: str
    messages: list[TrajectoryMessage]


async def trajectories_of(request: Request) -> Trajectories:
    return request.app.state.trajectories


TrajectoriesDep = Annotated[Trajectories, Depends(trajectories_of)]


@router.get("", summary="List recorded model calls, the newest first")
async def index(
    principal: Reader,
    db: Db,
    session_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=500, description="Most items of one page.")] = 50,
    cursor: str | None = None,
) -> Page[TrajectoryItem]:
    rows, more = await list_trajectories(db, principal.tenant_id, session_id, limit, cursor)
    next_cursor = encode_cursor(rows[-1].created_at, rows[-1].request_id) if more else None
    return Page(items=[TrajectoryItem.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.get("/{request_id}", summary="Read one recorded model call", response_model=TrajectoryRead)
async def read(request_id: UUID, principal: Reader, db: Db, trajectories: TrajectoriesDep) -> Response:
    found = await replay(trajectories.store, await chain_of(db, principal.tenant_id, request_id))
    # Written here: what was sent may hold lone surrogates, which only escaped JSON can carry.
    return Response(json.dumps(_fields(found)), media_type="application/json")


def _fields(found: Replayed) -> dict[str, Any]:
    raw = base64.b64encode(found.raw_request).decode() if found.request is None else None
    return {
        "call": found.call,
        "request": found.request,
        "request_base64": raw,
        "response_base64": base64.b64encode(found.response).decode(),
        "messages": found.messages,
    }
