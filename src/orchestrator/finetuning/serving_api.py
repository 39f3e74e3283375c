"""HTTP over endpoints of model versions."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends

from orchestrator.finetuning import serving, versions
from orchestrator.finetuning.serving import Wish
from orchestrator.finetuning.serving_schemas import ServedRead, ServingWanted
from orchestrator.kit.pagination import Page
from orchestrator.tenancy.dependencies import Db, require_permission
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/models/versions", tags=["model versions"])

ServingReader = Annotated[Principal, Depends(require_permission(Permission.VERSIONS_READ))]
ServingWriter = Annotated[Principal, Depends(require_permission(Permission.VERSIONS_WRITE))]


@router.get("/{model_name}/{model_version}/serve", summary="List the endpoints that a version has or had")
async def index(model_name: str, model_version: str, _: ServingReader, db: Db) -> Page[ServedRead]:
    rows = await serving.listed(db, await versions.get(db, model_name, model_version))
    return Page(items=[ServedRead.model_validate(row) for row in rows])


@router.post("/{model_name}/{model_version}/serve", summary="Have a node serve a version, or its base, behind the gateway")
async def serve(model_name: str, model_version: str, body: ServingWanted, principal: ServingWriter, db: Db) -> ServedRead:
    version = await versions.get(db, model_name, model_version)
    row = await serving.want(db, principal, version, Wish(body.arm, body.engine, body.alias))
    return ServedRead.model_validate(row)


@router.delete("/{model_name}/{model_version}/serve", summary="Serve a version no longer; calls to it are refused at once")
async def unserve(
    model_name: str, model_version: str, principal: ServingWriter, db: Db, arm: Literal["tuned", "base"] = "tuned"
) -> Page[ServedRead]:
    version = await versions.get(db, model_name, model_version)
    rows = await serving.unwant(db, principal, version, arm)
    return Page(items=[ServedRead.model_validate(row) for row in rows])
