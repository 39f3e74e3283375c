"""How a plan goes on: pure rules, without a database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from orchestrator.kit.clock import now
from orchestrator.sessions.states import Status, Verification
from orchestrator.tasks import advancing
from orchestrator.tasks.advancing import Judged, Worked
from orchestrator.tasks.facts import MergeFact, SessionFact, TaskFact
from orchestrator.tasks.states import Overlap, PlanStatus, TaskStatus

START = now()


def task(key: str, *depends_on: str, status: TaskStatus = TaskStatus.PENDING, **more: Any) -> TaskFact:
    return TaskFact(key=key, position=0, depends_on=depends_on, status=status, **more)


def session(
    status: Status = Status.COMPLETED, verification: Verification | None = Verification.VERIFIED, **more: Any
) -> SessionFact:
    return SessionFact(more.pop("id", uuid4()), status, verification, **more)


RUNNING = task("a", status=TaskStatus.RUNNING)


def test_a_task_waits_for_all_its_sessions() -> None:
    assert advancing.worked(RUNNING, []) is None
    assert advancing.worked(RUNNING, [session(Status.VERIFYING, None)]) is None
    assert advancing.worked(RUNNING, [session(), session(Status.RUNNING, None)]) is None


def test_the_cheapest_of_those_that_pass_wins() -> None:
    dear, cheap = session(cost_micro_usd=900), session(cost_micro_usd=100, number=1)
    wrong = session(Status.FAILED, Verification.FAILED, cost_micro_usd=1, number=2, reason="1 of 1 failed")
    unjudged = session(verification=Verification.UNVERIFIED, cost_micro_usd=2, number=3)
    came_to = advancing.worked(RUNNING, [dear, cheap, wrong, unjudged])
    assert came_to is not None
    assert (came_to.status, came_to.winner) == (TaskStatus.MERGING, cheap.id)
    assert came_to.why == {
        cheap.id: "the cheapest of those whose evidence passes",
        dear.id: "the winner cost less",
        wrong.id: "its evidence does not pass: 1 of 1 failed",
        unjudged.id: "it is unverified, the winner is more",
    }


def test_what_passes_some_commands_only_is_not_merged() -> None:
    partial = session(Status.PARTIALLY_COMPLETED, Verification.FAILED, reason="1 of 2 failed")
    came_to = advancing.worked(RUNNING, [partial])
    assert came_to == Worked(TaskStatus.FAILED, "1 of 2 failed", None, {partial.id: "1 of 2 failed"})


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.STOPPED])
def test_a_cancelled_session_never_counts_as_done(status: Status) -> None:
    came_to = advancing.worked(RUNNING, [session(status, None)])
    assert came_to is not None
    assert came_to.status is TaskStatus.CANCELLED


def test_work_that_changed_nothing_needs_no_merge() -> None:
    came_to = advancing.worked(RUNNING, [session(changed=False)])
    assert came_to is not None
    assert (came_to.status, came_to.reason) == (TaskStatus.DONE, "it changed nothing")


def test_a_conflict_that_is_resolved_goes_back_into_the_queue() -> None:
    own = uuid4()
    resolving = task("a", status=TaskStatus.RESOLVING, session_id=own)
    assert advancing.worked(resolving, [session(Status.RUNNING, None, id=own)]) is None
    solved = advancing.worked(resolving, [session(id=own)])
    assert solved is not None
    assert solved.status is TaskStatus.MERGING
    given_up = advancing.worked(resolving, [session(Status.FAILED, None, id=own, reason="the marks are still there")])
    assert given_up is not None
    assert given_up.status is TaskStatus.FAILED
    assert "the marks are still there" in given_up.reason


def queue(*keys: str) -> list[TaskFact]:
    return [
        task(key, status=TaskStatus.MERGING, worked_at=START + timedelta(seconds=number)) for number, key in enumerate(keys)
    ]


def test_merges_are_in_the_order_in_which_the_work_was_done() -> None:
    assert advancing.next_batch(list(reversed(queue("a", "b", "c"))), None) == ["a", "b", "c"]


def test_a_rejected_merge_is_halved_until_one_is_left() -> None:
    tasks = queue("a", "b", "c", "d", "e")
    assert advancing.next_batch(tasks, ["a", "b", "c", "d", "e"]) == ["a", "b", "c"]
    assert advancing.next_batch(tasks, ["a", "b", "c"]) == ["a", "b"]
    assert advancing.next_batch(tasks, ["a", "b"]) == ["a"]
    # The one has gone, and with it the suspicion.
    assert advancing.next_batch(queue("b", "c", "d", "e"), ["a"]) == ["b", "c", "d", "e"]


def test_a_merge_waits_a_moment_for_what_is_about_to_be_done() -> None:
    done, at_work = queue("a", "b"), task("c", status=TaskStatus.RUNNING)
    soon, late = START + timedelta(seconds=2), START + advancing.MERGE_PATIENCE
    assert advancing.waits_for_more([*done, at_work], None, soon)
    assert not advancing.waits_for_more([*done, at_work], None, late), "since the first of them was done"
    assert not advancing.waits_for_more(done, None, soon), "nothing is about to be done"


@pytest.mark.parametrize(("took", "waits"), [(1, 5), (20, 20), (3_600, 60)])
def test_a_merge_waits_as_long_as_the_work_took_within_bounds(took: int, waits: int) -> None:
    began = START - timedelta(seconds=took)
    done, at_work = [replace(one, started_at=began) for one in queue("a")], task("c", status=TaskStatus.RUNNING)
    assert advancing.waits_for_more([*done, at_work], None, START + timedelta(seconds=waits - 0.1))
    assert not advancing.waits_for_more([*done, at_work], None, START + timedelta(seconds=waits))


def test_a_merge_does_not_wait_when_somebody_waits_for_it() -> None:
    done, at_work = queue("a", "b"), task("c", status=TaskStatus.RUNNING)
    dependent, other = task("d", "a"), task("d", "c")
    assert not advancing.waits_for_more([*done, at_work, dependent], None, START)
    assert advancing.waits_for_more([*done, at_work, other], None, START)
    assert not advancing.waits_for_more([*done, at_work, task("e")], None, START), "it may wait for the files of one of them"
    assert not advancing.waits_for_more([*done, at_work], ["a", "b"], START), "which of them fails is being found out"
    full = queue(*(f"t{number}" for number in range(advancing.MOST_AT_ONCE_IN_A_MERGE)))
    assert not advancing.waits_for_more([*full, at_work], None, START)


def merge(status: Status, merged: tuple[str, ...], *, rejected: bool = False, **conflicts: tuple[str, ...]) -> MergeFact:
    return MergeFact((*merged, *conflicts), session(status, None), merged, conflicts, rejected)


def test_what_a_merge_means_for_its_tasks() -> None:
    good = advancing.judged(merge(Status.COMPLETED, ("a", "b"), c=("notes.txt",)))
    assert (good.done, good.conflicts) == (("a", "b"), {"c": ("notes.txt",)})
    assert advancing.judged(merge(Status.FAILED, ("a", "b"), rejected=True)) == Judged()
    assert advancing.judged(merge(Status.FAILED, ("a",), rejected=True)).culprit == "a"
    assert advancing.judged(merge(Status.FAILED, (), c=("notes.txt",))).conflicts == {"c": ("notes.txt",)}
    assert advancing.judged(merge(Status.FAILED, ("a", "b"))) == Judged(), "a fault of the machine says nothing"


def test_what_depends_on_a_failure_is_blocked_all_the_way_and_nothing_else_is() -> None:
    tasks = [
        task("a", status=TaskStatus.FAILED),
        task("x", status=TaskStatus.CANCELLED),
        task("b", "a"),
        task("c", "b"),
        task("y", "x"),
        task("free"),
    ]
    assert advancing.blocked(tasks) == {
        "b": "it depends on a, which failed",
        "c": "it depends on b, which is blocked",
        "y": "it depends on x, which was cancelled",
    }


@pytest.mark.parametrize("status", [one for one in TaskStatus if one is not TaskStatus.DONE])
def test_only_what_is_done_lets_another_begin(status: TaskStatus) -> None:
    assert "b" not in advancing.ready([task("a", status=status), task("b", "a")])
    assert advancing.ready([task("a", status=TaskStatus.DONE), task("b", "a")]) == ["b"]


def never(_: str, __: str) -> tuple[str, ...]:
    return ()


def together(*pairs: str) -> advancing.Meet:
    return lambda one, other: ("notes.txt",) if f"{one}{other}" in pairs or f"{other}{one}" in pairs else ()


def test_as_many_begin_as_there_is_room_for() -> None:
    found = advancing.starts(["a", "b", "c"], [], 2, never, Overlap.SERIALISE)
    assert list(found.begin) == ["a", "b"]
    assert "as many tasks" in found.wait["c"]
    assert not advancing.starts(["a"], ["x"], 0, never, Overlap.WARN).begin


def test_tasks_that_will_change_the_same_files_come_after_one_another_or_are_told_of() -> None:
    found = advancing.starts(["a", "b", "c"], [], 9, together("ab"), Overlap.SERIALISE)
    assert list(found.begin) == ["a", "c"]
    assert found.wait == {"b": "it waits for a: both will probably change notes.txt"}
    busy = advancing.starts(["a"], ["x"], 9, together("ax"), Overlap.SERIALISE)
    assert not busy.begin
    warned = advancing.starts(["a", "b"], [], 9, together("ab"), Overlap.WARN)
    assert warned.begin == {"a": None, "b": "it may conflict with a: both will probably change notes.txt"}


@pytest.mark.parametrize(
    ("statuses", "wanted"),
    [
        (("done", "done"), PlanStatus.COMPLETED),
        (("done", "failed"), PlanStatus.FAILED),
        (("failed", "blocked"), PlanStatus.FAILED),
        (("done", "cancelled"), PlanStatus.BLOCKED),
        (("done", "merging"), None),
        (("done", "pending"), None),
        (("failed", "running"), None),
    ],
)
def test_a_plan_is_over_when_nothing_of_it_can_go_on(statuses: tuple[str, ...], wanted: PlanStatus | None) -> None:
    found = advancing.outcome([task(str(number), status=TaskStatus(one)) for number, one in enumerate(statuses)])
    assert (found and found[0]) == wanted
