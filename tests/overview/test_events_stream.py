"""The one stream of events, over a real connection: nothing lost, nothing doubled, nothing of another tenant."""

import asyncio
import contextlib
import json
import random
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from tests.actors import Actor, make_actor
from tests.api import V1, Api, Server, code_of
from tests.overview.reading import Message, Stream, stream
from tests.tenancy.test_isolation import add_session

from orchestrator.events import log as events
from orchestrator.events import stream as hub
from orchestrator.events.deltas import DELTAS_CHANNEL, Deltas
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.streams import Streams


@pytest.fixture
def room(server: Server) -> Iterator[Callable[[int], None]]:
    """For so many streams, until the test is over."""
    assert server.app is not None
    state = server.app.state
    before = state.streams
    yield lambda streams: setattr(state, "streams", Streams(streams))
    state.streams = before


@pytest.fixture
async def client(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, timeout=20, trust_env=False) as client:
        yield client


async def write(server: Server, actor: Actor, type_: str = "x", session_id: UUID | None = None, **data: Any) -> None:
    with tenant_scope(actor.tenant_id):
        async with server.database.transaction() as db:
            events.append(db, actor.tenant_id, type_, actor="test", session_id=session_id, **data)


async def tell(server: Server, actor: Actor, session_id: UUID, delta: str, part_id: str = "prt_1") -> None:
    waiting = Deltas(server.database)
    waiting.add(actor.tenant_id, session_id, part_id, delta)
    await waiting.tell()


async def test_a_reader_resumes_after_the_number_it_names(server: Server, client: httpx.AsyncClient) -> None:
    actor = server.actors.viewer
    for n in range(1, 6):
        await write(server, actor, n=n)
    async with stream(client, actor, after=0) as reading:
        assert [m.data["data"]["n"] for m in await reading.take(5)] == [1, 2, 3, 4, 5]
    async with stream(client, actor, after=3) as reading:
        assert [m.id for m in await reading.take(2)] == [4, 5]
    async with stream(client, actor, last_event_id="4", after=0) as reading:
        assert (await reading.next()).id == 5
    for nonsense in ("", "x", "-1", "1e3", "9" * 40):
        async with stream(client, actor, last_event_id=nonsense, after=4) as reading:
            assert (await reading.next()).id == 5


async def test_without_a_number_only_what_comes_is_read(server: Server, client: httpx.AsyncClient) -> None:
    actor = server.actors.viewer
    await write(server, actor, n=1)
    async with stream(client, actor) as reading:
        await write(server, actor, n=2)
        message = await reading.next()
    assert (message.id, message.type, message.data["data"]) == (2, "x", {"n": 2})
    assert set(message.data) == {"seq", "type", "session_id", "actor", "data", "created_at"}


async def test_the_stream_tells_what_the_api_does(server: Server, client: httpx.AsyncClient) -> None:
    member = server.actors.member
    async with stream(client, server.actors.viewer, after=0) as reading:
        made = (await client.post(f"{V1}/sessions", json={"prompt": "Do it."}, headers=member.headers)).json()
        await client.post(f"{V1}/sessions/{made['id']}/cancel", headers=member.headers)
        created, moved = await reading.take(2)
    assert (created.type, moved.type) == ("session.created", "session.status")
    assert moved.data["session_id"] == made["id"]
    assert (moved.data["data"]["from"], moved.data["data"]["to"]) == ("queued", "cancelled")


async def test_a_filter_gives_one_sessions_events_and_deltas(server: Server, client: httpx.AsyncClient) -> None:
    actor, mine, other = server.actors.viewer, new_id(), new_id()
    async with stream(client, actor, after=0, session_id=str(mine)) as reading:
        for session_id in (other, mine, None, mine):
            await write(server, actor, session_id=session_id)
        assert [m.id for m in await reading.take(2)] == [2, 4]
        await tell(server, actor, other, "not this")
        await tell(server, actor, mine, "this")
        assert (await reading.next()).data["text"] == "this"


async def test_a_filter_gives_one_plans_events(server: Server, client: httpx.AsyncClient) -> None:
    """In the stream and in the log; what names another plan, and another tenant's that names this one, is left out."""
    actor, plan, session = server.actors.viewer, str(new_id()), new_id()
    await write(server, server.actors.other, "plan.task", plan_id=plan)
    async with stream(client, actor, after=0, plan_id=plan) as reading:
        await write(server, actor, "plan.task", plan_id=str(new_id()))
        await write(server, actor, "plan.task", session, plan_id=plan, task="a")
        await tell(server, actor, session, "text is of sessions")
        await write(server, actor, "session.status", session)
        await write(server, actor, "plan.status", plan_id=plan, to="completed")
        assert [(m.id, m.type) for m in await reading.take(2)] == [(2, "plan.task"), (4, "plan.status")]
    for only, numbers in (({"plan_id": plan}, [2, 4]), ({"plan_id": plan, "session_id": str(session)}, [2])):
        page = await client.get(f"{V1}/events/log", params=only, headers=actor.headers)
        assert [one["seq"] for one in page.json()["items"]] == numbers


