"""Connections that send their request's head slowly, or without an end."""

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from orchestrator.cli import up
from orchestrator.cli.serving import PatientProtocol, server

GET = b"GET / HTTP/1.1\r\nHost: a\r\n"


class Hasty(PatientProtocol):
    head_seconds = 0.3


async def slow(_request: Request) -> PlainTextResponse:
    await asyncio.sleep(2 * Hasty.head_seconds)
    return PlainTextResponse("here")


@pytest.fixture
async def port() -> AsyncIterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    serving = server(
        Starlette(routes=[Route("/", slow, methods=["GET", "POST"]), Route("/refused", refuse, methods=["POST"])]),
        Hasty,
        lifespan="off",
    )
    task = asyncio.create_task(serving._serve([listener]))
    yield listener.getsockname()[1]
    serving.should_exit = True
    await task


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    async with asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield reader, writer
        finally:
            writer.close()


async def send_slowly(writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        writer.write(b"X-A: b\r\n")
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("begun", [b"", b"GET", GET])
async def test_a_head_that_does_not_end_closes_the_connection(port: int, begun: bytes) -> None:
    async with connected(port) as (reader, writer):
        writer.write(begun)
        assert await reader.read() == b""


async def test_a_head_that_trickles_closes_the_connection_also_after_a_request(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(GET + b"\r\n")
        assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
        writer.write(GET)
        sending = asyncio.create_task(send_slowly(writer))
        try:
            assert await _until_closed(reader) == b""
        finally:
            sending.cancel()


async def test_a_head_without_an_end_is_not_kept(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(GET + b"X-Long: " + b"x" * 1_000_000)
        assert await _until_closed(reader) == b""


async def test_a_long_body_and_a_long_answer_are_no_head(port: int) -> None:
    async with connected(port) as (reader, writer):
        for _ in range(2):
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000)
            assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")


async def refuse(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("no", 401)


@pytest.mark.parametrize("path", ["/refused", "/nowhere"])
async def test_the_rest_of_a_body_that_was_answered_without_it_may_not_trickle_for_ever(port: int, path: str) -> None:
    async with connected(port) as (reader, writer):
        writer.write(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n".encode())
        sending = asyncio.create_task(send_slowly(writer))
        try:
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 40")
            await _until_closed(reader)
        finally:
            sending.cancel()


async def test_a_body_that_comes_after_its_answer_is_let_come(port: int) -> None:
    """Whoever sends it would else see a broken connection in the place of the answer."""
    async with connected(port) as (reader, writer):
        for _ in range(2):
            writer.write(b"POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n")
            assert (await reader.readuntil(b"no")).startswith(b"HTTP/1.1 401")
            writer.write(b"x" * 2_000_000)
        writer.write(GET + b"\r\n")
        assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")


async def test_a_stream_that_would_not_end_is_let_go_before_its_server_ends(caplog: pytest.LogCaptureFixture) -> None:
    """Who stopped the orchestrator with a page of it open waited three seconds, and read two tracebacks."""
    stopping = asyncio.Event()

    async def words() -> AsyncIterator[str]:
        yield "here"
        await stopping.wait()

    async def stream(_request: Request) -> StreamingResponse:
        return StreamingResponse(words())

    listener = socket.create_server(("127.0.0.1", 0))
    serving = server(Starlette(routes=[Route("/", stream)]), lifespan="off", on_stop=stopping.set)
    task = asyncio.create_task(serving._serve([listener]))
    async with connected(listener.getsockname()[1]) as (reader, writer):
        writer.write(GET + b"\r\n")
        await reader.readuntil(b"here")
        serving.should_exit = True
        assert (await reader.read()).endswith(b"0\r\n\r\n")
        await task
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


async def test_an_answer_that_is_broken_off_on_purpose_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    async def cut(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        await send({"type": "http.response.body", "body": b"here", "more_body": True})

    listener = socket.create_server(("127.0.0.1", 0))
    serving = server(cut, lifespan="off")
    serving.config.configure_logging()
    logging.getLogger("uvicorn.error").addHandler(caplog.handler)
    task = asyncio.create_task(serving._serve([listener]))
    try:
        async with connected(listener.getsockname()[1]) as (reader, writer):
            writer.write(GET + b"\r\n")
            assert (await reader.read()).endswith(b"here")
        logging.getLogger("uvicorn.error").error("Something else.")
    finally:
        logging.getLogger("uvicorn.error").removeHandler(caplog.handler)
        serving.should_exit = True
        await task
    assert {one.getMessage() for one in caplog.records if one.levelname == "ERROR"} == {"Something else."}


async def _until_closed(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(("believed", "address"), [(None, "127.0.0.1"), ("127.0.0.1", "203.0.113.9")])
async def test_only_a_proxy_that_is_named_is_believed(
    believed: str | None, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agent in its sandbox speaks from this machine, too: it locked out whom it named, by attempts in their name."""

    async def tell(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.client.host if request.client else "")

    if believed:
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", believed)
    else:
        monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    listener = socket.create_server(("127.0.0.1", 0))
    serving = server(Starlette(routes=[Route("/", tell)]), lifespan="off")
    task = asyncio.create_task(serving._serve([listener]))
    async with connected(listener.getsockname()[1]) as (reader, writer):
        writer.write(GET + b"X-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).endswith(f"\r\n\r\n{address}".encode())
    serving.should_exit = True
    await task


@pytest.mark.parametrize(
    "sent", [b"\x16\x03\x01\r\n\r\n", b"GET / HTTP/9\r\n\r\n", GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"]
)
async def test_nobody_fills_the_log_with_what_is_no_request(
    port: int, sent: bytes, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(port) as (reader, writer):
        writer.write(sent)
        assert (await reader.readline()).startswith(b"HTTP/1.1 ")
    assert capsys.readouterr().err == ""
    assert caplog.records == []


def test_a_start_that_is_stopped_at_once_waits_for_no_link() -> None:
    """SIGTERM to the whole group ends the API first; its socket still takes connections, and the start hung for 30 s."""
    with socket.create_server(("127.0.0.1", 0)) as nobody_accepts:
        began = time.monotonic()
        told = up._sign_in_link(f"http://127.0.0.1:{nobody_accepts.getsockname()[1]}", "key")  # pyright: ignore[reportPrivateUsage]
    assert "orchestrator sign-in-link" in told
    assert time.monotonic() - began < 10
