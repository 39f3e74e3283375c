"""HTTP over what this machine keeps without need; for operators, since it goes over all tenants."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from orchestrator.kit.pagination import Page
from orchestrator.kit.settings import Settings
from orchestrator.sessions.api import WorkspacesDep
from orchestrator.sessions.retention import collect
from orchestrator.tenancy.dependencies import CallerDep, Operator
from orchestrator.workspaces import Workspaces

router = APIRouter(prefix="/gc", tags=["operations"])

Days = Annotated[float | None, Query(ge=0, le=36_500, description="Unused for so long. Unset: ORCHESTRATOR_GC_DAYS.")]


class LeftoverRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    kind: str = Field(description="worktree, setup, spare, mirror, refs, runtime or repack.")
    tenant_id: str
    name: str = Field(description="Its path below the tenant's folder in the data directory.")
    bytes: int
    reason: str
    removed: bool


@router.get("", summary="What the API's machine keeps without need, and why; nothing is touched")
async def look(
    _: Operator, caller: CallerDep, workspaces: WorkspacesDep, request: Request, days: Days = None
) -> Page[LeftoverRead]:
    return await _collected(request, caller, workspaces, days, dry=True)


@router.post("", summary="Remove what the API's machine keeps without need, and repack its mirrors")
async def clean(
    _: Operator, caller: CallerDep, workspaces: WorkspacesDep, request: Request, days: Days = None
) -> Page[LeftoverRead]:
    return await _collected(request, caller, workspaces, days, dry=False)


async def _collected(
    request: Request, caller: CallerDep, workspaces: Workspaces, days: float | None, *, dry: bool
) -> Page[LeftoverRead]:
    settings: Settings = request.app.state.settings
    found = await collect(caller.database, workspaces, settings.gc_days if days is None else days, dry=dry)
    return Page(items=[LeftoverRead.model_validate(one) for one in found])
