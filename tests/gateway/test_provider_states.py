"""A provider that is busy is waited for; one whose quota is used up is left alone until it begins anew."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from sqlalchemy import text
from tests.actors import make_tenant
from tests.api import Api
from tests.gateway.conftest import MESSAGES, Desk, make_runtime
from tests.gateway.paying import expire_all, held, rows, set_quotas

from orchestrator.events.listener import Listener
from orchestrator.gateway.provider_answers import Busy, KeyRefused, OutOfQuota, meaning
from orchestrator.gateway.routing import PLATFORM, TRUSTED, ProviderKind
from orchestrator.kit.clock import now
from orchestrator.sessions.states import Status
from orchestrator.tenancy.quotas import QUEUE_CHANNEL

OK = b'{"usage": {"prompt_tokens": 3, "completion_tokens": 2}}'
NO_QUOTA = b'{"error": {"message": "You exceeded your current quota.", "type": "x", "code": "insufficient_quota"}}'


def limit(desk: Desk, **limits: Any) -> None:
    own = desk.gateway.catalog.own
    desk.gateway.catalog.own = replace(own, endpoint=replace(own.endpoint, **limits))


def answers_in_turn(desk: Desk, *answers: tuple[int, bytes, dict[str, str]]) -> list[float]:
    """The last one goes on for ever. The moments at which calls came."""
    moments: list[float] = []

    async def answer(_request: web.Request) -> web.Response:
        moments.append(time.monotonic())
        status, body, headers = answers[min(len(moments), len(answers)) - 1]
        return web.Response(status=status, body=body, headers=headers)

    desk.upstream.answer = answer
    return moments


def ok() -> tuple[int, bytes, dict[str, str]]:
    return 200, OK, {}


def busy(**headers: str) -> tuple[int, bytes, dict[str, str]]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return 429, b'{"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}}', named


async def test_calls_are_spaced_by_the_requests_a_minute(desk: Desk) -> None:
    limit(desk, requests_per_minute=600)
    moments = answers_in_turn(desk, ok())
    answers = await asyncio.gather(*(desk.post() for _ in range(5)))
    assert {one.status_code for one in answers} == {200}
    moments.sort()
    assert moments[-1] - moments[0] > 0.35, "five calls, a tenth of a second each"


async def test_calls_are_spaced_by_the_tokens_a_minute_and_what_is_not_used_is_given_back(desk: Desk) -> None:
    """A call is paced for its worst case of about 1,500 tokens, a fifth of a second of these."""
    limit(desk, tokens_per_minute=450_000)
    moments = answers_in_turn(desk, ok())
    await asyncio.gather(*(desk.post() for _ in range(3)))
    assert max(moments) - min(moments) > 0.3
    await desk.usage(3)
    began = time.monotonic()
    assert (await desk.post()).status_code == 200
    assert time.monotonic() - began < 0.2


async def test_who_would_wait_too_long_is_told_for_how_long(desk: Desk) -> None:
    limit(desk, requests_per_minute=1)
    assert (await desk.post()).status_code == 200
    answer = await desk.post()
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "provider_at_limit")
    assert 50 <= int(answer.headers["retry-after"]) <= 60
    assert len(desk.upstream.asked) == 1
    await desk.usage()
    assert await held(desk.runtime.database, desk.runtime.tenant_id) == 0


async def test_who_has_no_budget_takes_no_turn_from_those_who_have(desk: Desk) -> None:
    limit(desk, requests_per_minute=1)
    database = desk.runtime.database
    poor = await make_runtime(database, await make_tenant(database, f"t-{uuid4().hex}"))
    await set_quotas(database, poor.tenant_id, tokens_per_month=1)
    flood = [asyncio.create_task(desk.post(**poor.headers)) for _ in range(10)]
    await asyncio.wait(flood, return_when=asyncio.FIRST_COMPLETED)
    assert (await desk.post()).status_code == 200
    assert {one.status_code for one in await asyncio.gather(*flood)} == {402}


async def hold_of(desk: Desk) -> list[tuple[object, ...]]:
    return await rows(desk.runtime.database, desk.runtime.tenant_id, "select reached_provider from budget_holds")


async def test_a_call_that_waits_for_its_turn_is_not_yet_sent(desk: Desk) -> None:
    """Who dies meanwhile has used nothing; and who finds its reservation gone afterwards does not send the call."""
    limit(desk, requests_per_minute=30)
    assert (await desk.post()).status_code == 200
    await desk.usage()
    waits = asyncio.create_task(desk.post())
    async with asyncio.timeout(1.5):
        while not (found := await hold_of(desk)):
            pass  # Until it is reserved.
    assert found == [(False,)]
    await expire_all(desk.runtime.database, desk.runtime.tenant_id)
    await desk.gateway._desk.tabs.ledger.sweep()
    answer = await waits
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "reservation_lost")
    assert len(desk.upstream.asked) == 1
    await desk.usage()


@pytest.mark.parametrize("endpoint", [{}, {"requests_per_minute": 600}, {"kind": ProviderKind.AZURE_OPENAI}])
async def test_what_the_provider_sees_counts_whatever_becomes_of_the_gateway(desk: Desk, endpoint: dict[str, Any]) -> None:
    limit(desk, **endpoint)
    seen: list[tuple[object, ...]] = []

    async def answer(_request: web.Request) -> web.Response:
        seen.extend(await hold_of(desk))
        return web.Response(body=OK)

    desk.upstream.answer = answer
    assert (await desk.post()).status_code == 200
    assert seen == [(True,)]


async def test_a_short_429_is_waited_for_by_all_callers(desk: Desk) -> None:
    moments = answers_in_turn(desk, busy(Retry_After_Ms="700"), ok())
    first = asyncio.create_task(desk.post())
    async with asyncio.timeout(5):
        while (await held_until(desk)) is None:
            pass  # Until the provider's advice is known to all.
    others = [asyncio.create_task(desk.post()) for _ in range(3)]
    answers = await asyncio.gather(first, *others)
    assert {one.status_code for one in answers} == {200}
    assert sum(moment - moments[0] < 0.65 for moment in moments) == 1, "nobody asked while it was to be waited for"
    await desk.usage(4)
    assert await held(desk.runtime.database, desk.runtime.tenant_id) == 0


async def test_a_429_without_advice_is_tried_again_with_growing_pauses(desk: Desk) -> None:
    moments = answers_in_turn(desk, busy(), busy(), ok())
    assert (await desk.post()).status_code == 200
    assert [round(later - sooner) for sooner, later in itertools.pairwise(moments)] == [1, 2]


async def test_a_long_429_passes_with_its_advice_and_nobody_else_asks(desk: Desk) -> None:
    answers_in_turn(desk, busy(Retry_After="90"))
    answer = await desk.post()
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "90")
    assert answer.json()["error"]["code"] == "rate_limit_exceeded"
    answer = await desk.post()
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "provider_at_limit")
    assert len(desk.upstream.asked) == 1


async def state(desk: Desk) -> dict[str, Any]:
    async with desk.runtime.database.system_transaction() as db:
        query = text("select * from provider_states where provider_id = :p")
        return dict((await db.execute(query, {"p": desk.gateway.catalog.own.endpoint.provider_id})).mappings().one())


async def held_until(desk: Desk) -> object:
    async with desk.runtime.database.system_transaction() as db:
        query = text("select held_until from provider_states where provider_id = :p")
        return (await db.execute(query, {"p": desk.gateway.catalog.own.endpoint.provider_id})).scalar_one_or_none()


async def make_due(desk: Desk) -> None:
    async with desk.runtime.database.system_transaction() as db:
        query = text("update provider_states set reset_at = now() - interval '1 second' where provider_id = :p")
        await db.execute(query, {"p": desk.gateway.catalog.own.endpoint.provider_id})
    desk.gateway._desk.states._known.clear()


async def alerts(desk: Desk, tenant_id: UUID | None = None) -> list[str]:
    query = "select type from events where tenant_id = :t and type like 'provider.%' order by seq"
    return [str(type_) for (type_,) in await rows(desk.runtime.database, tenant_id or desk.runtime.tenant_id, query)]


@pytest.fixture
async def told(api: Api) -> AsyncIterator[asyncio.Queue[str]]:
    """What was said to admission."""
    heard = asyncio.Queue[str]()
    listener = Listener(api.database.url)
    listener.subscribe(QUEUE_CHANNEL, heard.put_nowait)
    listening = asyncio.create_task(listener.run())
    await listener.connected.wait()
    while not heard.empty():
        heard.get_nowait()
    yield heard
    listening.cancel()
    await asyncio.wait({listening})


async def test_a_used_up_quota_stops_all_calls_and_is_told_of_once(desk: Desk) -> None:
    answers_in_turn(desk, (429, NO_QUOTA, {}))
    answers = await asyncio.gather(*(desk.post() for _ in range(5)))
    for answer in answers:
        assert (answer.status_code, answer.headers["x-should-retry"]) == (402, "false")
        assert answer.json()["error"]["code"] == "provider_exhausted"
    asked = len(desk.upstream.asked)
    assert (await desk.post()).json()["error"]["code"] == "provider_exhausted"
    assert len(desk.upstream.asked) == asked
    kept = await state(desk)
    assert 800 < (kept["reset_at"] - now()).total_seconds() < 901, "the setting's quarter of an hour"
    assert kept["problem"] == "insufficient_quota"
    assert await alerts(desk) == ["provider.exhausted"]
    assert await desk._usage() == []
    assert await held(desk.runtime.database, desk.runtime.tenant_id) == 0


_PROVIDER = (
    "insert into providers (tenant_id, id, name, kind, base_url, created_at, updated_at) "
    "values (:tenant, :id, :name, 'openai_compatible', 'http://127.0.0.1:9', now(), now())"
)
_ALIAS = (
    "insert into model_aliases (tenant_id, id, name, format, created_at, updated_at) "
    "values (:tenant, :id, :name, 'chat', now(), now())"
)
_TARGET = (
    "insert into model_targets (tenant_id, id, alias_id, provider_tenant_id, provider_id, model, weight, context_tokens, "
    "output_tokens) values (:tenant, gen_random_uuid(), :id, :tenant, :provider, :name, 1, 1000, 100)"
)


async def execute(desk: Desk, statement: str, **values: object) -> None:
    async with desk.runtime.database.system_transaction() as db:
        await db.execute(text(statement), values)


async def tenant_with_a_session(desk: Desk, **session: Any) -> UUID:
    tenant_id = await make_tenant(desk.runtime.database, f"t-{uuid4().hex}")
    await make_runtime(desk.runtime.database, tenant_id, **session)
    return tenant_id


async def test_every_tenant_whose_sessions_need_it_is_told_once(desk: Desk) -> None:
    """A provider of all tenants is nobody's own news; whose session it was stays with that tenant."""
    running = await tenant_with_a_session(desk)
    queued = await tenant_with_a_session(desk, status=Status.QUEUED, queued_at=now())
    others = [await tenant_with_a_session(desk), await tenant_with_a_session(desk, status=Status.COMPLETED)]
    await execute(desk, _ALIAS, tenant=others[0], id=uuid4(), name="m")  # Of its own, and so elsewhere.
    answers_in_turn(desk, (402, b"{}", {}))
    await asyncio.gather(*(desk.post() for _ in range(3)))
    late = await tenant_with_a_session(desk)
    await make_due(desk)
    await desk.post()
    for tenant_id in (desk.runtime.tenant_id, running, queued):
        assert await alerts(desk, tenant_id) == ["provider.exhausted"]
    query = "select session_id from events where type = 'provider.exhausted'"
    assert await rows(desk.runtime.database, running, query) == [(None,)]
    assert await rows(desk.runtime.database, desk.runtime.tenant_id, query) == [(desk.runtime.session_id,)]
    answers_in_turn(desk, ok())
    await make_due(desk)
    assert (await desk.post()).status_code == 200
    for tenant_id in (desk.runtime.tenant_id, running, queued):
        assert await alerts(desk, tenant_id) == ["provider.exhausted", "provider.recovered"]
    for tenant_id in (*others, late):
        assert await alerts(desk, tenant_id) == []


