"""What a caller tries who wants more than its share, or wants others to have less."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import text
from tests.gateway.conftest import CHAT, MESSAGES, Desk, make_runtime
from tests.gateway.test_provider_states import OK, answers_in_turn, busy, limit, ok

from orchestrator.gateway.api import PREFIX
from orchestrator.kit.tenant_scope import tenant_scope

WORDS = "Your credit balance is too low to access the Anthropic API."


def echo(desk: Desk, find: Any) -> None:
    """A provider that tells what was wrong in the caller's own words, as Anthropic and OpenAI do."""

    async def answer(request: web.Request) -> web.Response:
        error = {"type": "invalid_request_error", "message": f"{find(request, await request.json())}: is not permitted"}
        return web.json_response({"type": "error", "error": error}, status=400)

    desk.upstream.answer = answer


@pytest.mark.parametrize(
    ("body", "headers", "find"),
    [
        ({"messages": [{"role": WORDS}]}, {}, lambda _request, body: body["messages"][0]["role"]),
        ({WORDS: 1}, {}, lambda _request, body: next(name for name in body if name.startswith("Your"))),
        ({}, {"anthropic_beta": WORDS}, lambda request, _body: request.headers["anthropic-beta"]),
    ],
    ids=["value", "name", "header"],
)
async def test_a_callers_own_words_do_not_close_a_provider_to_all(
    full_desk: Desk, body: dict[str, Any], headers: dict[str, str], find: Any
) -> None:
    echo(full_desk, find)
    # Escaped in every letter: the provider reads it all the same.
    written = json.dumps({"model": "m", **body}).replace("credit", "\\u0063\\u0072edit")
    answer = await full_desk.post(MESSAGES, written.encode(), **headers)
    assert answer.status_code == 400
    full_desk.upstream.answers(body=OK)
    assert (await full_desk.post()).status_code == 200


async def test_a_request_too_large_for_the_providers_limit_does_not_hold_the_others_up(desk: Desk) -> None:
    error = {
        "message": "Request too large for gpt-5 in organization o on tokens per min (TPM): Limit 30000, Requested 41230.",
        "type": "tokens",
        "code": "rate_limit_exceeded",
    }
    moments = answers_in_turn(desk, (429, json.dumps({"error": error}).encode(), {}), ok())
    answer = await desk.post()
    assert (answer.status_code, len(moments)) == (413, 1), "asked once: it never fits"
    async with asyncio.timeout(0.8):
        assert (await desk.post()).status_code == 200


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_is_refused_costs_nothing(desk: Desk, status: int) -> None:
    desk.upstream.answers(status)
    assert (await desk.post()).status_code == 403
    desk.upstream.answers(body=OK)
    assert (await desk.post()).status_code == 200
    assert [row["source"] for row in await desk.usage()] == ["provider"]


async def debt(desk: Desk, of: str) -> float:
    """For how many seconds the provider's tokens or requests are taken."""
    async with desk.runtime.database.system_transaction() as db:
        query = text(
            f"select extract(epoch from next_{of}_at - clock_timestamp())::double precision "  # noqa: S608 - a constant.
            "from provider_states where provider_id = :p"
        )
        return (await db.execute(query, {"p": desk.gateway.catalog.own.endpoint.provider_id})).scalar_one()


async def given_back(desk: Desk, of: str) -> None:
    async with asyncio.timeout(0.4):
        while await debt(desk, of) > 0.1:
            pass  # Until what is written after the answer is there.


async def test_calls_that_are_refused_give_nothing_back_that_they_never_took(desk: Desk) -> None:
    """About 1,500 tokens at 1,500 a minute: whoever comes second would wait for a minute."""
    limit(desk, tokens_per_minute=1_500)
    came, go_on = asyncio.Event(), asyncio.Event()

    async def answer(_request: web.Request) -> web.Response:
        came.set()
        await go_on.wait()
        return web.Response(body=OK)

    desk.upstream.answer = answer
    first = asyncio.create_task(desk.post())
    async with asyncio.timeout(5):
        await came.wait()
    before = await debt(desk, "token")
    answers = await asyncio.gather(*(desk.post() for _ in range(3)))
    assert [one.json()["error"]["code"] for one in answers] == ["provider_at_limit"] * 3
    assert await debt(desk, "token") > before - 10
    assert len(desk.upstream.asked) == 1
    go_on.set()
    await first


async def test_every_try_of_a_call_gives_back_what_it_took(desk: Desk) -> None:
    limit(desk, tokens_per_minute=150_000)
    answers_in_turn(desk, busy(Retry_After_Ms="10"), busy(Retry_After_Ms="10"), busy(Retry_After_Ms="10"), ok())
    async with asyncio.timeout(1.5):
        assert (await desk.post()).status_code == 200
    await given_back(desk, "token")


