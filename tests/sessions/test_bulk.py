"""One action on many sessions: each answers for itself, and is done once."""

from typing import Any
from uuid import UUID

import pytest
from tests.api import RANDOM_ID, Api, code_of
from tests.tenancy.test_isolation import add_session

from orchestrator.kit.clock import now
from orchestrator.sessions.states import Status


async def add(api: Api, status: Status, **changes: Any) -> str:
    finished = {"finished_at": now()} if status is Status.COMPLETED else {}
    return str((await add_session(api.database, api.actors.member.tenant_id, status=status, **finished, **changes)).id)


async def bulk(api: Api, action: str, headers: dict[str, str] | None = None, **wanted: Any) -> dict[str, Any]:
    answer = await api.call("POST", "/sessions/bulk", json={"action": action} | wanted, headers=headers or {})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def audited(api: Api, action: str) -> list[str]:
    rows = (await api.call("GET", "/audit", api.actors.admin, params={"action": action})).json()["items"]
    return [one["target"] for one in rows]


async def test_each_answers_for_itself_and_leaves_its_audit_row(api: Api) -> None:
    queued, running, done = [await add(api, one) for one in (Status.QUEUED, Status.RUNNING, Status.COMPLETED)]
    theirs = str((await add_session(api.database, api.actors.other.tenant_id, status=Status.QUEUED)).id)
    answer = await bulk(api, "pause", ids=[queued, running, done, theirs, RANDOM_ID, queued])
    assert [(one["id"], one["done"], one["code"]) for one in answer["items"]] == [
        (queued, True, None),
        (running, True, None),
        (done, False, "illegal_transition"),
        (theirs, False, "not_found"),
        (RANDOM_ID, False, "not_found"),
    ]
    assert [one["status"] for one in answer["items"][:2]] == ["paused", "running"]
    assert answer["items"][1]["requested"] == "pause"
    assert not answer["more"]
    assert set(await audited(api, "session.pause")) == {f"session:{queued}", f"session:{running}"}


async def test_stop_all_takes_what_can_be_stopped(api: Api) -> None:
    made = {await add(api, one) for one in (Status.QUEUED, Status.RUNNING, Status.PAUSED)}
    await add(api, Status.COMPLETED)
    answer = await bulk(api, "stop", filter={})
    assert {one["id"] for one in answer["items"]} == made
    assert all(one["done"] for one in answer["items"])
    assert (await bulk(api, "resume", filter={"status": ["running"]}))["items"] == []


async def test_a_filter_narrows(api: Api) -> None:
    mine = await add(api, Status.QUEUED, repository="/a", created_by=f"key:{api.actors.member.key_id}")
    shop = await add(api, Status.QUEUED, repository="/b", title="the shop")
    assert [one["id"] for one in (await bulk(api, "pause", filter={"mine": True}))["items"]] == [mine]
    assert [one["id"] for one in (await bulk(api, "pause", filter={"repository": ["/b"], "q": "SHOP"}))["items"]] == [shop]
    resumed = await bulk(api, "resume", filter={})
    assert {one["status"] for one in resumed["items"]} == {"queued"}
    assert {one["done"] for one in (await bulk(api, "cancel", ids=[mine, shop]))["items"]} == {True}


async def test_a_retry_is_made_once_for_a_key(api: Api) -> None:
    done = await add(api, Status.COMPLETED)
    once = {"Idempotency-Key": "again"}
    first = await bulk(api, "retry", once, ids=[done])
    assert UUID(first["items"][0]["session_id"]) != UUID(done)
    assert first["items"][0]["status"] == "queued"
    assert await bulk(api, "retry", once, ids=[done]) == first
    assert (await bulk(api, "stop", once, ids=[done]))["items"][0]["code"] == "idempotency_conflict"
    assert (await bulk(api, "retry", ids=[done]))["items"][0]["session_id"] != first["items"][0]["session_id"]


async def test_the_same_pause_sent_twice_with_a_key_answers_the_same(api: Api) -> None:
    queued, once = await add(api, Status.QUEUED), {"Idempotency-Key": "pause them"}
    first = await bulk(api, "pause", once, ids=[queued])
    assert await bulk(api, "pause", once, ids=[queued]) == first
    assert (await bulk(api, "pause", ids=[queued]))["items"][0]["code"] == "illegal_transition"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "delete", "ids": [RANDOM_ID]},
        {"action": "stop"},
        {"action": "stop", "ids": []},
        {"action": "stop", "ids": ["x"]},
        {"action": "stop", "ids": [RANDOM_ID] * 501},
        {"action": "stop", "ids": [RANDOM_ID], "filter": {}},
        {"action": "stop", "filter": {"status": ["nonsense"]}},
        {"action": "stop", "filter": {"tenant_id": RANDOM_ID}},
        {"action": "stop", "filter": {"q": "a\x00"}},
    ],
)
async def test_what_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert code_of(await api.call("POST", "/sessions/bulk", json=body)) == (422, "invalid")


async def test_a_viewer_may_not_and_nobody_neither(api: Api) -> None:
    body = {"action": "stop", "filter": {}}
    assert code_of(await api.call("POST", "/sessions/bulk", api.actors.viewer, json=body)) == (403, "permission_required")
    assert code_of(await api.client.post("/api/v1/sessions/bulk", json=body)) == (401, "unauthenticated")
    waiting = await add(api, Status.QUEUED)
    assert (await api.call("POST", "/sessions/bulk", api.actors.other, json=body)).json()["items"] == []
    assert (await api.call("GET", f"/sessions/{waiting}")).json()["status"] == "queued"
