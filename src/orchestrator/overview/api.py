"""The one stream of events, over all features."""

import json
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse

from orchestrator.events.log import Only, last_number, read_after
from orchestrator.events.models import Event
from orchestrator.events.stream import Delta, EventHub, Heartbeat, Reader, ReaderTooSlow
from orchestrator.kit.pagination import Page
from orchestrator.overview.schemas import EventRead
from orchestrator.tenancy.dependencies import CanReadEvents, Db
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal
from orchestrator.tenancy.streams import Streams
from orchestrator.tenancy.watch import Watch

router = APIRouter(tags=["events"])

_MOST = 2**63 - 1
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


OfSession = Annotated[UUID | None, Query(description="Only this session's events.")]
OfPlan = Annotated[
    UUID | None,
    Query(description="Only what is told of this plan, its tasks and merges; `session_id` gives what a session does."),
]


async def one_stream(request: Request, principal: CanReadEvents) -> AsyncIterator[None]:
    """For as long as the answer lasts."""
    streams: Streams = request.app.state.streams
    with streams.one(principal):
        yield


@router.get(
    "/events",
    dependencies=[Depends(one_stream, scope="request")],
    summary="Follow everything that happens, as server-sent events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def stream(
    request: Request,
    principal: CanReadEvents,
    after: Annotated[int | None, Query(ge=0, le=_MOST, description="Begin after this number. Unset: at the newest.")] = None,
    session_id: OfSession = None,
    plan_id: OfPlan = None,
    tenant: Annotated[
        str | None, Query(description="What `X-Tenant-ID` says, for a browser's EventSource, which sends no headers.")
    ] = None,
    last_event_id: Annotated[str | None, Header(description="Resume after this number; wins over `after`.")] = None,
) -> StreamingResponse:
    hub: EventHub = request.app.state.hub
    start = _number(last_event_id) if _number(last_event_id) is not None else after
    if start is None:
        async with request.app.state.database.transaction() as db:
            start = await last_number(db)
    reader = Reader(Only(session_id, plan_id))
    lines = _while_allowed(request, principal, reader, _as_sse(hub.read(principal.tenant_id, start, reader)))
    return StreamingResponse(lines, media_type="text/event-stream", headers=_HEADERS)


@router.get("/events/log", summary="Read stored events as a list")
async def stored(
    _: CanReadEvents,
    db: Db,
    after: Annotated[int, Query(ge=0, le=_MOST)] = 0,
    session_id: OfSession = None,
    plan_id: OfPlan = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> Page[EventRead]:
    rows = await read_after(db, after, Only(session_id, plan_id), limit=limit)
    next_cursor = str(rows[-1].seq) if len(rows) == limit else None
    return Page(items=[EventRead.of(row) for row in rows], next_cursor=next_cursor)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


async def _while_allowed(
    request: Request, principal: Principal, reader: Reader, lines: AsyncIterator[str]
) -> AsyncIterator[str]:
    watch: Watch = request.app.state.watch
    with watch.over(request.state.admission, principal, Permission.EVENTS_READ, reader.close):
        async for line in lines:
            yield line


async def _as_sse(events: AsyncIterator[Event | Delta | Heartbeat]) -> AsyncIterator[str]:
    """A stored event has its number as `id`; text that is being written has none and is not stored."""
    yield "retry: 1000\n\n"
    try:
        async for event in events:
            yield _line(event)
    except ReaderTooSlow as slow:
        yield f"event: reconnect\ndata: {json.dumps(slow.body(''))}\n\n"


def _line(event: Event | Delta | Heartbeat) -> str:
    if isinstance(event, Event):
        return f"id: {event.seq}\nevent: {event.type}\ndata: {EventRead.of(event).model_dump_json()}\n\n"
    if isinstance(event, Delta):
        data = {"session_id": str(event.session_id), "part_id": event.part_id, "text": event.text}
        return f"event: delta\ndata: {json.dumps(data)}\n\n"
    return ": heartbeat\n\n"
