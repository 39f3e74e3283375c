"""Pages of tasks: the last that changed first."""

from collections.abc import Sequence
from datetime import UTC

from a2a.types import ListTasksRequest, ListTasksResponse, TaskState
from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.a2a.artifacts import artifacts_of
from orchestrator.a2a.calls import Call
from orchestrator.a2a.models import A2aTask
from orchestrator.a2a.reading import read_task
from orchestrator.a2a.states import FAILED, REJECTED, statuses_of
from orchestrator.kit.pagination import decode_cursor, encode_cursor
from orchestrator.sessions.models import Session, SessionActivity
from orchestrator.sessions.states import Status

_PAGE = 50


async def list_tasks(call: Call, request: ListTasksRequest) -> ListTasksResponse:
    size = request.page_size or _PAGE
    found = _found(call, request)
    history = request.history_length if request.HasField("history_length") else 0
    async with call.transaction() as db:
        total = (await db.execute(select(func.count()).select_from(found.subquery()))).scalar_one()
        sessions, token = await _page(db, found, size, request.page_token)
        tasks = [await read_task(db, one, history=history) for one in sessions]
    if request.include_artifacts:
        for session, task in zip(sessions, tasks, strict=True):
            task.artifacts.extend(await artifacts_of(call, session, with_patch=False))
    return ListTasksResponse(tasks=tasks, next_page_token=token, page_size=size, total_size=total)


def _found(call: Call, request: ListTasksRequest) -> Select[Session]:
    tenant_id = call.principal.tenant_id
    joined = and_(SessionActivity.tenant_id == Session.tenant_id, SessionActivity.session_id == Session.id)
    context = and_(A2aTask.tenant_id == Session.tenant_id, A2aTask.session_id == Session.id)
    query = select(Session).join(SessionActivity, joined).outerjoin(A2aTask, context)
    query = query.where(Session.tenant_id == tenant_id, SessionActivity.tenant_id == tenant_id)
    return query.where(Session.agent == call.agent, *_conditions(request))


def _conditions(request: ListTasksRequest) -> Sequence[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if request.context_id:
        own = and_(A2aTask.context_id.is_(None), cast(Session.id, Text) == request.context_id)
        wanted.append(or_(A2aTask.context_id == request.context_id, own))
    if request.status:
        state = TaskState.Name(request.status)
        wanted.append(Session.status.in_(statuses_of(state)))
        if state in (FAILED, REJECTED):
            wanted.append(
                Session.attempt == 0 if state == REJECTED else or_(Session.attempt > 0, Session.status != Status.FAILED)
            )
    if request.HasField("status_timestamp_after"):
        wanted.append(SessionActivity.at >= request.status_timestamp_after.ToDatetime(tzinfo=UTC))
    return wanted


async def _page(db: AsyncSession, found: Select[Session], size: int, token: str) -> tuple[Sequence[Session], str]:
    """Raises CursorInvalid."""
    order = SessionActivity.at, SessionActivity.session_id
    query = found.add_columns(SessionActivity.at)
    if token:
        query = query.where(tuple_(*order) < decode_cursor(token))
    rows = (await db.execute(query.order_by(*(one.desc() for one in order)).limit(size + 1))).all()
    sessions = [row[0] for row in rows[:size]]
    return sessions, encode_cursor(rows[size - 1][1], sessions[-1].id) if len(rows) > size else ""
