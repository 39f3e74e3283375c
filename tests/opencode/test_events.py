import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from orchestrator.opencode.client import OpenCodeClient
from orchestrator.opencode.events import (
    Connected,
    EventStream,
    Failed,
    Heartbeat,
    Idle,
    MessageUpdated,
    OpenCodeEvent,
    PartDelta,
    PartUpdated,
    PermissionAsked,
    RawEvent,
    SessionCreated,
    SessionEvent,
    StatusChanged,
    parse_event,
)
from orchestrator.opencode.schemas import Rule, Session

from .conftest import OpenCode, prompt


class Listener:
    """Collects events in the background; `until` waits for one that fits."""

    def __init__(self, stream: EventStream) -> None:
        self.seen: list[OpenCodeEvent] = []
        self._news = asyncio.Condition()
        self._task = asyncio.create_task(self._listen(stream))

    async def _listen(self, stream: EventStream) -> None:
        async for event in stream.events():
            async with self._news:
                self.seen.append(event)
                self._news.notify_all()

    async def until(self, fits: Callable[[OpenCodeEvent], bool]) -> OpenCodeEvent:
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(lambda: any(fits(event) for event in self.seen))
        return next(event for event in self.seen if fits(event))

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@asynccontextmanager
async def listening(client: OpenCodeClient, **options: Any) -> AsyncIterator[Listener]:
    listener = Listener(EventStream(client, **options))
    try:
        await listener.until(lambda event: isinstance(event, Connected))
        yield listener
    finally:
        await listener.stop()


def of(listener: Listener, session: Session) -> list[OpenCodeEvent]:
    return [e for e in listener.seen if isinstance(e, SessionEvent) and e.session_id == session.id]


def idle(session: Session) -> Callable[[OpenCodeEvent], bool]:
    return lambda event: isinstance(event, Idle) and event.session_id == session.id


async def test_a_turn_as_events(opencode: OpenCode, worktree: Path) -> None:
    async with listening(opencode.server.client) as listener:
        session = await opencode.new_session(worktree)
        mine = await prompt(opencode, worktree, session, "Run a command")
        await listener.until(idle(session))
        events = of(listener, session)
    assert isinstance(events[0], SessionCreated)
    assert events[0].parent_id is None
    assert all(e.directory == str(worktree) for e in events if isinstance(e, SessionEvent))
    statuses = [e.status.type for e in events if isinstance(e, StatusChanged)]
    assert (statuses[0], statuses[-1]) == ("busy", "idle")
    infos = [e.info for e in events if isinstance(e, MessageUpdated)]
    assert (infos[0].id, infos[0].role) == (mine, "user")
    assert {info.parent_id for info in infos if info.role == "assistant"} == {mine}
    assert infos[-1].finish == "stop"
    assert infos[-1].time.completed
    states = [e.part.state.status for e in events if isinstance(e, PartUpdated) and e.part.state]
    assert list(dict.fromkeys(states)) == ["pending", "running", "completed"]
    assert "".join(e.delta for e in events if isinstance(e, PartDelta)) == "It ran."


async def test_an_error_and_a_question_for_permission(opencode: OpenCode, worktree: Path) -> None:
    client = opencode.server.client
    (worktree / ".env").write_text("SECRET=1\n")
    async with listening(client) as listener:
        session = await opencode.new_session(worktree, [Rule(permission="read", pattern="*.env", action="ask")])
        await prompt(opencode, worktree, session, "Read secrets")
        asked = await listener.until(lambda event: isinstance(event, PermissionAsked))
        assert isinstance(asked, PermissionAsked)
        assert (asked.session_id, asked.request.permission, asked.request.patterns) == (session.id, "read", (".env",))
        await client.reply_permission(str(worktree), asked.request.id, "once")
        await listener.until(idle(session))
        broke = await opencode.new_session(worktree)
        await prompt(opencode, worktree, broke, "Spend it")
        await listener.until(idle(broke))
        [failure] = [e for e in of(listener, broke) if isinstance(e, Failed)]
    assert failure.error is not None
    assert failure.error.data.status_code == 402


