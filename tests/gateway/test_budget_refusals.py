"""A spent budget stops a call before it is made, in words that the provider's own clients understand."""

import asyncio
import json

import anthropic
import openai
import pytest
from sqlalchemy import text
from tests.api import Api
from tests.gateway.conftest import MESSAGES, Desk, desk_for, make_runtime
from tests.gateway.paying import held, set_budget, set_quotas
from tests.gateway.upstream import Upstream

from orchestrator.kit.settings import Settings

BODY = json.dumps({"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": "x" * 1_000}]}).encode()


async def test_the_refusal_says_which_budget_and_when_it_begins_anew(desk: Desk) -> None:
    await set_quotas(desk.runtime.database, desk.runtime.tenant_id, tokens_per_month=50)
    answer = await desk.post(body=BODY)
    assert (answer.status_code, answer.headers["x-should-retry"]) == (402, "false")
    error = answer.json()["error"]
    assert (error["code"], error["type"]) == ("budget_exceeded", "insufficient_quota")
    assert "tokens budget of the tenant" in error["message"]
    assert (answer.headers["x-budget-limit"], answer.headers["x-budget-spent"]) == ("50", "0")
    assert answer.headers["x-budget-resets-at"].endswith("-01T00:00:00+00:00")
    assert desk.upstream.asked == []


async def test_anthropics_clients_get_it_in_their_shape(full_desk: Desk) -> None:
    await set_quotas(full_desk.runtime.database, full_desk.runtime.tenant_id, tokens_per_month=50)
    answer = await full_desk.post(MESSAGES, body=BODY)
    assert (answer.status_code, answer.headers["x-should-retry"]) == (402, "false")
    told = answer.json()
    assert (told["type"], told["error"]["type"], told["error"]["code"]) == ("error", "billing_error", "budget_exceeded")


@pytest.mark.parametrize("scope", ["user", "repository", "session"])
async def test_every_scope_is_asked(desk: Desk, scope: str) -> None:
    database, tenant_id = desk.runtime.database, desk.runtime.tenant_id
    limits = {"max_tokens": 10} if scope == "session" else {}
    runtime = await make_runtime(database, tenant_id, user_subject="user:1", repository_key="repo", **limits)
    if scope != "session":
        await set_budget(database, tenant_id, scope, {"user": "user:1", "repository": "repo"}[scope], tokens_per_month=10)
    answer = await desk.post(body=BODY, **runtime.headers)
    assert answer.status_code == 402
    assert f"budget of the {scope}" in answer.json()["error"]["message"]


async def test_a_model_without_a_price_counts_in_tokens_and_is_refused_where_money_is_limited(
    api: Api, upstream: Upstream, settings: Settings
) -> None:
    unpriced = settings.model_copy(update={"provider_input_price": None})
    async with desk_for(api, upstream, unpriced) as desk:
        assert (await desk.post()).status_code == 200
        (event,) = await desk.usage()
        assert (event["priced"], event["cost_micro_usd"]) == (False, 0)
        await set_quotas(desk.runtime.database, desk.runtime.tenant_id, cost_micro_usd_per_month=10**9)
        answer = await desk.post()
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "price_unknown")
        assert len(upstream.asked) == 1


async def test_a_tenant_that_wants_it_gets_a_shorter_answer_instead(
    api: Api, upstream: Upstream, settings: Settings
) -> None:
    async with desk_for(api, upstream, settings.model_copy(update={"provider_output_limit": 4_000})) as desk:
        database, tenant_id = desk.runtime.database, desk.runtime.tenant_id
        await set_quotas(database, tenant_id, tokens_per_month=4_000)
        async with database.system_transaction() as db:
            await db.execute(text("update tenants set clamp_output = true where id = :t"), {"t": tenant_id})
        answer = await desk.post(body=b'{"model": "m", "n": 1, "max_tokens" : 3900 }')
        assert answer.status_code == 200
        sent = json.loads(upstream.asked[0].body)
        assert 1024 <= sent["max_tokens"] < 3_900
        assert upstream.asked[0].body.endswith(b'"max_tokens" : %d }' % sent["max_tokens"])


async def test_calls_that_are_just_being_booked_do_not_refuse_the_next(desk: Desk) -> None:
    """The budget has room for one worst case and a bit: each call fits only when the one before is booked."""
    usage = b'{"usage": {"prompt_tokens": 1, "completion_tokens": 1}}'
    desk.upstream.answers(body=usage, Content_Type="application/json")
    database, tenant_id = desk.runtime.database, desk.runtime.tenant_id
    await set_quotas(database, tenant_id, tokens_per_month=2_900)
    for _ in range(30):
        answer = await desk.post(body=BODY)
        assert answer.status_code == 200, answer.text
    assert len(await desk.usage(30)) == 30


