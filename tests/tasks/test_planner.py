"""What a planner is asked, what of its answers is taken, and what becomes of a plan meanwhile."""

import asyncio
import json
import time
from typing import Any
from uuid import UUID

import pytest
from tests.api import code_of
from tests.tasks.conftest import Kept

from orchestrator.kit.clock import now
from orchestrator.kit.printable import printable
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.models import Session, TranscriptPart
from orchestrator.sessions.states import Status
from orchestrator.tasks.errors import PlanInvalid
from orchestrator.tasks.planner import KEY, MOST_REPAIRS, planning_task, read
from orchestrator.tasks.specs import PlannerWish

AGENTS = (frozenset({"implementation", "backend"}), frozenset({"documentation"}))
PRICE: dict[str, Any] = {"key": "price", "title": "The price", "prompt": "Make it.", "capabilities": ["implementation"]}
DOCS: dict[str, Any] = {"key": "docs", "title": "Docs", "prompt": "Tell.", "depends_on": ["price"], "paths": ["README.md"]}
GOOD = json.dumps({"tasks": [PRICE, DOCS]})


def test_the_task_asks_for_a_plan_after_the_schema() -> None:
    task = planning_task("Discounts {now}", PlannerWish(), ["testing", "backend"])
    assert (task.key, task.verify, task.capabilities, task.agent) == (KEY, [], ["architecture"], None)
    assert "Discounts {now}" in task.prompt
    assert "of these: backend, testing." in task.prompt
    assert '"additionalProperties": false' in task.prompt
    named = planning_task("x", PlannerWish(agent="planner", model="large"), [])
    assert (named.agent, named.model, named.capabilities) == ("planner", "large", [])


@pytest.mark.parametrize(
    "answer",
    [GOOD, f"Here it is:\n```json\n{GOOD}\n```\nGood luck!", f"```\n{{}}x\n```\n```\n{GOOD}\n```", f"So: {GOOD} Done."],
)
def test_a_plan_is_found_in_what_a_model_puts_around_it(answer: str) -> None:
    tasks = read(answer, [KEY], AGENTS)
    assert [(task.key, task.depends_on, task.verify) for task in tasks] == [("price", [], None), ("docs", ["price"], None)]


@pytest.mark.parametrize(
    ("tasks", "problem"),
    [
        ([], "tasks: List should have at least 1 item"),
        ([{**PRICE, "verify": ["rm -rf ."]}], "tasks.0.verify: Extra inputs are not permitted"),
        ([{**PRICE, "key": "The Price"}, {"key": "x"}], "tasks.0.key: String should match"),
        ([DOCS], "task docs depends on price, which is no task of the plan"),
        ([{**PRICE, "depends_on": ["docs"]}, DOCS], "price -> docs -> price"),
        ([{**PRICE, "key": KEY}], "two of its tasks have the key plan"),
        ([{**PRICE, "capabilities": ["backend", "documentation"]}], "no agent has all of backend, documentation"),
    ],
)
def test_what_is_wrong_with_a_plan_is_named(tasks: list[Any], problem: str) -> None:
    with pytest.raises(PlanInvalid) as refused:
        read(json.dumps({"tasks": tasks}), [KEY], AGENTS)
    assert problem in refused.value.message


@pytest.mark.parametrize("answer", ["", "I cannot do that.", "[1]", "{" * 100_000, '{"tasks": ['])
def test_an_answer_without_a_plan_is_none(answer: str) -> None:
    with pytest.raises(PlanInvalid, match="the answer has no JSON object"):
        read(answer, [KEY], AGENTS)


@pytest.mark.parametrize("escape", ["\\u0000", "\\ud800"])
def test_what_is_wrong_is_named_in_words_that_can_be_kept(escape: str) -> None:
    with pytest.raises(PlanInvalid) as refused:
        read(f'{{"tasks": [], "{escape}": 1}}', [KEY], AGENTS)
    problem = str(refused.value.fields["problem"])
    assert printable(problem) == problem


@pytest.mark.parametrize("repeated", ["```\nx", "{\n```\n", "\n ```json"])
def test_an_answer_is_read_in_the_time_of_its_length(repeated: str) -> None:
    started = time.process_time()
    with pytest.raises(PlanInvalid):
        read(repeated * 50_000, [KEY], AGENTS)
    assert time.process_time() - started < 5


async def planned(kept: Kept, **wanted: Any) -> dict[str, Any]:
    body = {"goal": "Discounts", "repository": kept.repository, "verify": ["true"], "planner": {}, **wanted}
    answer = await kept.api.call("POST", "/plans", json=body)
    assert answer.status_code == 201, answer.text
    return await kept.look(answer.json())