async def test_nothing_is_lost_or_doubled_while_writers_overlap_and_the_reader_comes_and_goes(
    server: Server, client: httpx.AsyncClient
) -> None:
    """Ten writers hold their transactions open for a while, so commits overlap; the reader hangs up five times."""
    actor, dice, seen = server.actors.viewer, random.Random(7), list[Message]()

    async def writer(n: int) -> None:
        for i in range(20):
            with tenant_scope(actor.tenant_id):
                async with server.database.transaction() as db:
                    events.append(db, actor.tenant_id, "x", actor="test", n=n, i=i)
                    await db.execute(text("select pg_sleep(random() * 0.01)"))

    async def reader() -> None:
        for _ in range(5):
            async with stream(client, actor, last_event_id=str(len(seen))) as reading:
                seen.extend(await reading.take(dice.randrange(1, 39)))
        async with stream(client, actor, last_event_id=str(len(seen))) as reading:
            while len(seen) < 200:
                seen.append(await reading.next())

    async with asyncio.TaskGroup() as group:
        group.create_task(reader())
        for n in range(10):
            group.create_task(writer(n))
    assert [m.id for m in seen] == list(range(1, 201))
    assert len({(m.data["data"]["n"], m.data["data"]["i"]) for m in seen}) == 200
    for n in range(10):
        assert [m.data["data"]["i"] for m in seen if m.data["data"]["n"] == n] == list(range(20))


async def test_another_tenants_events_never_appear(server: Server, client: httpx.AsyncClient) -> None:
    mine, theirs = server.actors.viewer, server.actors.other
    row = await add_session(server.database, theirs.tenant_id)
    async with stream(client, mine, after=0) as all_of_mine, stream(client, mine, after=0, session_id=str(row.id)) as one:
        for _ in range(20):
            await write(server, theirs, session_id=row.id, secret="theirs")
            await tell(server, theirs, row.id, "theirs")
        await write(server, mine, session_id=row.id, mine=True)
        for reading in (all_of_mine, one):
            message = await reading.next()
            assert (message.id, message.data["data"]) == (1, {"mine": True})


async def test_text_that_is_being_written_arrives_and_is_not_stored(server: Server, client: httpx.AsyncClient) -> None:
    actor, session_id = server.actors.viewer, new_id()
    awkward = "é\u2028\n\n\r\ndata: x\n" + "\x00\x01\x1f" * 2_000 + "😀" * 2_000 + "\ud800!"
    async with stream(client, actor, after=0) as reading:
        await tell(server, actor, session_id, awkward)
        got = ""
        while not got.endswith("!"):
            message = await reading.next()
            assert (message.id, message.type) == (None, "delta")
            assert (message.data["session_id"], message.data["part_id"]) == (str(session_id), "prt_1")
            got += message.data["text"]
    assert got == awkward.replace("\ud800", "?")
    stored = await client.get(f"{V1}/events/log", headers=actor.headers)
    assert stored.json()["items"] == []


async def test_a_quiet_stream_has_a_heartbeat(
    server: Server, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT_SECONDS", 0.05)
    actor = server.actors.viewer
    async with stream(client, actor, after=0) as reading:
        waiting = asyncio.create_task(reading.next())
        while len(reading.comments) < 3:
            await asyncio.wait([waiting], timeout=0.05)
        assert not waiting.done()
        await write(server, actor)
        assert (await waiting).id == 1
    assert set(reading.comments) == {"heartbeat"}


@pytest.fixture
async def slow_client(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """With a small buffer of its own, so that what it does not read stays with the server."""
    transport = httpx.AsyncHTTPTransport(socket_options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)])
    async with httpx.AsyncClient(base_url=server.url, timeout=20, transport=transport) as client:
        yield client


async def read_to_the_end(reading: Stream) -> list[Message]:
    read: list[Message] = []
    with contextlib.suppress(StopAsyncIteration):
        while True:
            read.append(await reading.next())
    return read


async def until_overflown(server: Server, client: httpx.AsyncClient) -> None:
    assert server.app
    async with asyncio.timeout(20):
        while not all(r.overflown for readers in server.app.state.hub._readers.values() for r in readers):
            assert (await client.get("/health/live")).status_code == 200


async def test_a_reader_that_is_too_slow_is_told_to_reconnect_and_loses_nothing(
    server: Server, slow_client: httpx.AsyncClient
) -> None:
    """It does not read while more is told than is buffered for it; what is stored comes after it has resumed."""
    actor, session_id = server.actors.viewer, new_id()
    async with stream(slow_client, actor, after=0) as reading:
        await write(server, actor, n=1)
        assert (await reading.next()).id == 1
        with tenant_scope(actor.tenant_id):
            async with server.database.transaction() as db:
                ids = {"tenant_id": str(actor.tenant_id), "session_id": str(session_id), "part_id": "prt_1"}
                told = json.dumps({**ids, "text": "x" * 5_000}).removesuffix('"}')
                query = text("select count(pg_notify(:c, :p || n || '\"}')) from generate_series(1, 3000) n")
                await db.execute(query, {"c": DELTAS_CHANNEL, "p": told})
        await write(server, actor, n=2)
        await until_overflown(server, slow_client)
        read = await read_to_the_end(reading)
    assert (read[-1].type, read[-1].data["error"]["code"]) == ("reconnect", "reader_too_slow")
    assert len([m for m in read if m.type == "delta"]) < 3_000
    numbers = [m.id for m in read if m.id is not None]
    await write(server, actor, n=3)
    async with stream(slow_client, actor, last_event_id=str(max(numbers, default=1))) as reading:
        numbers += [m.id for m in await reading.take(2 - len(numbers)) if m.id is not None]
    assert numbers == [2, 3]


