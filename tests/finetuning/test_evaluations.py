"""The gate at work: two arms asked through the real gateway, each task once an arm, whatever is killed meanwhile."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.api import Api, Server, code_of
from tests.finetuning.arms import TASKS, TOOLS, WORDS, Arms, arms_of, knows, task
from tests.finetuning.registered import Trained, dataset_row, store_of, trained
from tests.gateway.paying import set_quotas

from orchestrator.finetuning.dataset_files import DatasetFacts, Row, write_dataset
from orchestrator.finetuning.dataset_models import Dataset, RowKind, Split
from orchestrator.finetuning.suites import SuiteTask, is_valid, score
from orchestrator.kit.clock import now
from orchestrator.kit.tenant_scope import tenant_scope

BOTH = {"base_model": "base-arm", "tuned_model": "tuned-arm"}


async def evaluate(arms: Arms, version: Trained, **body: Any) -> dict[str, Any]:
    answer = await arms.call("POST", f"{version.path}/evaluations", json={"tasks": TASKS, **BOTH, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def conducted(arms: Arms, version: Trained, **body: Any) -> dict[str, Any]:
    made = await evaluate(arms, version, **body)
    await arms.runner.conduct(version.tenant_id, UUID(made["id"]))
    return (await arms.call("GET", f"/models/evaluations/{made['id']}")).json()


async def test_a_version_that_learnt_passes_and_may_be_promoted(server: Server) -> None:
    async with arms_of(server, [], knows(WORDS[:23])) as arms:
        version = await trained(server, server.actors.admin)
        found = await conducted(arms, version)
        assert found["status"] == "passed", found
        verdict = found["verdict"]
        assert verdict["words"][0].startswith("Of 24 held-out tasks tuned passed 23 and base 0;")
        assert verdict["numbers"]["tool_calls"] == {"made": 23, "valid": 23}
        assert verdict["numbers"]["means"]["cost_micro_usd"]["base"] > 0
        promoted = await arms.call("POST", f"{version.path}/promote", json={})
        assert promoted.json()["stage"] == "production"
        (step,) = (await arms.call("GET", version.path)).json()["steps"]
        assert step["evaluation_id"] == found["id"]
        answers = (await arms.call("GET", f"/models/evaluations/{found['id']}/answers?limit=500")).json()["items"]
        assert len(answers) == 48
        assert [one["task"] for one in answers if one["passed"]] == WORDS[:23]


async def test_what_was_asked_is_paid_by_who_asked_for_it(server: Server) -> None:
    async with arms_of(server, [], knows(WORDS)) as arms:
        found = await conducted(arms, await trained(server, server.actors.admin))
        with tenant_scope(server.actors.admin.tenant_id):
            async with server.database.transaction() as db:
                query = text("select distinct user_subject, agent, count(*) over () as calls from usage_events")
                (row,) = (await db.execute(query)).all()
        assert tuple(row) == (f"key:{server.actors.admin.key_id}", f"evaluation:{found['id']}", 48)


async def test_a_budget_that_is_spent_ends_it_without_a_verdict(server: Server) -> None:
    async with arms_of(server, [], knows(WORDS)) as arms:
        await set_quotas(server.database, server.actors.admin.tenant_id, tokens_per_month=1)
        found = await conducted(arms, await trained(server, server.actors.admin))
    assert (found["status"], found["verdict"]) == ("failed", None)
    assert found["problem"]["code"] == "evaluation_arm_unreachable"
    assert "budget" in found["problem"]["message"]


@pytest.mark.parametrize(
    ("base", "tuned", "refusal"),
    [
        (knows(WORDS[:12]), knows(WORDS[:12]), "the training made no difference"),  # As with a learning rate of zero.
        ([], knows(WORDS, word="another"), "tuned passed none of 24 tasks"),  # As with labels that were shuffled.
        ([], [], "tuned passed none of 24 tasks"),  # As with DPO that raised its rewards and learnt no call.
        ([], knows(WORDS, term="x"), "0.0% of tuned's tool calls were valid, below 95.0%"),
    ],
)
async def test_what_learnt_nothing_is_refused(
    server: Server, base: list[dict[str, Any]], tuned: list[dict[str, Any]], refusal: str
) -> None:
    async with arms_of(server, base, tuned) as arms:
        version = await trained(server, server.actors.admin, method="dpo")
        found = await conducted(arms, version)
        assert found["status"] == "refused"
        assert any(refusal in one for one in found["verdict"]["refusals"]), found["verdict"]
        promoted = await arms.call("POST", f"{version.path}/promote", json={})
        assert code_of(promoted) == (409, "promotion_unproven")


async def test_a_regression_set_must_not_get_worse(server: Server) -> None:
    kept = [task(f"kept{number}", regression=True) for number in range(3)]
    async with arms_of(server, knows(["kept0", "kept1", "kept2"]), knows([*WORDS, "kept0", "kept1"])) as arms:
        found = await conducted(arms, await trained(server, server.actors.admin), tasks=[*TASKS, *kept])
    assert found["status"] == "refused"
    assert found["verdict"]["refusals"] == ["the regression set got worse, 2 against 3; lost: kept2"]


async def test_who_takes_it_up_after_a_crash_asks_what_is_missing_and_no_more(server: Server) -> None:
    """The first runner is killed in the middle; what it had answered is not asked again."""
    async with arms_of(server, [], knows(WORDS)) as arms:
        version = await trained(server, server.actors.admin)
        made = await evaluate(arms, version)
        path = f"/models/evaluations/{made['id']}/answers?limit=500"
        first = asyncio.create_task(arms.runner.conduct(version.tenant_id, UUID(made["id"])))
        async with asyncio.timeout(60):
            while len((await arms.call("GET", path)).json()["items"]) < 10:
                pass  # Each look is a request to the server, which takes its time.
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        before = (await arms.call("GET", path)).json()["items"]
        await arms.runner.conduct(version.tenant_id, UUID(made["id"]))
        after = (await arms.call("GET", path)).json()["items"]
        assert len(after) == 48
        assert [one for one in after if one in before] == before
        assert (await arms.call("GET", f"/models/evaluations/{made['id']}")).json()["status"] == "passed"
        # The one that was under way when it was killed may have been asked twice.
        assert arms.asked("base") + arms.asked("tuned") in (48, 49)
        await arms.runner.conduct(version.tenant_id, UUID(made["id"]))
        assert arms.asked("base") + arms.asked("tuned") in (48, 49)


async def test_its_key_is_good_while_it_is_conducted(server: Server) -> None:
    async with arms_of(server, [], knows(WORDS)) as arms:
        version = await trained(server, server.actors.admin)
        found = await conducted(arms, version)
        with tenant_scope(version.tenant_id):
            async with server.database.transaction() as db:
                query = text("select evaluation_id, revoked_at is not null from gateway_keys")
                rows = [tuple(one) for one in await db.execute(query)]
        assert rows == [(UUID(found["id"]), True)]


async def test_the_held_out_chats_of_its_dataset_are_the_tasks(server: Server) -> None:
    actor = server.actors.admin
    async with arms_of(server, [], knows(WORDS)) as arms:
        version = await trained(server, actor)
        facts = DatasetFacts(actor.tenant_id, {}, "1", {})
        written = write_dataset(store_of(server), facts, [chat(word) for word in WORDS])
        with tenant_scope(actor.tenant_id):
            async with server.database.transaction() as db:
                dataset_row(db, actor.tenant_id)
                await db.flush()
                db.add(as_row(written.id, written.path, actor.tenant_id))
        found = await conducted(arms, version, tasks=None, dataset_id=written.id)
        assert found["status"] == "passed", found
        assert (found["suite"]["tasks"], found["suite"]["turns"]) == (24, "first")
        second = await evaluate(arms, version, tasks=None, dataset_id=written.id, turns="all", most_tasks=40)
        store_of(server).write(f"{written.path}/heldout.jsonl", b"{}\n")
        await arms.runner.conduct(version.tenant_id, UUID(second["id"]))
        broken = (await arms.call("GET", f"/models/evaluations/{second['id']}")).json()
        assert broken["problem"]["code"] in ("dataset_damaged", "dataset_row_of_another_tenant")


def chat(word: str) -> Row:
    call = {"id": "c1", "type": "function", "function": {"name": "look_up", "arguments": {"word": word}}}
    messages = [
        {"role": "user", "content": f"Look up {word}."},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "found"},
        {"role": "assistant", "content": f"{word} is found."},
    ]
    return Row(RowKind.CHAT, Split.HELDOUT, {"messages": messages, "tools": TOOLS}, cluster=word, tokens=20)


def as_row(dataset_id: str, path: str, tenant_id: UUID) -> Dataset:
    return Dataset(
        tenant_id=tenant_id,
        id=dataset_id,
        name="d",
        path=path,
        train_rows=0,
        heldout_rows=24,
        preference_rows=0,
        tokens=10,
        policy={},
        counters={},
        code_version="1",
        created_by="test",
        created_at=now(),
    )


async def test_what_cannot_be_asked_is_refused_at_once(server: Server) -> None:
    async with arms_of(server, [], []) as arms:
        version = await trained(server, server.actors.admin)
        for body, code in (
            ({"tasks": [task("a"), task("a")], **BOTH}, "suite_invalid"),
            ({"tasks": TASKS, **BOTH, "tuned_model": "base-arm"}, "suite_invalid"),
            ({"tasks": TASKS}, "unknown_model"),
            ({"dataset_id": "0" * 64, **BOTH}, "suite_invalid"),
            ({"tasks": TASKS, **BOTH, "limits": {"most_p": 0.5}}, "invalid_request"),
            ({"tasks": TASKS, **BOTH, "limits": {"fewest_tasks": 2}}, "invalid_request"),
        ):
            answer = await arms.call("POST", f"{version.path}/evaluations", json=body)
            assert answer.status_code == 422, answer.text
            assert code_of(answer)[1] in (code, "validation_failed", "invalid"), answer.text
        await arms.call("POST", f"{version.path}/retire", json={"reason": "x"})
        retired = await arms.call("POST", f"{version.path}/evaluations", json={"tasks": TASKS, **BOTH})
        assert code_of(retired) == (409, "evaluation_of_retired")


async def test_who_may_evaluate(api: Api) -> None:
    made = await trained(api, api.actors.admin)
    body = {"tasks": TASKS, **BOTH}
    refused = await api.call("POST", f"{made.path}/evaluations", api.actors.member, json=body)
    assert code_of(refused) == (403, "permission_required")
    assert (await api.call("POST", f"{made.path}/evaluations", api.actors.other, json=body)).status_code == 404


def test_an_answer_is_right_or_wrong_and_a_call_valid_or_not() -> None:
    asked = SuiteTask.model_validate(task("cat"))

    def said(arguments: Any, name: str = "look_up") -> dict[str, Any]:
        return {"content": None, "tool_calls": [{"function": {"name": name, "arguments": arguments}}]}

    for message, outcome in (
        (said('{"word": "cat"}'), (True, 1, 1)),
        (said(json.dumps(json.dumps({"word": "cat"}))), (False, 1, 0)),  # Encoded twice.
        (said('{"word": "dog"}'), (False, 1, 1)),
        (said('{"word": 3}'), (False, 1, 0)),
        (said("{"), (False, 1, 0)),
        (said('{"word": "cat"}', "look"), (False, 1, 0)),
        ({"content": "cat"}, (False, 0, 0)),
    ):
        found = score(asked, message).answered
        assert (found.passed, found.calls, found.valid_calls) == outcome, message
    spoken = SuiteTask.model_validate(task("cat", expected={"content": "A cat."}))
    assert score(spoken, {"content": " A cat.\n"}).answered.passed
    assert not score(spoken, said('{"word": "cat"}') | {"content": "A cat."}).answered.passed
    assert not is_valid("look_up", {"word": True}, TOOLS)
