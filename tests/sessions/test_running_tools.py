"""Tool calls while they run: who opens the page then sees them, and afterwards only what they came to."""

from typing import Any
from uuid import UUID

import pytest
from tests.api import RANDOM_ID, Api, code_of
from tests.tenancy.test_isolation import add_session

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.opencode.schemas import Message, MessageInfo, Part
from orchestrator.sessions import running_tools, transcript
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status

INFO = MessageInfo.model_validate({"id": "msg_1", "sessionID": "s", "role": "assistant", "time": {"created": 1}})


def call(part_id: str, **state: Any) -> Part:
    state = {"status": "running", "input": {"command": "make"}, "time": {"start": 1_700_000_000_000}} | state
    place = {"id": part_id, "sessionID": "s", "messageID": "msg_1", "callID": "c"}
    return Part.model_validate(place | {"type": "tool", "tool": "bash", "state": state})


async def at_work(api: Api) -> UUID:
    return (await add_session(api.database, api.actors.member.tenant_id, status=Status.RUNNING)).id


async def begin(api: Api, session_id: UUID, *parts: Part) -> None:
    with tenant_scope(api.actors.member.tenant_id):
        async with api.database.transaction() as db:
            session = await IndustrialRepository(db).get(Session, session_id)
            for part in parts:
                await running_tools.began(db, session, INFO, part)


async def running(api: Api, session_id: UUID) -> list[dict[str, Any]]:
    answer = await api.call("GET", f"/sessions/{session_id}/transcript/running")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_who_may_read_them(api: Api) -> None:
    session_id = await at_work(api)
    path = f"/sessions/{session_id}/transcript/running"
    assert (await api.client.get(f"/api/v1{path}")).status_code == 401
    assert (await api.call("GET", path, api.actors.viewer)).status_code == 200
    theirs = await api.call("GET", path, api.actors.other)
    never = await api.call("GET", f"/sessions/{RANDOM_ID}/transcript/running")
    assert code_of(theirs) == code_of(never) == (404, "not_found")


async def test_a_call_is_there_while_it_runs_and_told_once(api: Api) -> None:
    session_id = await at_work(api)
    await begin(api, session_id, call("prt_2"), call("prt_1", input={"command": "x\x00" + "y" * 9_000}))
    await begin(api, session_id, call("prt_2", metadata={"output": "more"}))
    shown = await running(api, session_id)
    assert [(one["part_id"], one["type"], one["role"]) for one in shown] == [
        ("prt_1", "tool", "assistant"),
        ("prt_2", "tool", "assistant"),
    ]
    assert shown[1]["data"]["tool"] == "bash"
    assert shown[1]["data"]["state"]["status"] == "running"
    assert shown[1]["data"]["state"]["input"] == {"command": "make"}
    told = [one for one in await api.events(session_id=str(session_id)) if one["type"] == "tool.started"]
    assert [one["data"]["part_id"] for one in told] == ["prt_2", "prt_1"]
    assert len(told[1]["data"]["data"]["state"]["input"]["command"]) < 5_000


async def test_a_call_that_ended_is_in_the_transcript_in_its_place(api: Api) -> None:
    session_id = await at_work(api)
    await begin(api, session_id, call("prt_1"), call("prt_2"))
    done = call("prt_1", status="completed", output="ok")
    with tenant_scope(api.actors.member.tenant_id):
        async with api.database.transaction() as db:
            session = await IndustrialRepository(db).get(Session, session_id)
            await transcript.record(db, session_id, [Message(info=INFO, parts=(done,))], "agent")
            await running_tools.ended(db, session, {"prt_1"})
    assert [one["part_id"] for one in await running(api, session_id)] == ["prt_2"]
    parts = (await api.call("GET", f"/sessions/{session_id}/transcript")).json()["items"]
    assert [one["part_id"] for one in parts] == ["prt_1"]


async def test_the_timeline_has_it_with_an_open_end(api: Api) -> None:
    session_id = await at_work(api)
    await begin(api, session_id, call("prt_1"))
    spans = (await api.call("GET", f"/sessions/{session_id}/timeline", params={"kind": "tool"})).json()["items"]
    assert [(one["label"], one["outcome"], one["ended_at"]) for one in spans] == [("bash", "running", None)]


@pytest.mark.parametrize("to", [Status.PAUSED, Status.STOPPED, Status.ORPHANED, Status.VERIFYING, Status.QUEUED])
async def test_nothing_runs_in_a_session_that_left_its_turn(api: Api, to: Status) -> None:
    session_id = await at_work(api)
    await begin(api, session_id, call("prt_1"))
    async with api.database.system_transaction() as db:
        session = await db.get(Session, (api.actors.member.tenant_id, session_id))
        assert session is not None
        await transition(db, session, to, "a test")
    assert await running(api, session_id) == []


@pytest.mark.parametrize("to", [Status.WAITING, Status.DEGRADED])
async def test_what_waits_for_a_person_or_a_provider_runs_on(api: Api, to: Status) -> None:
    session_id = await at_work(api)
    await begin(api, session_id, call("prt_1"))
    with tenant_scope(api.actors.member.tenant_id):
        async with api.database.transaction() as db:
            await transition(db, await IndustrialRepository(db).get(Session, session_id), to, "a test")
    assert len(await running(api, session_id)) == 1
