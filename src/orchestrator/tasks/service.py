"""Plans as people hand them in and look at them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.kit.ids import new_id
from orchestrator.kit.pagination import encode_cursor, newest_page
from orchestrator.kit.printable import one_line
from orchestrator.sessions.lifecycle import tell_plan
from orchestrator.tasks.errors import PlanNotOpen
from orchestrator.tasks.graph import Node
from orchestrator.tasks.models import Plan, PlanTask
from orchestrator.tasks.specs import PlanNew, TaskNew
from orchestrator.tasks.states import AT_WORK, PlanStatus, TaskStatus
from orchestrator.tasks.writing import of_task
from orchestrator.tenancy import audit
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.principal import Principal
from orchestrator.workspaces import branch_name

OPEN = frozenset({PlanStatus.AWAITING_APPROVAL, PlanStatus.RUNNING, PlanStatus.PAUSED, PlanStatus.BLOCKED})


async def create_once(db: AsyncSession, principal: Principal, new: PlanNew, repository_key: str, key: str | None) -> Plan:
    async def make() -> UUID:
        return (await _create(db, principal, new, repository_key)).id

    plan_id, _ = await once(db, principal, key, Deed("POST /plans", new.model_dump(mode="json")), make)
    return await get_plan(db, plan_id)


async def _create(db: AsyncSession, principal: Principal, new: PlanNew, repository_key: str) -> Plan:
    plan_id, moment = new_id(), now()
    waits = new.require_approval and new.planner is None
    plan = Plan(
        id=plan_id,
        goal=new.goal,
        status=PlanStatus.AWAITING_APPROVAL if waits else PlanStatus.RUNNING,
        status_reason="it waits for an approval" if waits else "handed in",
        revision=1,
        repository=new.repository,
        repository_key=repository_key,
        base_ref=new.base_ref,
        branch=branch_name(f"plan {new.goal.strip().splitlines()[0]}", plan_id),
        verify=new.verify,
        planner=None if new.planner is None else {"require_approval": new.require_approval},
        settings=new.settings.model_dump(mode="json"),
        user_subject=principal.subject,
        created_by=principal.actor,
        created_at=moment,
        updated_at=moment,
        started_at=None if waits else moment,
    )
    IndustrialRepository(db).add(plan)
    await db.flush()
    db.add_all(row_of(plan, task, position) for position, task in enumerate(new.tasks))
    told: dict[str, Any] = {
        "plan_id": str(plan_id),
        "goal": new.goal[:500],
        "status": plan.status.value,
        "tasks": len(new.tasks),
    }
    events.append(db, plan.tenant_id, "plan.created", actor=principal.actor, **told)
    record(db, principal.actor, "plan.create", plan, tasks=len(new.tasks))
    await tell_plan(db, plan.tenant_id, plan_id)
    await db.flush()
    return plan


def row_of(plan: Plan, task: TaskNew, position: int, added_by: str | None = None) -> PlanTask:
    return PlanTask(
        tenant_id=plan.tenant_id,
        plan_id=plan.id,
        key=task.key,
        position=position,
        title=one_line(task.title or "") or task.key,
        prompt=task.prompt,
        depends_on=list(dict.fromkeys(task.depends_on)),
        capabilities=task.capabilities,
        paths=task.paths,
        verify=task.verify,
        agent=task.agent,
        model=task.model,
        best_of=task.best_of,
        added_by=added_by,
        status=TaskStatus.PENDING,
        attempt=0,
        conflict_rounds=0,
    )


async def get_plan(db: AsyncSession, plan_id: UUID, *, lock: bool = False) -> Plan:
    return await IndustrialRepository(db).get(Plan, plan_id, lock=lock)


async def list_plans(
    db: AsyncSession, status: Sequence[PlanStatus], limit: int, cursor: str | None
) -> tuple[Sequence[Plan], str | None]:
    query = IndustrialRepository(db).query(Plan)
    if status:
        query = query.where(Plan.status.in_(status))
    rows, more = await newest_page(db, query, Plan.created_at, Plan.id, limit, cursor)
    return rows, encode_cursor(rows[-1].created_at, rows[-1].id) if more else None


async def tasks_of(db: AsyncSession, plan: Plan, *, prompts: bool = True) -> list[PlanTask]:
    mine = (PlanTask.tenant_id == plan.tenant_id, PlanTask.plan_id == plan.id)
    query = select(PlanTask).where(*mine).order_by(PlanTask.position)
    if not prompts:
        query = query.options(defer(PlanTask.prompt, raiseload=True))
    return list((await db.execute(query)).scalars().all())


async def get_task(db: AsyncSession, plan: Plan, key: str) -> PlanTask:
    found = (await db.execute(select(PlanTask).where(*of_task(plan.tenant_id, plan.id, key)))).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def nodes_of(tasks: Sequence[PlanTask]) -> list[Node]:
    return [Node(task.key, tuple(task.depends_on)) for task in tasks]


def record(db: AsyncSession, actor: str, action: str, plan: Plan, **after: object) -> None:
    after = {"status": plan.status.value, **after}
    audit.record(db, plan.tenant_id, actor, action, f"plan:{plan.id}", {}, after)


async def tasks_called(db: AsyncSession, plan: Plan, keys: Iterable[str]) -> Sequence[PlanTask]:
    """With their prompts, in their order."""
    mine = (PlanTask.tenant_id == plan.tenant_id, PlanTask.plan_id == plan.id, PlanTask.key.in_(list(keys)))
    query = select(PlanTask).where(*mine).order_by(PlanTask.position)
    return (await db.execute(query.execution_options(populate_existing=True))).scalars().all()


async def titles_around(db: AsyncSession, plan: Plan, tasks: Sequence[PlanTask]) -> tuple[dict[str, str], dict[str, str]]:
    """Of all that those tasks depend on, and of those that others work on."""
    mine = (PlanTask.tenant_id == plan.tenant_id, PlanTask.plan_id == plan.id)
    before = {key for task in tasks for key in task.depends_on}
    near = or_(PlanTask.key.in_(before), PlanTask.status.in_(AT_WORK))
    query = select(PlanTask.key, PlanTask.title, PlanTask.status).where(*mine, near).order_by(PlanTask.position)
    rows = (await db.execute(query)).all()
    return {row[0]: row[1] for row in rows if row[0] in before}, {row[0]: row[1] for row in rows if row[2] in AT_WORK}


async def counts(db: AsyncSession, plan_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """How many tasks of each plan are done, and how many there are."""
    tenant_id = IndustrialRepository(db).tenant_id
    done = func.count().filter(PlanTask.status == TaskStatus.DONE)
    query = select(PlanTask.plan_id, done, func.count()).where(PlanTask.tenant_id == tenant_id)
    query = query.where(PlanTask.plan_id.in_(plan_ids)).group_by(PlanTask.plan_id)
    return {row[0]: (row[1], row[2]) for row in (await db.execute(query)).all()}


async def open_plan(db: AsyncSession, plan_id: UUID, action: str) -> Plan:
    plan = await get_plan(db, plan_id, lock=True)
    if plan.status not in OPEN:
        raise PlanNotOpen(status=plan.status.value, action=action)
    return plan
