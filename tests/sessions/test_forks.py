"""Forks over HTTP: which checkpoint they begin at, what they take over, and what is refused."""

from typing import Any

import pytest
from tests.api import RANDOM_ID, Api, code_of
from tests.sessions.test_control import deeds, made

from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.fork_starts import START, needed, start_of
from orchestrator.sessions.models import Checkpoint, CheckpointKind, Session
from orchestrator.sessions.states import Status
from orchestrator.workspaces import checkpoint_ref

BASE = {"base_commit": "b" * 40, "base_ref": "gone", "repository_key": "shop-1"}


async def parent(api: Api, status: Status = Status.COMPLETED, checkpoints: int = 2, **changes: Any) -> Session:
    session = await made(api, status, **{**BASE, **changes})
    for number in range(1, checkpoints + 1):
        await checkpointed(api, session, number)
    return session


async def checkpointed(api: Api, session: Session, number: int, **changes: Any) -> Checkpoint:
    values: dict[str, Any] = {
        "id": new_id(),
        "session_id": session.id,
        "number": number,
        "attempt": 1,
        "turn": number - 1,
        "kind": CheckpointKind.TURN,
        "commit": str(number) * 40,
        "ref": checkpoint_ref(session.id, number),
        "changed": True,
        "opencode_session_id": "ses_0a1b2c3d4e5fAAAAAAAAAAAAAA",
        "path": f"x/{number:06d}.tar",
        "sha256": "0" * 64,
        "input_tokens": 1,
        "output_tokens": 1,
        "cost_micro_usd": 0,
        "created_at": now(),
    }
    with tenant_scope(session.tenant_id):
        async with api.database.transaction() as db:
            return IndustrialRepository(db).add(Checkpoint(**{**values, **changes}))


async def fork(api: Api, session: Session, body: Any, **headers: str) -> Any:
    return await api.call("POST", f"/sessions/{session.id}/fork", json=body, headers=headers)


async def row_of(api: Api, fork_id: str) -> Session:
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            return await IndustrialRepository(db).get(Session, fork_id)  # type: ignore[arg-type]


async def test_who_may_not(api: Api) -> None:
    session = await parent(api)
    path = f"/sessions/{session.id}/fork"
    assert (await api.client.post(f"/api/v1{path}", json={})).status_code == 401
    assert code_of(await api.call("POST", path, api.actors.viewer, json={})) == (403, "permission_required")
    assert code_of(await api.call("POST", path, api.actors.other, json={})) == (404, "not_found")
    assert code_of(await api.call("POST", f"/sessions/{RANDOM_ID}/fork", json={})) == (404, "not_found")
    assert await deeds(api, session) == []


@pytest.mark.parametrize("status", [Status.RUNNING, Status.PAUSED, Status.COMPLETED, Status.CANCELLED])
async def test_a_fork_begins_at_the_checkpoint_that_is_named(api: Api, status: Status) -> None:
    session = await parent(api, status, title="Fix it", max_steps=7, verify=["true"])
    answer = await fork(api, session, {"checkpoint": 1, "prompt": "Use Decimal.", "agent": "plan"})
    assert answer.status_code == 201, answer.text
    new = answer.json()
    assert (new["parent_id"], new["status"], new["commit"], new["attempt"]) == (str(session.id), "queued", None, 0)
    assert (new["prompt"], new["agent"], new["title"]) == ("Use Decimal.", "plan", "Fix it")
    assert (new["base_commit"], new["base_ref"], new["verify"], new["max_steps"]) == ("b" * 40, "gone", ["true"], 7)
    assert new["branch"] != session.branch
    assert answer.headers["location"].endswith(new["id"])
    assert await deeds(api, session) == [
        ("session.fork", {"status": status.value, "made": new["id"], "checkpoint": 1}),
    ]
    told = [one["data"] for one in await api.events(session_id=new["id"]) if one["type"] == "session.forked"]
    assert told == [{"parent_id": str(session.id), "checkpoint": 1, "commit": "1" * 40}]
    row = await row_of(api, new["id"])
    with tenant_scope(session.tenant_id):
        async with api.database.transaction() as db:
            start = await start_of(db, row)
    assert start is not None
    assert (start.commit, start.number, start.ref) == ("1" * 40, START, checkpoint_ref(row.id, START))
    assert row.repository_key == "shop-1"


async def test_by_default_it_goes_on_from_the_last_checkpoint_of_which_there_is_a_file(api: Api) -> None:
    session = await parent(api)
    await checkpointed(api, session, 3, damaged_at=now())
    await checkpointed(api, session, 4, path=None, sha256=None)
    new = (await fork(api, session, {})).json()
    assert new["prompt"] == "Go on."
    assert [after["checkpoint"] for _, after in await deeds(api, session)] == [2]
    for number in (3, 4):
        assert code_of(await fork(api, session, {"checkpoint": number})) == (409, "checkpoint_unusable")


async def test_checkpoints_that_are_not_there(api: Api) -> None:
    without = await parent(api, Status.RUNNING, checkpoints=0)
    for body in ({}, {"checkpoint": 1}):
        assert code_of(await fork(api, without, body)) == (409, "no_checkpoint_yet")
    session = await parent(api)
    assert code_of(await fork(api, session, {"checkpoint": 9})) == (404, "unknown_checkpoint")
    assert await deeds(api, session) == []


@pytest.mark.parametrize(
    "body", [{"checkpoint": 0}, {"checkpoint": "last"}, {"prompt": " "}, {"agent": "nobody"}, {"repository": "/x"}]
)
async def test_forks_that_are_refused(api: Api, body: Any) -> None:
    assert (await fork(api, await parent(api), body)).status_code == 422


async def test_the_same_key_forks_it_once(api: Api) -> None:
    session, key = await parent(api), {"Idempotency-Key": "k"}
    first = (await fork(api, session, {"checkpoint": 1}, **key)).json()
    assert (await fork(api, session, {"checkpoint": 1}, **key)).json()["id"] == first["id"]
    assert code_of(await fork(api, session, {"checkpoint": 2}, **key)) == (409, "idempotency_conflict")


async def test_a_checkpoint_is_spared_until_its_fork_has_one_of_its_own(api: Api) -> None:
    session = await parent(api, checkpoints=0)
    rows = [await checkpointed(api, session, number) for number in (1, 2, 3)]
    forks = [(await fork(api, session, {"checkpoint": number})).json()["id"] for number in (1, 2)]
    await api.call("POST", f"/sessions/{forks[1]}/cancel")
    assert await spared(api, rows) == {1}
    await checkpointed(api, await row_of(api, forks[0]), 1)
    assert await spared(api, rows) == set()


async def spared(api: Api, rows: list[Checkpoint]) -> set[int]:
    with tenant_scope(rows[0].tenant_id):
        async with api.database.transaction() as db:
            found = await needed(db, rows)
    return {row.number for row in rows if row.id in found}


async def test_a_fork_that_is_handed_in_again_begins_at_the_same_checkpoint(api: Api) -> None:
    first = (await fork(api, await parent(api, base_ref="main"), {"checkpoint": 1})).json()
    await api.call("POST", f"/sessions/{first['id']}/stop")
    answer = await api.call("POST", f"/sessions/{first['id']}/retry")
    assert answer.status_code == 201, answer.text
    again = answer.json()
    assert (again["parent_id"], again["forked_checkpoint"]) == (first["id"], first["forked_checkpoint"])
    assert again["base_commit"] == first["base_commit"]
