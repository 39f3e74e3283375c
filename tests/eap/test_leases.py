"""Work under a lease: one agent at a time, renewed or lost, and nothing that comes too late changes anything."""

import asyncio
import hashlib
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.api import Api, code_of
from tests.eap.joined import Joined, assign, join

from orchestrator.eap import assignments
from orchestrator.eap.keeper import cancel_idle, end_leases
from orchestrator.eap.models import Assignment
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.tenant_scope import tenant_scope


async def read(api: Api, assignment_id: UUID) -> Assignment:
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            return await IndustrialRepository(db).get(Assignment, assignment_id)


async def run_out(api: Api, assignment_id: UUID) -> None:
    """As if the time of the lease were over."""
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            row = await IndustrialRepository(db).get(Assignment, assignment_id, lock=True)
            row.lease_until = now() - timedelta(seconds=1)
    await end_leases(api.database)


async def test_a_task_goes_to_one_agent_with_all_that_it_needs(api: Api) -> None:
    one = await join(api)
    assert await one.lease() is None
    made = await assign(api, one, model="scripted")
    task = await one.lease()
    assert task is not None
    assert (task["task_id"], task["attempt"], task["lease_epoch"]) == (str(made.id), 1, 1)
    assert task["input_data"] == {"prompt": "Do it."}
    assert task["repository"]["url"].endswith(f"/tasks/{made.id}/repository?lease_epoch=1")
    assert task["gateway"]["api_key"].startswith("oie_")
    assert await one.lease() is None, "it takes one at a time"


async def test_waiting_for_a_task_ends_when_there_is_one(api: Api) -> None:
    one = await join(api)
    waiting = asyncio.create_task(one.lease(wait=30))
    await asyncio.sleep(0.3)
    made = await assign(api, one)
    async with asyncio.timeout(10):
        task = await waiting
    assert task is not None
    assert task["task_id"] == str(made.id)


async def test_the_more_urgent_goes_first(api: Api) -> None:
    one = await join(api, max_tasks=3)
    last, first, second = await assign(api, one), await assign(api, one, priority=5), await assign(api, one, priority=5)
    got = [await one.lease() for _ in range(3)]
    assert [task and task["task_id"] for task in got] == [str(first.id), str(second.id), str(last.id)]


async def test_others_of_its_name_take_what_an_agent_lets_run_out(api: Api) -> None:
    first = await join(api, name="crew")
    second = await join(api, enrolment={"agent_name": "crew"}, name="crew")
    made = await assign(api, first)
    lost = await first.lease()
    assert lost is not None
    await run_out(api, made.id)
    task = await second.lease()
    assert task is not None
    assert (task["attempt"], task["lease_epoch"]) == (2, 3), "the end of a lease has an epoch as well"
    for answer in (
        await first.result(lost),
        await first.call("POST", f"/tasks/{made.id}/renew", json={"lease_epoch": 1}),
        await first.call("POST", f"/tasks/{made.id}/events", json=news(1, 1)),
        await first.call("GET", f"/tasks/{made.id}/repository", params={"lease_epoch": 1}),
        await first.call("POST", f"/tasks/{made.id}/artifacts", json=declared(1, b"x")),
    ):
        assert code_of(answer) == (409, "stale_lease")
    told = await first.call("POST", "/heartbeat", json={"tasks_in_progress": [{"task_id": str(made.id), "lease_epoch": 1}]})
    assert told.json()["cancel"] == [str(made.id)]
    assert (await read(api, made.id)).result is None
    assert (await second.result(task)).status_code == 200


def news(epoch: int, *numbers: int) -> dict[str, object]:
    return {"lease_epoch": epoch, "events": [{"seq": n, "kind": "text", "text": f"news {n}"} for n in numbers]}


def declared(epoch: int, content: bytes, **changes: object) -> dict[str, object]:
    sha256 = hashlib.sha256(content).hexdigest()
    return {"lease_epoch": epoch, "name": "work.txt", "size": len(content), "sha256": sha256, **changes}


async def test_after_five_lost_leases_the_work_has_failed(api: Api) -> None:
    one = await join(api)
    made = await assign(api, one)
    for _ in range(assignments.MOST_TRIES):
        assert await one.lease() is not None
        await run_out(api, made.id)
    row = await read(api, made.id)
    assert (row.status, row.tries) == ("failed", 5)
    assert await one.lease() is None


