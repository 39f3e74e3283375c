"""What a plan does when its sessions end, on the real database: nothing twice, nothing unproved, nothing forgotten."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import DBAPIError
from tests.tasks.conftest import Kept

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Checkpoint, Session
from orchestrator.sessions.states import Status, Verification
from orchestrator.tasks import advancing
from orchestrator.tasks.models import Plan
from orchestrator.tasks.states import MergeStatus


def task(key: str, *depends_on: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "prompt": f"Do {key}.", "depends_on": list(depends_on), **more}


def states(plan: dict[str, Any]) -> dict[str, str]:
    return {one["key"]: one["status"] for one in plan["tasks"]}


def reason(plan: dict[str, Any], key: str) -> str:
    return next(one["status_reason"] for one in plan["tasks"] if one["key"] == key) or ""


FAILED: dict[str, Any] = {
    "status": Status.FAILED,
    "verification": Verification.FAILED,
    "failure": {"class": "verification", "message": "1 of 1 verification commands failed"},
}


async def test_a_task_begins_when_what_it_depends_on_is_on_the_branch(kept: Kept) -> None:
    plan = await kept.plan(task("a"), task("b", "a"))
    assert states(plan) == {"a": "running", "b": "pending"}
    [first] = await kept.sessions(plan, "a")
    assert (first.verify, first.base_ref) == (["true"], plan["base_commit"])
    assert "This is one task of a plan. Its goal: All of it" in first.prompt
    plan = await kept.work(plan, "a", "1" * 40)
    assert states(plan) == {"a": "merging", "b": "pending"}, "done is what is merged"
    [merge] = await kept.sessions(plan, None)
    assert (merge.branch, merge.merges and merge.merges[0]["commit"]) == (plan["branch"], "1" * 40)
    plan = await kept.merge(plan, commit="2" * 40)
    assert states(plan) == {"a": "done", "b": "running"}
    assert plan["head_commit"] == "2" * 40
    [second] = await kept.sessions(plan, "b")
    assert (second.base_commit, second.base_ref) == ("2" * 40, plan["branch"])
    assert second.rules_commit == plan["base_commit"], "what judges is from before any agent worked"
    assert second.based_on is not None
    assert "Done before it, and in the files here: a." in second.prompt
    await kept.work(plan, "b")
    plan = await kept.merge(plan)
    assert (plan["status"], plan["progress"]) == ("completed", {"done": 2, "total": 2})


async def test_many_looks_at_once_begin_each_task_and_each_merge_once(kept: Kept) -> None:
    plan = await kept.plan(task("a"), task("b"), task("c"))
    for key in "abc":
        await kept.end((await kept.sessions(plan, key))[-1].id, commit=key * 40)
    await asyncio.gather(*(kept.keeper.look(kept.tenant_id, UUID(plan["id"])) for _ in range(8)))
    assert [len(await kept.sessions(plan, key)) for key in "abc"] == [1, 1, 1]
    [merge] = await kept.merges(plan)
    assert sorted(merge.task_keys) == ["a", "b", "c"]


async def test_a_failure_blocks_what_waits_for_it_and_nothing_else(kept: Kept) -> None:
    plan = await kept.plan(task("a"), task("b", "a"), task("c", "b"), task("d"))
    plan = await kept.work(plan, "a", **FAILED)
    assert states(plan) == {"a": "failed", "b": "blocked", "c": "blocked", "d": "running"}
    assert reason(plan, "b") == "it depends on a, which failed"
    assert plan["status"] == "running"
    await kept.work(plan, "d")
    plan = await kept.merge(plan)
    assert plan["status"] == "failed"
    place = f"/plans/{plan['id']}/tasks/a/retry"
    plan = (await kept.api.call("POST", place)).json()
    assert (plan["status"], states(plan)) == ("running", {"a": "pending", "b": "pending", "c": "pending", "d": "done"})
    plan = await kept.look(plan)
    [_, second] = await kept.sessions(plan, "a")
    assert second.base_commit == plan["head_commit"], "it begins on the branch as it is now"


@pytest.mark.parametrize("status", [Status.FAILED, Status.PARTIALLY_COMPLETED, Status.CANCELLED])
async def test_nothing_but_a_good_result_is_merged(kept: Kept, status: Status) -> None:
    plan = await kept.plan(task("a"))
    plan = await kept.work(plan, "a", status=status, verification=None)
    assert not await kept.merges(plan)
    assert plan["status"] in ("failed", "blocked")


async def test_a_conflict_goes_to_the_session_that_came_second_and_back_into_the_queue(kept: Kept) -> None:
    plan = await kept.plan(task("a"), task("b"))
    for key in "ab":
        await kept.end((await kept.sessions(plan, key))[-1].id, commit=key * 40)
    await kept.look(plan)
    plan = await kept.merge(plan, conflicts=("b",), commit="f" * 40)
    assert states(plan) == {"a": "done", "b": "resolving"}
    [session] = await kept.sessions(plan, "b")
    assert (session.status, session.rebase and session.rebase["onto"]) == (Status.QUEUED, "f" * 40)
    assert session.rebase is not None
    assert session.rebase["by"] == "plan"
    plan = await kept.work(plan, "b", "d" * 40)
    assert states(plan)["b"] == "merging"
    plan = await kept.merge(plan)
    assert plan["status"] == "completed"


async def test_a_conflict_has_so_many_rounds_and_then_fails_alone(kept: Kept) -> None:
    plan = await kept.plan(task("a"), task("b"), settings={"max_conflict_rounds": 1})
    for key in "ab":
        await kept.end((await kept.sessions(plan, key))[-1].id, commit=key * 40)
    await kept.look(plan)
    plan = await kept.merge(plan, conflicts=("b",))
    plan = await kept.work(plan, "b", "d" * 40)
    plan = await kept.merge(plan, conflicts=("b",), status=Status.FAILED, verification=None)
    assert states(plan) == {"a": "done", "b": "failed"}
    assert "notes.txt, also after 1 rounds" in reason(plan, "b")
    assert plan["status"] == "failed"


async def test_a_rejected_merge_is_halved_until_it_shows_which_task_it_is(kept: Kept) -> None:
    plan = await kept.plan(*(task(key) for key in "abcd"), settings={"max_conflict_rounds": 0})
    for key in "abcd":
        await kept.end((await kept.sessions(plan, key))[-1].id, commit=key * 40)
    plan = await kept.look(plan)
    tried: list[list[str]] = []
    while plan["status"] == "running":
        [merge] = await kept.merges(plan, "running")
        tried.append(merge.task_keys)
        plan = await kept.merge(plan, **(FAILED if "c" in merge.task_keys else {}))
    assert tried == [["a", "b", "c", "d"], ["a", "b"], ["c", "d"], ["c"], ["d"]]
    assert states(plan) == {"a": "done", "b": "done", "c": "failed", "d": "done"}
    assert "does not pass together" in reason(plan, "c")
    assert plan["status"] == "failed"


async def test_a_merge_that_passes_some_commands_only_is_rejected(kept: Kept) -> None:
    plan = await kept.plan(task("a"), verify=["true", "false"], settings={"max_conflict_rounds": 0})
    plan = await kept.work(plan, "a")
    plan = await kept.merge(plan, status=Status.PARTIALLY_COMPLETED, verification=Verification.FAILED)
    assert (states(plan), plan["head_commit"]) == ({"a": "failed"}, None)


async def test_a_plan_whose_command_is_not_there_is_blocked_and_no_task_is_to_blame(kept: Kept) -> None:
    plan = await kept.plan(task("a"))
    plan = await kept.work(plan, "a")
    gone = {"class": "user_input", "message": "there is no command pytst"}
    for _ in range(3):
        plan = await kept.merge(plan, status=Status.FAILED, verification=Verification.FAILED, failure=gone)
    assert (plan["status"], states(plan)) == ("blocked", {"a": "merging"})
    assert "there is no command pytst" in plan["status_reason"]


async def test_what_passes_alone_and_not_together_goes_back_with_the_output(kept: Kept) -> None:
    plan = await kept.plan(task("a"))
    await kept.work(plan, "a")
    plan = await kept.merge(plan, **FAILED)
    assert states(plan) == {"a": "resolving"}
    [session] = await kept.sessions(plan, "a")
    said = (await kept.api.call("GET", f"/sessions/{session.id}/messages")).json()["items"]
    assert "together it does not pass" in said[-1]["text"]


async def test_merges_that_fail_for_another_reason_block_the_plan_and_not_its_tasks(kept: Kept) -> None:
    plan = await kept.plan(task("a"))
    plan = await kept.work(plan, "a")
    broken = {"status": Status.FAILED, "verification": None, "failure": {"class": "internal", "message": "no disk"}}
    for _ in range(3):
        plan = await kept.merge(plan, **broken)
    assert (plan["status"], plan["status_reason"]) == ("blocked", "its merges fail: no disk")
    assert states(plan) == {"a": "merging"}
    plan = await kept.look((await kept.api.call("POST", f"/plans/{plan['id']}/resume")).json())
    assert [one.status for one in await kept.merges(plan)][-1] is MergeStatus.RUNNING


async def test_the_best_of_several_is_merged_and_the_others_are_kept(kept: Kept) -> None:
    plan = await kept.plan(task("a", best_of=3))
    sessions = await kept.sessions(plan, "a")
    assert len(sessions) == 3
    await kept.end(sessions[0].id, commit="1" * 40, **FAILED)
    await kept.end(sessions[1].id, commit="2" * 40)
    assert states(await kept.look(plan)) == {"a": "running"}
    await kept.end(sessions[2].id, commit="3" * 40)
    plan = await kept.look(plan)
    [merge] = await kept.sessions(plan, None)
    assert [part["commit"] for part in merge.merges or []] == ["2" * 40]
    report = (await kept.api.call("GET", f"/plans/{plan['id']}/report")).json()
    assert [one["won"] for one in report["tasks"][0]["work"]] == [False, True, False]
    assert report["tasks"][0]["work"][2]["reason"] == "the winner cost the same and came first"


async def test_tasks_that_name_the_same_file_come_after_one_another(kept: Kept) -> None:
    named = {"prompt": "Change shop/price.py."}
    plan = await kept.plan(task("a", **named), task("b", **named), task("c"))
    assert states(plan) == {"a": "running", "b": "pending", "c": "running"}
    assert "shop/price.py" in reason(plan, "b")
    warned = await kept.plan(task("a", **named), task("b", **named), settings={"overlap": "warn"})
    assert states(warned) == {"a": "running", "b": "running"}
    assert "it may conflict with a" in reason(warned, "b")


async def test_each_is_told_what_others_do_meanwhile_and_what_was_done_before_it(kept: Kept) -> None:
    plan = await kept.plan(task("a"), task("b"))
    [first] = await kept.sessions(plan, "a")
    assert "Others work meanwhile on: b." in first.prompt
    assert "Done before it" not in first.prompt


async def test_one_that_is_refused_holds_up_no_other_that_begins_with_it(kept: Kept) -> None:
    agent = {"name": "fleeting", "definition": {"prompt": "Soon gone."}}
    made = (await kept.api.call("POST", "/agents", kept.api.actors.admin, json=agent)).json()
    body = {"goal": "x", "repository": kept.repository, "tasks": [task("a"), task("b", agent="fleeting"), task("c")]}
    plan = (await kept.api.call("POST", "/plans", json=body)).json()
    await kept.api.call("PATCH", f"/agents/{made['id']}", kept.api.actors.admin, json={"enabled": False})
    plan = await kept.look(plan)
    assert states(plan) == {"a": "running", "b": "failed", "c": "running"}
    assert "switched off" in reason(plan, "b")


async def test_no_more_are_at_work_than_may_be(kept: Kept) -> None:
    plan = await kept.plan(*(task(f"t{n}") for n in range(5)), settings={"max_parallel": 2})
    assert list(states(plan).values()).count("running") == 2
    assert "as many tasks" in reason(plan, "t4")


async def test_a_full_queue_makes_a_task_wait(kept: Kept) -> None:
    api = kept.api
    quotas = f"/tenants/{api.actors.admin.tenant_id}/quotas"
    plan = await kept.plan(task("a"), task("b"), task("c"))
    assert (await api.call("PUT", quotas, api.actors.admin, json={"max_queued_sessions": 3})).status_code == 200
    added = await api.call("POST", f"/plans/{plan['id']}/tasks", json=task("d"))
    plan = await kept.look(added.json())
    assert states(plan)["d"] == "pending"
    assert "queue is full" in reason(plan, "d")
    assert (await api.call("PUT", quotas, api.actors.admin, json={"max_queued_sessions": 9})).status_code == 200
    assert states(await kept.look(plan))["d"] == "running"


async def test_a_repository_that_cannot_be_read_blocks_the_plan_with_the_reason(kept: Kept) -> None:
    plan = await kept.plan(task("a"), base_ref=None, repository="https://127.0.0.1:1/nothing.git")
    assert plan["status"] == "blocked"
    assert plan["status_reason"]
    assert states(plan) == {"a": "pending"}


async def test_a_plan_that_is_paused_begins_nothing(kept: Kept) -> None:
    plan = await kept.plan(task("a"), task("b", "a"))
    await kept.api.call("POST", f"/plans/{plan['id']}/pause")
    [session] = await kept.sessions(plan, "a")
    assert session.status is Status.PAUSED
    assert states(await kept.look(plan)) == {"a": "running", "b": "pending"}
    plan = (await kept.api.call("POST", f"/plans/{plan['id']}/resume")).json()
    [session] = await kept.sessions(plan, "a")
    assert session.status is Status.QUEUED


async def test_a_plan_is_not_resumed_before_its_sessions_are_at_rest(kept: Kept) -> None:
    """A session that was still being paused stayed paused when the plan went on."""
    plan = await kept.plan(task("a"))
    [session] = await kept.sessions(plan, "a")
    with tenant_scope(kept.tenant_id):
        async with kept.api.database.transaction() as db:
            row = await IndustrialRepository(db).get(Session, session.id, lock=True)
            await transition(db, row, Status.RUNNING, "admitted", attempt=1)
    await kept.api.call("POST", f"/plans/{plan['id']}/pause")
    refused = await kept.api.call("POST", f"/plans/{plan['id']}/resume")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "sessions_still_pausing")


async def test_a_task_says_what_its_session_waits_for(kept: Kept) -> None:
    plan = await kept.plan(task("a"))
    [session] = await kept.sessions(plan, "a")
    await kept.api.call("POST", f"/sessions/{session.id}/pause")
    plan = await kept.look(plan)
    assert reason(plan, "a") == "its session is paused: paused by a person"
    await kept.api.call("POST", f"/sessions/{session.id}/resume")
    assert reason(await kept.look(plan), "a") == ""


async def test_a_fault_in_one_plan_ends_the_look_at_that_one_alone(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = await kept.plan(task("a"))

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(kept.keeper, "look", broken)
    await kept.keeper.look_once((kept.tenant_id, UUID(plan["id"])))


async def test_what_is_done_waits_a_moment_for_others_and_is_merged_with_them(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advancing, "MERGE_PATIENCE", timedelta(minutes=10))
    plan = await kept.plan(task("a"), task("b"), task("c", "b"))
    plan = await kept.work(plan, "a")
    assert (states(plan)["a"], await kept.merges(plan)) == ("merging", [])
    plan = await kept.work(plan, "b")
    [merge] = await kept.merges(plan)
    assert merge.task_keys == ["a", "b"]


async def test_cancelling_ends_its_sessions_and_its_merge(kept: Kept) -> None:
    plan = await kept.plan(task("a"), task("b"))
    plan = await kept.work(plan, "a")
    plan = (await kept.api.call("POST", f"/plans/{plan['id']}/cancel")).json()
    assert set(states(plan).values()) == {"cancelled"}
    for key in ("b", None):
        assert {one.status for one in await kept.sessions(plan, key)} == {Status.CANCELLED}
    assert [one.status for one in await kept.merges(plan)] == [MergeStatus.FAILED]


async def test_a_merge_has_nobody_to_talk_to(kept: Kept) -> None:
    plan = await kept.plan(task("a"))
    plan = await kept.work(plan, "a")
    [merge] = await kept.sessions(plan, None)
    for deed, body in (("messages", {"text": "Hello"}), ("rebase", {}), ("fork", {}), ("open", {"have": []})):
        answer = await kept.api.call("POST", f"/sessions/{merge.id}/{deed}", json=body)
        assert answer.status_code == 409, (deed, answer.text)
        assert answer.json()["error"]["code"] == "merge_has_no_conversation", deed
    plan = await kept.merge(plan)
    answer = await kept.api.call("POST", f"/sessions/{merge.id}/retry")
    assert answer.json()["error"]["code"] == "merge_has_no_conversation"


async def test_what_a_plan_makes_asks_for_no_review_of_its_own(kept: Kept) -> None:
    plan = await kept.plan(task("a"))
    await kept.work(plan, "a")
    plan = await kept.merge(plan)
    assert not (await kept.api.call("GET", "/sessions?needs_me=true")).json()["items"]
    mine = (await kept.api.call("GET", f"/sessions?plan_id={plan['id']}")).json()["items"]
    assert {one["task_key"] for one in mine} == {"a", None}
    assert {one["plan_id"] for one in mine} == {plan["id"]}


async def test_a_conflict_with_work_whose_session_was_cancelled_meanwhile_keeps_no_plan_from_going_on(kept: Kept) -> None:
    plan = await kept.plan(task("a"), task("b"))
    plan = await kept.work(plan, "a", "1" * 40)
    [work] = await kept.sessions(plan, "a")
    for deed, body in (("messages", {"text": "More."}), ("cancel", None)):
        answer = await kept.api.call("POST", f"/sessions/{work.id}/{deed}", json=body)
        assert answer.is_success, answer.text
    plan = await kept.merge(plan, conflicts=("a",))
    assert states(plan) == {"a": "cancelled", "b": "running"}
    assert "its session was cancelled meanwhile" in reason(plan, "a")


async def test_work_whose_result_is_not_there_any_more_has_failed(kept: Kept) -> None:
    plan = await kept.plan(task("a"))
    [work] = await kept.sessions(plan, "a")
    await kept.end(work.id)
    with tenant_scope(kept.tenant_id):
        async with kept.api.database.transaction() as db:
            await db.execute(delete(Checkpoint).where(Checkpoint.tenant_id == work.tenant_id))
    plan = await kept.look(await kept.look(plan))
    assert (states(plan), plan["status"]) == ({"a": "failed"}, "failed")
    assert "its result is not there any more" in reason(plan, "a")


async def test_who_acts_on_a_plan_keeps_nobody_from_what_refers_to_it(kept: Kept) -> None:
    """Who pauses a plan locks it and then its sessions. Admission locks a session first, and when it had changed that
    twice PostgreSQL looked up the plan, and waited: it ended one of the two, as a deadlock."""
    plan = await kept.plan({"key": "a", "prompt": "A"})
    plan_id, [session] = UUID(plan["id"]), await kept.sessions(plan, "a")
    twice = "update sessions set priority = priority + 1 where id = :id"
    with tenant_scope(kept.tenant_id):
        async with kept.api.database.transaction() as acts:
            await IndustrialRepository(acts).get(Plan, plan_id, lock=True)
            async with kept.api.database.transaction() as admits:
                await admits.execute(text("set local lock_timeout = '2s'"))
                for _ in range(2):
                    await admits.execute(text(twice), {"id": session.id})
            async with kept.api.database.transaction() as other:
                await other.execute(text("set local lock_timeout = '100ms'"))
                with pytest.raises(DBAPIError, match="lock timeout"):
                    await IndustrialRepository(other).get(Plan, plan_id, lock=True)
