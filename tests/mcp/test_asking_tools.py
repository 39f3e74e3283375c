"""Tools of a session's agent with which it asks a person, and adds a task to the plan that it works on."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update
from tests.actors import Actor
from tests.api import V1, Server
from tests.mcp.test_own_tools import agent, at_work, become, call, refusal

from orchestrator.kit.clock import now
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.mcp import serving
from orchestrator.opencode.schemas import Part
from orchestrator.runtimes.running import Seat
from orchestrator.sessions.approval_rows import Approval
from orchestrator.sessions.asking import Approvals
from orchestrator.sessions.context import Services, SessionKey
from orchestrator.sessions.models import Session
from orchestrator.sessions.questions import MOST_QUESTIONS
from orchestrator.tasks import added
from orchestrator.tasks.models import PlanSession
from orchestrator.tasks.states import WorkRole

ASK = {"tool": "question", "pattern": "*", "action": "ask"}
TASK = {"key": "docs", "title": "Docs", "prompt": "Tell of it."}


async def rest(server: Server, actor: Actor, method: str, path: str, body: Any = None) -> Any:
    async with httpx.AsyncClient(base_url=server.url + V1, headers=actor.headers) as http:
        answer = await http.request(method, path, json=body)
    assert answer.is_success, answer.text
    return answer.json()


async def with_questions(server: Server, deadline_seconds: int = 600) -> None:
    body = {"rules": [ASK], "deadline_seconds": deadline_seconds}
    await rest(server, server.actors.admin, "PUT", "/approval-policy", body)


async def asked(server: Server, session_id: UUID) -> dict[str, Any]:
    """The question that the session waits for."""
    async with asyncio.timeout(20):
        while True:
            path = f"/approvals?status=pending&session_id={session_id}"
            if items := (await rest(server, server.actors.member, "GET", path))["items"]:
                return items[0]
            await asyncio.sleep(0.05)


def node(server: Server, session: Session) -> Approvals:
    """What the node that works on the session does about requests, in an OpenCode that asks for nothing itself."""

    async def nothing(_: str) -> list[object]:
        return []

    client = SimpleNamespace(list_permissions=nothing, list_questions=nothing)
    seat = cast(Seat, SimpleNamespace(client=client, directory="/w"))
    services = cast(Services, SimpleNamespace(database=server.database))
    return Approvals(services, seat, SessionKey(session.tenant_id, session.id, session.attempt), "ses_mine")


async def session_of(server: Server, actor: Actor, session_id: UUID) -> Session:
    with tenant_scope(actor.tenant_id):
        async with server.database.transaction() as db:
            query = select(Session).where(Session.tenant_id == actor.tenant_id, Session.id == session_id)
            return (await db.execute(query)).scalar_one()


def part(status: str, tool: str = "orchestrator_ask_human", id: str = "prt_1") -> Part:
    told = {"id": id, "sessionID": "ses_child", "messageID": "msg_1", "type": "tool", "tool": tool}
    return Part.model_validate(told | {"state": {"status": status}})


async def test_a_person_answers_what_an_agent_asks(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session waits, the call lasts until the answer is there, and its client hears meanwhile that it goes on."""
    monkeypatch.setattr(serving, "BEAT_SECONDS", 0.1)
    await with_questions(server)
    actor, beat = server.actors.member, asyncio.Event()
    session_id, token = await at_work(server, actor)

    async def on_progress(*_: object) -> None:
        beat.set()

    async with agent(server, token) as client:
        given = {"question": "Which colour?", "options": ["red", "blue"]}
        asking = asyncio.create_task(client.call_tool("ask_human", given, progress_callback=on_progress))
        question = await asked(server, session_id)
        assert (question["kind"], question["tool"], question["default_action"]) == ("question", "question", "answer")
        [one] = question["detail"]["questions"]
        assert (one["question"], [choice["label"] for choice in one["options"]]) == ("Which colour?", ["red", "blue"])
        session = await session_of(server, actor, session_id)
        assert session.status == "waiting"
        with tenant_scope(actor.tenant_id):
            approvals = node(server, session)
            approvals.saw(part("running"))
            await approvals.look()
            assert approvals.waiting, "its node looks for the answer every second"
            inbox = await rest(server, actor, "GET", "/inbox")
            assert [item["kind"] for item in inbox["items"]] == ["question"]
            async with asyncio.timeout(10):
                await beat.wait()
            await rest(server, actor, "POST", f"/approvals/{question['id']}/answer", {"answers": [["blue"]]})
            told = (await asking).content[0].text
            assert '"answer": "blue"' in told
            assert f'"answered_by": "key:{actor.key_id}"' in told
            approvals.saw(part("completed"))
            await approvals.look()
            assert not approvals.waiting
        assert (await session_of(server, actor, session_id)).status == "running"
        again = await call(client, "ask_human", **given)
        assert again["answer"] == "blue", "who lost the answer asks in the same words, and nobody is asked twice"
    assert len((await rest(server, actor, "GET", f"/approvals?session_id={session_id}"))["items"]) == 1


