"""HTTP over the network of a tenant's sandboxes."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from orchestrator.kit.network_policy import NetworkMode, NetworkPolicy
from orchestrator.kit.settings import Settings
from orchestrator.tenancy.dependencies import CallerDep, CanReadTenant, CanWriteTenant, IfMatchHeader
from orchestrator.tenancy.networks import (
    MOST_HOSTS,
    Chosen,
    RefusedHost,
    change_network,
    chosen_network,
    refused_hosts,
)
from orchestrator.tenancy.tenants import get_tenant
from orchestrator.tenancy.tenants_api import settings_of

router = APIRouter(prefix="/tenants", tags=["tenants"])

Host = Annotated[str, StringConstraints(min_length=1, max_length=300)]
SettingsDep = Annotated[Settings, Depends(settings_of)]


class NetworkChange(BaseModel):
    """What is absent stays; null goes back to what the operator set."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"mode": "allowlist", "allowed_hosts": ["pypi.org", "*.pythonhosted.org"]}]},
    )

    mode: NetworkMode | None = Field(None, description="`host`, `allowlist` or `none`; no looser than `least_mode`.")
    allowed_hosts: list[Host] | None = Field(
        None,
        max_length=MOST_HOSTS,
        description="Hosts, addresses or `*.domain`, with `:port` where it is not 80 or 443. All of them, not one more.",
    )


class RefusedRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    host: str
    port: int
    reason: str
    at: datetime


class NetworkRead(BaseModel):
    mode: NetworkMode = Field(description="What holds for sandboxes that start now.")
    allowed_hosts: list[str] = Field(description="What they reach with `allowlist`, besides the gateway.")
    chosen_mode: NetworkMode | None = Field(description="What the tenant chose; null is what the operator set.")
    chosen_hosts: list[str] | None
    least_mode: NetworkMode = Field(description="The operator's: no looser one may be chosen.")
    offered_hosts: list[str] = Field(description="The operator's: what may be allowed; empty is any host of the internet.")
    private_hosts: list[str] = Field(description="The operator's: what may be allowed at private addresses.")
    updated_at: datetime | None
    refused: list[RefusedRead] = Field(description="What sandboxes asked for and did not get, the newest first.")

    @classmethod
    def of(cls, chosen: Chosen, operators: NetworkPolicy, refused: list[RefusedHost]) -> Self:
        holds = chosen.within(operators)
        return cls(
            mode=holds.mode,
            allowed_hosts=[str(one) for one in holds.hosts],
            chosen_mode=chosen.mode,
            chosen_hosts=None if chosen.hosts is None else [str(one) for one in chosen.hosts],
            least_mode=operators.mode,
            offered_hosts=[str(one) for one in operators.hosts],
            private_hosts=[str(one) for one in operators.private],
            updated_at=chosen.updated_at,
            refused=[RefusedRead.model_validate(one) for one in refused],
        )


@router.get("/{tenant_id}/network", summary="Read what sandboxes may reach, and what they asked for in vain")
async def read_network(
    tenant_id: UUID, _: CanReadTenant, caller: CallerDep, settings: SettingsDep, response: Response
) -> NetworkRead:
    """`ETag` names what the tenant chose."""
    async with caller.in_tenant(tenant_id) as db:
        await get_tenant(db, tenant_id)
        chosen = await chosen_network(db)
        response.headers["ETag"] = chosen.etag
        return NetworkRead.of(chosen, settings.network_policy, await refused_hosts(db))


@router.put("/{tenant_id}/network", summary="Change what sandboxes may reach; null is what the operator set")
async def put_network(
    tenant_id: UUID,
    body: NetworkChange,
    principal: CanWriteTenant,
    caller: CallerDep,
    settings: SettingsDep,
    response: Response,
    if_match: IfMatchHeader = None,
) -> NetworkRead:
    """With `If-Match` nothing that somebody else chose meanwhile is overwritten: 412 `changed_meanwhile`."""
    wanted = {name: getattr(body, name) for name in body.model_fields_set}
    async with caller.in_tenant(tenant_id) as db:
        chosen = await change_network(db, principal, settings.network_policy, wanted, if_match)
        response.headers["ETag"] = chosen.etag
        return NetworkRead.of(chosen, settings.network_policy, await refused_hosts(db))
