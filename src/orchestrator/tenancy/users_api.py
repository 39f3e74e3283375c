"""HTTP over the people of a tenant."""

from uuid import UUID

from fastapi import APIRouter, Response

from orchestrator.kit.pagination import Page, encode_cursor
from orchestrator.tenancy import members
from orchestrator.tenancy.dependencies import CallerDep, CanReadUsers, CanWriteUsers, IdempotencyKeyHeader, Limit
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.members import NewMember
from orchestrator.tenancy.schemas import UserAdd, UserChange, UserRead

router = APIRouter(prefix="/tenants/{tenant_id}/users", tags=["users"])


@router.get("", summary="List the members, who came first first")
async def index(
    tenant_id: UUID, _: CanReadUsers, caller: CallerDep, limit: Limit = 50, cursor: str | None = None
) -> Page[UserRead]:
    async with caller.as_system(tenant_id) as db:
        rows, more = await members.list_members(db, limit, cursor)
    next_cursor = encode_cursor(rows[-1].since, rows[-1].user.id) if more else None
    return Page(items=[UserRead.of(row) for row in rows], next_cursor=next_cursor)


@router.post("", status_code=201, summary="Add a member: somebody known, or somebody new")
async def add(
    tenant_id: UUID,
    body: UserAdd,
    principal: CanWriteUsers,
    caller: CallerDep,
    response: Response,
    idempotency_key: IdempotencyKeyHeader = None,
) -> UserRead:
    async with caller.as_system(tenant_id) as db:

        async def make() -> UUID:
            return await members.add_member(db, principal, NewMember(**body.model_dump()))

        deed = Deed("POST /users", body.model_dump(mode="json"))
        user_id, _ = await once(db, principal, idempotency_key, deed, make)
        added = await members.find_member(db, user_id)
    response.headers["Location"] = f"/api/v1/tenants/{tenant_id}/users/{user_id}"
    return UserRead.of(added)


@router.patch("/{user_id}", summary="Give a member another role; their keys have no more than it from now on")
async def change(tenant_id: UUID, user_id: UUID, body: UserChange, principal: CanWriteUsers, caller: CallerDep) -> UserRead:
    async with caller.as_system(tenant_id) as db:
        return UserRead.of(await members.change_role(db, principal, user_id, body.role))


@router.delete("/{user_id}", status_code=204, summary="Remove a member and revoke their keys of this tenant")
async def remove(tenant_id: UUID, user_id: UUID, principal: CanWriteUsers, caller: CallerDep) -> None:
    async with caller.as_system(tenant_id) as db:
        await members.remove_member(db, principal, user_id)
