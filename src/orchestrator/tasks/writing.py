"""Writing down how plans and their tasks change: the row, the event, and the word to whoever keeps the plans."""

from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.contexts import service as contexts
from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.printable import printable
from orchestrator.sessions.lifecycle import tell_plan
from orchestrator.tasks.models import Plan, PlanTask
from orchestrator.tasks.states import AT_WORK, ENDED, PLAN_ENDED, PlanStatus, PushState, TaskStatus

_MOST_REASON_CHARS = 1_000
_OVER = (PlanStatus.COMPLETED, PlanStatus.CANCELLED)
"""Whose tasks need no more what they shared; those of one that failed may be tried again."""


async def set_plan(db: AsyncSession, plan: Plan, to: PlanStatus, reason: str, actor: str = ORCHESTRATOR) -> None:
    """Of a plan that is locked."""
    was, moment = plan.status, now()
    plan.status, plan.status_reason, plan.updated_at = to, printable(reason)[:_MOST_REASON_CHARS], moment
    plan.seen_at = plan.seen_by = plan.retry_at = None
    wants_push = to is PlanStatus.COMPLETED and plan.settings.get("push") is not None
    plan.push = {"state": PushState.PENDING.value} if wants_push else None
    if to is PlanStatus.RUNNING:
        plan.started_at, plan.finished_at = plan.started_at or moment, None
    if to in PLAN_ENDED:
        plan.finished_at = moment
    if to in _OVER:
        await contexts.forget(db, plan.id)
    told: dict[str, Any] = {"plan_id": str(plan.id), "from": was.value, "to": to.value, "reason": plan.status_reason}
    events.append(db, plan.tenant_id, "plan.status", actor=actor, **told)
    await tell_plan(db, plan.tenant_id, plan.id)


async def set_task(
    db: AsyncSession,
    plan: Plan,
    key: str,
    to: TaskStatus,
    reason: str | None,
    *,
    actor: str = ORCHESTRATOR,
    **changes: Any,
) -> None:
    """Of a plan that is locked, so nobody else moves its tasks."""
    said = reason and printable(reason)[:_MOST_REASON_CHARS]
    values = {"status": to, "status_reason": said, **_moments(to), **changes}
    await db.execute(update(PlanTask).where(*of_task(plan.tenant_id, plan.id, key)).values(values))
    told = {"plan_id": str(plan.id), "task": key, "to": to.value, "reason": said}
    events.append(db, plan.tenant_id, "plan.task", actor=actor, session_id=changes.get("session_id"), **told)


def of_task(tenant_id: UUID, plan_id: UUID, key: str) -> tuple[Any, ...]:
    return PlanTask.tenant_id == tenant_id, PlanTask.plan_id == plan_id, PlanTask.key == key


def _moments(to: TaskStatus) -> dict[str, Any]:
    if to is TaskStatus.PENDING:
        return {"started_at": None, "worked_at": None, "finished_at": None}
    if to in ENDED:
        return {"finished_at": now()}
    return {"finished_at": None} if to in AT_WORK else {}
