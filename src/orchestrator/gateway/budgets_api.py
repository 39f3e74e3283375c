"""HTTP over budgets and how they stand."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from orchestrator.gateway import budgets
from orchestrator.gateway.usage_reports import standings
from orchestrator.gateway.usage_schemas import AccountRead, BudgetPut, BudgetRead, Items
from orchestrator.tenancy.dependencies import Db, require_permission
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal
from orchestrator.workspaces import Workspaces

router = APIRouter(prefix="/budgets", tags=["budgets"])

CanReadUsage = Annotated[Principal, Depends(require_permission(Permission.USAGE_READ))]
CanWriteBudgets = Annotated[Principal, Depends(require_permission(Permission.BUDGETS_WRITE))]


async def workspaces_of(request: Request) -> Workspaces:
    return request.app.state.workspaces


WorkspacesDep = Annotated[Workspaces, Depends(workspaces_of)]
Limit = Annotated[int, Query(ge=1, le=1000, description="Most items.")]


@router.get("", summary="List the budgets of users and repositories")
async def index(_: CanReadUsage, db: Db, limit: Limit = 500) -> Items[BudgetRead]:
    return Items(items=[BudgetRead.model_validate(row) for row in await budgets.list_budgets(db, limit)])


@router.put("", summary="Set the budget of a user or a repository; it counts at once")
async def put(body: BudgetPut, principal: CanWriteBudgets, db: Db, workspaces: WorkspacesDep) -> BudgetRead:
    budget = await budgets.set_budget(db, principal.actor, body.wanted(), workspaces.check_repository)
    return BudgetRead.model_validate(budget)


@router.delete("/{budget_id}", status_code=204, summary="Remove a budget; what was spent stays counted")
async def remove(budget_id: UUID, principal: CanWriteBudgets, db: Db) -> None:
    await budgets.remove_budget(db, principal.actor, budget_id)


@router.get("/accounts", summary="How each account of this month stands: its limit, what is spent, what is held")
async def accounts(
    _: CanReadUsage,
    db: Db,
    session_id: Annotated[UUID | None, Query(description="This session's account as well.")] = None,
    limit: Limit = 500,
) -> Items[AccountRead]:
    return Items(items=[AccountRead.of(one) for one in await standings(db, session_id, limit)])
