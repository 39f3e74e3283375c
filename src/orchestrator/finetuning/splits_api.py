"""HTTP over shared traffic."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from orchestrator.finetuning import splits, versions
from orchestrator.finetuning.version_models import SplitStatus, TrafficSplit
from orchestrator.gateway.catalog_schemas import ModelName
from orchestrator.kit.pagination import Page
from orchestrator.tenancy.dependencies import Db, require_permission
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/models/splits", tags=["model versions"])

SplitReader = Annotated[Principal, Depends(require_permission(Permission.VERSIONS_READ))]
SplitWriter = Annotated[Principal, Depends(require_permission(Permission.VERSIONS_PROMOTE))]


class SplitWrite(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"alias": "coder", "version": "coder-ft@1.0.3", "percent": 20}]}
    )

    alias: ModelName = Field(description="A model name of the tenant's own, as sessions name it.")
    version: str = Field(max_length=130, description="The tuned version, `name@1.2.3`, which is served.")
    percent: int = Field(ge=0, le=100, description="Tuned's share of the sessions that begin from now on.")


class SplitRead(BaseModel):
    id: UUID
    alias: str
    version_id: UUID
    percent: int
    status: SplitStatus
    reason: str | None = Field(description="What the look at both arms found last, or why it was taken back.")
    evidence: dict[str, Any] = Field(description="Of each arm the verified sessions, the successes and the 95 % interval.")
    created_by: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: TrafficSplit) -> Self:
        evidence = {name: value for name, value in row.evidence.items() if name != "weights"}
        return cls(**{n: getattr(row, n) for n in cls.model_fields if n != "evidence"}, evidence=evidence)


@router.get("", summary="List the splits of traffic that there are and were")
async def index(_: SplitReader, db: Db) -> Page[SplitRead]:
    return Page(items=[SplitRead.of(row) for row in await splits.listed(db)])


@router.put("", summary="Share a model name's sessions with a tuned version, or change its share")
async def put(body: SplitWrite, principal: SplitWriter, db: Db) -> SplitRead:
    version = await versions.named(db, body.version)
    return SplitRead.of(await splits.put(db, principal, body.alias, version, body.percent))


@router.delete("", summary="End a split: all sessions go where they went before")
async def end(alias: ModelName, principal: SplitWriter, db: Db) -> SplitRead:
    return SplitRead.of(await splits.end(db, principal, alias))
