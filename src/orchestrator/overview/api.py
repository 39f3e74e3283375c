"""The one stream of events, over all features."""

import json
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from orchestrator.events.log import last_number, read_after
from orchestrator.events.models import Event
from orchestrator.events.stream import Delta, EventHub, Heartbeat, ReaderTooSlow
from orchestrator.kit.pagination import Page
from orchestrator.overview.schemas import EventRead
from orchestrator.tenancy.dependencies import CanReadEvents, Db

router = APIRouter(tags=["events"])

_MOST = 2**63 - 1
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@router.get(
    "/events",
    summary="Follow everything that happens, as server-sent events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def stream(
    request: Request,
    principal: CanReadEvents,
    after: Annotated[int | None, Query(ge=0, le=_MOST, description="Begin after this number. Unset: at the newest.")] = None,
    session_id: Annotated[UUID | None, Query(description="Only this session's events.")] = None,
    last_event_id: Annotated[str | None, Header(description="Resume after this number; wins over `after`.")] = None,
) -> StreamingResponse:
    hub: EventHub = request.app.state.hub
    start = _number(last_event_id) if _number(last_event_id) is not None else after
    if start is None:
        async with request.app.state.database.transaction() as db:
            start = await last_number(db)
    events = hub.read(principal.tenant_id, start, session_id)
    return StreamingResponse(_as_sse(events), media_type="text/event-stream", headers=_HEADERS)


@router.get("/events/log", summary="Read stored events as a list")
async def stored(
    _: CanReadEvents,
    db: Db,
    after: Annotated[int, Query(ge=0, le=_MOST)] = 0,
    session_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> Page[EventRead]:
    rows = await read_after(db, after, session_id=session_id, limit=limit)
    next_cursor = str(rows[-1].seq) if len(rows) == limit else None
    return Page(items=[EventRead.of(row) for row in rows], next_cursor=next_cursor)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


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
