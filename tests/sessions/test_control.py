"""Pause, resume, stop and cancel over HTTP: what is asked of a node, what takes effect at once, and what is refused."""

from typing import Any
from uuid import UUID

import pytest
from tests.api import RANDOM_ID, Api, code_of
from tests.tenancy.test_isolation import add_session

from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions import control, pauses
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import FINISHED, HOLDS_SLOT, Status

VERBS = ("start", "pause", "resume", "stop", "cancel")
AT_WORK = sorted(HOLDS_SLOT - {Status.ORPHANED})


async def made(api: Api, status: Status, **changes: Any) -> Session:
    return await add_session(api.database, api.actors.admin.tenant_id, status=status, attempt=1, **changes)


async def post(api: Api, session: Session, verb: str) -> Any:
    return await api.call("POST", f"/sessions/{session.id}/{verb}")


async def deeds(api: Api, session: Session) -> list[tuple[str, dict[str, Any]]]:
    entries = (await api.call("GET", "/audit", api.actors.admin, params={"order": "oldest"})).json()["items"]
    return [(e["action"], e["after"]) for e in entries if e["target"] == f"session:{session.id}"]


@pytest.mark.parametrize("verb", VERBS)
async def test_who_may_not(api: Api, verb: str) -> None:
    session = await made(api, Status.PAUSED)
    path = f"/sessions/{session.id}/{verb}"
    assert (await api.client.post(f"/api/v1{path}")).status_code == 401
    assert code_of(await api.call("POST", path, api.actors.viewer)) == (403, "permission_required")
    theirs, random = await api.call("POST", path, api.actors.other), await api.call("POST", f"/sessions/{RANDOM_ID}/{verb}")
    assert code_of(theirs) == code_of(random) == (404, "not_found")
    assert await deeds(api, session) == []


@pytest.mark.parametrize("status", AT_WORK)
@pytest.mark.parametrize("verb", ["pause", "stop"])
async def test_a_session_at_work_is_asked_for_once(api: Api, status: Status, verb: str) -> None:
    session = await made(api, status)
    for _ in range(2):
        answer = await post(api, session, verb)
        assert (answer.status_code, answer.json()["status"], answer.json()["requested"]) == (200, status.value, verb)
    assert await deeds(api, session) == [(f"session.{verb}", {"status": status.value, "requested": verb})]
    [event] = await api.events(session_id=str(session.id))
    assert (event["type"], event["data"]) == ("session.requested", {"requested": verb})


async def test_a_stop_overrules_a_pause_and_not_the_other_way_round(api: Api) -> None:
    session = await made(api, Status.RUNNING)
    assert (await post(api, session, "pause")).json()["requested"] == "pause"
    assert (await post(api, session, "stop")).json()["requested"] == "stop"
    assert code_of(await post(api, session, "pause")) == (409, "illegal_transition")


@pytest.mark.parametrize(("verb", "becomes"), [("pause", "paused"), ("stop", "stopped")])
async def test_what_waits_in_the_queue_is_moved_at_once(api: Api, verb: str, becomes: str) -> None:
    session = await made(api, Status.QUEUED)
    assert (await post(api, session, verb)).json()["status"] == becomes


async def test_what_a_person_paused_does_not_go_on_by_itself(api: Api) -> None:
    session = await made(api, Status.QUEUED)
    answer = await post(api, session, "pause")
    assert answer.json()["pause_reason"] == "person"
    await pauses.resume_ready(api.database)  # Whatever waits in the tenants of other tests goes on.
    assert (await api.call("GET", f"/sessions/{session.id}")).json()["status"] == "paused"
    assert (await post(api, session, "resume")).json()["status"] == "queued"


async def test_what_waits_for_its_budget_can_be_paused_for_good(api: Api) -> None:
    session = await made(api, Status.PAUSED, pause=pauses.Pause(by="budget", resumes=3), paused_at=now())
    answer = await post(api, session, "pause")
    assert (answer.status_code, answer.json()["pause_reason"]) == (200, "person")
    await pauses.resume_ready(api.database)
    assert (await api.call("GET", f"/sessions/{session.id}")).json()["status"] == "paused"
    assert code_of(await post(api, session, "pause")) == (409, "illegal_transition")
    assert [action for action, _ in await deeds(api, session)] == ["session.pause"]


async def test_a_paused_session_is_stopped_at_once(api: Api) -> None:
    session = await made(api, Status.PAUSED, pause=pauses.Pause(by="person", resumes=0), paused_at=now())
    assert (await post(api, session, "stop")).json()["status"] == "stopped"


@pytest.mark.parametrize("status", sorted({*FINISHED, Status.PENDING, Status.ORPHANED}))
@pytest.mark.parametrize("verb", ["pause", "resume", "stop"])
async def test_what_is_not_possible_is_409_and_leaves_no_trace(api: Api, status: Status, verb: str) -> None:
    session = await made(api, status)
    assert code_of(await post(api, session, verb)) == (409, "illegal_transition")
    assert await deeds(api, session) == []


@pytest.mark.parametrize("status", AT_WORK)
@pytest.mark.parametrize(("verb", "becomes"), [("pause", Status.PAUSED), ("stop", Status.STOPPED)])
async def test_the_node_carries_out_what_was_asked(api: Api, status: Status, verb: str, becomes: Status) -> None:
    """A verification that is put off is run when the session goes on."""
    session = await made(api, status)
    await post(api, session, verb)
    row = await in_the_nodes_hands(api, session.id, control.carry_out)
    assert (row.status, row.requested) == (becomes, None)
    events = await api.events(session_id=str(session.id))
    assert events[-1]["data"]["to"] == becomes.value
    assert events[-1]["actor"] == f"key:{api.actors.member.key_id}"


async def test_a_request_that_came_too_late_is_forgotten(api: Api) -> None:
    session = await made(api, Status.RUNNING)
    await post(api, session, "pause")

    async def complete(db: Any, row: Session) -> None:
        await transition(db, row, Status.COMPLETED, "it was done")

    assert (await in_the_nodes_hands(api, session.id, complete)).requested is None


async def in_the_nodes_hands(api: Api, session_id: UUID, do: Any) -> Session:
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            row = await IndustrialRepository(db).get(Session, session_id, lock=True)
            await do(db, row)
            return row