async def answers(kept: Kept, plan: dict[str, Any], text: str, number: int = 0, **ended: Any) -> dict[str, Any]:
    """The planner's session has said that and ended, and the plan has been looked at."""
    [session] = await kept.sessions(plan, KEY)
    with tenant_scope(kept.tenant_id):
        async with kept.api.database.transaction() as db:
            db.add(_part(session, f"prt_{number}", text))
    return await kept.work(plan, KEY, verification=None, files_changed=0, **ended)


def _part(session: Session, part_id: str, text: str) -> TranscriptPart:
    names = {"tenant_id": session.tenant_id, "session_id": session.id, "part_id": part_id, "message_id": f"msg_{part_id}"}
    return TranscriptPart(**names, role="assistant", type="text", data={"text": text}, created_at=now())


def states(plan: dict[str, Any]) -> dict[str, str]:
    return {one["key"]: one["status"] for one in plan["tasks"]}


async def test_an_agents_answer_becomes_the_tasks_of_the_plan(kept: Kept) -> None:
    plan = await planned(kept)
    assert states(plan) == {KEY: "running"}
    [session] = await kept.sessions(plan, KEY)
    assert session.verify == []
    plan = await answers(kept, plan, GOOD)
    assert states(plan) == {KEY: "done", "price": "pending", "docs": "pending"}
    assert (plan["status"], plan["revision"]) == ("running", 2)
    assert states(await kept.look(plan)) == {KEY: "done", "price": "running", "docs": "pending"}
    assert not await kept.merges(plan), "what a planner changed is not merged"


async def test_the_approval_is_of_what_the_planner_made(kept: Kept) -> None:
    plan = await planned(kept, require_approval=True)
    assert plan["status"] == "running"
    plan = await answers(kept, plan, GOOD)
    assert plan["status"] == "awaiting_approval"
    assert states(await kept.look(plan))["price"] == "pending"
    edited = await kept.api.call("PATCH", f"/plans/{plan['id']}/tasks/price", json={"prompt": "Make it well."})
    assert edited.status_code == 200
    await kept.api.call("POST", f"/plans/{plan['id']}/approve")
    assert states(await kept.look(plan))["price"] == "running"


async def test_a_plan_that_cannot_be_run_is_mended_by_the_same_session(kept: Kept) -> None:
    plan = await answers(kept, await planned(kept), json.dumps({"tasks": [DOCS]}))
    assert states(plan) == {KEY: "resolving"}
    [session] = await kept.sessions(plan, KEY)
    assert session.status is Status.QUEUED
    said = (await kept.api.call("GET", f"/sessions/{session.id}/messages")).json()["items"]
    assert "task docs depends on price, which is no task of the plan" in said[0]["text"]
    plan = await answers(kept, plan, GOOD, 1)
    assert states(plan) == {KEY: "done", "price": "pending", "docs": "pending"}


async def test_after_two_rounds_it_is_given_up_and_can_be_tried_again(kept: Kept) -> None:
    plan = await planned(kept)
    for number in range(MOST_REPAIRS + 1):
        assert plan["status"] == "running"
        plan = await answers(kept, plan, "I cannot.", number)
    assert (plan["status"], states(plan)) == ("failed", {KEY: "failed"})
    [task] = plan["tasks"]
    assert "no plan that can be run, also after 2 rounds: the answer has no JSON object" in task["status_reason"]
    retried = (await kept.api.call("POST", f"/plans/{plan['id']}/tasks/{KEY}/retry")).json()
    assert states(await kept.look(retried)) == {KEY: "running"}


async def test_a_planner_that_fails_fails_the_plan(kept: Kept) -> None:
    plan = await planned(kept)
    plan = await kept.work(plan, KEY, status=Status.FAILED, verification=None, failure={"message": "the model is away"})
    assert (plan["status"], states(plan)) == ("failed", {KEY: "failed"})


async def test_tasks_a_template_and_a_planner_exclude_each_other(kept: Kept) -> None:
    for more in ({"tasks": [{"key": "a", "prompt": "A"}]}, {"template": {"name": "crud"}}):
        refused = await kept.api.call("POST", "/plans", json={"goal": "x", "planner": {}, **more})
        assert code_of(refused) == (422, "invalid")


async def test_looks_at_once_take_an_answer_once(kept: Kept) -> None:
    plan = await planned(kept)
    [session] = await kept.sessions(plan, KEY)
    with tenant_scope(kept.tenant_id):
        async with kept.api.database.transaction() as db:
            db.add(_part(session, "prt_0", GOOD))
    await kept.end(session.id, verification=None, files_changed=0)
    await asyncio.gather(*(kept.keeper.look(kept.tenant_id, UUID(plan["id"])) for _ in range(6)))
    plan = await kept.read(plan)
    assert [one["key"] for one in plan["tasks"]] == [KEY, "price", "docs"]
    assert plan["revision"] == 2
