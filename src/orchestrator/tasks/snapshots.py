"""Reading what the keeper decides upon: a plan's tasks, the sessions of those at work, and its newest merge."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.sessions.errors import FailureClass
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Verification
from orchestrator.tasks.facts import MergeFact, SessionFact, TaskFact
from orchestrator.tasks.models import Plan, PlanMerge, PlanSession, PlanTask
from orchestrator.tasks.states import MergeStatus, TaskStatus, WorkRole

_MOVING = (
    PlanTask.key,
    PlanTask.status,
    PlanTask.attempt,
    PlanTask.conflict_rounds,
    PlanTask.session_id,
    PlanTask.started_at,
    PlanTask.worked_at,
    PlanTask.status_reason,
)
_COST = text(
    "select session_id, sum(cost_micro_usd)::bigint from usage_events "
    "where tenant_id = :tenant_id and session_id = any(:ids) group by session_id"
)


@dataclass(frozen=True)
class Merging:
    row: PlanMerge
    session: Session


async def tasks_of(db: AsyncSession, plan: Plan, shape: Sequence[TaskFact]) -> dict[str, TaskFact]:
    """As they stand now, in the order of the shape. Of those that are done nothing is read: there may be thousands."""
    mine = (PlanTask.tenant_id == plan.tenant_id, PlanTask.plan_id == plan.id, PlanTask.status != TaskStatus.DONE)
    moving = {row[0]: row for row in (await db.execute(select(*_MOVING).where(*mine))).all()}
    return {fact.key: _moved(fact, moving[fact.key]) if fact.key in moving else fact for fact in shape}


def _moved(fact: TaskFact, row: Any) -> TaskFact:
    _, status, attempt, conflict_rounds, session_id, started_at, worked_at, status_reason = row
    return TaskFact(
        fact.key,
        fact.position,
        fact.depends_on,
        status,
        attempt,
        conflict_rounds,
        fact.best_of,
        session_id,
        started_at,
        worked_at,
        status_reason,
    )


async def sessions_of(db: AsyncSession, plan: Plan, tasks: Iterable[TaskFact]) -> dict[str, list[SessionFact]]:
    """Of the present attempt of each task that is worked on."""
    attempts = {task.key: task.attempt for task in tasks if task.status in (TaskStatus.RUNNING, TaskStatus.RESOLVING)}
    if not attempts:
        return {}
    mine = (PlanSession.tenant_id == plan.tenant_id, PlanSession.plan_id == plan.id)
    joined = (Session.tenant_id == PlanSession.tenant_id) & (Session.id == PlanSession.session_id)
    query = (
        select(PlanSession, Session)
        .join(Session, joined)
        .where(*mine, PlanSession.task_key.in_(attempts), PlanSession.role == WorkRole.WORK)
    )
    rows = (await db.execute(query.order_by(PlanSession.number))).all()
    costs = await costs_of(db, plan, [session.id for _, session in rows])
    found: dict[str, list[SessionFact]] = {key: [] for key in attempts}
    for own, session in rows:
        if own.attempt == attempts[own.task_key]:
            found[own.task_key].append(fact_of(session, own.number, costs.get(session.id, 0)))
    return found


async def costs_of(db: AsyncSession, plan: Plan, session_ids: Sequence[UUID]) -> dict[UUID, int]:
    asked = {"tenant_id": plan.tenant_id, "ids": list(session_ids)}
    return {row[0]: row[1] for row in (await db.execute(_COST, asked)).all()}


def fact_of(session: Session, number: int = 0, cost_micro_usd: int = 0) -> SessionFact:
    reason = (session.failure or {}).get("message") or session.verification_reason or session.status_reason or ""
    changed = session.commit is not None and session.commit != session.base_commit and session.files_changed != 0
    return SessionFact(session.id, session.status, session.verification, reason, changed, cost_micro_usd, number)


async def newest_merges(db: AsyncSession, plan: Plan, most: int) -> list[Merging]:
    joined = (Session.tenant_id == PlanMerge.tenant_id) & (Session.id == PlanMerge.session_id)
    mine = (PlanMerge.tenant_id == plan.tenant_id, PlanMerge.plan_id == plan.id)
    query = select(PlanMerge, Session).join(Session, joined).where(*mine).order_by(PlanMerge.number.desc()).limit(most)
    return [Merging(row, session) for row, session in (await db.execute(query)).all()]


def merge_fact(merging: Merging, tasks: Mapping[UUID, str]) -> MergeFact:
    """`tasks` are keys by the session whose result is merged."""
    parts: list[dict[str, Any]] = merging.session.merges or []
    by_key = {tasks[UUID(part["session_id"])]: part for part in parts if UUID(part["session_id"]) in tasks}
    by_request = (merging.session.failure or {}).get("class") == FailureClass.USER_INPUT
    return MergeFact(
        keys=tuple(merging.row.task_keys),
        session=fact_of(merging.session),
        merged=tuple(key for key, part in by_key.items() if part["state"] == "merged"),
        conflicts={key: tuple(part["files"]) for key, part in by_key.items() if part["state"] == "conflict"},
        rejected=merging.session.verification is Verification.FAILED and not by_request,
    )


def failures_in_a_row(plan: Plan, merges: Sequence[Merging]) -> int:
    """Since somebody last let the plan go on."""
    count = 0
    for merging in merges:
        if merging.row.status is not MergeStatus.FAILED or merging.row.created_at < plan.updated_at:
            break
        count += 1
    return count
