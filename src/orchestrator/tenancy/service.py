"""Tenants and principals: the first start, and who a key belongs to."""

import os
from pathlib import Path
from uuid import UUID

from sqlalchemy import and_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.data_dir import ADMIN_KEY_FILE
from orchestrator.kit.db import Database
from orchestrator.kit.ids import new_id
from orchestrator.kit.settings import Settings
from orchestrator.tenancy.keys import ParsedKey, mint_key, parse_key
from orchestrator.tenancy.models import ApiKey, Membership, Quotas, Role, Tenant, User
from orchestrator.tenancy.principal import Principal, TenantNotFound, Unauthenticated

DEFAULT_TENANT = "default"
FIRST_KEY_NAME = "first admin"

_NO_SECRET = bytes(32)
_OF_ITS_USER = and_(Membership.tenant_id == ApiKey.tenant_id, Membership.user_id == ApiKey.user_id)
KEY_AND_OWNER = (
    select(ApiKey, Tenant, Membership.role).join(Tenant, Tenant.id == ApiKey.tenant_id).outerjoin(Membership, _OF_ITS_USER)
)


async def authenticate(database: Database, credential: str | None, tenant: str | None) -> Principal:
    """The principal of an API key; `tenant` (id or slug) must be the key's own. Raises Unauthenticated, TenantNotFound.

    Nothing is remembered between requests, so that a revoked key and a changed role hold at once in every process.
    """
    async with database.system_transaction() as db:
        key, owner, role_of_user = await opened_key(db, credential)
    return principal_of(key, owner, role_of_user, tenant)


async def opened_key(db: AsyncSession, credential: str | None) -> tuple[ApiKey, Tenant, Role | None]:
    """The key that the credential opens, its tenant, and the role of its user, if any. Raises Unauthenticated."""
    parsed = parse_key(credential) if credential else None
    if parsed is None:
        raise Unauthenticated
    row = (await db.execute(KEY_AND_OWNER.where(ApiKey.public_id == parsed.public_id))).one_or_none()
    if row is None or not _opens(parsed, row[0]):
        raise Unauthenticated
    key, owner, role_of_user = row
    return key, owner, role_of_user


def principal_of(key: ApiKey, owner: Tenant, role_of_user: Role | None, tenant: str | None) -> Principal:
    """Raises TenantNotFound."""
    if tenant is not None and tenant not in (str(owner.id), owner.slug):
        raise TenantNotFound
    # A person who was given a lesser role has no more by a key from before.
    role = key.role.at_most(role_of_user)
    return Principal(owner.id, owner.slug, key.id, key.user_id, key.name, role, key.is_operator)


def _opens(parsed: ParsedKey, key: ApiKey) -> bool:
    """Both secrets are compared, whichever it is, so that the time tells nothing."""
    current = parsed.matches(key.secret_sha256)
    previous = parsed.matches(key.previous_sha256 or _NO_SECRET)
    in_grace = key.previous_until is not None and key.previous_until > now()
    return (current or (previous and in_grace)) and is_usable(key)


def is_usable(key: ApiKey) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now())


async def first_start(database: Database, settings: Settings) -> None:
    """Creates tenant `default` and its admin, and writes the admin's key; each part only when it is missing."""
    async with database.system_transaction() as db:
        await db.execute(text("select pg_advisory_xact_lock(7014020262)"))
        tenant = (await db.execute(select(Tenant).where(Tenant.slug == DEFAULT_TENANT))).scalar_one_or_none()
        if tenant is None:
            tenant = Tenant(id=new_id(), slug=DEFAULT_TENANT, name="Default", created_at=now())
            await add_tenant(db, tenant, settings.max_concurrent_sessions)
        if await _admin_key_works(database, settings.data_dir / ADMIN_KEY_FILE):
            return
        text_of_key = await add_admin_key(db, tenant.id, is_operator=True)
        # Before the commit, so within the lock: of starts at once, each finds the key of the first. A crash in between
        # leaves a file whose key opens nothing, and the next start makes another.
        _write_private(settings.data_dir / ADMIN_KEY_FILE, text_of_key + "\n")


async def add_tenant(db: AsyncSession, tenant: Tenant, max_concurrent_sessions: int) -> None:
    db.add(tenant)
    await db.flush()
    db.add(Quotas(tenant_id=tenant.id, max_concurrent_sessions=max_concurrent_sessions, updated_at=now()))
    await db.flush()


async def add_admin_key(db: AsyncSession, tenant_id: UUID, *, is_operator: bool = False, maker: str | None = None) -> str:
    """The key's text. It is the tenant's first ADMIN's, who is made when there is none."""
    minted = mint_key()
    key = ApiKey(
        tenant_id=tenant_id,
        id=new_id(),
        public_id=minted.public_id,
        secret_sha256=minted.secret_sha256,
        name=FIRST_KEY_NAME,
        role=Role.ADMIN,
        user_id=await _admin_of(db, tenant_id),
        is_operator=is_operator,
        created_by=maker,
        created_at=now(),
    )
    db.add(key)
    await db.flush()
    return minted.text


async def _admin_of(db: AsyncSession, tenant_id: UUID) -> UUID:
    found = await db.execute(
        select(Membership.user_id)
        .where(Membership.tenant_id == tenant_id, Membership.role == Role.ADMIN)
        .order_by(Membership.created_at)
        .limit(1)
    )
    user_id = found.scalar_one_or_none()
    if user_id is None:
        user_id = new_id()
        db.add(User(id=user_id, name="admin", created_at=now()))
        await db.flush()
        db.add(Membership(tenant_id=tenant_id, user_id=user_id, role=Role.ADMIN, created_at=now()))
        await db.flush()
    return user_id


async def _admin_key_works(database: Database, file: Path) -> bool:
    if not file.exists():
        return False
    try:
        await authenticate(database, file.read_text(errors="replace").strip(), None)
    except Unauthenticated:
        return False
    return True


def _write_private(file: Path, content: str) -> None:
    """The file appears whole and with mode 600 from its first moment."""
    draft = file.with_suffix(".tmp")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)


async def tenant_by_id(database: Database, tenant_id: UUID) -> Tenant:
    async with database.system_transaction() as db:
        return (await db.execute(select(Tenant).where(Tenant.id == tenant_id))).scalar_one()
