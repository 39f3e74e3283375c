"""HTTP over sessions."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.lanes import Lanes
from orchestrator.kit.pagination import Page
from orchestrator.kit.settings import Settings
from orchestrator.sessions import service
from orchestrator.sessions.checking import check
from orchestrator.sessions.checkpoint_store import CheckpointStore
from orchestrator.sessions.listing import Order, SessionFilter, list_sessions
from orchestrator.sessions.models import Session
from orchestrator.sessions.outcomes import Outcome
from orchestrator.sessions.reading import read_listed, read_one
from orchestrator.sessions.schemas import (
    CheckpointRead,
    EvidenceItem,
    EvidenceRead,
    NoNul,
    SessionCreate,
    SessionRead,
    TranscriptItem,
)
from orchestrator.sessions.states import Status, Verification
from orchestrator.sessions.transcript_reading import Direction, Form, raw, running_of, transcript_of
from orchestrator.tenancy.dependencies import CallerDep, CanReadSessions, CanWriteSessions, Db, IdempotencyKeyHeader, Limit
from orchestrator.workspaces import Workspaces

router = APIRouter(prefix="/sessions", tags=["sessions"])


async def workspaces_of(request: Request) -> Workspaces:
    return request.app.state.workspaces


async def catalog_of(request: Request) -> Catalog:
    return request.app.state.catalog


async def settings_of(request: Request) -> Settings:
    return request.app.state.settings


async def checkpoints_of(request: Request) -> CheckpointStore:
    return request.app.state.checkpoints


async def lanes_of(request: Request) -> Lanes:
    return request.app.state.lanes


async def in_a_lane(principal: CanReadSessions, lanes: Annotated[Lanes, Depends(lanes_of)]) -> AsyncIterator[None]:
    """For what is heavy for its size: until the answer is made, not until it is read."""
    async with lanes.one(principal.tenant_id):
        yield


InALane = Depends(in_a_lane, scope="function")
LanesDep = Annotated[Lanes, Depends(lanes_of)]
CheckpointsDep = Annotated[CheckpointStore, Depends(checkpoints_of)]
WorkspacesDep = Annotated[Workspaces, Depends(workspaces_of)]
CatalogDep = Annotated[Catalog, Depends(catalog_of)]
SettingsDep = Annotated[Settings, Depends(settings_of)]


@dataclass(frozen=True)
class Intake:
    """What every way to a new session goes through: handed in, tried again or forked."""

    principal: CanWriteSessions
    caller: CallerDep
    db: Db
    workspaces: WorkspacesDep
    catalog: CatalogDep
    settings: SettingsDep
    response: Response

    async def parent(self, session_id: UUID) -> Session:
        """Read in a transaction of its own. Whoever waits for the catalog, which is read as well, or for git must hold no
        connection: as many at once as there are would wait for each other."""
        async with self.caller.in_tenant(self.principal.tenant_id) as db:
            return await service.get_session(db, session_id)

    async def checked(self, wanted: service.NewSession) -> service.Checked:
        return await check(self.caller, self.catalog, self.settings, self.workspaces, wanted)

    async def made(self, session: Session) -> SessionRead:
        self.response.headers["Location"] = f"/api/v1/sessions/{session.id}"
        return await read_one(self.db, session)


async def intake_of(
    principal: CanWriteSessions,
    caller: CallerDep,
    db: Db,
    workspaces: WorkspacesDep,
    catalog: CatalogDep,
    settings: SettingsDep,
    response: Response,
) -> Intake:
    return Intake(principal, caller, db, workspaces, catalog, settings, response)


IntakeDep = Annotated[Intake, Depends(intake_of)]

Names = Annotated[list[NoNul] | None, Query(max_length=50, description="Any of these.")]


async def session_filter(
    status: Annotated[list[Status] | None, Query(description="Any of these.")] = None,
    verification: Annotated[list[Verification] | None, Query(description="Any of these.")] = None,
    outcome: Annotated[list[Outcome] | None, Query(description="Any of these, as the costs count them.")] = None,
    repository: Names = None,
    agent: Names = None,
    model: Names = None,
    q: Annotated[
        NoNul | None, Query(max_length=200, description="In the title, or in the first 1,000 characters of the prompt.")
    ] = None,
    owner: Annotated[NoNul | None, Query(max_length=100, description="`user:<id>` or `key:<id>`: who handed it in.")] = None,
    mine: Annotated[bool, Query(description="Handed in by you.")] = False,
    needs_me: Annotated[
        bool, Query(description="Waits for a person: an answer, a decision on the result, a larger budget.")
    ] = False,
    plan_id: Annotated[UUID | None, Query(description="Of this plan: its tasks' and its merges.")] = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    active_after: datetime | None = None,
    active_before: datetime | None = None,
    called_from: Annotated[datetime | None, Query(description="A model call of it was booked then or later.")] = None,
    called_to: Annotated[
        datetime | None, Query(description="A model call was booked before this; with the one above, one in between.")
    ] = None,
) -> SessionFilter:
    return SessionFilter(
        status=status or (),
        verification=verification or (),
        outcome=outcome or (),
        repository=repository or (),
        agent=agent or (),
        model=model or (),
        text=(q or "").strip() or None,
        owner=owner,
        mine=mine,
        needs_me=needs_me,
        plan_id=plan_id,
        created_after=created_after,
        created_before=created_before,
        active_after=active_after,
        active_before=active_before,
        called_from=called_from,
        called_to=called_to,
    )


FilterDep = Annotated[SessionFilter, Depends(session_filter)]


@router.post("", status_code=201, summary="Hand in work")
async def create(body: SessionCreate, intake: IntakeDep, idempotency_key: IdempotencyKeyHeader = None) -> SessionRead:
    checked = await intake.checked(service.NewSession(**body.model_dump()))
    return await intake.made(await service.create_once(intake.db, intake.principal, checked, idempotency_key))


@router.get("", summary="List sessions, the newest or the last active first")
async def index(
    principal: CanReadSessions,
    db: Db,
    wanted: FilterDep,
    order: Order = Order.CREATED,
    limit: Limit = 50,
    cursor: str | None = None,
) -> Page[SessionRead]:
    rows, next_cursor = await list_sessions(db, principal, wanted, order, limit, cursor)
    return Page(items=await read_listed(db, rows), next_cursor=next_cursor)


@router.get("/{session_id}", summary="Read one session")
async def read(session_id: UUID, _: CanReadSessions, db: Db) -> SessionRead:
    return await read_one(db, await service.get_session(db, session_id))


@router.get("/{session_id}/transcript", summary="Read or search the conversation, from its beginning or its end")
async def transcript(
    session_id: UUID,
    principal: CanReadSessions,
    db: Db,
    lanes: LanesDep,
    order: Annotated[Direction, Query(description="`newest`: the last part first; the cursor leads to older ones.")] = (
        Direction.OLDEST
    ),
    q: Annotated[NoNul | None, Query(max_length=200, description="Only parts with this in them, whatever its case.")] = None,
    limit: Limit = 200,
    cursor: NoNul | None = None,
) -> Page[TranscriptItem]:
    async with lanes.one(principal.tenant_id) if q else contextlib.nullcontext():
        parts, more = await transcript_of(db, session_id, limit, cursor, order, q)
    items = [TranscriptItem.model_validate(part) for part in parts]
    return Page(items=items, next_cursor=parts[-1].part_id if more else None)


@router.get("/{session_id}/transcript/running", summary="List the tool calls that run at this moment")
async def running_tools(session_id: UUID, _: CanReadSessions, db: Db) -> Page[TranscriptItem]:
    """As they stand in the transcript when they have ended, but with the status `running` and without an output."""
    return Page(items=[TranscriptItem.model_validate(one) for one in await running_of(db, session_id)])


@router.get(
    "/{session_id}/transcript/raw",
    summary="Download the whole conversation",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/jsonl": {"schema": {"type": "string"}}}}},
)
async def raw_transcript(
    session_id: UUID,
    _: CanReadSessions,
    caller: CallerDep,
    format: Annotated[Form, Query(description="`jsonl`: one part a line; `text`: to be read.")] = Form.JSONL,
) -> StreamingResponse:
    async with caller.in_tenant(caller.principal.tenant_id) as db:
        await service.get_session(db, session_id)
    media, ending = ("application/jsonl", "jsonl") if format is Form.JSONL else ("text/plain; charset=utf-8", "txt")
    named = {"Content-Disposition": f'attachment; filename="{session_id}.{ending}"', "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(raw(caller, session_id, format), media_type=media, headers=named)


@router.get("/{session_id}/checkpoints", summary="List the checkpoints, oldest first")
async def checkpoints(session_id: UUID, _: CanReadSessions, db: Db) -> Page[CheckpointRead]:
    rows = await service.checkpoints_of(db, session_id)
    return Page(items=[CheckpointRead.model_validate(row) for row in rows])


@router.get("/{session_id}/evidence", summary="What the orchestrator's own verification found")
async def evidence(session_id: UUID, _: CanReadSessions, db: Db) -> EvidenceRead:
    rows = await service.evidence_of(db, session_id)
    return EvidenceRead(items=[EvidenceItem.model_validate(row) for row in rows])
