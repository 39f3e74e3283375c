"""The keys of a tenant: made, listed, given another secret, revoked."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import Conflict, Invalid, NotFound
from orchestrator.kit.ids import new_id
from orchestrator.kit.pagination import newest_page
from orchestrator.tenancy import audit
from orchestrator.tenancy.keys import mint_key, mint_secret
from orchestrator.tenancy.models import ApiKey, Membership, Role
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import OperatorRequired, PermissionRequired, Principal, RoleRequired
from orchestrator.tenancy.service import is_usable


class KeyUnusable(Conflict):
    """The key is revoked or expired, and stays so."""

    code = "key_unusable"
    hint = "Make another one with POST /api/v1/api-keys."


@dataclass(frozen=True)
class NewKey:
    """`user_id` is whose key it is: the maker's own unless an ADMIN makes it for another member."""

    name: str
    role: Role
    expires_at: datetime | None = None
    operator: bool = False
    user_id: UUID | None = None


async def create_key(db: AsyncSession, principal: Principal, wanted: NewKey) -> tuple[ApiKey, str]:
    """The row and the text that is shown once."""
    _check_rank(principal, wanted.role, is_operator=wanted.operator)
    if wanted.expires_at is not None and wanted.expires_at <= now():
        raise Invalid(problem="expires_at: the time is past")
    minted = mint_key()
    key = ApiKey(
        id=new_id(),
        public_id=minted.public_id,
        secret_sha256=minted.secret_sha256,
        name=wanted.name,
        role=wanted.role,
        user_id=await _owner(db, principal, wanted),
        is_operator=wanted.operator,
        created_by=principal.actor,
        expires_at=wanted.expires_at,
        created_at=now(),
    )
    IndustrialRepository(db).add(key)
    await db.flush()
    _record(db, principal, "key.create", key, after=asdict(wanted) | {"user_id": key.user_id})
    return key, minted.text


async def _owner(db: AsyncSession, principal: Principal, wanted: NewKey) -> UUID | None:
    """Whose key it is, held in the tenant until the key is there."""
    owner = wanted.user_id or principal.user_id
    if owner is None:
        return None
    if owner != principal.user_id:
        _require(principal, Permission.KEYS_WRITE)
    query = select(Membership.role).where(Membership.tenant_id == principal.tenant_id, Membership.user_id == owner)
    role = (await db.execute(query.with_for_update(read=True, key_share=True))).scalar_one_or_none()
    if role is None:
        raise NotFound
    if not role.includes(wanted.role):
        raise RoleRequired(role=wanted.role.value, has=role.value)
    return owner


async def list_keys(
    db: AsyncSession, principal: Principal, limit: int, cursor: str | None, *, only_own: bool = False
) -> tuple[Sequence[ApiKey], bool]:
    """The newest first; without the permission to read all, one's own."""
    query = IndustrialRepository(db).query(ApiKey)
    if only_own or Permission.KEYS_READ not in principal.scopes:
        query = query.where(_own_rows(principal))
    return await newest_page(db, query, ApiKey.created_at, ApiKey.id, limit, cursor)


async def rotate_key(db: AsyncSession, principal: Principal, key_id: UUID, grace: timedelta) -> tuple[ApiKey, str]:
    """A new secret under the same public id. The one before works on for the grace time; an older one ends now."""
    key = await _changeable(db, principal, key_id)
    if not is_usable(key):
        raise KeyUnusable
    minted = mint_secret(key.public_id)
    key.previous_sha256 = key.secret_sha256 if grace else None
    key.previous_until = now() + grace if grace else None
    key.secret_sha256 = minted.secret_sha256
    await db.flush()
    _record(db, principal, "key.rotate", key, after={"previous_until": key.previous_until})
    return key, minted.text


async def revoke_key(db: AsyncSession, principal: Principal, key_id: UUID) -> ApiKey:
    """At once, with both its secrets. To revoke a revoked key changes nothing."""
    key = await _changeable(db, principal, key_id)
    if key.revoked_at is None:
        key.revoked_at = now()
        await db.flush()
        _record(db, principal, "key.revoke", key, after={"revoked_at": key.revoked_at})
    return key


async def find_key(db: AsyncSession, key_id: UUID) -> ApiKey:
    return await IndustrialRepository(db).get(ApiKey, key_id)


async def _changeable(db: AsyncSession, principal: Principal, key_id: UUID) -> ApiKey:
    """Another's key is not there for who may not see it. No key is a way to the powers of a greater one."""
    key = await IndustrialRepository(db).get(ApiKey, key_id, lock=True)
    if not _is_own(principal, key):
        if Permission.KEYS_READ not in principal.scopes:
            raise NotFound
        _require(principal, Permission.KEYS_WRITE)
    _check_rank(principal, key.role, is_operator=key.is_operator)
    return key


def _is_own(principal: Principal, key: ApiKey) -> bool:
    """A key that was made for another member is that member's alone."""
    is_users = principal.user_id is not None and key.user_id == principal.user_id
    return is_users or key.id == principal.key_id or (key.user_id is None and key.created_by == principal.actor)


def _own_rows(principal: Principal) -> ColumnElement[bool]:
    rows = [and_(ApiKey.user_id.is_(None), ApiKey.created_by == principal.actor)]
    if principal.user_id is not None:
        rows.append(ApiKey.user_id == principal.user_id)
    if principal.key_id is not None:
        rows.append(ApiKey.id == principal.key_id)
    return or_(*rows)


def _check_rank(principal: Principal, role: Role, *, is_operator: bool) -> None:
    if not principal.role.includes(role):
        raise RoleRequired(role=role.value, has=principal.role.value)
    if is_operator and not principal.is_operator:
        raise OperatorRequired


def _require(principal: Principal, permission: Permission) -> None:
    if permission not in principal.scopes:
        raise PermissionRequired(permission=permission.value, has=principal.role.value)


def _record(db: AsyncSession, principal: Principal, action: str, key: ApiKey, after: dict[str, Any]) -> None:
    before = None if action == "key.create" else {"name": key.name, "role": key.role}
    audit.record(db, key.tenant_id, principal.actor, action, f"key:{key.id}", before, after)
