"""The forecast of a plan over HTTP: from the tenant's own past, in the room that there is, of what is left."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from tests.api import Api
from tests.overview.past import run
from tests.tasks.test_pasts import ended

from orchestrator.kit.ids import new_id
from orchestrator.tasks import looking_ahead

PLAN: dict[str, Any] = {
    "goal": "Discounts",
    "tasks": [
        {"key": "notes", "prompt": "N"},
        {"key": "price", "prompt": "P"},
        {"key": "docs", "prompt": "D", "depends_on": ["price"], "agent": "tester"},
    ],
}


async def graph(api: Api, plan_id: str) -> dict[str, Any]:
    answer = await api.call("GET", f"/plans/{plan_id}/graph")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def make(api: Api) -> str:
    return (await api.call("POST", "/plans", json=PLAN)).json()["id"]


async def join(api: Api, slots: int) -> None:
    query = """
        insert into nodes (id, hostname, pid, slots, sandbox, disk_full, started_at, heartbeat_at, heartbeats, incarnation)
        values (:id, 'n', 1, :slots, 'process', false, now(), now(), 1, 1)
    """
    async with api.database.system_transaction() as db:
        await db.execute(text(query), {"id": new_id(), "slots": slots})


async def test_a_tenant_without_a_past_is_told_so(api: Api) -> None:
    found = await graph(api, await make(api))
    nothing = {"seconds": None, "one_by_one_seconds": None, "cost_micro_usd": None}
    assert found["forecast"] == {**nothing, "unknown": ["notes", "price", "docs"]}
    assert [one["expected"] for one in found["nodes"]] == [None] * 3


async def test_what_is_left_is_foreseen_by_what_sessions_took(own_api: Api) -> None:
    for _ in range(5):
        await ended(own_api, 60, 100, agent="implementer", repository_key="another")
        await ended(own_api, 300, 500, agent="tester", capabilities=["testing"], repository_key="another")
    await join(own_api, 2)
    plan_id = await make(own_api)
    found = await graph(own_api, plan_id)
    expected = {one["key"]: one["expected"]["seconds"]["middle"] for one in found["nodes"]}
    assert expected["docs"] == 300
    assert 60 < expected["price"] < 300, "those of any agent"
    assert [one["key"] for one in found["nodes"] if one["critical"]] == ["price", "docs"]
    assert found["forecast"]["seconds"]["high"] == 600
    begun = "update plan_tasks set status = 'running', started_at = now() - interval '280 seconds' where plan_id = :id"
    await run(own_api, begun, id=plan_id)
    working = (await graph(own_api, plan_id))["forecast"]["seconds"]
    assert 0 < working["high"] < 100
    await run(own_api, "update plan_tasks set status = 'merging' where plan_id = :id", id=plan_id)
    assert (await graph(own_api, plan_id))["forecast"]["seconds"]["high"] == 0, "no merge was before"
    await run(own_api, "update plan_tasks set status = 'done', started_at = null where plan_id = :id", id=plan_id)
    await run(own_api, "update plan_tasks set status = 'pending' where plan_id = :id and key = 'docs'", id=plan_id)
    left = (await graph(own_api, plan_id))["forecast"]
    same = {"low": 300, "middle": 300, "high": 300}
    assert (left["seconds"], left["one_by_one_seconds"]) == (same, same)
    assert left["cost_micro_usd"] == {"low": 500, "middle": 500, "high": 500}


async def test_a_large_plan_is_foreseen_once_however_often_its_page_is_read(
    own_api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page reads the graph at each event: drawing the rounds anew would keep a processor busy all the time."""
    drawn: list[int] = []
    ranges = looking_ahead.ranges

    def counted(ahead: Any, slots: int, **how: Any) -> Any:
        drawn.append(len(ahead.works))
        return ranges(ahead, slots, **how)

    monkeypatch.setattr(looking_ahead, "ranges", counted)
    for _ in range(5):
        await ended(own_api, 60, 100, agent="implementer", repository_key="another")
    await join(own_api, 2)
    tasks = [{"key": f"t{number}", "prompt": "P"} for number in range(100)]
    plan_id = (await own_api.call("POST", "/plans", json={"goal": "Many", "tasks": tasks})).json()["id"]
    first, *others = await asyncio.gather(*(graph(own_api, plan_id) for _ in range(4)))
    assert first["forecast"]["seconds"] == {"low": 3000, "middle": 3000, "high": 3000}
    assert all(one["forecast"] == first["forecast"] for one in others)
    await run(own_api, "update plan_tasks set status = 'done' where plan_id = :id and key = 't0'", id=plan_id)
    later = await graph(own_api, plan_id)
    assert drawn == [100]
    assert later["nodes"][0]["status"] == "done", "the tasks are told as they are now"
    assert later["nodes"][0]["expected"] is None