async def test_readers_that_leave_are_forgotten(server: Server, client: httpx.AsyncClient) -> None:
    actor = server.actors.viewer
    await write(server, actor)
    for _ in range(5):
        async with stream(client, actor, after=0) as reading:
            await reading.next()
    assert server.app
    async with asyncio.timeout(10):
        while server.app.state.hub._readers:
            assert (await client.get("/health/live")).status_code == 200


async def test_who_may_read_the_stream(api: Api) -> None:
    assert code_of(await api.client.get(f"{V1}/events")) == (401, "unauthenticated")
    for params in ({"after": -1}, {"after": "x"}, {"after": 10**30}, {"session_id": "x"}, {"plan_id": "x"}):
        for path in ("/events", "/events/log"):
            assert code_of(await api.call("GET", path, params=params)) == (422, "invalid"), (path, params)


async def test_the_log_comes_in_pages(api: Api) -> None:
    for _ in range(3):
        await api.create()
    page = (await api.call("GET", "/events/log", params={"limit": 2})).json()
    assert ([e["seq"] for e in page["items"]], page["next_cursor"]) == ([1, 2], "2")
    page = (await api.call("GET", "/events/log", params={"limit": 2, "after": page["next_cursor"]})).json()
    assert ([e["seq"] for e in page["items"]], page["next_cursor"]) == ([3], None)
    theirs = await api.create(api.actors.other)
    assert await api.events(session_id=theirs["id"]) == []


async def test_a_stream_ends_with_the_key_that_opened_it(server: Server, client: httpx.AsyncClient) -> None:
    """Within a second, by a header or by the cookie of a sign-in; another key's stream goes on."""
    admin = server.actors.admin
    doomed = await make_actor(server.database, admin.tenant_id, admin.slug, Role.VIEWER)
    signed_in = await client.post("/auth/sign-in", json={"key": doomed.key})
    assert signed_in.status_code == 204
    async with stream(client, admin, after=0) as lasting, stream(client, doomed, after=0) as by_header:
        async with client.stream("GET", f"{V1}/events?after=0&tenant={doomed.slug}") as answer:
            by_cookie = Stream(answer)
            await write(server, admin, n=1)
            assert {(await one.next()).data["data"]["n"] for one in (lasting, by_header, by_cookie)} == {1}
            revoked = await client.post(f"{V1}/api-keys/{doomed.key_id}/revoke", headers=admin.headers)
            assert revoked.status_code == 200
            async with asyncio.timeout(1.5):
                for ended in (by_header, by_cookie):
                    with pytest.raises(StopAsyncIteration):
                        await ended.next()
        await write(server, admin, n=2)
        assert (await lasting.next()).data["data"]["n"] == 2


async def test_one_persons_streams_take_nobody_elses_room(
    server: Server, client: httpx.AsyncClient, room: Callable[[int], None]
) -> None:
    """A VIEWER who opens as many as there are descriptors had the API refuse everybody."""
    viewer, member = server.actors.viewer, server.actors.member
    room(10)
    async with contextlib.AsyncExitStack() as open_ones:
        for _ in range(2):
            await open_ones.enter_async_context(stream(client, viewer, after=0))
        refused = await client.get(f"{V1}/events", headers=viewer.headers)
        assert code_of(refused) == (429, "too_many_streams")
        assert int(refused.headers["retry-after"]) >= 1
        await open_ones.enter_async_context(stream(client, member, after=0))
        await open_ones.enter_async_context(stream(client, server.actors.other, after=0))
    async with asyncio.timeout(5):
        while (answer := await _status(client, viewer)) == 429:
            pass
    assert answer == 200


async def test_a_tenants_keys_together_have_a_limit_too(
    server: Server, client: httpx.AsyncClient, room: Callable[[int], None]
) -> None:
    admin = server.actors.admin
    room(5)
    keys = [await make_actor(server.database, admin.tenant_id, admin.slug, Role.VIEWER) for _ in range(6)]
    async with contextlib.AsyncExitStack() as open_ones:
        for key in keys[:5]:
            await open_ones.enter_async_context(stream(client, key, after=0))
        assert await _status(client, keys[5]) == 429
        assert await _status(client, server.actors.other) == 200


async def _status(client: httpx.AsyncClient, actor: Actor) -> int:
    async with client.stream("GET", f"{V1}/events", headers=actor.headers) as answer:
        return answer.status_code
