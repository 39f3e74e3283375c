"""The estimate of a new session: from enough past ones like it, and from the queue as it is; else nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from tests.api import V1, Api, code_of
from tests.gateway.paying import set_quotas
from tests.overview.past import add, add_evidence, add_turn, run

from orchestrator.gateway.accounts import month_of
from orchestrator.kit.clock import now
from orchestrator.kit.ids import new_id
from orchestrator.overview.estimate import Queue, wait_minutes
from orchestrator.sessions.states import Status
from orchestrator.workspaces.repository import Origin

PATH = "/sessions/estimate"
SHOP, OTHER = "https://example.com/shop.git", "https://example.com/other.git"
NOTHING = {"cost_micro_usd": None, "tokens": None, "minutes": None}


async def ask(api: Api, **body: Any) -> dict[str, Any]:
    answer = await api.call("POST", PATH, json={"repository": SHOP, **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ended(api: Api, minutes: float, micro_usd: int = 0, **facts: Any) -> str:
    """A session that used a hundred tokens for each minute, the last of which went into its verification."""
    key = Origin(url=facts.pop("repository", SHOP)).key
    defaults = {
        "status": Status.COMPLETED,
        "repository_key": key,
        "finished_at": now(),
        "turn": 0,
        "model": "scripted-model",
    }
    session_id = await add(api, **(defaults | facts))
    await add_turn(api, session_id, 0, now() - timedelta(days=1), (minutes - 1) * 60)
    await add_evidence(api, session_id, 0, now(), 60_000)
    account = "insert into budget_accounts values (:t, 'session', :s, 'all', :tokens, :micro_usd)"
    await run(api, account, s=session_id, tokens=round(minutes * 100), micro_usd=micro_usd)
    return session_id


async def join(api: Api, slots: int) -> None:
    query = """
        insert into nodes (id, hostname, pid, slots, sandbox, disk_full, started_at, heartbeat_at, heartbeats, incarnation)
        values (:id, 'n', 1, :slots, 'process', false, now(), now(), 1, 1)
    """
    async with api.database.system_transaction() as db:
        await db.execute(text(query), {"id": new_id(), "slots": slots})


async def test_halves_and_nine_tenths_of_what_was_like_it(api: Api) -> None:
    for minutes in range(2, 13):
        await ended(api, minutes, minutes * 1_000)
    found = await ask(api, title="t", prompt="Do it.", verify=["true"])
    assert (found["sessions"], found["alike"], found["widened"]) == (11, ["repository", "agent", "model"], [])
    assert (found["agent"], found["model"]) == ("build", "scripted-model")
    assert found["cost_micro_usd"] == {"p50": 7_000, "p90": 11_000}
    assert found["tokens"] == {"p50": 700, "p90": 1_100}
    assert found["minutes"] == {"p50": 7, "p90": 11}


async def test_pauses_and_waits_are_no_work(api: Api) -> None:
    for _ in range(5):
        await ended(api, 30, idle_seconds=20 * 60)
    assert (await ask(api))["minutes"] == {"p50": 10, "p90": 10}


async def test_it_is_widened_and_says_so_until_there_are_enough(api: Api) -> None:
    for _ in range(4):
        await ended(api, 3)
    assert await ask(api) | NOTHING | {"sessions": 4, "alike": ["agent"]} == await ask(api)
    await ended(api, 3, model="another")
    found = await ask(api)
    assert (found["sessions"], found["alike"], found["widened"]) == (5, ["repository", "agent"], ["model"])
    await ended(api, 3, repository=OTHER)
    found = await ask(api)
    assert (found["sessions"], found["alike"], found["widened"]) == (5, ["agent", "model"], ["repository"])
    assert found["minutes"] == {"p50": 3, "p90": 3}
    assert (await ask(api, agent="plan"))["sessions"] == 0


async def test_what_somebody_stopped_or_never_began_tells_nothing(api: Api) -> None:
    for facts in ({"status": Status.STOPPED}, {"status": Status.CANCELLED}, {"status": Status.RUNNING}, {"turn": None}):
        for _ in range(5):
            await ended(api, 3, **facts)
    found = await ask(api)
    assert (found["sessions"], found["minutes"]) == (0, None)


async def test_the_wait_follows_from_the_queue(own_api: Api) -> None:
    api, tenant = own_api, own_api.actors.member.tenant_id
    for _ in range(5):
        await ended(api, 4)
    assert (await ask(api))["wait"] == {"minutes": None, "queued": 0, "parallel": 0, "room": 0}
    await join(api, 3)
    assert (await ask(api))["wait"] == {"minutes": 0, "queued": 0, "parallel": 3, "room": 3}
    await set_quotas(api.database, tenant, max_concurrent_sessions=2)
    for _ in range(2):
        await add(api, status=Status.RUNNING)
    assert (await ask(api))["wait"] == {"minutes": 4, "queued": 0, "parallel": 2, "room": 0}
    await add(api, queued_at=now(), queue_reason="tenant_concurrency")
    await add(api, queued_at=now(), queue_reason="tenant_concurrency")
    await add(api, queued_at=now(), queue_reason="review_limit")
    assert (await ask(api))["wait"] == {"minutes": 8, "queued": 2, "parallel": 2, "room": 0}
    await set_quotas(api.database, tenant, tokens_per_month=10)
    await run(api, "insert into budget_accounts values (:t, 'tenant', '', :month, 10, 0)", month=month_of(now()))
    assert (await ask(api))["wait"]["minutes"] is None


async def test_who_waits_shows_that_others_have_the_room(own_api: Api) -> None:
    await join(own_api, 4)
    await add(own_api, queued_at=now() - timedelta(minutes=1), queue_reason="cluster_capacity")
    assert (await ask(own_api))["wait"] == {"minutes": None, "queued": 1, "parallel": 4, "room": 0}


@pytest.mark.parametrize(
    ("queue", "minutes", "expected"),
    [
        (Queue(0, 4, 1, False), None, 0),
        (Queue(0, 4, 0, False), 5, 5),
        (Queue(3, 4, 0, False), 5, 5),
        (Queue(4, 4, 0, False), 5, 10),
        (Queue(4, 4, 0, False), None, None),
        (Queue(0, 0, 0, False), 5, None),
        (Queue(0, 4, 4, True), 5, None),
    ],
)
def test_rounds(queue: Queue, minutes: float | None, expected: float | None) -> None:
    assert wait_minutes(queue, minutes) == expected


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"repository": "no repository"}, None),
        ({"repository": "x\x00y"}, 422),
        ({"agent": "nobody"}, None),
        ({"model": "no-such-model"}, None),
        ({"repository": 7}, 422),
        ([], 422),
    ],
)
async def test_what_a_new_session_would_be_refused_for(api: Api, body: Any, status: int | None) -> None:
    """Word for word as POST /sessions refuses it."""
    answer = await api.call("POST", PATH, json=body)
    wanted = status or (await api.call("POST", "/sessions", json={"prompt": "p", **body})).status_code
    assert code_of(answer)[0] == wanted
    assert wanted >= 400


async def test_who_may_ask_and_of_whose_past(api: Api) -> None:
    for _ in range(5):
        await ended(api, 3)
    assert code_of(await api.client.post(V1 + PATH, json={})) == (401, "unauthenticated")
    assert code_of(await api.call("POST", PATH, api.actors.viewer, json={})) == (403, "permission_required")
    theirs = (await api.call("POST", PATH, api.actors.other, json={"repository": SHOP})).json()
    assert (theirs["sessions"], theirs["minutes"]) == (0, None)