async def test_a_question_that_nobody_answers_gets_the_default(server: Server) -> None:
    await with_questions(server)
    actor = server.actors.member
    session_id, token = await at_work(server, actor)
    async with agent(server, token) as client:
        asking = asyncio.create_task(call(client, "ask_human", question="Which?"))
        question = await asked(server, session_id)
        with tenant_scope(actor.tenant_id):
            async with server.database.transaction() as db:
                late = now() - timedelta(seconds=1)
                mine = (Approval.tenant_id == actor.tenant_id, Approval.id == UUID(question["id"]))
                await db.execute(update(Approval).where(*mine).values(deadline_at=late))
            await node(server, await session_of(server, actor, session_id)).look()
        told = await asking
        assert told["answered_by"] == "policy"
        assert "most careful option" in told["answer"]


async def test_a_question_ends_with_its_turn_and_with_its_session(server: Server) -> None:
    await with_questions(server)
    actor = server.actors.member
    session_id, token = await at_work(server, actor)
    async with agent(server, token) as client:
        asking = asyncio.create_task(refusal(client, "ask_human", question="Which?"))
        first = await asked(server, session_id)
        with tenant_scope(actor.tenant_id):
            await node(server, await session_of(server, actor, session_id)).end()
        assert "(question_superseded)" in await asking
        asking = asyncio.create_task(refusal(client, "ask_human", question="Which?"))
        assert (await asked(server, session_id))["id"] == first["id"]
        await rest(server, actor, "POST", f"/sessions/{session_id}/cancel")
        assert "(question_superseded)" in await asking


async def test_a_question_that_the_agent_gives_up_is_closed_at_once(server: Server) -> None:
    """Its client ended the call, by a time-out or because somebody stopped it: nobody has to answer what nobody hears."""
    await with_questions(server)
    actor = server.actors.member
    session_id, token = await at_work(server, actor)
    async with agent(server, token) as client:
        asking = asyncio.create_task(refusal(client, "ask_human", question="Which?"))
        question = await asked(server, session_id)
        with tenant_scope(actor.tenant_id):
            approvals = node(server, await session_of(server, actor, session_id))
            for other in ("prt_1", "prt_2"):
                approvals.saw(part("running", id=other))
            approvals.saw(part("error"))
            await approvals.look()
            assert (await session_of(server, actor, session_id)).status == "waiting", "another call goes on"
            approvals.forget()
            approvals.saw(part("error", id="prt_2"))
            await approvals.look()
            assert not approvals.waiting
        session = await session_of(server, actor, session_id)
        assert (session.status, session.status_reason) == ("running", "what it asked for is decided")
        closed = await rest(server, actor, "GET", f"/approvals?session_id={session_id}")
        assert [one["status"] for one in closed["items"]] == ["superseded"]
        assert "(question_superseded)" in await asking
        again = asyncio.create_task(call(client, "ask_human", question="Which?"))
        assert (await asked(server, session_id))["id"] == question["id"]
        with tenant_scope(actor.tenant_id):
            approvals.saw(part("running", id="prt_3"))
            await approvals.look()
        assert (await session_of(server, actor, session_id)).status == "waiting"
        await rest(server, actor, "POST", f"/approvals/{question['id']}/answer", {"answers": [["This"]]})
        assert (await again)["answer"] == "This"


async def test_what_the_policy_refuses_is_not_offered_and_not_asked(server: Server) -> None:
    """As OpenCode's own question: without a rule of its own a tenant has none."""
    actor = server.actors.member
    session_id, token = await at_work(server, actor)
    async with agent(server, token) as client:
        names = {one.name for one in (await client.list_tools()).tools}
        assert "ask_human" not in names
        assert "create_task" not in names, "it works on no plan"
        told = await call(client, "ask_human", question="Which?")
        assert (told["answered_by"], "does not allow it" in told["answer"]) == ("policy", True)
    assert (await session_of(server, actor, session_id)).status == "running"
    await with_questions(server)
    async with agent(server, token) as client:
        assert "ask_human" in {one.name for one in (await client.list_tools()).tools}


