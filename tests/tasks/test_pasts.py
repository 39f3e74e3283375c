"""What the forecast of a plan goes by: the tenant's sessions that came to an end, and its merges."""

from datetime import timedelta
from typing import Any

from tests.api import Api
from tests.overview.past import add, run

from orchestrator.kit.clock import now
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.states import Status
from orchestrator.tasks.pasts import Past, past_of


async def ended(api: Api, seconds: float, micro_usd: int = 0, **facts: Any) -> None:
    moment = now()
    times = {"started_at": moment - timedelta(seconds=seconds), "finished_at": moment, "turn": 0}
    session_id = await add(api, **({"status": Status.COMPLETED, "repository_key": "shop"} | times | facts))
    account = "insert into budget_accounts values (:t, 'session', :s, 'all', 0, :micro_usd)"
    await run(api, account, s=session_id, micro_usd=micro_usd)


async def read(api: Api) -> Past:
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            return await past_of(db)


async def test_sessions_tell_what_they_took_without_their_waits(api: Api) -> None:
    await ended(api, 90, 700, agent="tester", capabilities=["testing"], idle_seconds=30)
    (one,) = (await read(api)).sessions
    assert (one.repository_key, one.agent, one.capabilities) == ("shop", "tester", frozenset({"testing"}))
    assert (one.seconds, one.cost_micro_usd) == (60, 700)


async def test_merges_are_apart_and_what_was_stopped_tells_nothing(api: Api) -> None:
    await ended(api, 20, merges=[], turn=None)
    await ended(api, 25, merges=[], turn=None, status=Status.FAILED)
    await ended(api, 30, status=Status.CANCELLED)
    await ended(api, 35, turn=None)
    past = await read(api)
    assert past.sessions == []
    assert past.merge_seconds == [20]


async def test_what_others_did_is_none_of_it(api: Api) -> None:
    await ended(api, 60)
    with tenant_scope(api.actors.other.tenant_id):
        async with api.database.transaction() as db:
            assert (await past_of(db)).sessions == []
