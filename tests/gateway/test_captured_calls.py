"""What goes through the gateway is on record when the caller has the whole answer, and nothing of a key is in it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard
from aiohttp import web
from sqlalchemy import text
from tests.gateway.conftest import CHAT, Desk
from tests.gateway.upstream import KEY, begin_stream

STREAM = b'data: {"choices":[{"index":0,"delta":{"content":"hello"}}]}\n\n'
USAGE = b'data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3}}\n\n'
DONE = b"data: [DONE]\n\n"


def asked(*contents: str, stream: bool = True) -> bytes:
    messages = [{"role": "user", "content": one} for one in contents]
    return json.dumps({"model": "m", "stream": stream, "messages": messages}).encode()


def content_of(file: Path) -> bytes:
    """A word that is compressed is not found by its bytes."""
    data = file.read_bytes()
    return zstandard.ZstdDecompressor().decompress(data, max_output_size=1 << 26) if file.suffix == ".zst" else data


async def stored(desk: Desk) -> list[dict[str, Any]]:
    """Of this desk's tenant, once everything is packed."""
    async with asyncio.timeout(20):
        await desk.gateway.trajectories.drained()
    async with desk.runtime.database.system_transaction() as db:
        query = text("select * from trajectories where tenant_id = :t order by created_at, request_id")
        return [dict(row) for row in (await db.execute(query, {"t": desk.runtime.tenant_id})).mappings()]


async def test_a_stream_and_a_whole_answer_are_on_record(full_desk: Desk) -> None:
    full_desk.upstream.answers(body=STREAM + USAGE + DONE, Content_Type="text/event-stream")
    assert (await full_desk.post(CHAT, body=asked("one"))).content == STREAM + DONE
    whole = b'{"choices":[{"index":0,"message":{"content":"hi"}}],"usage":{"prompt_tokens":5,"completion_tokens":1}}'
    full_desk.upstream.answers(body=whole, Content_Type="application/json")
    assert (await full_desk.post(CHAT, body=asked("one", "two", stream=False))).content == whole
    first, second = await stored(full_desk)
    assert first["session_id"] == second["session_id"] is not None
    booked = {event["request_id"] for event in await full_desk.usage(2)}
    assert booked == {first["request_id"], second["request_id"]}
    data = full_desk.gateway.trajectories._spool.folder.parents[1]
    contents = [content_of(file) for file in data.rglob("*") if file.is_file()]
    assert any(b'"messages"' in one for one in contents), "else the records were not read"
    assert not [one for one in contents if KEY.encode() in one]


async def test_an_answer_that_the_caller_did_not_wait_for_is_on_record_too(full_desk: Desk) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        answer = await begin_stream(request)
        await answer.write(STREAM)
        begun.set()
        await gate.wait()
        await answer.write(USAGE + DONE)
        return answer

    full_desk.upstream.answer = slow
    call = asyncio.create_task(full_desk.post(CHAT, body=asked("one")))
    await asyncio.wait_for(begun.wait(), 10)
    call.cancel()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await call
    await full_desk.usage()
    assert len(await stored(full_desk)) == 1


async def test_a_tenant_that_opted_out_leaves_nothing(full_desk: Desk) -> None:
    async with full_desk.runtime.database.system_transaction() as db:
        query = text("update tenants set capture_trajectories = false where id = :t")
        await db.execute(query, {"t": full_desk.runtime.tenant_id})
    full_desk.upstream.answers(body=STREAM + USAGE + DONE, Content_Type="text/event-stream")
    assert (await full_desk.post(CHAT, body=asked("one"))).status_code == 200
    assert await stored(full_desk) == []