async def test_only_who_uses_a_model_of_that_provider_is_told(desk: Desk) -> None:
    name, provider_id = f"shared-{uuid4().hex}", desk.gateway.catalog.own.endpoint.provider_id
    await execute(desk, _PROVIDER, tenant=PLATFORM, id=provider_id, name=name)
    alias = {"tenant": PLATFORM, "id": uuid4(), "name": name}
    await execute(desk, _ALIAS, **alias)
    await execute(desk, _TARGET, **alias, provider=provider_id)
    user, other = await tenant_with_a_session(desk, model=name), await tenant_with_a_session(desk)
    answers_in_turn(desk, (402, b"{}", {}))
    await desk.post()
    assert (await alerts(desk, user), await alerts(desk, other)) == (["provider.exhausted"], [])
    await execute(desk, "delete from model_targets where provider_id = :provider", provider=provider_id)
    await execute(desk, "delete from model_aliases where name = :name", name=name)
    await execute(desk, "delete from providers where name = :name", name=name)


async def test_a_tenants_own_provider_is_its_own_news(desk: Desk) -> None:
    other = await tenant_with_a_session(desk)
    limit(desk, tenant_id=desk.runtime.tenant_id, options={TRUSTED: True})
    answers_in_turn(desk, (402, b"{}", {}))
    assert (await desk.post()).status_code == 402
    assert await alerts(desk) == ["provider.exhausted"]
    assert await alerts(desk, other) == []


