"""One look at one plan, in one transaction: what has ended is written down, and what follows from it is done.

Two keepers that look at the same plan take turns at its row, and the second finds the work of the first done.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.sessions.errors import CheckpointUnusable
from orchestrator.sessions.merging import checkpoint_with
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status
from orchestrator.tasks import advancing, returning, snapshots
from orchestrator.tasks.advancing import Judged, Meet, Worked
from orchestrator.tasks.facts import MergeFact, SessionFact
from orchestrator.tasks.foreseeing import Foresight
from orchestrator.tasks.looks import Look
from orchestrator.tasks.models import Plan, PlanSession
from orchestrator.tasks.planner import KEY
from orchestrator.tasks.planning import settle_planner
from orchestrator.tasks.reviewing import Wanted, review_of, settle_reviews
from orchestrator.tasks.snapshots import Merging
from orchestrator.tasks.specs import PlanSettings
from orchestrator.tasks.starting import begin_merge
from orchestrator.tasks.states import AT_WORK, MergeStatus, PlanStatus, TaskStatus
from orchestrator.tasks.writing import set_plan


@dataclass(frozen=True)
class Follows:
    """What begins now: tasks, with what is to be known of each, and reviews of what tasks have done."""

    begin: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    reviews: Sequence[Wanted] = ()


async def settle(db: AsyncSession, plan: Plan, foresight: Foresight) -> Follows:
    """Of a plan that is locked, running, and still of the
    revision that was foreseen."""
    tasks = await snapshots.tasks_of(db, plan, foresight.shape)
    look = Look(db, plan, PlanSettings.model_validate(plan.settings), tasks)
    sessions = await snapshots.sessions_of(db, plan, tasks.values())
    if plan.planner is not None and (of_planner := sessions.pop(KEY, None)) and await settle_planner(look, of_planner):
        return Follows()
    for key, worked_on in sessions.items():
        await _settle_task(look, key, worked_on)
    merges = await snapshots.newest_merges(db, plan, advancing.MOST_FAILED_MERGES)
    if merges and merges[0].row.status is MergeStatus.RUNNING:
        await _settle_merge(look, merges[0])
    for key, reason in advancing.blocked(list(look.tasks.values())).items():
        await look.put(key, TaskStatus.BLOCKED, reason)
    reviews = await settle_reviews(look)
    if not await _go_on_merging(look, merges):
        return Follows()
    return Follows(await _starts(look, foresight.meet), reviews)


async def _settle_task(look: Look, key: str, sessions: Sequence[SessionFact]) -> None:
    task = look.tasks[key]
    came_to = advancing.worked(task, sessions)
    if came_to is None:
        changed, reason = advancing.held(task, sessions)
        if changed:
            await look.put(key, task.status, reason)
        return
    winner = came_to.winner or (sessions[0].id if len(sessions) == 1 else None)
    worked_at = task.worked_at or now()
    to, reason = came_to.status, came_to.reason
    if to is TaskStatus.MERGING and look.settings.review is not None:
        to, reason = TaskStatus.REVIEWING, f"{look.settings.review.agent} reads what it did"
    await look.put(key, to, reason, session_id=winner, worked_at=worked_at)
    if came_to.why is not None:
        await _remember_why(look, came_to)


async def _remember_why(look: Look, came_to: Worked) -> None:
    """Who won, and why the others did not: what a model can learn from."""
    for session_id, why in (came_to.why or {}).items():
        mine = (PlanSession.tenant_id == look.plan.tenant_id, PlanSession.session_id == session_id)
        values = {"won": session_id == came_to.winner, "reason": why[:1_000]}
        await look.db.execute(update(PlanSession).where(*mine).values(values))


async def _settle_merge(look: Look, merging: Merging) -> None:
    fact = snapshots.merge_fact(merging, look.by_session)
    if not fact.session.over:
        return
    judged = advancing.judged(fact)
    if fact.session.status is Status.COMPLETED:
        await _take_over(look, merging)
    await _end_merge(look, merging, fact, judged)
    for key in judged.done:
        await look.put(key, TaskStatus.DONE, fact.session.reason)
    for key, files in (judged.conflicts or {}).items():
        await returning.conflict(look, merging.session, key, files)
    if judged.culprit is not None:
        await returning.rejected(look, merging.session, judged.culprit, fact.session.reason)


async def _take_over(look: Look, merging: Merging) -> None:
    """The head moves in the transaction that calls the tasks done; their commit is on the branch before that."""
    checkpoint = await checkpoint_with(look.db, merging.session)
    look.plan.head_commit, look.plan.head_checkpoint = checkpoint.commit, checkpoint.id


async def _end_merge(look: Look, merging: Merging, fact: MergeFact, judged: Judged) -> None:
    row = merging.row
    about_work = fact.rejected or judged.conflicts
    row.status = MergeStatus.MERGED if judged.done else MergeStatus.REJECTED if about_work else MergeStatus.FAILED
    row.reason, row.ended_at = fact.session.reason[:1_000], now()
    row.commit = merging.session.commit if judged.done else None
    told: dict[str, Any] = {
        "plan_id": str(look.plan.id),
        "number": row.number,
        "status": row.status.value,
        "reason": row.reason,
    }
    told |= {"done": list(judged.done), "conflicts": sorted(judged.conflicts or {}), "commit": row.commit}
    events.append(look.db, look.plan.tenant_id, "plan.merge_ended", actor=ORCHESTRATOR, session_id=row.session_id, **told)


async def _go_on_merging(look: Look, merges: Sequence[Merging]) -> bool:
    """Begins the next merge when there is none. False when the plan cannot go on by itself."""
    if merges and merges[0].row.status is MergeStatus.RUNNING:
        return True
    queue = [task for task in look.tasks.values() if task.status is TaskStatus.MERGING]
    if not queue:
        return True
    if snapshots.failures_in_a_row(look.plan, merges) >= advancing.MOST_FAILED_MERGES:
        await set_plan(look.db, look.plan, PlanStatus.BLOCKED, f"its merges fail: {merges[0].row.reason}")
        return False
    rejected = _just_rejected(look, merges)
    if advancing.waits_for_more(list(look.tasks.values()), rejected, now()):
        return True
    keys = advancing.next_batch(queue, rejected)
    works = [(key, await look.work_of(key)) for key in keys]
    stand = {key: work.id for key, work in works if await _stands(look, key, work)}
    if stand:
        await begin_merge(look.db, look.plan, list(stand), list(stand.values()))
    return True


async def _stands(look: Look, key: str, work: Session) -> bool:
    """Whether the work is as it was when it came into the queue: somebody may have said something to its session since."""
    if not snapshots.fact_of(work).good:
        await look.put(key, TaskStatus.RESOLVING, "its session works on it again")
        return False
    if look.settings.review is not None and await review_of(look.db, look.plan, key, work) is None:
        await look.put(key, TaskStatus.REVIEWING, f"{look.settings.review.agent} reads what its session did since")
        return False
    try:
        await checkpoint_with(look.db, work)
    except CheckpointUnusable as error:
        await look.put(key, TaskStatus.FAILED, f"its result is not there any more: {error.message}")
        return False
    return True


def _just_rejected(look: Look, merges: Sequence[Merging]) -> list[str] | None:
    if not merges or merges[0].row.status is not MergeStatus.REJECTED:
        return None
    fact = snapshots.merge_fact(merges[0], look.by_session)
    return list(fact.merged) if fact.rejected else None


async def _starts(look: Look, meet: Meet) -> Mapping[str, str | None]:
    tasks = list(look.tasks.values())
    at_work = [task.key for task in tasks if task.status in AT_WORK]
    working = sum(task.status in AT_WORK - {TaskStatus.MERGING} for task in tasks)
    room = look.settings.max_parallel - working
    asked = (advancing.ready(tasks), at_work, room, meet, look.settings.overlap)
    found = await asyncio.to_thread(advancing.starts, *asked)  # Thousands of tasks with many patterns take seconds.
    for key, reason in found.wait.items():
        if look.tasks[key].status_reason != reason:
            await look.put(key, TaskStatus.PENDING, reason)
    if not found.begin and (ended := advancing.outcome(tasks)) is not None:
        await set_plan(look.db, look.plan, *ended)
    return found.begin
