"""A reviewer's approval before the merge: asked of the very commit, given in clear words, by another model where that is
wanted."""

import json
from typing import Any

import pytest
from tests.tasks.conftest import Kept
from tests.tasks.test_keeper import reason, states, task

from orchestrator.kit.clock import now
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.models import Session, TranscriptPart
from orchestrator.sessions.states import Status, Verification
from orchestrator.tasks import review_words
from orchestrator.tasks.review_words import Review

REVIEWED: dict[str, Any] = {"settings": {"review": {}}}
YES = json.dumps({"approve": True})
NO = json.dumps({"approve": False, "findings": ["price.py:2 loses cents."]})


async def reviews(kept: Kept, plan: dict[str, Any], key: str = "a") -> list[Session]:
    return [one for one in await kept.sessions(plan, key) if one.agent == "reviewer"]


async def answer(kept: Kept, plan: dict[str, Any], text: str, of: str = "a", **ended: Any) -> dict[str, Any]:
    """The newest review has said that and ended, and the plan has been looked at."""
    review = (await reviews(kept, plan, of))[-1]
    with tenant_scope(kept.tenant_id):
        async with kept.api.database.transaction() as db:
            facts: dict[str, Any] = {"tenant_id": review.tenant_id, "session_id": review.id, "created_at": now()}
            facts |= {"part_id": "prt_1", "message_id": "msg_1", "role": "assistant", "type": "text"}
            db.add(TranscriptPart(**facts, data={"text": text}))
    values: dict[str, Any] = {"verification": Verification.UNVERIFIED, "commit": review.base_commit, **ended}
    await kept.end(review.id, **values)
    return await kept.look(plan)


async def reviewing(kept: Kept, **wanted: Any) -> dict[str, Any]:
    plan = await kept.plan(task("a"), **(REVIEWED | wanted))
    return await kept.work(plan, "a", "1" * 40)


async def test_work_is_merged_when_it_was_approved_and_not_before(kept: Kept) -> None:
    plan = await reviewing(kept)
    assert states(plan) == {"a": "reviewing"}
    [review] = await reviews(kept, plan)
    assert (review.base_commit, review.verify, review.agent_version) == ("1" * 40, [], 1)
    assert "Do a." in review.prompt
    assert f"{'1' * 40}` shows it" in review.prompt
    assert not await kept.merges(plan)
    assert len(await reviews(kept, await kept.look(plan))) == 1, "it is asked for once"
    plan = await answer(kept, plan, f"I read it.\n```json\n{YES}\n```")
    assert states(plan) == {"a": "merging"}
    assert reason(plan, "a").startswith("approved by reviewer with ")
    report = (await kept.api.call("GET", f"/plans/{plan['id']}/report")).json()
    assert [one["role"] for one in report["tasks"][0]["work"]] == ["work", "review"]


async def test_what_is_not_approved_goes_back_and_is_read_again(kept: Kept) -> None:
    plan = await reviewing(kept)
    plan = await answer(kept, plan, NO)
    assert states(plan) == {"a": "resolving"}
    [work] = [one for one in await kept.sessions(plan, "a") if one.agent != "reviewer"]
    said = (await kept.api.call("GET", f"/sessions/{work.id}/messages")).json()["items"]
    assert "1. price.py:2 loses cents." in said[-1]["text"]
    await kept.end(work.id, commit="2" * 40)
    plan = await kept.look(plan)
    assert states(plan) == {"a": "reviewing"}
    assert [one.base_commit for one in await reviews(kept, plan)] == ["1" * 40, "2" * 40]
    assert states(await answer(kept, plan, YES)) == {"a": "merging"}


async def test_a_change_that_is_not_mended_fails_after_its_rounds(kept: Kept) -> None:
    plan = await reviewing(kept, settings={"review": {}, "max_conflict_rounds": 1})
    plan = await answer(kept, plan, NO)
    [work] = [one for one in await kept.sessions(plan, "a") if one.agent != "reviewer"]
    await kept.end(work.id, commit="1" * 40)  # It changed nothing.
    plan = await kept.look(plan)
    assert states(plan) == {"a": "failed"}
    assert "loses cents" in reason(plan, "a")


