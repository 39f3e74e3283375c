"""What people do to plans: approve, pause, resume and cancel them, and try a task again. Each leaves one audit row."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions import control
from orchestrator.sessions.lifecycle import tell_plan
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import FINISHED, Request, Status
from orchestrator.tasks.errors import PlanNotOpen, PlanNotOver, SessionsStillPausing, TaskBegun, TaskNotOver
from orchestrator.tasks.graph import Graph
from orchestrator.tasks.models import Plan, PlanMerge
from orchestrator.tasks.service import OPEN, get_plan, get_task, nodes_of, open_plan, record, tasks_of
from orchestrator.tasks.states import AT_WORK, MergeStatus, PlanStatus, TaskStatus
from orchestrator.tasks.writing import set_plan, set_task
from orchestrator.tenancy.principal import Principal

_AGAIN = frozenset({TaskStatus.FAILED, TaskStatus.CANCELLED})


async def approve(db: AsyncSession, principal: Principal, plan_id: UUID) -> Plan:
    plan = await get_plan(db, plan_id, lock=True)
    if plan.status is not PlanStatus.AWAITING_APPROVAL:
        raise PlanNotOpen(status=plan.status.value, action="approving it")
    plan.approved_by = principal.actor
    await set_plan(db, plan, PlanStatus.RUNNING, "approved", principal.actor)
    record(db, principal.actor, "plan.approve", plan, revision=plan.revision)
    return plan


async def pause(db: AsyncSession, principal: Principal, plan_id: UUID) -> Plan:
    """Nothing more begins, and what works is paused with it."""
    plan = await get_plan(db, plan_id, lock=True)
    if plan.status is not PlanStatus.RUNNING:
        raise PlanNotOpen(status=plan.status.value, action="pausing it")
    for session in await _sessions(db, plan, control.AT_WORK | {Status.QUEUED}):
        await control.pause(db, principal, session.id)
    await set_plan(db, plan, PlanStatus.PAUSED, "paused by a person", principal.actor)
    record(db, principal.actor, "plan.pause", plan)
    return plan


async def resume(db: AsyncSession, principal: Principal, plan_id: UUID) -> Plan:
    plan = await get_plan(db, plan_id, lock=True)
    if plan.status not in (PlanStatus.PAUSED, PlanStatus.BLOCKED):
        raise PlanNotOpen(status=plan.status.value, action="resuming it")
    at_work = await _sessions(db, plan, control.AT_WORK)
    if pausing := [str(one.id) for one in at_work if one.requested is Request.PAUSE]:
        raise SessionsStillPausing(sessions=", ".join(pausing[:10]))
    for session in await _sessions(db, plan, {Status.PAUSED}):
        await control.resume(db, principal, session.id)
    await set_plan(db, plan, PlanStatus.RUNNING, "resumed by a person", principal.actor)
    record(db, principal.actor, "plan.resume", plan)
    return plan


async def cancel(db: AsyncSession, principal: Principal, plan_id: UUID) -> Plan:
    """Its sessions are cancelled; what is on its branch stays there."""
    plan = await get_plan(db, plan_id, lock=True)
    if plan.status not in OPEN:
        raise PlanNotOpen(status=plan.status.value, action="cancelling it")
    await _cancel_sessions(db, principal, plan, None)
    await _end_merge(db, plan)
    for task in await tasks_of(db, plan, prompts=False):
        if task.status in AT_WORK | {TaskStatus.PENDING, TaskStatus.BLOCKED}:
            reason = "the plan was cancelled"
            await set_task(db, plan, task.key, TaskStatus.CANCELLED, reason, actor=principal.actor)
    await set_plan(db, plan, PlanStatus.CANCELLED, "cancelled by a person", principal.actor)
    record(db, principal.actor, "plan.cancel", plan)
    return plan


async def see(db: AsyncSession, principal: Principal, plan_id: UUID) -> Plan:
    """Somebody knows what it came to: it leaves the inbox. The first who says so stays the one."""
    plan = await get_plan(db, plan_id, lock=True)
    if plan.status not in (PlanStatus.COMPLETED, PlanStatus.FAILED):
        raise PlanNotOver(status=plan.status.value)
    if plan.seen_at is None:
        plan.seen_at, plan.seen_by = now(), principal.actor
        events.append(db, plan.tenant_id, "plan.seen", actor=principal.actor, plan_id=str(plan.id))
        record(db, principal.actor, "plan.see", plan)
    return plan


async def cancel_task(db: AsyncSession, principal: Principal, plan_id: UUID, key: str) -> Plan:
    plan = await open_plan(db, plan_id, "cancelling a task")
    task = await get_task(db, plan, key)
    if task.status not in AT_WORK - {TaskStatus.MERGING} | {TaskStatus.PENDING, TaskStatus.BLOCKED}:
        raise TaskBegun(key=key, status=task.status.value)
    await _cancel_sessions(db, principal, plan, key)
    await set_task(db, plan, key, TaskStatus.CANCELLED, "cancelled by a person", actor=principal.actor)
    record(db, principal.actor, "plan.cancel_task", plan, task=key)
    await tell_plan(db, plan.tenant_id, plan.id)
    return plan


async def retry(db: AsyncSession, principal: Principal, plan_id: UUID, key: str) -> Plan:
    """A new session works on it, from the plan's branch as it is now; what waits for it can go on again."""
    plan = await get_plan(db, plan_id, lock=True)
    if plan.status is PlanStatus.CANCELLED:
        raise PlanNotOpen(status=plan.status.value, action="trying a task again")
    task = await get_task(db, plan, key)
    if task.status not in _AGAIN:
        raise TaskNotOver(key=key, status=task.status.value)
    unblocked = {"attempt": task.attempt + 1, "conflict_rounds": 0, "session_id": None, "queued_at": None}
    await set_task(db, plan, key, TaskStatus.PENDING, "tried again by a person", actor=principal.actor, **unblocked)
    tasks = await tasks_of(db, plan, prompts=False)
    waiting = Graph.of(nodes_of(tasks)).dependents(key)
    for other in tasks:
        if other.key in waiting and other.status is TaskStatus.BLOCKED:
            await set_task(db, plan, other.key, TaskStatus.PENDING, None, actor=principal.actor)
    if plan.status is not PlanStatus.AWAITING_APPROVAL and plan.status is not PlanStatus.PAUSED:
        await set_plan(db, plan, PlanStatus.RUNNING, f"{key} is tried again", principal.actor)
    record(db, principal.actor, "plan.retry_task", plan, task=key)
    return plan


async def _end_merge(db: AsyncSession, plan: Plan) -> None:
    under_way = (PlanMerge.tenant_id == plan.tenant_id, PlanMerge.plan_id == plan.id)
    ended = {"status": MergeStatus.FAILED, "reason": "the plan was cancelled", "ended_at": now()}
    await db.execute(update(PlanMerge).where(*under_way, PlanMerge.status == MergeStatus.RUNNING).values(ended))


async def _sessions(db: AsyncSession, plan: Plan, status: frozenset[Status] | set[Status]) -> Sequence[Session]:
    """Locked, so that none of them ends before it is acted upon."""
    mine = (Session.plan_id == plan.id, Session.status.in_(status))
    query = IndustrialRepository(db).query(Session, *mine).order_by(Session.id).with_for_update()
    return (await db.execute(query)).scalars().all()


async def _cancel_sessions(db: AsyncSession, principal: Principal, plan: Plan, key: str | None) -> None:
    """All of the plan's that have not ended, merges among them, or those of one task."""
    for session in await _sessions(db, plan, frozenset(Status) - FINISHED):
        if key is None or session.task_key == key:
            await control.cancel(db, principal, session.id)
