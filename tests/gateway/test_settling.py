"""Whatever becomes of a call, what it used is booked: exactly where the provider told, else by an estimate."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from tests.gateway.answers import Answer, answers
from tests.gateway.conftest import CHAT, Desk
from tests.gateway.paying import held, rows, set_quotas, spent
from tests.gateway.upstream import begin_stream

from orchestrator.gateway.routing import ApiFormat
from orchestrator.gateway.trajectory_reading import Replayed, chain_of, replay
from orchestrator.gateway.upstream import PATHS
from orchestrator.kit.tenant_scope import tenant_scope

STREAM = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "x" * 3_000}]}
PIECE = b'data: {"choices":[{"index":0,"delta":{"content":"0123456789abcdef"}}]}\n\n'
USAGE = b'data: {"choices":[],"usage":{"prompt_tokens":123,"completion_tokens":45}}\n\n'
DONE = b"data: [DONE]\n\n"


async def settled(desk: Desk) -> None:
    """Nothing is held any more, and what is spent is the sum of what was used."""
    database, tenant_id = desk.runtime.database, desk.runtime.tenant_id
    async with asyncio.timeout(10):
        while await held(database, tenant_id):
            pass
    total = sum(one["input_tokens"] + one["output_tokens"] for one in await desk._usage())
    assert (await spent(database, tenant_id))[0] == total
    assert (await spent(database, tenant_id, "session"))[0] == total


@pytest.mark.parametrize("told", [one for one in answers() if one.finished], ids=lambda one: one.name)
async def test_what_the_provider_counted_is_booked(full_desk: Desk, told: Answer) -> None:
    kind = "text/event-stream" if told.streaming else "application/json"
    full_desk.upstream.answers(body=told.body, Content_Type=kind)
    body = json.dumps(STREAM | {"stream": told.streaming}).encode()
    answer = await full_desk.post(CHAT.replace("/chat/completions", PATHS[ApiFormat(told.wire)]), body=body)
    assert answer.status_code == 200
    (event,) = await full_desk.usage()
    assert (event["model"], event["provider"], event["http_status"]) == ("m", "default", 200)
    if told.usage is not None:
        names = ("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")
        assert [event[name] for name in names] == [getattr(told.usage, name) for name in names]
        assert event["source"] == "provider"
    else:
        assert event["source"] == "estimated"
        assert 1_000 <= event["input_tokens"] <= 3_000
    await settled(full_desk)


class Tap:
    """An upstream whose stream the test lets flow piece by piece."""

    def __init__(self, desk: Desk) -> None:
        self.flow = asyncio.Queue[bytes | None]()
        desk.upstream.answer = self._answer

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        response = await begin_stream(request)
        while (piece := await self.flow.get()) is not None:
            await response.write(piece)
        await response.write_eof()
        return response


CUTS: dict[str, int] = {"before any piece": 0, "after the first piece": 1, "in the middle": 5, "before the usage": 10}


@pytest.mark.parametrize("read", CUTS.values(), ids=CUTS.keys())
async def test_a_caller_who_leaves_pays_exactly_what_was_used(
    full_desk: Desk, base_url: str, caller: aiohttp.ClientSession, read: int
) -> None:
    tap = Tap(full_desk)
    async with caller.post(f"{base_url}/chat/completions", json=STREAM) as response:
        for _ in range(read):
            tap.flow.put_nowait(PIECE)
            await response.content.readuntil(b"\n\n")
        response.close()
    for piece in (*([PIECE] * (10 - read)), USAGE, DONE, None):
        tap.flow.put_nowait(piece)
    (event,) = await full_desk.usage()
    assert (event["input_tokens"], event["output_tokens"], event["source"]) == (123, 45, "provider")
    await settled(full_desk)


@pytest.mark.parametrize("read", CUTS.values(), ids=CUTS.keys())
async def test_where_nobody_reads_on_the_estimate_is_booked(
    full_desk: Desk, base_url: str, caller: aiohttp.ClientSession, read: int
) -> None:
    full_desk.gateway._desk.drains.most = 0
    tap = Tap(full_desk)
    async with caller.post(f"{base_url}/chat/completions", json=STREAM) as response:
        for _ in range(read):
            tap.flow.put_nowait(PIECE)
            await response.content.readuntil(b"\n\n")
        response.close()
    (event,) = await full_desk.usage()
    assert event["source"] == "estimated"
    assert 1_000 <= event["input_tokens"] <= 2_000, "3,000 letters and the frame"
    assert event["output_tokens"] == -(-16 * read // 3)
    async with asyncio.timeout(5):
        await full_desk.upstream.left.wait()
    tap.flow.put_nowait(None)
    await settled(full_desk)


async def test_what_anthropic_told_at_the_beginning_is_not_estimated(
    full_desk: Desk, base_url: str, caller: aiohttp.ClientSession
) -> None:
    full_desk.gateway._desk.drains.most = 0
    tap = Tap(full_desk)
    start = {"type": "message_start", "message": {"usage": {"input_tokens": 77, "output_tokens": 1}}}
    text = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "x" * 300}}
    async with caller.post(f"{base_url}/messages", json=STREAM | {"max_tokens": 500}) as response:
        for event in (start, text):
            tap.flow.put_nowait(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
            await response.content.readuntil(b"\n\n")
        response.close()
    (booked,) = await full_desk.usage()
    assert (booked["input_tokens"], booked["output_tokens"], booked["source"]) == (77, 100, "partial")
    tap.flow.put_nowait(None)


async def test_a_provider_that_breaks_off_is_paid_for_what_it_gave(
    full_desk: Desk, base_url: str, caller: aiohttp.ClientSession
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = await begin_stream(request)
        await response.write(PIECE)
        assert request.transport
        request.transport.abort()
        return response

    full_desk.upstream.answer = answer
    with pytest.raises(aiohttp.ClientError):
        async with caller.post(f"{base_url}/chat/completions", json=STREAM) as response:
            await response.read()
    (event,) = await full_desk.usage()
    assert event["source"] == "estimated"
    assert event["input_tokens"] > 0
    await settled(full_desk)


async def test_a_slow_reader_holds_the_provider_up_and_not_the_memory(
    full_desk: Desk, base_url: str, caller: aiohttp.ClientSession
) -> None:
    written = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = await begin_stream(request)
        for _ in range(1_000):
            await response.write(b"data: " + b"x" * 65_536 + b"\n\n")
            written += 65_536
        await response.write_eof()
        return response

    full_desk.upstream.answer = answer
    async with caller.post(f"{base_url}/chat/completions", json=STREAM) as response:
        await response.content.readany()
        before = -1
        async with asyncio.timeout(10):
            while before != written:
                before = written
                await asyncio.sleep(0.3)  # As long as it goes on writing, this is not the end.
        assert written < 32 * 1024 * 1024
        assert len(await response.read()) > 60_000_000
    await full_desk.usage()


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
async def test_a_refusal_of_the_provider_costs_nothing(desk: Desk, status: int) -> None:
    desk.upstream.answers(status, b'{"error": {"message": "no"}}', Retry_After="100")
    assert (await desk.post()).status_code == status
    assert await desk._usage() == []
    await settled(desk)


async def test_counting_tokens_is_free_and_needs_no_budget(full_desk: Desk) -> None:
    await set_quotas(full_desk.runtime.database, full_desk.runtime.tenant_id, tokens_per_month=0)
    full_desk.upstream.answers(body=b'{"input_tokens": 14}')
    answer = await full_desk.post(CHAT.replace("/chat/completions", "/messages/count_tokens"))
    assert (answer.status_code, answer.json()) == (200, {"input_tokens": 14})
    assert full_desk.upstream.asked[0].path == "/v1/messages/count_tokens"
    assert await full_desk._usage() == []


async def test_the_process_books_what_is_under_way_when_it_stops(
    full_desk: Desk, base_url: str, caller: aiohttp.ClientSession
) -> None:
    tap = Tap(full_desk)
    body: dict[str, Any] = STREAM
    async with caller.post(f"{base_url}/chat/completions", json=body) as response:
        tap.flow.put_nowait(PIECE)
        await response.content.readuntil(b"\n\n")
        await full_desk.gateway.close()
        (event,) = await full_desk._usage()
        assert event["source"] == "estimated"
        with pytest.raises(aiohttp.ClientError):
            await response.read()
    async with caller.post(f"{base_url}/chat/completions", json=body) as response:
        assert (response.status, (await response.json())["error"]["code"]) == (503, "gateway_stopping")
    tap.flow.put_nowait(None)
    await settled(full_desk)


async def recorded(desk: Desk, event: dict[str, Any]) -> Replayed:
    recorder, tenant_id = desk.gateway.trajectories, desk.runtime.tenant_id
    await recorder.drained()
    with tenant_scope(tenant_id):
        async with desk.runtime.database.transaction() as db:
            chain = await chain_of(db, tenant_id, event["request_id"])
    return await replay(recorder.store, chain)


async def kept(desk: Desk) -> int:
    found = await rows(
        desk.runtime.database, desk.runtime.tenant_id, "select count(*)::bigint from trajectories where tenant_id = :t"
    )
    return int(str(found[0][0]))


async def test_who_has_the_whole_answer_can_count_on_its_record(
    full_desk: Desk, base_url: str, caller: aiohttp.ClientSession
) -> None:
    """The end of a stream is held back until the record is written; what comes before is not."""
    tap = Tap(full_desk)
    async with caller.post(f"{base_url}/chat/completions", json=STREAM) as response:
        tap.flow.put_nowait(PIECE)
        await response.content.readuntil(b"\n\n")
        tap.flow.put_nowait(USAGE + DONE)
        await response.content.readuntil(b"[DONE]\n\n")
        assert len(full_desk.gateway.trajectories._spool.waiting()) + await kept(full_desk) >= 1
        tap.flow.put_nowait(None)
    (event,) = await full_desk.usage()
    found = await recorded(full_desk, event)
    assert (found.request, found.response) == (STREAM, PIECE + USAGE + DONE)
    facts = found.call
    assert (facts["session_id"], facts["conversation"]) == (
        str(full_desk.runtime.session_id),
        full_desk.runtime.conversation,
    )
    assert (facts["http_status"], facts["complete"], facts["usage"]["input_tokens"]) == (200, True, 123)


async def test_half_an_answer_is_recorded_as_half_an_answer(
    full_desk: Desk, base_url: str, caller: aiohttp.ClientSession
) -> None:
    full_desk.gateway._desk.drains.most = 0
    tap = Tap(full_desk)
    async with caller.post(f"{base_url}/chat/completions", json=STREAM) as response:
        tap.flow.put_nowait(PIECE)
        await response.content.readuntil(b"\n\n")
        response.close()
    (event,) = await full_desk.usage()
    found = await recorded(full_desk, event)
    assert (found.call["complete"], found.response) == (False, PIECE)
    tap.flow.put_nowait(None)
