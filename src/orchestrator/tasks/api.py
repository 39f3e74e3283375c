"""HTTP over plans."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from orchestrator.kit.pagination import Page
from orchestrator.sessions.api import IntakeDep
from orchestrator.tasks import deeds, editing, looking_ahead, reading, service
from orchestrator.tasks.checking import check_plan, check_tasks
from orchestrator.tasks.drafting import PlanCreate, drafted
from orchestrator.tasks.schemas import GraphRead, PlanListed, PlanRead, PlanReport, TaskRead
from orchestrator.tasks.specs import TaskEdit, TaskKey, TaskNew
from orchestrator.tasks.states import PlanStatus
from orchestrator.tenancy.dependencies import CanReadSessions, CanWriteSessions, Db, IdempotencyKeyHeader, Limit

router = APIRouter(prefix="/plans", tags=["plans"])


@router.post("", status_code=201, summary="Hand in a goal as a graph of tasks")
async def create(body: PlanCreate, intake: IntakeDep, idempotency_key: IdempotencyKeyHeader = None) -> PlanRead:
    async with intake.caller.in_tenant(intake.principal.tenant_id) as db:
        new = await drafted(db, body)
    repository_key = await check_plan(intake.caller, intake.catalog, intake.settings, intake.workspaces, new)
    plan = await service.create_once(intake.db, intake.principal, new, repository_key, idempotency_key)
    intake.response.headers["Location"] = f"/api/v1/plans/{plan.id}"
    return await reading.whole(intake.db, plan)


@router.get("", summary="List plans, the newest first")
async def index(
    _: CanReadSessions,
    db: Db,
    status: Annotated[list[PlanStatus] | None, Query(description="Any of these.")] = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> Page[PlanListed]:
    rows, next_cursor = await service.list_plans(db, status or (), limit, cursor)
    return Page(items=await reading.listed(db, rows), next_cursor=next_cursor)


@router.get("/{plan_id}", summary="Read one plan with its tasks")
async def read(
    plan_id: UUID,
    _: CanReadSessions,
    db: Db,
    prompts: Annotated[
        bool, Query(description="`false`: the prompt of each task is empty, for who reads how a large plan stands.")
    ] = True,
) -> PlanRead:
    return await reading.whole(db, await service.get_plan(db, plan_id), prompts=prompts)


@router.get("/{plan_id}/graph", summary="What waits for what, the critical path, and the queue of merges")
async def graph(plan_id: UUID, _: CanReadSessions, db: Db) -> GraphRead:
    return await looking_ahead.graph(db, await service.get_plan(db, plan_id))


@router.get("/{plan_id}/report", summary="What became of each task and each merge, with its evidence")
async def report(plan_id: UUID, _: CanReadSessions, db: Db) -> PlanReport:
    return await reading.report(db, await service.get_plan(db, plan_id))


@router.post("/{plan_id}/approve", summary="Let a plan begin that waits for an approval")
async def approve(plan_id: UUID, principal: CanWriteSessions, db: Db) -> PlanRead:
    return await reading.whole(db, await deeds.approve(db, principal, plan_id))


@router.post("/{plan_id}/pause", summary="Begin nothing more, and pause the sessions at work")
async def pause(plan_id: UUID, principal: CanWriteSessions, db: Db) -> PlanRead:
    return await reading.whole(db, await deeds.pause(db, principal, plan_id))


@router.post("/{plan_id}/resume", summary="Go on with a paused or blocked plan")
async def resume(plan_id: UUID, principal: CanWriteSessions, db: Db) -> PlanRead:
    return await reading.whole(db, await deeds.resume(db, principal, plan_id))


@router.post("/{plan_id}/cancel", summary="Cancel a plan and its sessions; its branch stays as it is")
async def cancel(plan_id: UUID, principal: CanWriteSessions, db: Db) -> PlanRead:
    return await reading.whole(db, await deeds.cancel(db, principal, plan_id))


@router.post("/{plan_id}/see", summary="Take note of what a plan came to: it leaves the inbox")
async def see(plan_id: UUID, principal: CanWriteSessions, db: Db) -> PlanRead:
    return await reading.whole(db, await deeds.see(db, principal, plan_id))


@router.post("/{plan_id}/tasks", status_code=201, summary="Add a task, also while the plan runs")
async def add_task(
    plan_id: UUID, body: TaskNew, intake: IntakeDep, idempotency_key: IdempotencyKeyHeader = None
) -> PlanRead:
    await check_tasks(intake.caller, intake.catalog, intake.settings, [body])
    plan = await editing.add_once(intake.db, intake.principal, plan_id, body, idempotency_key)
    return await reading.whole(intake.db, plan)


@router.get("/{plan_id}/tasks/{key}", summary="Read one task, with its prompt")
async def read_task(plan_id: UUID, key: TaskKey, _: CanReadSessions, db: Db) -> TaskRead:
    return TaskRead.model_validate(await service.get_task(db, await service.get_plan(db, plan_id), key))


@router.patch("/{plan_id}/tasks/{key}", summary="Change a task that has not begun")
async def edit_task(plan_id: UUID, key: TaskKey, body: TaskEdit, principal: CanWriteSessions, db: Db) -> PlanRead:
    return await reading.whole(db, await editing.edit_task(db, principal, plan_id, key, body))


@router.delete("/{plan_id}/tasks/{key}", summary="Take a task out of a plan that waits for its approval")
async def remove_task(plan_id: UUID, key: TaskKey, principal: CanWriteSessions, db: Db) -> PlanRead:
    return await reading.whole(db, await editing.remove_task(db, principal, plan_id, key))


@router.post("/{plan_id}/tasks/{key}/retry", summary="Work on a task again that failed or was cancelled")
async def retry_task(plan_id: UUID, key: TaskKey, principal: CanWriteSessions, db: Db) -> PlanRead:
    return await reading.whole(db, await deeds.retry(db, principal, plan_id, key))


@router.post("/{plan_id}/tasks/{key}/cancel", summary="Cancel a task; what depends on it is blocked")
async def cancel_task(plan_id: UUID, key: TaskKey, principal: CanWriteSessions, db: Db) -> PlanRead:
    return await reading.whole(db, await deeds.cancel_task(db, principal, plan_id, key))
