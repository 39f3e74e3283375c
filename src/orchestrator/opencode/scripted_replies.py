"""How the scripted model's answers and faults go over the wire."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

from aiohttp import web

from orchestrator.opencode.scripted_answers import Answer, ChatRequest, Json, fault_body
from orchestrator.opencode.scripted_scenarios import Fault

LONGEST_HANG_SECONDS = 3_600.0
JSON_TYPE = "application/json"


async def send(
    request: web.Request, chat: ChatRequest, answer: Answer, chunk_delay_seconds: float = 0.0
) -> web.StreamResponse:
    if not chat.stream:
        return web.json_response(answer.completion())
    return await _stream(request, _events(answer, chat), chunk_delay_seconds)


async def send_fault(
    request: web.Request, chat: ChatRequest, answer: Answer, fault: Fault, stopping: asyncio.Event
) -> web.StreamResponse:
    if fault.status is not None:
        return _refusal(fault, fault.status)
    if fault.malformed:
        return await _malformed(request, chat, answer)
    if fault.cut_stream is not None:
        return await _cut(request, chat, answer, fault.cut_stream)
    return await _hang(request, stopping)


def _events(answer: Answer, chat: ChatRequest) -> Iterator[bytes]:
    yield from (_event(json.dumps(chunk)) for chunk in answer.chunks(chat.include_usage))
    yield _event("[DONE]")


def _event(data: str) -> bytes:
    return f"data: {data}\n\n".encode()


async def _stream(request: web.Request, events: Iterable[bytes], chunk_delay_seconds: float = 0.0) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
    await response.prepare(request)
    for event in events:
        await response.write(event)
        await asyncio.sleep(chunk_delay_seconds)
    return response


def _refusal(fault: Fault, status: int) -> web.Response:
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    if isinstance(fault.body, str):
        return web.Response(text=fault.body, status=status, headers=headers)
    body = fault_body(status) if fault.body is None else fault.body
    return web.json_response(body, status=status, headers=headers)


async def _malformed(request: web.Request, chat: ChatRequest, answer: Answer) -> web.StreamResponse:
    if not chat.stream:
        return web.Response(body=_half(answer.completion()), content_type=JSON_TYPE)
    first, second = islice(answer.chunks(chat.include_usage), 2)
    broken = _event(_half(second).decode(errors="ignore"))
    return await _stream(request, [_event(json.dumps(first)), broken, _event("[DONE]")])


async def _cut(request: web.Request, chat: ChatRequest, answer: Answer, chunks: int) -> web.StreamResponse:
    """Send that many chunks, or half of an answer that is not streamed, then drop the connection."""
    if chat.stream:
        response = await _stream(request, islice(_events(answer, chat), chunks))
    else:
        whole = answer.completion()
        response = web.StreamResponse(headers={"Content-Type": JSON_TYPE})
        response.content_length = len(json.dumps(whole).encode())
        await response.prepare(request)
        await response.write(_half(whole))
    _drop(request)
    return response


async def _hang(request: web.Request, stopping: asyncio.Event) -> web.StreamResponse:
    """Accept the request and never answer, until the caller gives up or the server stops."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_HANG_SECONDS):
            await stopping.wait()
    _drop(request)
    return web.Response(status=503)


def _drop(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()


def _half(body: Json) -> bytes:
    whole = json.dumps(body).encode()
    return whole[: len(whole) // 2]