@pytest.mark.parametrize(
    "text", ["Looks good to me!", "{}", '{"approve": "yes"}', '{"approve": 1}', '{"approve": true, "findings": "x"}']
)
async def test_nothing_but_a_clear_approval_is_one(kept: Kept, text: str) -> None:
    plan = await answer(kept, await reviewing(kept), text)
    assert (states(plan), plan["status"]) == ({"a": "failed"}, "failed")
    assert not await kept.merges(plan)


@pytest.mark.parametrize("escape", ["\\u0000", "\\ud800"])
async def test_findings_that_no_database_can_hold_are_told_as_far_as_they_can_be(kept: Kept, escape: str) -> None:
    said = f'{{"approve": false, "findings": ["It {escape} fails."], "{escape}": 1}}'
    plan = await answer(kept, await reviewing(kept), said)
    assert states(plan) == {"a": "resolving"}


async def test_work_that_goes_on_after_its_approval_is_not_merged_before_it_is_read_again(kept: Kept) -> None:
    plan = await kept.plan(task("b"), task("a"), **REVIEWED)
    plan = await kept.work(plan, "b", "b" * 40)
    plan = await answer(kept, plan, YES, of="b")
    plan = await kept.work(plan, "a", "1" * 40)
    plan = await answer(kept, plan, YES)
    assert states(plan) == {"a": "merging", "b": "merging"}
    [work] = [one for one in await kept.sessions(plan, "a") if one.agent != "reviewer"]
    said = await kept.api.call("POST", f"/sessions/{work.id}/messages", json={"text": "One more thing."})
    assert said.status_code == 201, said.text
    plan = await kept.merge(plan)
    assert states(plan) == {"a": "resolving", "b": "done"}
    await kept.end(work.id, commit="2" * 40)
    plan = await kept.look(plan)
    assert states(plan) == {"a": "reviewing", "b": "done"}
    assert states(await answer(kept, plan, YES)) == {"a": "merging", "b": "done"}


async def test_a_review_of_work_whose_session_was_cancelled_meanwhile_keeps_no_plan_from_going_on(kept: Kept) -> None:
    plan = await reviewing(kept)
    [work] = [one for one in await kept.sessions(plan, "a") if one.agent != "reviewer"]
    for deed, body in (("messages", {"text": "More."}), ("cancel", None)):
        assert (await kept.api.call("POST", f"/sessions/{work.id}/{deed}", json=body)).is_success
    plan = await kept.look(await answer(kept, plan, NO))
    assert states(plan) == {"a": "cancelled"}


async def test_a_review_that_fails_approves_nothing(kept: Kept) -> None:
    failed: dict[str, Any] = {
        "status": Status.FAILED,
        "verification": None,
        "failure": {"class": "budget", "message": "spent"},
    }
    plan = await answer(kept, await reviewing(kept), YES, **failed)
    assert reason(plan, "a") == "its review came to no end: spent"


async def test_it_has_to_be_another_model_where_that_is_wanted(kept: Kept) -> None:
    plan = await reviewing(kept, settings={"review": {"another_model": True}})
    assert states(plan) == {"a": "failed"}
    assert "has to be by another model" in reason(plan, "a")
    assert not await reviews(kept, plan)


async def test_a_reviewer_that_is_not_there_is_told(kept: Kept) -> None:
    plan = await reviewing(kept, settings={"review": {"agent": "nobody"}})
    assert "it cannot be reviewed: There is no agent called nobody" in reason(plan, "a")


def test_the_findings_are_told_in_their_order() -> None:
    text = review_words.told(Review(approve=False, findings=["first", "second"]))
    assert text.index("1. first") < text.index("2. second")
    assert "no reasons" in review_words.told(Review(approve=False))
