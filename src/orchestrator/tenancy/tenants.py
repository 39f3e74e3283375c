"""Tenants as operators make them and their ADMINs keep them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, lock_until_commit
from orchestrator.kit.errors import Conflict, NotFound
from orchestrator.kit.ids import new_id
from orchestrator.kit.pagination import decode_cursor, encode_cursor
from orchestrator.tenancy import audit
from orchestrator.tenancy.models import Membership, Tenant
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import OperatorRequired, PermissionRequired, Principal
from orchestrator.tenancy.quotas import wake_admission
from orchestrator.tenancy.service import add_admin_key, add_tenant

_BEFORE_ALL_OTHERS = encode_cursor(datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))


class SlugTaken(Conflict):
    """There is a tenant of that slug already."""

    code = "slug_taken"
    hint = "Choose another slug; the name may be anything."


@dataclass(frozen=True)
class NewTenant:
    slug: str
    name: str


async def create_tenant(
    db: AsyncSession, principal: Principal, wanted: NewTenant, max_concurrent_sessions: int
) -> tuple[Tenant, str]:
    """The tenant, and its first ADMIN's key, which is shown once."""
    await lock_until_commit(db, f"tenant:{wanted.slug}")
    if (await db.execute(select(Tenant.id).where(Tenant.slug == wanted.slug))).scalar_one_or_none() is not None:
        raise SlugTaken
    tenant = Tenant(id=new_id(), slug=wanted.slug, name=wanted.name, created_at=now())
    await add_tenant(db, tenant, max_concurrent_sessions)
    admin_key = await add_admin_key(db, tenant.id, maker=principal.actor)
    after = {"slug": wanted.slug, "name": wanted.name, "max_concurrent_sessions": max_concurrent_sessions}
    audit.record(db, tenant.id, principal.actor, "tenant.create", f"tenant:{tenant.id}", None, after)
    return tenant, admin_key


async def list_tenants(
    db: AsyncSession, principal: Principal, limit: int, cursor: str | None
) -> tuple[Sequence[Tenant], str | None]:
    """The caller's own first, then by age. An operator sees all, a person theirs, and a key its own."""
    query = select(Tenant).where(Tenant.id != principal.tenant_id)
    if not principal.is_operator:
        members = select(Membership.tenant_id).where(Membership.user_id == principal.user_id)
        query = query.where(Tenant.id.in_(members) if principal.key_id is None else text("false"))
    own: list[Tenant] = []
    if cursor:
        query = query.where(tuple_(Tenant.created_at, Tenant.id) > decode_cursor(cursor))
    elif principal.is_member:
        own = [await get_tenant(db, principal.tenant_id)]
    room = limit - len(own)
    rows = (await db.execute(query.order_by(Tenant.created_at, Tenant.id).limit(room + 1))).scalars().all()
    page = [*own, *rows[:room]]
    if len(rows) <= room:
        return page, None
    # One's own tenant stands before the others whatever its age.
    return page, encode_cursor(page[-1].created_at, page[-1].id) if rows[:room] else _BEFORE_ALL_OTHERS


async def get_tenant(db: AsyncSession, tenant_id: UUID, *, lock: bool = False) -> Tenant:
    query = select(Tenant).where(Tenant.id == tenant_id)
    tenant = (await db.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    if tenant is None:
        raise NotFound
    return tenant


async def change_tenant(db: AsyncSession, principal: Principal, wanted: Mapping[str, Any]) -> Tenant:
    """Its weight is the operators' business; what is done with its own data is its ADMINs'."""
    tenant_id = IndustrialRepository(db).tenant_id
    tenant = await get_tenant(db, tenant_id, lock=True)
    before = {name: getattr(tenant, name) for name in wanted if getattr(tenant, name) != wanted[name]}
    if "weight" in wanted and not principal.is_operator:
        raise OperatorRequired
    is_admin = tenant_id == principal.tenant_id and Permission.TENANT_WRITE in principal.scopes
    if wanted.keys() - {"weight", "name"} and not is_admin:
        raise PermissionRequired(permission=Permission.TENANT_WRITE.value, has="operator")
    for name in before:
        setattr(tenant, name, wanted[name])
    if before:
        await db.flush()
        after = {name: wanted[name] for name in before}
        audit.record(db, tenant_id, principal.actor, "tenant.change", f"tenant:{tenant_id}", before, after)
        await wake_admission(db)
    return tenant
