"""HTTP over what a session did when."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from orchestrator.overview.timeline import SpanKind, timeline_of
from orchestrator.overview.timeline_schemas import TimelineRead
from orchestrator.tenancy.dependencies import CanReadSessions, Db

router = APIRouter(prefix="/sessions", tags=["overview"])


@router.get("/{session_id}/timeline", summary="Turns, model calls, tools, waits, approvals and verification over time")
async def timeline(
    session_id: UUID,
    _: CanReadSessions,
    db: Db,
    kind: Annotated[list[SpanKind] | None, Query(description="Any of these.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most items of one page.")] = 500,
    cursor: str | None = None,
) -> TimelineRead:
    """In the order in which they began. A tool call is here when it is over."""
    return TimelineRead.of(await timeline_of(db, session_id, kind or (), limit, cursor))
