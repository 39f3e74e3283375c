"""How a plan goes on, pure: what became of a task's sessions, what is merged next, what may begin, and when it is over.

Nothing but `done` lets a dependent begin: a task that failed, was cancelled or is blocked never counts as done.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from orchestrator.sessions.states import Status, Verification
from orchestrator.tasks.facts import MergeFact, SessionFact, TaskFact
from orchestrator.tasks.states import AT_WORK, ENDED, Overlap, PlanStatus, TaskStatus

MOST_AT_ONCE_IN_A_MERGE = 16
MERGE_PATIENCE, MOST_MERGE_PATIENCE = timedelta(seconds=5), timedelta(minutes=1)
"""The least and the most that what is done waits for what is about to be, so that both are merged and verified at once. In
between it waits for as long as it took itself: what began along with it takes about as long."""
MOST_FAILED_MERGES = 3
"""So often in a row a merge may fail for a reason that says nothing about the work."""

_TRUST = {Verification.VERIFIED: 0, Verification.NEEDS_REVIEW: 1, Verification.UNVERIFIED: 2}


@dataclass(frozen=True, slots=True)
class Worked:
    """What a task's sessions came to; `winner` is the one whose result is taken, `why` says of each why or why not."""

    status: TaskStatus
    reason: str
    winner: UUID | None = None
    why: Mapping[UUID, str] | None = None


def worked(task: TaskFact, sessions: Sequence[SessionFact]) -> Worked | None:
    """Of the sessions of its present attempt; None while some of them are at work."""
    if task.status is TaskStatus.RESOLVING:
        return _resolved(next(one for one in sessions if one.id == task.session_id))
    if not sessions or not all(one.over for one in sessions):
        return None
    good = [one for one in sessions if one.good]
    if not good:
        return Worked(_ended(sessions), _reasons(sessions), why={one.id: one.reason for one in sessions})
    best = min(good, key=lambda one: (_trust(one), one.cost_micro_usd, one.number))
    why = {one.id: _why(one, best) for one in sessions}
    if not best.changed:
        return Worked(TaskStatus.DONE, "it changed nothing", best.id, why)
    return Worked(TaskStatus.MERGING, best.reason, best.id, why)


def _resolved(session: SessionFact) -> Worked | None:
    if not session.over:
        return None
    if session.good:
        return Worked(TaskStatus.MERGING, "its conflict is resolved", session.id)
    return Worked(_ended([session]), f"its conflict was not resolved: {session.reason}")


def _ended(sessions: Sequence[SessionFact]) -> TaskStatus:
    cancelled = all(one.status in (Status.CANCELLED, Status.STOPPED) for one in sessions)
    return TaskStatus.CANCELLED if cancelled else TaskStatus.FAILED


def _reasons(sessions: Sequence[SessionFact]) -> str:
    reasons = list(dict.fromkeys(one.reason or one.status.value for one in sessions))
    return reasons[0] if len(reasons) == 1 else f"none of {len(sessions)} passed: {'; '.join(reasons)}"


def _trust(session: SessionFact) -> int:
    return _TRUST.get(session.verification, 3) if session.verification else 3


def _why(one: SessionFact, best: SessionFact) -> str:
    if one.id == best.id:
        return "the cheapest of those whose evidence passes"
    if not one.good:
        return f"its evidence does not pass: {one.reason or one.status.value}"
    if _trust(one) > _trust(best):
        return f"it is {one.verification.value if one.verification else 'not judged'}, the winner is more"
    return "the winner cost less" if one.cost_micro_usd > best.cost_micro_usd else "the winner cost the same and came first"


_HELD = {Status.PAUSED: "its session is paused", Status.WAITING: "its session waits for an answer"}


def held(task: TaskFact, sessions: Sequence[SessionFact]) -> tuple[bool, str | None]:
    """Whether what is said of a task at work is to be changed, and to what: that its session waits for somebody, or no
    more."""
    found = next((f"{_HELD[one.status]}: {one.reason}" for one in sessions if one.status in _HELD), None)
    if found is None:
        said = (task.status_reason or "").startswith(tuple(_HELD.values()))
        return said, None
    return found != task.status_reason, found


