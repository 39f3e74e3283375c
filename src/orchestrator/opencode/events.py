"""The event stream of one server: every directory and session, reconnecting for ever.

OpenCode keeps no history: what happens while we are away is lost. So each `Connected` tells its reader to look at the
sessions again before it trusts the events that follow.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import aiohttp
from pydantic import TypeAdapter, ValidationError

from orchestrator.opencode.client import OpenCodeClient
from orchestrator.opencode.nesting import shallower
from orchestrator.opencode.schemas import (
    MessageError,
    MessageInfo,
    Part,
    PermissionRequest,
    QuestionRequest,
    SessionStatus,
    Todo,
)

SILENCE_SECONDS = 25.0
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 2.0

# Every durable event comes a second time in this form, for replicas of OpenCode's own.
_REPLICA = b'"payload":{"type":"sync"'


@dataclass(frozen=True)
class Connected:
    """The stream is open; `again` when it was open before and events may have been missed."""

    again: bool


@dataclass(frozen=True)
class SessionEvent:
    directory: str
    session_id: str


@dataclass(frozen=True)
class StatusChanged(SessionEvent):
    """busy (also before each step), retry (with the provider's message and the time of the next try) or idle."""

    status: SessionStatus


@dataclass(frozen=True)
class Idle(SessionEvent):
    """The turn is over. After an error or an abort it comes twice, and before the last message is complete."""


@dataclass(frozen=True)
class Failed(SessionEvent):
    """For an unknown agent no Idle follows, and no message exists."""

    error: MessageError | None


@dataclass(frozen=True)
class MessageUpdated(SessionEvent):
    info: MessageInfo


@dataclass(frozen=True)
class PartUpdated(SessionEvent):
    part: Part


@dataclass(frozen=True)
class PartDelta(SessionEvent):
    """More text for a field of a part, mostly `text`."""

    message_id: str
    part_id: str
    field: str
    delta: str


@dataclass(frozen=True)
class PermissionAsked(SessionEvent):
    request: PermissionRequest


@dataclass(frozen=True)
class QuestionAsked(SessionEvent):
    request: QuestionRequest


@dataclass(frozen=True)
class TodosUpdated(SessionEvent):
    todos: tuple[Todo, ...]


@dataclass(frozen=True)
class SessionCreated(SessionEvent):
    """`parent_id` names the session whose `task` tool started this one."""

    parent_id: str | None


@dataclass(frozen=True)
class Heartbeat:
    """Every 10 seconds."""


@dataclass(frozen=True)
class RawEvent:
    """Any other event, as it came."""

    type: str
    directory: str
    session_id: str | None
    properties: dict[str, Any] = field(default_factory=dict[str, Any])


OpenCodeEvent: TypeAlias = (
    Connected
    | StatusChanged
    | Idle
    | Failed
    | MessageUpdated
    | PartUpdated
    | PartDelta
    | PermissionAsked
    | QuestionAsked
    | TodosUpdated
    | SessionCreated
    | Heartbeat
    | RawEvent
)

_TODOS = TypeAdapter(tuple[Todo, ...])


def parse_event(data: bytes) -> OpenCodeEvent | None:
    """The `data:` of one server-sent event. None for what has no meaning here, or cannot be read at all."""
    if _REPLICA in data[:600]:
        return None
    try:
        outer: dict[str, Any] = _loaded(data)
        payload: dict[str, Any] = outer["payload"]
        kind = str(payload["type"])
        properties: dict[str, Any] = payload.get("properties") or {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    directory = str(outer.get("directory") or "")
    if kind == "server.heartbeat":
        return Heartbeat()
    session_id = properties.get("sessionID")
    if not isinstance(session_id, str):
        return RawEvent(kind, directory, None, properties)
    try:
        known = _known(kind, directory, session_id, properties)
    except (ValidationError, KeyError, TypeError):
        known = None
    return known or RawEvent(kind, directory, session_id, properties)


def _loaded(data: bytes) -> Any:
    try:
        return json.loads(data)
    except RecursionError:
        return json.loads(shallower(data))


def _known(kind: str, directory: str, session_id: str, p: dict[str, Any]) -> OpenCodeEvent | None:  # noqa: C901 - A table of names.
    match kind:
        case "session.status":
            return StatusChanged(directory, session_id, SessionStatus.model_validate(p["status"]))
        case "session.idle":
            return Idle(directory, session_id)
        case "session.error":
            error = p.get("error")
            return Failed(directory, session_id, MessageError.model_validate(error) if error else None)
        case "session.created":
            return SessionCreated(directory, session_id, p["info"].get("parentID"))
        case "message.updated":
            return MessageUpdated(directory, session_id, MessageInfo.model_validate(p["info"]))
        case "message.part.updated":
            return PartUpdated(directory, session_id, Part.model_validate(p["part"]))
        case "message.part.delta":
            return PartDelta(directory, session_id, p["messageID"], p["partID"], p["field"], p["delta"])
        case "permission.asked":
            return PermissionAsked(directory, session_id, PermissionRequest.model_validate(p))
        case "question.asked":
            return QuestionAsked(directory, session_id, QuestionRequest.model_validate(p))
        case "todo.updated":
            return TodosUpdated(directory, session_id, _TODOS.validate_python(p["todos"]))
        case _:
            return None


class EventStream:
    """Iterate `events()` in one task; cancel it to end. A slow reader slows the pipe, and nothing is dropped."""

    def __init__(self, client: OpenCodeClient, silence_seconds: float = SILENCE_SECONDS) -> None:
        self._client = client
        self._silence = silence_seconds
        self._was_open = False
        self._wait = FIRST_WAIT_SECONDS

    async def events(self) -> AsyncGenerator[OpenCodeEvent]:
        while True:
            try:
                async with contextlib.aclosing(self._one_connection()) as connection:
                    async for event in connection:
                        yield event
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            await asyncio.sleep(self._wait)
            self._wait = min(self._wait * 2, LONGEST_WAIT_SECONDS)

    async def _one_connection(self) -> AsyncGenerator[OpenCodeEvent]:
        async with self._client.open_events(self._silence) as answer:
            answer.raise_for_status()
            async with contextlib.aclosing(_blocks(answer.content)) as blocks:
                async for data in blocks:
                    event = parse_event(data)
                    if isinstance(event, RawEvent) and event.type == "server.connected":
                        event, self._was_open = Connected(again=self._was_open), True
                        self._wait = FIRST_WAIT_SECONDS
                    if event is not None:
                        yield event


async def _blocks(content: aiohttp.StreamReader) -> AsyncGenerator[bytes]:
    """The data of each server-sent event. OpenCode writes one `data:` line an event, of any length."""
    buffer = bytearray()
    searched = 0
    async for chunk in content.iter_any():
        buffer += chunk
        while (end := buffer.find(b"\n\n", max(searched - 1, 0))) >= 0:
            block = bytes(buffer[:end])
            del buffer[: end + 2]
            searched = 0
            if block.startswith(b"data:"):
                yield block[5:].strip()
        searched = len(buffer)