async def test_a_heartbeat_renews_what_it_names(api: Api) -> None:
    one = await join(api, max_tasks=2)
    kept, other = await assign(api, one), await assign(api, one)
    held = [await one.lease(), await one.lease()]
    assert all(held)
    before = {row.id: row.lease_until for row in (await read(api, kept.id), await read(api, other.id))}
    body = {"tasks_in_progress": [{"task_id": str(kept.id), "lease_epoch": 1}], "current_load": 0.5}
    told = (await one.call("POST", "/heartbeat", json=body)).json()
    assert told == {"desired_state": "continue", "cancel": [], "heartbeat_interval_seconds": 15, "lease_seconds": 60}
    assert (await read(api, kept.id)).lease_until > before[kept.id]
    assert (await read(api, other.id)).lease_until == before[other.id]


async def test_a_drained_agent_gets_no_more_and_keeps_what_it_has(api: Api) -> None:
    one = await join(api, max_tasks=2)
    await assign(api, one)
    task = await one.lease()
    await assign(api, one)
    answer = await api.call("PATCH", f"/agents/external/{one.id}", api.actors.admin, json={"desired": "drain"})
    assert answer.json()["desired"] == "drain"
    assert (await one.call("POST", "/heartbeat", json={})).json()["desired_state"] == "drain"
    assert await one.lease() is None
    assert task is not None
    assert (await one.result(task)).status_code == 200


async def test_a_revoked_agents_work_goes_to_others(api: Api) -> None:
    first = await join(api, name="crew")
    second = await join(api, enrolment={"agent_name": "crew"}, name="crew")
    made = await assign(api, first)
    await first.lease()
    await api.call("POST", f"/agents/external/{first.id}/revoke", api.actors.admin)
    await end_leases(api.database)
    task = await second.lease()
    assert task is not None
    assert task["task_id"] == str(made.id)


async def test_other_agents_learn_nothing_of_a_task(api: Api) -> None:
    one, mate = await join(api, name="crew"), await join(api, enrolment={"agent_name": "crew"}, name="crew")
    stranger = await join(api, name="stranger")
    made = await assign(api, one)
    task = await one.lease()
    assert task is not None
    for other in (mate, stranger):
        for answer in (
            await other.result(task),
            await other.call("POST", f"/tasks/{made.id}/renew", json={"lease_epoch": 1}),
            await other.call("POST", f"/tasks/{made.id}/events", json=news(1, 1)),
            await other.call("GET", f"/tasks/{made.id}/repository", params={"lease_epoch": 1}),
        ):
            assert code_of(answer) == (404, "not_found")