async def test_an_unknown_agent_fails_without_idle_or_message(opencode: OpenCode, worktree: Path) -> None:
    """The request is accepted: only the event tells."""
    client = opencode.server.client
    async with listening(client) as listener:
        session = await opencode.new_session(worktree)
        await client.prompt_async(
            str(worktree),
            session.id,
            message_id="msg_no_agent",
            part_id="prt_no_agent",
            text="Say hello",
            agent="nobody",
        )
        failed = await listener.until(lambda e: isinstance(e, Failed) and e.session_id == session.id)
    assert isinstance(failed, Failed)
    assert failed.error is not None
    assert 'Agent not found: "nobody"' in failed.error.data.message
    assert await client.list_messages(str(worktree), session.id) == []


async def test_events_of_megabytes_come_whole(opencode: OpenCode, worktree: Path) -> None:
    async with listening(opencode.server.client) as listener:
        session = await opencode.new_session(worktree)
        await prompt(opencode, worktree, session, "Read much" + "x" * 3_000_000)
        await listener.until(idle(session))
        parts = [e.part for e in of(listener, session) if isinstance(e, PartUpdated)]
    assert max(len(part.text or "") for part in parts) > 3_000_000


Handler = Callable[[web.StreamResponse], Any]


@asynccontextmanager
async def stand_in(connections: list[Handler]) -> AsyncIterator[OpenCodeClient]:
    """A stream that does with its n-th connection what the n-th function says; the last one serves all later ones."""
    opened = 0

    async def events(request: web.Request) -> web.StreamResponse:
        nonlocal opened
        number, opened = min(opened, len(connections) - 1), opened + 1
        answer = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await answer.prepare(request)
        await send(answer, "server.connected")
        await connections[number](answer)
        return answer

    app = web.Application()
    app.router.add_get("/global/event", events)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with OpenCodeClient(f"http://127.0.0.1:{runner.addresses[0][1]}", "secret") as client:
            yield client
    finally:
        await runner.cleanup()


async def send(answer: web.StreamResponse, kind: str, **properties: Any) -> None:
    payload = {"directory": "/w", "payload": {"id": "evt_1", "type": kind, "properties": properties}}
    await answer.write(f"data: {json.dumps(payload)}\n\n".encode())


async def hold(_answer: web.StreamResponse) -> None:
    await asyncio.sleep(60)


async def test_a_lost_connection_is_opened_again_and_says_so() -> None:
    async def drop(answer: web.StreamResponse) -> None:
        await send(answer, "session.idle", sessionID="ses_1")

    async def cut(answer: web.StreamResponse) -> None:
        await answer.write(b'data: {"half')

    async def last(answer: web.StreamResponse) -> None:
        await send(answer, "session.idle", sessionID="ses_2")
        await hold(answer)

    async with stand_in([drop, cut, last]) as client, listening(client) as listener:
        await listener.until(lambda event: event == Idle("/w", "ses_2"))
        wanted = [Connected(False), Idle("/w", "ses_1"), Connected(True), Connected(True), Idle("/w", "ses_2")]
        assert listener.seen == wanted


async def test_a_silent_stream_is_opened_again() -> None:
    async with stand_in([hold]) as client, listening(client, silence_seconds=0.2) as listener:
        await listener.until(lambda event: event == Connected(True))


async def test_a_server_that_is_not_there_yet_is_tried_again() -> None:
    async with OpenCodeClient("http://127.0.0.1:9", "secret") as client:
        listener = Listener(EventStream(client))
        await asyncio.sleep(0.3)
        assert listener.seen == []
        await listener.stop()


def event(kind: str, **properties: Any) -> bytes:
    return json.dumps({"directory": "/w", "payload": {"id": "evt_1", "type": kind, "properties": properties}}).encode()


def test_unknown_events_come_raw() -> None:
    assert parse_event(event("brand.new", sessionID="ses_1", x=1)) == RawEvent(
        "brand.new", "/w", "ses_1", {"sessionID": "ses_1", "x": 1}
    )
    assert parse_event(event("session.status", sessionID="ses_1", status={"type": "brand-new"})) == RawEvent(
        "session.status", "/w", "ses_1", {"sessionID": "ses_1", "status": {"type": "brand-new"}}
    )
    assert parse_event(event("server.heartbeat")) == Heartbeat()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"payload":7}',
        b'{"payload":{"properties":{}}}',
        b'{"directory":"/w","payload":{"type":"sync","syncEvent":{}}}',
    ],
)
def test_what_cannot_be_read_and_replicas_are_passed_over(data: bytes) -> None:
    assert parse_event(data) is None