async def test_an_agent_asks_so_often_and_no_more(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestrator.sessions.questions.MOST_QUESTIONS", 2)
    assert MOST_QUESTIONS == 20
    _, token = await at_work(server, server.actors.member)
    async with agent(server, token) as client:
        for number in range(2):
            await call(client, "ask_human", question=f"Which of {number}?")
        assert "(too_many_questions)" in await refusal(client, "ask_human", question="And now?")
        await call(client, "ask_human", question="Which of 1?")


async def on_a_plan(server: Server, role: WorkRole = WorkRole.WORK, **wanted: Any) -> tuple[dict[str, Any], UUID, str]:
    """A plan, a session that works on a task of it, and its token."""
    actor = server.actors.member
    tasks = [{"key": "price", "prompt": "Make it."}, {"key": "last", "prompt": "End it.", "depends_on": ["price"]}]
    plan = await rest(server, actor, "POST", "/plans", {"goal": "All of it", "tasks": tasks, "verify": ["true"], **wanted})
    session_id, token = await at_work(server, actor)
    await become(server, actor, session_id, None, plan_id=UUID(plan["id"]), task_key="price")
    with tenant_scope(actor.tenant_id):
        async with server.database.transaction() as db:
            ids = {"tenant_id": actor.tenant_id, "plan_id": UUID(plan["id"]), "session_id": session_id}
            facts = {"task_key": "price", "attempt": 1, "number": 0, "role": role, "created_at": now()}
            db.add(PlanSession(**ids, **facts))
    return plan, session_id, token


async def test_an_agent_adds_a_task_to_its_plan(server: Server) -> None:
    plan, session_id, token = await on_a_plan(server)
    async with agent(server, token) as client:
        assert "create_task" in {one.name for one in (await client.list_tools()).tools}
        made = await call(client, "create_task", **TASK, capabilities=["documentation"], after_mine=True)
        assert (made["your_task"], [one["key"] for one in made["tasks"]]) == ("price", ["price", "last", "docs"])
        again = await call(client, "create_task", **TASK, capabilities=["documentation"], after_mine=True)
        assert again == made, "an answer can get lost"
        assert "Its tasks are price, last, docs" in await refusal(client, "create_task", **TASK | {"key": "last"})
        assert "no task of the plan" in await refusal(client, "create_task", **TASK | {"key": "x", "depends_on": ["y"]})
        assert "no agent has all of" in await refusal(client, "create_task", **TASK | {"key": "x", "capabilities": ["?"]})
        judged = await refusal(client, "create_task", **TASK | {"key": "x"}, verify=["true"])
        assert "verify: " in judged, "what judges its work is not for an agent to say"
    read = await rest(server, server.actors.member, "GET", f"/plans/{plan['id']}")
    task = read["tasks"][-1]
    assert (task["key"], task["added_by"], task["depends_on"]) == ("docs", f"session:{session_id}", ["price"])
    assert (task["verify"], task["status"], read["tasks"][0]["added_by"]) == (None, "pending", None)
    told = (await rest(server, server.actors.member, "GET", "/events/log?limit=500"))["items"]
    [changed] = [one for one in told if one["type"] == "plan.changed"]
    assert (changed["actor"], changed["data"]["task"]) == (f"session:{session_id}", "docs")


async def test_what_an_agent_says_at_the_end_is_in_the_report_of_its_plan(server: Server) -> None:
    plan, _, token = await on_a_plan(server)
    path = f"/plans/{plan['id']}/report"
    [work] = (await rest(server, server.actors.member, "GET", path))["tasks"][0]["work"]
    assert work["summary"] is None
    async with agent(server, token) as client:
        for words in ("The price is made.", "The price is made; its docs are left."):
            await call(client, "finish_task", summary=words)
    [work] = (await rest(server, server.actors.member, "GET", path))["tasks"][0]["work"]
    assert work["summary"] == "The price is made; its docs are left."


async def test_tasks_are_added_by_who_works_on_one_and_only_so_many(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    _, none = await at_work(server, server.actors.member)
    _, _, reviewer = await on_a_plan(server, WorkRole.REVIEW)
    for token in (none, reviewer):
        async with agent(server, token) as client:
            assert "(no_task_of_a_plan)" in await refusal(client, "create_task", **TASK)
    _, _, token = await on_a_plan(server)
    async with agent(server, token) as client:
        monkeypatch.setattr(added, "MOST_OF_A_SESSION", 1)
        await call(client, "create_task", **TASK)
        assert "(too_many_tasks_added)" in await refusal(client, "create_task", **TASK | {"key": "more"})
        monkeypatch.setattr(added, "MOST_OF_A_SESSION", 10)
        monkeypatch.setattr(added, "MOST_OF_A_PLAN", 1)
        assert "(too_many_tasks_added)" in await refusal(client, "create_task", **TASK | {"key": "more"})


@pytest.mark.parametrize("word", ["allow", "deny"])
async def test_in_a_plan_that_a_person_approved_one_decides_on_each_task(server: Server, word: str) -> None:
    plan, session_id, token = await on_a_plan(server, require_approval=True)
    await rest(server, server.actors.member, "POST", f"/plans/{plan['id']}/approve")
    async with agent(server, token) as client:
        asking = asyncio.create_task(client.call_tool("create_task", TASK))
        wanted = await asked(server, session_id)
        assert (wanted["kind"], wanted["tool"], wanted["patterns"]) == (
            "permission",
            "orchestrator_create_task",
            ["docs"],
        )
        assert wanted["detail"]["prompt"] == TASK["prompt"]
        await rest(server, server.actors.member, "POST", f"/approvals/{wanted['id']}/{word}", {"reason": "So be it."})
        told = await asking
    assert told.is_error == (word == "deny")
    assert ("So be it. (task_not_wanted)" in told.content[0].text) == (word == "deny")
    keys = [one["key"] for one in (await rest(server, server.actors.member, "GET", f"/plans/{plan['id']}"))["tasks"]]
    assert keys == ["price", "last", *(["docs"] if word == "allow" else [])]
