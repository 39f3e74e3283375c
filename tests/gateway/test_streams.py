"""Answers that stream: each piece is passed on as it comes, and an end that is none does not look like one."""

import asyncio
import hashlib
import itertools
import random

import aiohttp
import pytest
from aiohttp import web
from tests.gateway.answers import answers
from tests.gateway.conftest import Desk
from tests.gateway.upstream import begin_stream

from orchestrator.gateway.routing import ApiFormat
from orchestrator.gateway.upstream import PATHS
from orchestrator.gateway.usage import ChatUsageStripper

BODY = b'{"model": "m", "stream": true, "stream_options": {"include_usage": true}}'


@pytest.fixture
def url(base_url: str) -> str:
    return f"{base_url}/chat/completions"


@pytest.fixture
def desk(full_desk: Desk) -> Desk:
    return full_desk


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


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json"])
@pytest.mark.parametrize("pieces", [0, 3])
async def test_a_provider_that_breaks_off_breaks_the_callers_stream_too(
    desk: Desk, url: str, caller: aiohttp.ClientSession, pieces: int, kind: str
) -> None:
    """A clean end would make half an answer look like a whole one."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = await begin_stream(request, **{"Content-Type": kind})
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


@pytest.mark.parametrize("length", [{"Content-Length": "2"}, {}])
async def test_the_head_of_a_whole_answer_comes_with_its_body(
    desk: Desk, url: str, caller: aiohttp.ClientSession, length: dict[str, str]
) -> None:
    """Apart they cost a packet more each, and wake the caller for nothing."""
    body_may_come = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = await begin_stream(request, **{"Content-Type": "application/json"}, **length)
        await body_may_come.wait()
        await response.write(b"{}")
        return response

    desk.upstream.answer = answer
    asking = asyncio.create_task(caller.post(url, data=BODY).__aenter__())
    done, _ = await asyncio.wait([asking], timeout=0.3)
    assert not done
    body_may_come.set()
    assert await (await asking).read() == b"{}"


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
        body = f'{{"model":"m","max_tokens":{n + 1}}}'.encode()
        async with caller.post(url, data=body) as response:
            assert await response.read() == body * 20

    await asyncio.gather(*(one(n) for n in range(30)))


def cut(body: bytes, pieces: int) -> list[bytes]:
    """Anywhere, in the middle of a character too."""
    ends = sorted({0, len(body), *(random.randrange(len(body)) for _ in range(pieces))})
    return [body[start:end] for start, end in itertools.pairwise(ends)]


async def test_every_byte_of_a_stream_arrives_however_it_is_cut(
    desk: Desk, base_url: str, caller: aiohttp.ClientSession
) -> None:
    """But for the one chunk that the gateway had asked for itself."""
    random.seed(7)
    streams = [answer for answer in answers() if answer.streaming and answer.finished]
    tries = [(random.choice(streams), random.randrange(1, 12), random.random() < 0.5) for _ in range(200)]

    async def answer(request: web.Request) -> web.StreamResponse:
        number = int((await request.json())["user"])
        response = await begin_stream(request)
        for piece in cut(tries[number][0].body, tries[number][1]):
            await response.write(piece)
            await asyncio.sleep(0)
        await response.write_eof()
        return response

    desk.upstream.answer = answer

    async def one(number: int) -> None:
        told, _, wants_usage = tries[number]
        body: dict[str, object] = {"model": "m", "user": str(number), "stream": True}
        if wants_usage:
            body["stream_options"] = {"include_usage": True}
        async with caller.post(f"{base_url}{PATHS[ApiFormat(told.wire)]}", json=body) as response:
            got = await response.read()
        expected = told.body if wants_usage or told.wire != "chat" else without_usage(told.body)
        assert hashlib.sha256(got).digest() == hashlib.sha256(expected).digest(), (told.name, got)

    for batch in range(0, len(tries), 20):
        await asyncio.gather(*(one(number) for number in range(batch, batch + 20)))
    assert len(await desk.usage(200)) == 200


def without_usage(body: bytes) -> bytes:
    stripper = ChatUsageStripper()
    return stripper.feed(body) + stripper.finish()