async def test_one_call_tries_it_again_and_the_others_wait_for_the_outcome(desk: Desk, told: asyncio.Queue[str]) -> None:
    answers_in_turn(desk, (402, b"{}", {}))
    assert (await desk.post()).status_code == 402
    await make_due(desk)
    may_answer = asyncio.Event()
    asked = 0

    async def answer(_request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        await may_answer.wait()
        return web.Response(body=OK)

    desk.upstream.answer = answer
    calls = [asyncio.create_task(desk.post()) for _ in range(5)]
    await asyncio.wait(calls, timeout=0.5)
    assert asked == 1
    may_answer.set()
    assert {one.status_code for one in await asyncio.gather(*calls)} == {200}
    assert await alerts(desk) == ["provider.exhausted", "provider.recovered"]
    await asyncio.wait_for(told.get(), 5)
    assert (await state(desk))["exhausted_at"] is None


async def test_a_try_that_fails_leaves_it_closed_to_the_others(desk: Desk) -> None:
    answers_in_turn(desk, (402, b"{}", {"Retry-After": "3600"}))
    await desk.post()
    assert 3_500 < ((await state(desk))["reset_at"] - now()).total_seconds() < 3_601
    await make_due(desk)
    assert (await desk.post()).status_code == 402
    assert 3_500 < ((await state(desk))["reset_at"] - now()).total_seconds() < 3_601
    assert await alerts(desk) == ["provider.exhausted"]


async def test_a_try_that_tells_nothing_is_followed_by_the_next(desk: Desk) -> None:
    answers_in_turn(desk, (402, b"{}", {}), (500, b"{}", {}), (200, OK, {}))
    await desk.post()
    await make_due(desk)
    assert (await desk.post()).status_code == 500
    assert (await desk.post()).status_code == 200
    assert await alerts(desk) == ["provider.exhausted", "provider.recovered"]


async def test_anthropics_words_for_it_are_understood_and_answered_in_its_shape(full_desk: Desk) -> None:
    error = {"type": "invalid_request_error", "message": "Your credit balance is too low to access the Anthropic API."}
    answers_in_turn(full_desk, (400, json.dumps({"type": "error", "error": error}).encode(), {}))
    answer = await full_desk.post(MESSAGES)
    assert answer.status_code == 402
    assert (answer.json()["error"]["type"], answer.json()["error"]["code"]) == ("billing_error", "provider_exhausted")


def kind_of(status: int, body: object, **headers: str) -> type:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return type(meaning(status, named, json.dumps(body).encode(), lambda _words: False))


def test_what_an_answer_means() -> None:
    nothing, slow = type(None), {"error": {"type": "rate_limit_error", "message": "Number of requests"}}
    assert kind_of(400, {"error": {"message": "no"}}) is nothing
    assert kind_of(500, {"error": {"code": "insufficient_quota"}}) is nothing
    assert kind_of(429, slow) is Busy
    assert kind_of(429, slow, Retry_After="20") is Busy
    assert kind_of(429, slow, Retry_After="7200") is OutOfQuota
    assert kind_of(429, slow, Retry_After="Wed, 21 Oct 2099 07:28:00 GMT") is OutOfQuota
    assert kind_of(429, slow, Retry_After="nonsense") is Busy
    assert kind_of(429, slow, Retry_After="-1") is Busy
    assert kind_of(429, slow, Anthropic_Ratelimit_Unified_Reset=str(int(time.time()) + 7_200)) is OutOfQuota
    assert kind_of(429, {"error": {"type": "usage_limit_reached", "resets_in_seconds": 300}}) is OutOfQuota
    assert kind_of(402, "prose") is OutOfQuota
    assert kind_of(401, slow) is KeyRefused
    assert kind_of(403, slow) is KeyRefused
    for odd in (None, [], {"error": None}, {"error": []}, {"error": {"code": 7, "message": 8}}):
        assert kind_of(429, odd) is Busy
