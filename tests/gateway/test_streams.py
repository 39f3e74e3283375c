"""Answers that stream: each piece is passed on as it comes, and an end that is none does not look like one."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import uvicorn
from aiohttp import web
from tests.gateway.conftest import CHAT, Desk
from tests.gateway.upstream import begin_stream

from orchestrator.gateway.api import gateway_app

BODY = b'{"model": "m", "stream": true, "stream_options": {"include_usage": true}}'


@asynccontextmanager
async def served(desk: Desk) -> AsyncIterator[str]:
    """The gateway on a real port: streaming is a matter of the connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(gateway_app(desk.gateway), log_level="critical", access_log=False, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{CHAT}"
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
async def url(desk: Desk) -> AsyncIterator[str]:
    async with served(desk) as url:
        yield url


@pytest.fixture
async def caller(desk: Desk) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers=desk.runtime.headers, timeout=aiohttp.ClientTimeout(20)) as caller:
        yield caller


async def test_each_piece_arrives_before_the_next_is_written(desk: Desk, url: str, caller: aiohttp.ClientSession) -> None:
    """Upstream writes a piece only when the caller has read the one before: a buffer in between would hang here."""
    has_read = asyncio.Queue[int]()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = await begin_stream(request)
        for n in range(5):
            await response.write(f"data: {n}\n\n".encode())
            assert await has_read.get() == n
        await response.write_eof()
        return response

    desk.upstream.answer = answer
    async with caller.post(url, data=BODY) as response:
        assert response.headers["content-type"] == "text/event-stream"
        for n in range(5):
            assert await response.content.readuntil(b"\n\n") == f"data: {n}\n\n".encode()
            has_read.put_nowait(n)
        assert await response.content.read() == b""


@pytest.mark.parametrize("pieces", [0, 3])
async def test_a_provider_that_breaks_off_breaks_the_callers_stream_too(
    desk: Desk, url: str, caller: aiohttp.ClientSession, pieces: int
) -> None:
    """A clean end would make half an answer look like a whole one."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = await begin_stream(request)
        for _ in range(pieces):
            await response.write(b"data: x\n\n")
        assert request.transport
        request.transport.abort()
        return response

    desk.upstream.answer = answer
    with pytest.raises(aiohttp.ClientError):  # noqa: PT012 - where it breaks is the network's choice.
        async with caller.post(url, data=BODY) as response:
            assert response.status in (200, 502)
            response.raise_for_status()
            await response.content.read()


async def test_a_caller_that_leaves_frees_the_provider(desk: Desk, url: str, caller: aiohttp.ClientSession) -> None:
    """What is read on for the bill has an end."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = await begin_stream(request)
        while True:
            await response.write(b"data: x\n\n")
            await asyncio.sleep(0.01)

    desk.upstream.answer = answer
    async with caller.post(url, data=BODY) as response:
        await response.content.readany()
        response.close()
    async with asyncio.timeout(5):
        await desk.upstream.left.wait()


async def test_many_streams_at_once_stay_apart(desk: Desk, url: str, caller: aiohttp.ClientSession) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        response = await begin_stream(request)
        for _ in range(20):
            await response.write(body)
        await response.write_eof()
        return response

    desk.upstream.answer = answer

    async def one(n: int) -> None:
        body = f'{{"model":"m","n":{n + 1}}}'.encode()
        async with caller.post(url, data=body) as response:
            assert await response.read() == body * 20

    await asyncio.gather(*(one(n) for n in range(30)))
