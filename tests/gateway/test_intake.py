"""Callers who send slowly, or more than there is room for: they wait and are refused, the others are served."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from tests.api import Api
from tests.gateway.conftest import CHAT, MESSAGES, Desk, make_runtime
from tests.gateway.test_provider_states import OK

SOME = b'{"model": "m", "x": "' + b"x" * 979 + b'"}'
assert len(SOME) == 1_002

Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(base_url: str) -> AsyncIterator[Pipe]:
    host, port = base_url.split("/")[2].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader, writer
    finally:
        writer.close()


def head_of(desk: Desk, path: str = CHAT, **headers: str) -> bytes:
    named = desk.runtime.headers | {"Host": "gateway", "Content-Type": "application/json", **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode()


def piece(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


async def answered(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The status and everything until the server closes."""
    content = await reader.read()
    return int(content.split(b" ")[1]), content


async def held_bytes(desk: Desk) -> int:
    await asyncio.sleep(0)
    return desk.gateway.intake.held_bytes


async def given_back(desk: Desk) -> None:
    async with asyncio.timeout(5):
        while await held_bytes(desk):
            pass  # Until the calls' own ends have come.
    assert desk.gateway.intake.held_of == {}


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
@pytest.mark.parametrize("begun", [b"", piece(b'{"model": "m", "x": "')], ids=["nothing", "a piece"])
async def test_a_body_that_stops_to_come_is_given_up(full_desk: Desk, base_url: str, path: str, begun: bytes) -> None:
    full_desk.gateway.intake.seconds = 0.3
    async with asyncio.timeout(5), connected(base_url) as (reader, writer):
        writer.write(head_of(full_desk, path, Transfer_Encoding="chunked") + begun)
        status, content = await answered(reader)
    assert status == 408
    assert b'"code":"request_too_slow"' in content
    assert (b'"type":"error"' in content) == (path == MESSAGES)
    assert full_desk.upstream.asked == []
    await given_back(full_desk)


async def test_a_body_that_trickles_is_given_up_though_it_never_stops(full_desk: Desk, base_url: str) -> None:
    full_desk.gateway.intake.seconds = 0.3
    began = time.monotonic()
    async with asyncio.timeout(5), connected(base_url) as (reader, writer):
        writer.write(head_of(full_desk, Content_Length="30000"))
        answer = asyncio.create_task(reader.readuntil(b"}}"))
        while not answer.done():
            writer.write(b" ")
            await asyncio.sleep(0.02)
        assert (await answer).startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - began >= 0.3


async def test_a_long_body_has_longer(full_desk: Desk, base_url: str) -> None:
    full_desk.gateway.intake.seconds = 0.3
    full_desk.upstream.answers(body=OK)
    async with asyncio.timeout(10), connected(base_url) as (reader, writer):
        writer.write(head_of(full_desk, Transfer_Encoding="chunked", Connection="close"))
        for part in (b'{"model": "m"', *[b" " * 32_768] * 5, b"}"):
            writer.write(piece(part))
            await asyncio.sleep(0.1)
        writer.write(b"0\r\n\r\n")
        assert (await answered(reader))[0] == 200


async def test_who_leaves_in_the_middle_of_a_body_holds_nothing(full_desk: Desk, base_url: str) -> None:
    async with asyncio.timeout(5), connected(base_url) as (_, writer):
        writer.write(head_of(full_desk, Content_Length="30000") + b"{" * 1_000)
        while not await held_bytes(full_desk):
            pass  # Until the first piece is read.
    await given_back(full_desk)


class Waiting:
    """A provider that answers when it is told to."""

    def __init__(self, desk: Desk) -> None:
        self.arrived = asyncio.Semaphore(0)
        self.go_on = asyncio.Event()
        desk.upstream.answer = self.answer

    async def answer(self, _request: web.Request) -> web.Response:
        self.arrived.release()
        await self.go_on.wait()
        return web.Response(body=OK)


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
async def test_beyond_what_there_is_room_for_a_caller_is_asked_to_come_again(full_desk: Desk, path: str) -> None:
    full_desk.gateway.intake.most_bytes = 2 * 2_500
    provider = Waiting(full_desk)
    first = [asyncio.create_task(full_desk.post(body=SOME)) for _ in range(2)]
    async with asyncio.timeout(10):
        for _ in first:
            await provider.arrived.acquire()
        assert full_desk.gateway.intake.held_bytes == 2 * len(SOME)
        refused = await full_desk.post(path, SOME)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "gateway_full")
        assert (refused.headers["retry-after"], refused.headers["x-should-retry"]) == ("1", "true")
        assert ("type" in refused.json()) == (path == MESSAGES)
        provider.go_on.set()
        assert [(await one).status_code for one in first] == [200, 200]
        await given_back(full_desk)
        assert (await full_desk.post(path, SOME)).status_code == 200
    await given_back(full_desk)


async def test_a_tenant_that_fills_its_half_leaves_the_others_theirs(api: Api, desk: Desk) -> None:
    desk.gateway.intake.most_bytes = 2 * 2_500
    other = await make_runtime(api.database, api.actors.other.tenant_id)
    provider = Waiting(desk)
    calls = [asyncio.create_task(desk.post(body=SOME)) for _ in range(2)]
    async with asyncio.timeout(10):
        for _ in calls:
            await provider.arrived.acquire()
        assert (await desk.post(body=SOME)).status_code == 503
        calls += [asyncio.create_task(desk.post(body=SOME, **other.headers)) for _ in range(2)]
        for _ in range(2):
            await provider.arrived.acquire()
        assert (await desk.post(body=SOME, **other.headers)).status_code == 503
        provider.go_on.set()
        assert [(await one).status_code for one in calls] == [200] * 4
    await given_back(desk)


async def test_what_is_refused_holds_nothing(desk: Desk) -> None:
    for body in (b"no json", b'{"model": "nobody has this"}', b"{" * 40_000_000):
        assert (await desk.post(body=body)).status_code in (400, 404, 413)
    await given_back(desk)
