"""A task as it goes on, from the log of events: no process keeps anything of it, so any can tell it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from a2a.types import Task, TaskArtifactUpdateEvent, TaskStatusUpdateEvent

from orchestrator.a2a.artifacts import add_artifacts, artifacts_of
from orchestrator.a2a.calls import Call
from orchestrator.a2a.reading import read_status, read_task, task_session
from orchestrator.a2a.sending import Sent
from orchestrator.a2a.states import AT_REST, TERMINAL, state_of
from orchestrator.events.log import Only
from orchestrator.events.models import Event
from orchestrator.events.stream import Heartbeat, Reader
from orchestrator.sessions.models import Session
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Unauthenticated

Update = Task | TaskStatusUpdateEvent | TaskArtifactUpdateEvent


async def task_now(call: Call, session_id: UUID, history: int | None) -> tuple[Session, Task]:
    async with call.transaction() as db:
        session = await task_session(db, call.agent, str(session_id))
        return session, await read_task(db, session, history=history)


async def whole_task(call: Call, session_id: UUID, history: int | None) -> Task:
    session, task = await task_now(call, session_id, history)
    await add_artifacts(call, session, task)
    return task


async def at_rest(call: Call, sent: Sent) -> None:
    """When it is over, waits for somebody, or nobody waits for the answer any more."""
    is_fresh = sent.goes_on
    async with aclosing(changes(call, sent.session_id, sent.after)) as news:
        if not is_fresh and await _state(call, sent.session_id) in AT_REST:
            return
        async for state in news:
            if state in AT_REST:
                return


async def updates(call: Call, sent: Sent, history: int | None) -> AsyncGenerator[Update]:
    """The task as it is, then what becomes of it until it is over or, after it went on, waits for somebody."""
    session, task = await task_now(call, sent.session_id, history)
    yield task
    last = state_of(session.status, session.attempt)
    if last in TERMINAL:
        return
    async with aclosing(changes(call, sent.session_id, sent.after)) as news:
        async for _ in news:
            async with call.transaction() as db:
                session = await task_session(db, call.agent, str(sent.session_id))
                status = await read_status(db, session, task.context_id)
            state = state_of(session.status, session.attempt)
            if state == last:
                continue
            last = state
            if state in TERMINAL:
                for artifact in await artifacts_of(call, session):
                    yield TaskArtifactUpdateEvent(
                        task_id=task.id, context_id=task.context_id, artifact=artifact, last_chunk=True
                    )
            yield TaskStatusUpdateEvent(task_id=task.id, context_id=task.context_id, status=status)
            if state in AT_REST:
                return


async def _state(call: Call, session_id: UUID) -> str:
    async with call.transaction() as db:
        session = await task_session(db, call.agent, str(session_id))
    return state_of(session.status, session.attempt)


async def changes(call: Call, session_id: UUID, after: int) -> AsyncGenerator[str]:
    """The state after each change of the session's status. It counts as a stream of events, ends when the caller has gone,
    and within a second of when they may no longer read. Raises TooManyStreams, Unauthenticated."""
    parts, principal, reader = call.parts, call.principal, Reader(Only(session_id))
    with (
        parts.streams.one(principal),
        parts.watch.over(call.admission, principal, Permission.SESSIONS_READ, reader.close),
    ):
        async with aclosing(parts.hub.read(principal.tenant_id, after, reader)) as news:
            async for one in news:
                if isinstance(one, Heartbeat) and await call.is_disconnected():
                    return
                if isinstance(one, Event) and one.type == "session.status":
                    yield await _state(call, session_id)
        if reader.is_closed:
            raise Unauthenticated
