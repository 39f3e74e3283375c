"""Tenants and keys that tests act as."""

from dataclasses import dataclass
from uuid import UUID

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.ids import new_id
from orchestrator.tenancy.keys import mint_key
from orchestrator.tenancy.models import ApiKey, Membership, Quotas, Role, Tenant, User


@dataclass(frozen=True)
class Actor:
    tenant_id: UUID
    slug: str
    key: str
    key_id: UUID

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


async def make_tenant(database: Database, slug: str, limit: int = 8) -> UUID:
    tenant_id = new_id()
    async with database.system_transaction() as db:
        db.add(Tenant(id=tenant_id, slug=slug, name=slug, created_at=now()))
        await db.flush()
        db.add(Quotas(tenant_id=tenant_id, max_concurrent_sessions=limit, updated_at=now()))
    return tenant_id


async def make_actor(database: Database, tenant_id: UUID, slug: str, role: Role, **changes: object) -> Actor:
    minted = mint_key()
    key_id = new_id()
    row = ApiKey(
        tenant_id=tenant_id,
        id=key_id,
        public_id=minted.public_id,
        secret_sha256=minted.secret_sha256,
        name=role.value,
        role=role,
        created_at=now(),
    )
    for name, value in changes.items():
        setattr(row, name, value)
    async with database.system_transaction() as db:
        db.add(row)
    return Actor(tenant_id, slug, minted.text, key_id)


async def make_user(database: Database, tenant_id: UUID, role: Role) -> UUID:
    user_id = new_id()
    async with database.system_transaction() as db:
        db.add(User(id=user_id, name=f"user {user_id}", created_at=now()))
        await db.flush()
        db.add(Membership(tenant_id=tenant_id, user_id=user_id, role=role, created_at=now()))
    return user_id


async def make_operator(database: Database, tenant_id: UUID, slug: str, role: Role = Role.ADMIN) -> Actor:
    return await make_actor(database, tenant_id, slug, role, is_operator=True)