def next_batch(queue: Sequence[TaskFact], last: Sequence[str] | None) -> list[str]:
    """Which tasks are merged next, in the order in which their work was done.

    `last` are the tasks of a merge that was rejected just before: half of them are tried, so that it shows which one it is.
    """
    waiting = [task.key for task in sorted(queue, key=lambda task: (task.worked_at is None, task.worked_at, task.position))]
    if last is not None and len(last) > 1:
        half = [key for key in waiting if key in last][: (len(last) + 1) // 2]
        return half or waiting[:MOST_AT_ONCE_IN_A_MERGE]
    return waiting[:MOST_AT_ONCE_IN_A_MERGE]


def waits_for_more(tasks: Sequence[TaskFact], last: Sequence[str] | None, moment: datetime) -> bool:
    """Whether the next merge may wait: others are at work, and nobody needs what is in the queue.

    Each merge is verified as a whole, so that fewer of them cost less. `last` is that of `next_batch`.
    """
    queue = {task.key: task for task in tasks if task.status is TaskStatus.MERGING}
    if last is not None or len(queue) >= MOST_AT_ONCE_IN_A_MERGE:
        return False
    others_work = any(task.status in AT_WORK - {TaskStatus.MERGING} for task in tasks)
    pending = [task for task in tasks if task.status is TaskStatus.PENDING]
    # One that is ready and has not begun may wait for the files of one in the queue.
    is_needed = bool(ready(tasks)) or any(not queue.keys().isdisjoint(task.depends_on) for task in pending)
    if is_needed or not others_work:
        return False
    return moment < min(_waits_until(task, moment) for task in queue.values())


def _waits_until(task: TaskFact, moment: datetime) -> datetime:
    worked_at = task.worked_at or moment
    took = worked_at - (task.started_at or worked_at)
    return worked_at + max(MERGE_PATIENCE, min(took, MOST_MERGE_PATIENCE))


@dataclass(frozen=True, slots=True)
class Judged:
    """What a merge that is over means for its tasks. Those in none of these stay in the queue."""

    done: tuple[str, ...] = ()
    conflicts: Mapping[str, tuple[str, ...]] | None = None
    culprit: str | None = None
    """The one task that does not pass together with what is there."""


def judged(merge: MergeFact) -> Judged:
    if merge.session.status is Status.COMPLETED:
        return Judged(merge.merged, merge.conflicts)
    if merge.rejected and len(merge.merged) == 1:
        return Judged(conflicts=merge.conflicts, culprit=merge.merged[0])
    if not merge.merged:
        return Judged(conflicts=merge.conflicts)
    return Judged()


def blocked(tasks: Sequence[TaskFact]) -> dict[str, str]:
    """Pending tasks that cannot become ready, with the reason. The tasks come each after all that it depends on."""
    status = {task.key: task.status for task in tasks}
    reasons: dict[str, str] = {}
    for task in tasks:
        reason = _blocking(task, status, reasons) if task.status is TaskStatus.PENDING else None
        if reason is not None:
            reasons[task.key] = reason
    return reasons


def _blocking(task: TaskFact, status: Mapping[str, TaskStatus], reasons: Mapping[str, str]) -> str | None:
    for key in task.depends_on:
        if status[key] in (TaskStatus.FAILED, TaskStatus.CANCELLED):
            return f"it depends on {key}, which {'failed' if status[key] is TaskStatus.FAILED else 'was cancelled'}"
        if status[key] is TaskStatus.BLOCKED or key in reasons:
            return f"it depends on {key}, which is blocked"
    return None


def ready(tasks: Sequence[TaskFact]) -> list[str]:
    """Those whose dependencies are all done, as they stand."""
    done = {task.key for task in tasks if task.status is TaskStatus.DONE}
    return [task.key for task in tasks if task.status is TaskStatus.PENDING and done.issuperset(task.depends_on)]


Meet = Callable[[str, str], Sequence[str]]
"""The files that two tasks will probably both change."""


@dataclass(frozen=True, slots=True)
class Starts:
    """`begin` are tasks that may begin, with what is to be known of each; `wait` says why others wait."""

    begin: Mapping[str, str | None]
    wait: Mapping[str, str]


def starts(ready_keys: Sequence[str], at_work: Sequence[str], room: int, meet: Meet, overlap: Overlap) -> Starts:
    """Of the ready ones, in their order, as many as there is room for; those whose files meet after one another."""
    begin: dict[str, str | None] = {}
    wait: dict[str, str] = {}
    for key in ready_keys:
        met = _met(key, [*at_work, *begin], meet)
        if met is not None and overlap is Overlap.SERIALISE:
            wait[key] = f"it waits for {met}"
        elif len(begin) >= room:
            wait[key] = "as many tasks of the plan as may are at work"
        else:
            begin[key] = met and f"it may conflict with {met}"
    return Starts(begin, wait)


def _met(key: str, others: Sequence[str], meet: Meet) -> str | None:
    for other in others:
        if files := meet(key, other):
            more = f" and {len(files) - 3} more" if len(files) > 3 else ""
            return f"{other}: both will probably change {', '.join(files[:3])}{more}"
    return None


def outcome(tasks: Sequence[TaskFact]) -> tuple[PlanStatus, str] | None:
    """How a plan stands when nothing of it is at work or may begin; None while something is."""
    if any(task.status in AT_WORK for task in tasks) or ready(tasks):
        return None
    if all(task.status is TaskStatus.DONE for task in tasks):
        return PlanStatus.COMPLETED, "all tasks are on the branch" if len(tasks) > 1 else "its task is on the branch"
    if not all(task.status in ENDED for task in tasks):
        return None
    failed = [task.key for task in tasks if task.status is TaskStatus.FAILED]
    if failed:
        return PlanStatus.FAILED, f"failed: {_named(failed)}"
    return PlanStatus.BLOCKED, f"cancelled: {_named([t.key for t in tasks if t.status is TaskStatus.CANCELLED])}"


def _named(keys: Sequence[str]) -> str:
    return ", ".join(keys[:10]) + (f" and {len(keys) - 10} more" if len(keys) > 10 else "")
