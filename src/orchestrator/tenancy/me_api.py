"""HTTP: who the caller is. The one address of the API that a person of several tenants reads before naming one."""

from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from orchestrator.kit.db import Database
from orchestrator.tenancy.declarations import principal_of
from orchestrator.tenancy.dependencies import any_caller, database
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.person import Belonging, Person
from orchestrator.tenancy.principal import Principal
from orchestrator.tenancy.service import tenant_by_id

router = APIRouter(tags=["log-in"])


class MembershipRead(BaseModel):
    tenant_id: UUID
    slug: str
    name: str
    role: Role

    @classmethod
    def of(cls, one: Belonging) -> Self:
        return cls(tenant_id=one.tenant_id, slug=one.slug, name=one.name, role=one.role)


class CallerRead(BaseModel):
    """`user_id`: the person, or the one whose key it is; None for a key of nobody."""

    kind: Literal["user", "key"]
    id: UUID
    name: str
    email: str | None = None
    user_id: UUID | None


class MeRead(BaseModel):
    """`tenant_id`, `role` and `permissions` are those of this request: empty for a person of several tenants who named none,
    or of none."""

    principal: CallerRead
    tenant_id: UUID | None
    role: Role | None
    permissions: list[Permission]
    is_operator: bool
    memberships: list[MembershipRead]


@router.get("/me", summary="Who you are, and in which tenants", dependencies=[any_caller()])
async def me(request: Request, db: Annotated[Database, Depends(database)]) -> MeRead:
    person = getattr(request.state, "person", None)
    return _person(request, person) if isinstance(person, Person) else await _key(principal_of(request), db)


def _person(request: Request, person: Person) -> MeRead:
    principal: Principal | None = getattr(request.state, "principal", None)
    return MeRead(
        principal=CallerRead(kind="user", id=person.user_id, name=person.name, email=person.email, user_id=person.user_id),
        tenant_id=principal.tenant_id if principal else None,
        role=principal.role if principal else None,
        permissions=sorted(principal.scopes) if principal else [],
        is_operator=person.is_operator,
        memberships=[MembershipRead.of(one) for one in person.belongings],
    )


async def _key(principal: Principal, db: Database) -> MeRead:
    assert principal.key_id is not None  # noqa: S101 - who has no key is a person.
    tenant = await tenant_by_id(db, principal.tenant_id)
    own = Belonging(tenant.id, tenant.slug, tenant.name, principal.role)
    return MeRead(
        principal=CallerRead(kind="key", id=principal.key_id, name=principal.name, user_id=principal.user_id),
        tenant_id=own.tenant_id,
        role=own.role,
        permissions=sorted(principal.scopes),
        is_operator=principal.is_operator,
        memberships=[MembershipRead.of(own)],
    )
