"""Follows one task there to its rest: its stream brings news early, and what `GetTask` answers is the truth.

A stream that breaks, never ends, or never was costs time alone. What comes under the id of another task is not believed.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from a2a.client.client import Client
from a2a.types import (
    GetTaskRequest,
    ListTasksRequest,
    Message,
    SendMessageRequest,
    StreamResponse,
    SubscribeToTaskRequest,
    Task,
    TaskState,
    TaskStatus,
)
from a2a.utils.errors import MethodNotFoundError, TaskNotFoundError, UnsupportedOperationError

from orchestrator.eap.messages import MOST_EVENT_BYTES
from orchestrator.eap.outbound.runs import Keeping
from orchestrator.eap.outbound.states import Comes, meaning_of
from orchestrator.eap.outbound.wire import MISBEHAVED
from orchestrator.kit.logging import get_logger
from orchestrator.kit.printable import printable

log = get_logger(__name__)

_MOST_ID_CHARACTERS = 300
_MOST_STREAM_EVENTS, _MOST_STREAMS = 20_000, 5
_LISTED = 100


class Wrong(Exception):
    """The agent does what A2A does not allow."""


class Unheard(Exception):
    """The agent could not be asked."""


class Unknown(Exception):
    """The agent does not know the task any more."""


@dataclass(frozen=True)
class Pace:
    """Seconds between two questions: while a stream brings news, at first without one, and at most without one."""

    listening: float = 10.0
    first: float = 1.0
    longest: float = 5.0
    unheard: float = 2.0


class Follower:
    def __init__(
        self, client: Client, keeping: Keeping, heard: Callable[[], Awaitable[None]], pace: Pace, *, streaming: bool
    ) -> None:
        self._client, self._keeping, self._heard, self._pace, self._streaming = client, keeping, heard, pace, streaming
        self._known, self._nudge = asyncio.Event(), asyncio.Event()
        self._is_listening = False
        self._answer: Message | None = None

    async def to_rest(self, request: Callable[[], Awaitable[SendMessageRequest]]) -> Task | Message:
        """Raises Wrong, Unheard, Unknown, NotOurs and LeaseStale. An answer without a task is a Message."""
        if self._keeping.remote.remote_task_id is None and self._keeping.remote.sent_at is not None:
            await self._found()
        if self._keeping.remote.remote_task_id is not None:
            self._known.set()
        listening = asyncio.create_task(self._listen(request))
        try:
            return await self._ask(listening)
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError, *MISBEHAVED, Wrong):
                await listening

    async def _ask(self, listening: asyncio.Task[None]) -> Task | Message:
        known = asyncio.create_task(self._known.wait())
        await asyncio.wait({known, listening}, return_when=asyncio.FIRST_COMPLETED)
        known.cancel()
        if not self._known.is_set():
            error = listening.exception()
            raise error if error is not None else Unheard("its answer names no task")
        pause = self._pace.first
        while True:
            if self._answer is not None:
                return self._answer
            if listening.done() and isinstance(error := listening.exception(), Wrong):
                raise error
            task = await self._get()
            await self._tell(task.status, task.history)
            if meaning_of(name_of(task.status.state)).comes is not Comes.GOES_ON:
                return task
            await self._wait(self._pace.listening if self._is_listening else pause)
            pause = min(self._pace.longest, pause * 1.5)

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._nudge.wait()
        self._nudge.clear()

    async def _get(self) -> Task:
        """As often as it takes: whoever gives the lease back ends it."""
        wanted = self._id()
        while True:
            try:
                task = await self._client.get_task(GetTaskRequest(id=wanted))
            except TaskNotFoundError as error:
                raise Unknown("the agent does not know its task any more") from error
            except MISBEHAVED as error:
                await self._keeping.trouble(words_of(error))
                await asyncio.sleep(self._pace.unheard)
                continue
            if task.id != wanted:
                raise Wrong("it answers with another task than the one that it was asked for")
            await self._heard()
            return task

    def _id(self) -> str:
        return self._keeping.remote.remote_task_id or ""

    async def _found(self) -> None:
        """A message that went out before a crash may have begun a task there: sending it again could begin a second one."""
        sent = self._keeping.remote.sent_at
        request = ListTasksRequest(page_size=_LISTED, history_length=_LISTED)
        if sent is not None:
            request.status_timestamp_after.FromDatetime(sent - timedelta(minutes=5))
        try:
            answer = await self._client.list_tasks(request)
        except (UnsupportedOperationError, MethodNotFoundError, RuntimeError):
            return
        except MISBEHAVED as error:
            log.info("a2a_tasks_not_listed", assignment_id=str(self._keeping.remote.assignment_id), problem=words_of(error))
            return
        mine = self._keeping.remote.message_id
        for task in answer.tasks:
            if any(one.message_id == mine for one in task.history):
                await self._began(task.id, task.context_id)

    async def _began(self, task_id: str, context_id: str) -> None:
        for one in (task_id, context_id):
            if len(one) > _MOST_ID_CHARACTERS or not one.isprintable():
                raise Wrong("the id of its task is none")
        if not task_id:
            raise Wrong("its task has no id")
        await self._keeping.began(task_id, context_id)
        self._known.set()

    async def _listen(self, request: Callable[[], Awaitable[SendMessageRequest]]) -> None:
        if not self._known.is_set():
            await self._read(self._client.send_message(await request()))
        for _ in range(_MOST_STREAMS if self._streaming else 0):
            if self._answer is not None:
                return
            try:
                await self._read(self._client.subscribe(SubscribeToTaskRequest(id=self._id())))
            except (RuntimeError, UnsupportedOperationError, TaskNotFoundError):
                return  # It has come to rest, or streams nothing.
            except MISBEHAVED as error:
                log.info("a2a_stream_ended", assignment_id=str(self._keeping.remote.assignment_id), problem=words_of(error))
            await asyncio.sleep(self._pace.unheard)

    async def _read(self, stream: object) -> None:
        try:
            async with aclosing(cast("AsyncGenerator[StreamResponse]", stream)) as events:
                number = 0
                async for event in events:
                    number += 1
                    self._is_listening = self._streaming
                    await self._take(event)
                    if number > _MOST_STREAM_EVENTS or self._answer is not None:
                        return
        except MISBEHAVED:
            if not self._known.is_set():
                raise
        finally:
            self._is_listening = False
            self._nudge.set()

    async def _take(self, event: StreamResponse) -> None:
        if event.HasField("message"):
            if self._known.is_set():
                raise Wrong("it answers with a message where it has begun a task")
            self._answer = event.message
            self._known.set()
            return
        task_id, context_id, status = _about(event)
        if not self._known.is_set():
            await self._began(task_id, context_id)
        elif task_id != self._id():
            raise Wrong("its stream is of another task")
        if status is not None:
            history: Sequence[Message] = event.task.history if event.HasField("task") else ()
            await self._tell(status, history)
            if meaning_of(name_of(status.state)).comes is not Comes.GOES_ON:
                self._nudge.set()

    async def _tell(self, status: TaskStatus, history: Sequence[Message]) -> None:
        said = [one for one in history if name_of_role(one) == "ROLE_AGENT"]
        if status.HasField("message"):
            said.append(status.message)
        news = [(key_of(one), "text", words) for one in said if (words := text_of(one, MOST_EVENT_BYTES // 4))]
        await self._keeping.tell(name_of(status.state), news)


def _about(event: StreamResponse) -> tuple[str, str, TaskStatus | None]:
    if event.HasField("task"):
        return event.task.id, event.task.context_id, event.task.status
    if event.HasField("status_update"):
        return event.status_update.task_id, event.status_update.context_id, event.status_update.status
    return event.artifact_update.task_id, event.artifact_update.context_id, None


def name_of(state: int) -> str:
    return TaskState.Name(state) if state in TaskState.values() else str(state)


def name_of_role(message: Message) -> str:
    from a2a.types import Role

    return Role.Name(message.role) if message.role in Role.values() else ""


def key_of(message: Message) -> str:
    """Of a message without an id, its words."""
    named = message.message_id or message.SerializeToString(deterministic=True)
    return hashlib.sha256(named.encode() if isinstance(named, str) else named).hexdigest()[:16]


def text_of(message: Message, most: int) -> str:
    return printable("\n".join(part.text for part in message.parts if part.text))[:most]


def words_of(error: BaseException) -> str:
    return printable(" ".join((str(error) or type(error).__name__).split()))[:300]