async def test_the_same_result_a_hundred_times_at_once_is_one_change(api: Api) -> None:
    one = await join(api)
    made = await assign(api, one)
    task = await one.lease()
    assert task is not None
    answers = await asyncio.gather(*(one.result(task, patch="diff", summary="Done.") for _ in range(100)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert code_of(await one.result(task, patch="other")) == (409, "result_conflict")
    assert code_of(await one.result(task | {"lease_epoch": 2}, patch="diff", summary="Done.")) == (409, "stale_lease")
    told = [one for one in await api.events() if one["type"] == "assignment.ended"]
    assert len(told) == 1
    row = await read(api, made.id)
    assert (row.status, row.result and row.result["summary"]) == ("completed", "Done.")


async def test_news_is_kept_once_in_its_order(api: Api) -> None:
    one = await join(api)
    made = await assign(api, one)
    await one.lease()

    async def tell(*numbers: int) -> int:
        answer = await one.call("POST", f"/tasks/{made.id}/events", json=news(1, *numbers))
        assert answer.status_code == 200, answer.text
        return answer.json()["expected_seq"]

    assert await tell(2, 1) == 3
    assert await tell(5, 6) == 3, "what comes behind a gap is not kept"
    assert await tell(2, 3, 4, 5) == 6
    assert await tell(5) == 6
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            stored = await db.execute(
                text("select seq from assignment_events where assignment_id = :id order by seq"), {"id": made.id}
            )
            assert list(stored.scalars()) == [1, 2, 3, 4, 5]


async def test_work_of_sessions_that_have_ended_is_cancelled(api: Api) -> None:
    one = await join(api)
    made = await assign(api, one)
    await one.lease()
    assert (await api.call("POST", f"/sessions/{made.session_id}/cancel")).status_code == 200
    await cancel_idle(api.database)
    assert (await read(api, made.id)).status == "cancelled"
    told = await one.call("POST", "/heartbeat", json={"tasks_in_progress": [{"task_id": str(made.id), "lease_epoch": 1}]})
    assert told.json()["cancel"] == [str(made.id)]


async def put(one: Joined, task_id: UUID, artifact_id: str, offset: int, content: bytes) -> object:
    path = f"/tasks/{task_id}/artifacts/{artifact_id}"
    return await one.call("PUT", path, params={"offset": offset}, content=content)


async def test_a_file_comes_in_pieces_and_is_there_when_it_is_whole(api: Api) -> None:
    one = await join(api)
    made = await assign(api, one)
    task = await one.lease()
    assert task is not None
    content = b"0123456789" * 1000
    told = (await one.call("POST", f"/tasks/{made.id}/artifacts", json=declared(1, content))).json()
    first = await put(one, made.id, told["artifact_id"], 0, content[:4000])
    assert (first.json()["received"], first.json()["complete"]) == (4000, False)
    assert code_of(await put(one, made.id, told["artifact_id"], 5000, content[5000:])) == (409, "offset_wrong")
    assert code_of(await one.result(task, artifacts=["work.txt"])) == (409, "artifact_incomplete")
    again = await put(one, made.id, told["artifact_id"], 0, content[:4000])
    assert again.json()["received"] == 4000, "sent again, a piece changes nothing"
    whole = await put(one, made.id, told["artifact_id"], 4000, content[4000:])
    assert whole.json()["complete"]
    assert (await one.result(task, artifacts=["work.txt"])).status_code == 200
    listed = (await api.call("GET", "/agents/external/assignments", params={"session_id": str(made.session_id)})).json()
    (file,) = listed["items"][0]["artifacts"]
    got = await api.call("GET", f"/agents/external/assignments/{made.id}/artifacts/{file['id']}")
    assert got.content == content
    assert got.headers["content-disposition"].startswith("attachment")
    other = await api.call("GET", f"/agents/external/assignments/{made.id}/artifacts/{file['id']}", api.actors.other)
    assert other.status_code == 404


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "..", ".", "", ".git", ".GIT", "a\\b", "a\nb", "~root", "-rf", "a:b", "a\0b", " a", "x" * 201]
)
async def test_names_that_are_no_file_names_are_refused(api: Api, name: str) -> None:
    one = await join(api)
    made = await assign(api, one)
    await one.lease()
    answer = await one.call("POST", f"/tasks/{made.id}/artifacts", json=declared(1, b"x", name=name))
    assert answer.status_code == 422
    assert code_of(answer)[1] in ("artifact_refused", "invalid")


async def test_files_that_are_not_what_was_declared_leave_nothing(api: Api) -> None:
    one = await join(api)
    made = await assign(api, one)
    task = await one.lease()
    assert task is not None
    huge = await one.call("POST", f"/tasks/{made.id}/artifacts", json=declared(1, b"", size=10 * 1024**3))
    assert code_of(huge) == (422, "artifact_refused")
    told = (await one.call("POST", f"/tasks/{made.id}/artifacts", json=declared(1, b"right"))).json()
    other = await one.call("POST", f"/tasks/{made.id}/artifacts", json=declared(1, b"another"))
    assert code_of(other) == (422, "artifact_refused")
    for content in (b"wrong", b"too long"):
        assert code_of(await put(one, made.id, told["artifact_id"], 0, content)) == (409, "artifact_mismatch")
        read = await one.call("GET", f"/tasks/{made.id}/artifacts/{told['artifact_id']}")
        assert (read.json()["received"], read.json()["complete"]) == (0, False)
    folder = api.app.state.settings.data_dir / f"artifacts/{made.tenant_id}/sessions/{made.session_id}"
    assert not folder.exists() or list(folder.iterdir()) == []
    assert (await put(one, made.id, told["artifact_id"], 0, b"right")).json()["complete"]
    empty = (await one.call("POST", f"/tasks/{made.id}/artifacts", json=declared(1, b"", name="empty"))).json()
    assert (await put(one, made.id, empty["artifact_id"], 0, b"")).json()["complete"]