async def test_a_rate_over_the_tenants_limit_is_429(desk: Desk) -> None:
    await set_quotas(desk.runtime.database, desk.runtime.tenant_id, requests_per_minute=3)
    answers = [await desk.post() for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[3].json()["error"]["code"] == "rate_limited"
    assert 1 <= int(answers[3].headers["retry-after"]) <= 60
    assert len(desk.upstream.asked) == 3


async def test_openais_client_stops_at_a_spent_budget(full_desk: Desk, base_url: str) -> None:
    full_desk.upstream.answers(body=CHAT_BODY, Content_Type="application/json")
    async with openai.AsyncOpenAI(
        base_url=base_url, api_key=full_desk.runtime.key, default_headers={"x-session-id": full_desk.runtime.conversation}
    ) as client:
        answer = await client.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}])
        assert (answer.choices[0].message.content, answer.usage and answer.usage.prompt_tokens) == ("Hello.", 5)
        assert [model.id async for model in client.models.list()] == ["m"]
        full_desk.upstream.answers(body=CHAT_STREAM, Content_Type="text/event-stream")
        stream = await client.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}], stream=True)
        chunks = [chunk async for chunk in stream]
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Hello."
        await set_quotas(full_desk.runtime.database, full_desk.runtime.tenant_id, tokens_per_month=1)
        with pytest.raises(openai.APIStatusError) as refused:
            await client.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}])
        assert (refused.value.status_code, refused.value.code) == (402, "budget_exceeded")
        assert len(full_desk.upstream.asked) == 2
    await full_desk.usage(2)


async def test_anthropics_client_stops_at_a_spent_budget(full_desk: Desk, base_url: str) -> None:
    full_desk.upstream.answers(body=MESSAGE_BODY, Content_Type="application/json")
    async with anthropic.AsyncAnthropic(
        base_url=base_url.removesuffix("/v1"),
        api_key=full_desk.runtime.key,
        default_headers={"x-session-id": full_desk.runtime.conversation},
    ) as client:
        question = {"role": "user", "content": "hi"}
        answer = await client.messages.create(model="m", max_tokens=50, messages=[question])  # type: ignore[list-item]
        assert answer.usage.input_tokens == 5
        assert [model.id async for model in client.models.list()] == ["m"]
        full_desk.upstream.answers(body=b'{"input_tokens": 14}', Content_Type="application/json")
        counted = await client.messages.count_tokens(model="m", messages=[question])  # type: ignore[list-item]
        assert counted.input_tokens == 14
        full_desk.upstream.answers(body=MESSAGE_STREAM, Content_Type="text/event-stream")
        async with client.messages.stream(model="m", max_tokens=50, messages=[question]) as stream:  # type: ignore[list-item]
            assert "".join([text async for text in stream.text_stream]) == "Hello."
        await set_quotas(full_desk.runtime.database, full_desk.runtime.tenant_id, tokens_per_month=1)
        with pytest.raises(anthropic.APIStatusError) as refused:
            await client.messages.create(model="m", max_tokens=50, messages=[question])  # type: ignore[list-item]
        assert refused.value.status_code == 402
        assert len(full_desk.upstream.asked) == 3
    await full_desk.usage(2)


async def test_calls_at_once_on_a_budget_for_three(desk: Desk) -> None:
    database, tenant_id = desk.runtime.database, desk.runtime.tenant_id
    await set_quotas(database, tenant_id, tokens_per_month=3 * 2_000)
    desk.upstream.answers(body=b'{"usage": {"prompt_tokens": 1500, "completion_tokens": 400}}')
    answers = await asyncio.gather(*(desk.post(body=BODY) for _ in range(20)))
    assert sorted(one.status_code for one in answers) == [200] * 3 + [402] * 17
    assert len(desk.upstream.asked) == 3
    await desk.usage(3)
    assert await held(database, tenant_id) == 0


CHAT_BODY = json.dumps(
    {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello."}}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7},
    }
).encode()
CHUNK = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
CHAT_STREAM = (
    b"".join(
        b"data: "
        + json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"} | one).encode()
        + b"\n\n"
        for one in (
            {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hel"}, "finish_reason": None}]},
            {"choices": [{"index": 0, "delta": {"content": "lo."}, "finish_reason": "stop"}]},
            {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}},
        )
    )
    + b"data: [DONE]\n\n"
)
MESSAGE = {"id": "m", "type": "message", "role": "assistant", "model": "m", "stop_sequence": None}
MESSAGE_BODY = json.dumps(
    MESSAGE
    | {
        "content": [{"type": "text", "text": "Hello."}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 5, "output_tokens": 2},
    }
).encode()
MESSAGE_STREAM = b"".join(
    f"event: {one['type']}\ndata: {json.dumps(one)}\n\n".encode()
    for one in (
        {
            "type": "message_start",
            "message": MESSAGE | {"content": [], "stop_reason": None, "usage": {"input_tokens": 5, "output_tokens": 1}},
        },
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello."}},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 2},
        },
        {"type": "message_stop"},
    )
)