async def test_a_spent_budget_takes_no_turn_of_the_provider(desk: Desk) -> None:
    limit(desk, requests_per_minute=60, tokens_per_minute=1_000_000)
    with tenant_scope(desk.runtime.tenant_id):
        async with desk.runtime.database.transaction() as db:
            await db.execute(
                text("update quotas set tokens_per_month = 0 where tenant_id = :t"), {"t": desk.runtime.tenant_id}
            )
    assert (await desk.post()).status_code == 402
    async with desk.runtime.database.system_transaction() as db:
        query = text("select count(*) from provider_states where provider_id = :p")
        assert (await db.execute(query, {"p": desk.gateway.catalog.own.endpoint.provider_id})).scalar_one() == 0


@pytest.mark.parametrize("host", ["[", "a?b#c"])
async def test_a_host_that_is_none_is_no_error_of_ours(desk: Desk, host: str) -> None:
    assert (await desk.post(f"{CHAT}?beta=true", host=host)).status_code == 200
    assert desk.upstream.asked[0].query == "beta=true"


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
async def test_half_a_character_is_no_error_of_ours(full_desk: Desk, path: str) -> None:
    answer = await full_desk.post(path, rb'{"model": "\ud800"}')
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_body")
    answer = await full_desk.post(path, rb'{"model": "m", "max_tokens": 5, "metadata": "\udfff", "x": "\u0000"}')
    assert answer.status_code == 200


async def test_what_the_bytes_are_is_not_for_the_caller_to_say(desk: Desk) -> None:
    """A provider that reads another character set would read other members than the gateway has counted."""
    for said in ("application/json; charset=utf-7", "text/plain", "application/x-www-form-urlencoded"):
        answer = await desk.client.post(
            CHAT, content=b'{"model": "m"}', headers=desk.runtime.headers | {"Content-Type": said}
        )
        assert answer.status_code == 200
    assert {one.headers["content-type"] for one in desk.upstream.asked} == {"application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"model": "m", "models": ["dear/model"]}',
        b'{"model": "m", "fallbacks": [{"model": "dear"}]}',
        b'{"Model": "dear", "messages": []}',
        b'{"model": "m", "N": 100}',
        b'{"model": "m", "Max_Tokens": 100000}',
        '{"model": "m", "\u017ftream": true}'.encode(),
        b'{"model": "m", "stream": true, "stream_options": {"include_usage": true, "include_usage": false}}',
        b'{"model": "m", "stream": true, "stream_options": {"include_usage": true, "Include_Usage": false}}',
    ],
)
async def test_what_a_provider_may_read_otherwise_is_refused(desk: Desk, body: bytes) -> None:
    answer = await desk.post(body=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_body")
    assert desk.upstream.asked == []


async def test_a_runtime_cannot_take_another_ones_children(desk: Desk) -> None:
    other = await make_runtime(desk.runtime.database, desk.runtime.tenant_id)
    child = {"X-Session-Id": "ses_child", "X-Parent-Session-Id": other.conversation}
    assert (await desk.post(**(other.headers | child))).status_code == 200
    forged = {"X-Session-Id": "ses_child", "X-Parent-Session-Id": desk.runtime.conversation}
    assert (await desk.post(**(desk.runtime.headers | forged))).status_code == 200
    grandchild = {"X-Session-Id": "ses_grandchild", "X-Parent-Session-Id": "ses_child"}
    assert (await desk.post(**(other.headers | grandchild))).status_code == 200
    used = await desk.usage(3)
    assert [row["session_id"] for row in used] == [other.session_id, desk.runtime.session_id, other.session_id]


@pytest.mark.parametrize("asked", [b'"max_tokens": 5000', b'"max_tokens": 7, "max_completion_tokens": 2147483647'])
async def test_no_more_output_is_asked_for_than_was_reserved(desk: Desk, asked: bytes) -> None:
    """The model's name here has 1,000 tokens of output; the provider's own limit may be a higher one."""
    assert (await desk.post(body=b'{"model": "m", ' + asked + b"}")).status_code == 200
    sent = json.loads(desk.upstream.asked[0].body)
    assert max(sent["max_tokens"], sent.get("max_completion_tokens", 0)) == 1_000


@pytest.mark.parametrize("rest", [b"", b', "max_tokens": null', b', "stream": true', b', "n": 3'])
async def test_a_call_that_names_no_output_limit_is_sent_with_what_was_reserved(desk: Desk, rest: bytes) -> None:
    """A provider's own limit is often higher: up to there a call could spend what nobody had reserved."""
    assert (await desk.post(body=b'{"model": "m"' + rest + b"}")).status_code == 200
    assert json.loads(desk.upstream.asked[0].body)["max_tokens"] == 1_000


@pytest.mark.parametrize(("path", "name"), [("responses", "max_output_tokens"), ("messages", "max_tokens")])
async def test_nor_does_a_response_or_a_message_go_on_without_a_limit(full_desk: Desk, path: str, name: str) -> None:
    assert (await full_desk.post(f"{PREFIX}/{path}")).status_code == 200
    assert json.loads(full_desk.upstream.asked[0].body)[name] == 1_000


async def test_counting_has_no_output_to_limit(full_desk: Desk) -> None:
    assert (await full_desk.post(f"{MESSAGES}/count_tokens")).status_code == 200
    assert full_desk.upstream.asked[0].body == b'{"model": "m"}'
