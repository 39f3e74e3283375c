"""A call belongs to a running session of the very runtime whose key it has, or to a person."""

import asyncio

import pytest
from sqlalchemy import text
from tests.actors import make_actor
from tests.api import Api
from tests.gateway.conftest import CHAT, Desk, Runtime, a_session, make_runtime

from orchestrator.gateway import callers
from orchestrator.gateway.api import PREFIX
from orchestrator.gateway.callers import Credentials
from orchestrator.gateway.faults import KeyInvalid, SessionUnknown
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.states import Status
from orchestrator.tenancy.models import Role


@pytest.fixture(autouse=True)
def no_long_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "_CONVERSATION_SECONDS", 0.2)


async def refused(desk: Desk, **headers: str) -> str:
    answer = await desk.post(**headers)
    assert answer.status_code == 403, answer.text
    assert desk.upstream.asked == []
    return answer.json()["error"]["code"]


async def test_the_session_pays(desk: Desk) -> None:
    runtime = await make_runtime(
        desk.runtime.database, desk.runtime.tenant_id, user_subject="user:1", repository_key="repo", agent="plan"
    )
    await desk.post(**runtime.headers)
    (event,) = await desk.usage()
    assert (event["session_id"], event["user_subject"], event["repository"], event["agent"]) == (
        runtime.session_id,
        "user:1",
        "repo",
        "plan",
    )


async def test_a_session_of_nobody_is_paid_by_who_made_it(desk: Desk) -> None:
    runtime = await make_runtime(desk.runtime.database, desk.runtime.tenant_id, user_subject=None, created_by="key:7")
    await desk.post(**runtime.headers)
    assert (await desk.usage())[0]["user_subject"] == "key:7"


async def test_a_runtimes_call_without_a_conversation_is_refused(desk: Desk) -> None:
    assert await refused(desk, Authorization=f"Bearer {desk.runtime.key}") == "session_required"


async def test_a_conversation_of_another_runtime_or_tenant_is_refused_and_not_metered(api: Api, desk: Desk) -> None:
    neighbour = await make_runtime(desk.runtime.database, desk.runtime.tenant_id)
    foreign = await make_runtime(desk.runtime.database, api.actors.other.tenant_id)
    for other in (neighbour, foreign):
        assert await refused(desk, **desk.runtime.headers | {"X-Session-Id": other.conversation}) == "session_unknown"
        parent = {"X-Session-Id": "ses_new", "X-Parent-Session-Id": other.conversation}
        assert await refused(desk, **desk.runtime.headers | parent) == "session_unknown"
    assert await refused(desk, **desk.runtime.headers | {"X-Session-Id": "ses_random"}) == "session_unknown"
    assert await desk._usage() == []


async def set_status(runtime: Runtime, status: Status) -> None:
    async with runtime.database.system_transaction() as db:
        values = {"s": status.value, "id": runtime.session_id}
        await db.execute(text("update sessions set status = :s where id = :id"), values)


async def test_a_session_that_is_over_makes_no_call(desk: Desk) -> None:
    assert (await desk.post()).status_code == 200
    desk.upstream.asked.clear()
    await set_status(desk.runtime, Status.STOPPED)
    async with asyncio.timeout(1.5):
        while (await desk.post()).status_code == 200:
            pass  # Until what is remembered of the session has run out.
    desk.upstream.asked.clear()
    assert await refused(desk) == "session_unknown"


async def ask_to_leave(runtime: Runtime, requested: str | None) -> None:
    async with runtime.database.system_transaction() as db:
        values = {"r": requested, "id": runtime.session_id}
        await db.execute(text("update sessions set requested = :r where id = :id"), values)


async def test_a_call_of_a_session_that_leaves_its_node_is_held_until_it_stays(desk: Desk) -> None:
    await ask_to_leave(desk.runtime, "drain")
    call = asyncio.create_task(desk.post())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.0):
            await asyncio.shield(call)
    assert desk.upstream.asked == []
    await ask_to_leave(desk.runtime, None)
    assert (await call).status_code == 200
    assert len(desk.upstream.asked) == 1


async def test_a_call_that_nobody_ends_meanwhile_is_to_be_made_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "_LEAVING_SECONDS", 0.3)
    await ask_to_leave(desk.runtime, "drain")
    answer = await desk.post()
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "session_leaves")
    assert desk.upstream.asked == []
    for wanted in ("pause", "stop"):
        await ask_to_leave(desk.runtime, wanted)
        assert (await desk.post()).status_code == 200


