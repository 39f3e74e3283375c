"""A plan that a fault keeps from going on: told after some tries, and going on when the fault is gone."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from tests.tasks.conftest import COMMIT, Kept

from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tasks.faults import MOST_IN_A_ROW


async def run(kept: Kept, query: str, **values: Any) -> None:
    with tenant_scope(kept.tenant_id):
        async with kept.api.database.transaction() as db:
            await db.execute(text(query), values | {"t": kept.tenant_id})


async def test_a_lasting_fault_blocks_the_plan_with_its_reason_until_it_is_gone(kept: Kept) -> None:
    """The checkpoint of a merge that is over cannot be found: nothing that a look could get past."""
    plan = await kept.plan({"key": "a", "prompt": "Do a."})
    await kept.work(plan, "a")
    [row] = await kept.merges(plan, "running")
    [merge] = await kept.sessions(plan, None)
    await kept.end(row.session_id, merges=[{**part, "state": "merged"} for part in merge.merges or []])
    move = "update checkpoints set commit_sha = :to where tenant_id = :t and session_id = :s"
    await run(kept, move, s=row.session_id, to="0" * 40)
    key = (kept.tenant_id, UUID(plan["id"]))
    for _ in range(MOST_IN_A_ROW - 1):
        await kept.keeper.look_once(key)
        assert (await kept.read(plan))["status"] == "running"
    await kept.keeper.look_once(key)
    plan = await kept.read(plan)
    assert plan["status"] == "blocked"
    assert "It is looked at again each minute." in plan["status_reason"]
    (item,) = (await kept.api.call("GET", "/inbox", params={"kind": "plan_blocked"})).json()["items"]
    assert item["summary"] == plan["status_reason"]
    due = "update plans set retry_at = now() - interval '1 second' where tenant_id = :t and id = :p"
    await run(kept, due, p=key[1])
    events = len(await kept.api.events())
    await kept.keeper.look_once(key)
    assert (await kept.read(plan))["status"] == "blocked", "the fault is still there"
    assert len(await kept.api.events()) == events, "and is not told again and again"
    await run(kept, move, s=row.session_id, to=COMMIT)
    await kept.keeper.look_once(key)
    assert (await kept.read(plan))["status"] == "blocked", "its minute is not over"
    await run(kept, due, p=key[1])
    await kept.keeper.look_once(key)
    assert (await kept.read(plan))["status"] == "completed"
