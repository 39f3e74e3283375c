"""Changing a plan: tasks are added while it runs, and what has not begun is changed."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.sessions.lifecycle import tell_plan
from orchestrator.tasks.errors import PlanNotOpen, TaskBegun
from orchestrator.tasks.graph import Node, check
from orchestrator.tasks.models import Plan, PlanTask
from orchestrator.tasks.service import get_plan, get_task, nodes_of, open_plan, record, row_of, tasks_of
from orchestrator.tasks.specs import TaskEdit, TaskNew
from orchestrator.tasks.states import PlanStatus, TaskStatus
from orchestrator.tasks.writing import of_task
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.principal import Principal


async def add_once(db: AsyncSession, principal: Principal, plan_id: UUID, new: TaskNew, key: str | None) -> Plan:
    await get_plan(db, plan_id)

    async def make() -> UUID:
        return (await add(db, principal.actor, await open_plan(db, plan_id, "adding a task"), new)).id

    await once(db, principal, key, Deed(f"POST /plans/{plan_id}/tasks", new.model_dump(mode="json")), make)
    return await get_plan(db, plan_id)


async def add(db: AsyncSession, actor: str, plan: Plan, new: TaskNew) -> Plan:
    """Also while the plan, which is locked, runs. Raises PlanInvalid when it does not fit into the graph."""
    tasks = await tasks_of(db, plan, prompts=False)
    check([*nodes_of(tasks), Node(new.key, tuple(new.depends_on))])
    db.add(row_of(plan, new, max(task.position for task in tasks) + 1, added_by=actor))
    await db.flush()
    return await _changed(db, actor, plan, "plan.add_task", new.key)


async def edit_task(db: AsyncSession, principal: Principal, plan_id: UUID, key: str, edit: TaskEdit) -> Plan:
    """Of a task that has not begun."""
    plan = await open_plan(db, plan_id, "changing a task")
    task = await _not_begun(db, plan, key)
    changes = edit.model_dump(exclude_unset=True)
    if (depends_on := changes.get("depends_on")) is not None:
        nodes = nodes_of(await tasks_of(db, plan, prompts=False))
        check([Node(key, tuple(depends_on)) if node.key == key else node for node in nodes])
    values = {name: value for name, value in changes.items() if value is not None or name in ("verify", "agent", "model")}
    if values:
        await db.execute(update(PlanTask).where(*of_task(plan.tenant_id, plan.id, task.key)).values(values))
    return await _changed(db, principal.actor, plan, "plan.edit_task", key)


async def remove_task(db: AsyncSession, principal: Principal, plan_id: UUID, key: str) -> Plan:
    """Of a plan that waits for its approval. Raises PlanInvalid when another task depends on it."""
    plan = await get_plan(db, plan_id, lock=True)
    if plan.status is not PlanStatus.AWAITING_APPROVAL:
        raise PlanNotOpen(status=plan.status.value, action="removing a task")
    await get_task(db, plan, key)
    check([node for node in nodes_of(await tasks_of(db, plan, prompts=False)) if node.key != key])
    await db.execute(delete(PlanTask).where(*of_task(plan.tenant_id, plan.id, key)))
    return await _changed(db, principal.actor, plan, "plan.remove_task", key)


async def _changed(db: AsyncSession, actor: str, plan: Plan, action: str, key: str) -> Plan:
    plan.revision, plan.updated_at = plan.revision + 1, now()
    told: dict[str, Any] = {"plan_id": str(plan.id), "revision": plan.revision, "task": key}
    events.append(db, plan.tenant_id, "plan.changed", actor=actor, **told)
    record(db, actor, action, plan, task=key, revision=plan.revision)
    await tell_plan(db, plan.tenant_id, plan.id)
    await db.flush()
    return plan


async def _not_begun(db: AsyncSession, plan: Plan, key: str) -> PlanTask:
    task = await get_task(db, plan, key)
    if task.status not in (TaskStatus.PENDING, TaskStatus.BLOCKED):
        raise TaskBegun(key=key, status=task.status.value)
    return task
