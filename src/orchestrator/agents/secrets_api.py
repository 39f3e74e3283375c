"""HTTP over the secrets that agents' MCP servers are called with. A value goes in, and never comes out."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from orchestrator.agents import secrets
from orchestrator.agents.models import AgentSecret
from orchestrator.agents.servers import SECRET_NAME
from orchestrator.kit.pagination import Page
from orchestrator.kit.sealing import Sealer
from orchestrator.tenancy.dependencies import Db, require_permission
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/agent-secrets", tags=["agents"])

Reader = Annotated[Principal, Depends(require_permission(Permission.AGENTS_READ))]
Writer = Annotated[Principal, Depends(require_permission(Permission.AGENTS_WRITE))]


class AgentSecretSet(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "TRACKER_TOKEN", "value": "a token"}]}
    )

    name: str = Field(pattern=f"^{SECRET_NAME}$", description="As `{env:NAME}` in a header says it.")
    value: SecretStr = Field(min_length=1, max_length=2_000)


class AgentSecretRead(BaseModel):
    name: str
    updated_by: str
    updated_at: datetime

    @classmethod
    def of(cls, row: AgentSecret) -> "AgentSecretRead":
        return cls(name=row.name, updated_by=row.updated_by, updated_at=row.updated_at)


async def sealer_of(request: Request) -> Sealer:
    return Sealer(request.app.state.settings)


@router.get("", summary="List the names of the secrets that agents' MCP servers are called with")
async def index(_: Reader, db: Db) -> Page[AgentSecretRead]:
    return Page(items=[AgentSecretRead.of(row) for row in await secrets.listed(db)])


@router.put("", summary="Keep a secret for the headers of agents' MCP servers; its value is never shown")
async def put(
    body: AgentSecretSet, principal: Writer, db: Db, sealer: Annotated[Sealer, Depends(sealer_of)]
) -> AgentSecretRead:
    return AgentSecretRead.of(await secrets.put(db, principal, sealer, body.name, body.value.get_secret_value()))


@router.delete("/{secret_name}", status_code=204, summary="Remove a secret; servers that need it are not reached any more")
async def remove(secret_name: str, principal: Writer, db: Db) -> None:
    await secrets.remove(db, principal, secret_name)