async def test_the_subagents_of_a_session_that_leaves_finish_their_work(desk: Desk) -> None:
    await ask_to_leave(desk.runtime, "drain")
    child = {"X-Session-Id": "ses_child", "X-Parent-Session-Id": desk.runtime.conversation}
    assert (await desk.post(**desk.runtime.headers | child)).status_code == 200


async def test_a_runtime_of_one_session_serves_no_other(desk: Desk) -> None:
    """Both sessions are on its node."""
    runtime = desk.runtime
    with tenant_scope(runtime.tenant_id):
        async with runtime.database.transaction() as db:
            IndustrialRepository(db).add(a_session(runtime.node_id, opencode_session_id="ses_second"))
            query = text("update runtimes set session_id = :s where id = :r")
            await db.execute(query, {"s": runtime.session_id, "r": runtime.runtime_id})
    assert (await desk.post()).status_code == 200
    desk.upstream.asked.clear()
    assert await refused(desk, **runtime.headers | {"X-Session-Id": "ses_second"}) == "session_unknown"


async def test_a_child_pays_from_its_parents_session_and_so_does_its_child(desk: Desk) -> None:
    headers = desk.runtime.headers
    child = {"X-Session-Id": "ses_child", "X-Parent-Session-Id": desk.runtime.conversation}
    grandchild = {"X-Session-Id": "ses_grandchild", "X-Parent-Session-Id": "ses_child"}
    for own in (child, grandchild, {"X-Session-Id": "ses_grandchild"}):
        assert (await desk.post(**headers | own)).status_code == 200
    assert {event["session_id"] for event in await desk.usage(3)} == {desk.runtime.session_id}


async def test_a_first_call_that_comes_before_its_row_waits_for_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "_CONVERSATION_SECONDS", 10.0)
    runtime = desk.runtime
    call = asyncio.create_task(desk.post(**runtime.headers | {"X-Session-Id": "ses_late"}))
    await asyncio.wait({call}, timeout=0.3)
    assert not call.done()
    with tenant_scope(runtime.tenant_id):
        async with runtime.database.transaction() as db:
            IndustrialRepository(db).add(a_session(runtime.node_id, opencode_session_id="ses_late"))
    assert (await call).status_code == 200


async def test_a_person_needs_no_session_and_the_right_to_call(api: Api, desk: Desk) -> None:
    for headers in (desk.person.headers, {"X-Api-Key": desk.person.key}, desk.person.headers | {"X-Session-Id": "ses_x"}):
        assert (await desk.post(**headers)).status_code == 200
    viewer = await make_actor(api.database, desk.person.tenant_id, desk.person.slug, Role.VIEWER)
    desk.upstream.asked.clear()
    assert await refused(desk, **viewer.headers) == "permission_required"
    (one, *_) = await desk.usage(3)
    assert (one["session_id"], one["user_subject"]) == (None, f"key:{desk.person.key_id}")


async def test_models_are_listed_for_a_key_without_a_session(desk: Desk) -> None:
    for headers in ({"Authorization": f"Bearer {desk.runtime.key}"}, desk.person.headers):
        answer = await desk.client.get(f"{PREFIX}/models", headers=headers)
        assert [one["id"] for one in answer.json()["data"]] == ["m"]


async def test_a_persons_key_picks_no_other_tenant(api: Api, desk: Desk) -> None:
    answer = await desk.client.post(CHAT, headers=desk.person.headers | {"X-Tenant-ID": api.actors.other.slug})
    assert answer.status_code == 404


async def test_of_many_that_ask_together_each_gets_its_own_answer(desk: Desk) -> None:
    """One statement looks for them all; a conversation that the database cannot even read is not the others' trouble."""
    database, tenant_id = desk.runtime.database, desk.runtime.tenant_id
    runtimes = [await make_runtime(database, tenant_id) for _ in range(4)]
    asked = [Credentials(one.key, one.conversation) for one in runtimes]
    asked += [Credentials(runtimes[0].key, runtimes[1].conversation), Credentials(runtimes[0].key, "ses_\0")]
    asked += [Credentials(f"{runtimes[0].key}x", runtimes[0].conversation)]
    known = callers.Callers(database)
    found = await asyncio.gather(*(known.identify(one) for one in asked), return_exceptions=True)
    assert [one.payer.session_id for one in found if isinstance(one, callers.Caller)] == [one.session_id for one in runtimes]
    assert [type(one) for one in found[4:]] == [SessionUnknown, SessionUnknown, KeyInvalid]
