"""HTTP over tenants and their quotas."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from orchestrator.kit.pagination import Page
from orchestrator.kit.settings import Settings
from orchestrator.tenancy import quotas, tenants
from orchestrator.tenancy.dependencies import (
    CallerDep,
    CanReadQuotas,
    CanReadTenant,
    CanWriteQuotas,
    CanWriteTenant,
    IdempotencyKeyHeader,
    Limit,
    MemberOrOperator,
    Operator,
)
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.schemas import (
    QuotasChange,
    QuotasRead,
    TenantChange,
    TenantCreate,
    TenantCreated,
    TenantRead,
)
from orchestrator.tenancy.tenants import NewTenant

router = APIRouter(prefix="/tenants", tags=["tenants"])


async def settings_of(request: Request) -> Settings:
    return request.app.state.settings


@router.post("", status_code=201, summary="Make a tenant with its first ADMIN; for operators")
async def create(
    body: TenantCreate,
    principal: Operator,
    caller: CallerDep,
    settings: Annotated[Settings, Depends(settings_of)],
    response: Response,
    idempotency_key: IdempotencyKeyHeader = None,
) -> TenantCreated:
    admin_key: str | None = None
    async with caller.as_system(principal.tenant_id) as db:

        async def make() -> UUID:
            nonlocal admin_key
            wanted = NewTenant(body.slug, body.name)
            tenant, admin_key = await tenants.create_tenant(db, principal, wanted, settings.max_concurrent_sessions)
            return tenant.id

        deed = Deed("POST /tenants", body.model_dump(mode="json"))
        tenant_id, repeated = await once(db, principal, idempotency_key, deed, make)
        tenant = await tenants.get_tenant(db, tenant_id)
    response.headers["Location"] = f"/api/v1/tenants/{tenant_id}"
    own = TenantRead.model_validate(tenant).model_dump()
    return TenantCreated(**own, admin_key=admin_key, repeated=repeated)


@router.get("", summary="List tenants, your own first; operators see all")
async def index(
    principal: MemberOrOperator, caller: CallerDep, limit: Limit = 50, cursor: str | None = None
) -> Page[TenantRead]:
    async with caller.as_system(principal.tenant_id) as db:
        rows, next_cursor = await tenants.list_tenants(db, principal, limit, cursor)
    return Page(items=[TenantRead.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.get("/{tenant_id}", summary="Read one tenant")
async def read(tenant_id: UUID, _: CanReadTenant, caller: CallerDep) -> TenantRead:
    async with caller.in_tenant(tenant_id) as db:
        return TenantRead.model_validate(await tenants.get_tenant(db, tenant_id))


@router.patch("/{tenant_id}", summary="Change what is named, and nothing else")
async def change(tenant_id: UUID, body: TenantChange, principal: CanWriteTenant, caller: CallerDep) -> TenantRead:
    wanted = {name: getattr(body, name) for name in body.model_fields_set}
    async with caller.as_system(tenant_id, operators=True) as db:
        return TenantRead.model_validate(await tenants.change_tenant(db, principal, wanted))


@router.get("/{tenant_id}/quotas", summary="Read the quotas, and what is used of them")
async def read_quotas(tenant_id: UUID, _: CanReadQuotas, caller: CallerDep) -> QuotasRead:
    async with caller.in_tenant(tenant_id) as db:
        return QuotasRead.of(await quotas.read_quotas(db), await quotas.read_used(db))


@router.put("/{tenant_id}/quotas", summary="Change the quotas that are named; null is no limit")
async def change_quotas(tenant_id: UUID, body: QuotasChange, principal: CanWriteQuotas, caller: CallerDep) -> QuotasRead:
    quotas.check_names(body.model_extra or {})
    wanted = {name: getattr(body, name) for name in body.model_fields_set}
    async with caller.in_tenant(tenant_id) as db:
        changed = await quotas.change_quotas(db, principal, wanted)
        return QuotasRead.of(changed, await quotas.read_used(db))
