"""The people of a tenant and their roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, lock_until_commit
from orchestrator.kit.errors import Conflict, NotFound
from orchestrator.kit.ids import new_id
from orchestrator.kit.pagination import decode_cursor
from orchestrator.tenancy import audit
from orchestrator.tenancy.models import ApiKey, Membership, Role, User
from orchestrator.tenancy.principal import OperatorRequired, Principal


class AlreadyMember(Conflict):
    """This person is in the tenant already."""

    code = "already_member"
    hint = "Change the role with PATCH /api/v1/tenants/{{id}}/users/{{user_id}}."


class LastAdmin(Conflict):
    """This is the tenant's last ADMIN."""

    code = "last_admin"
    hint = "Make another member ADMIN first."


@dataclass(frozen=True)
class NewMember:
    """Somebody known, by `user_id` or by issuer and subject; or somebody new, who needs a name."""

    role: Role
    user_id: UUID | None = None
    name: str | None = None
    email: str | None = None
    issuer: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Member:
    user: User
    role: Role
    since: datetime

    @classmethod
    def of(cls, row: Row[Membership, User]) -> "Member":
        membership, user = row
        return cls(user, membership.role, membership.created_at)


async def list_members(db: AsyncSession, limit: int, cursor: str | None) -> tuple[Sequence[Member], bool]:
    """Who came first, first."""
    query = select(Membership, User).join(User, User.id == Membership.user_id)
    query = query.where(Membership.tenant_id == IndustrialRepository(db).tenant_id)
    if cursor:
        query = query.where(tuple_(Membership.created_at, Membership.user_id) > decode_cursor(cursor))
    query = query.order_by(Membership.created_at, Membership.user_id).limit(limit + 1)
    rows = (await db.execute(query)).all()
    return [Member.of(row) for row in rows[:limit]], len(rows) > limit


async def find_member(db: AsyncSession, user_id: UUID) -> Member:
    query = select(Membership, User).join(User, User.id == Membership.user_id)
    query = query.where(Membership.tenant_id == IndustrialRepository(db).tenant_id, User.id == user_id)
    row = (await db.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return Member.of(row)


async def add_member(db: AsyncSession, principal: Principal, wanted: NewMember) -> UUID:
    tenant_id = IndustrialRepository(db).tenant_id
    user = await _known(db, wanted) or await _new_user(db, wanted)
    row = insert(Membership).values(tenant_id=tenant_id, user_id=user.id, role=wanted.role, created_at=now())
    if (await db.execute(row.on_conflict_do_nothing().returning(Membership.user_id))).scalar_one_or_none() is None:
        raise AlreadyMember
    after = {"role": wanted.role, "name": user.name, "issuer": user.issuer, "subject": user.subject}
    audit.record(db, tenant_id, principal.actor, "user.add", f"user:{user.id}", None, after)
    return user.id


async def _known(db: AsyncSession, wanted: NewMember) -> User | None:
    if wanted.user_id is not None:
        user = await db.get(User, wanted.user_id)
        if user is None:
            raise NotFound
        return user
    if wanted.subject is None:
        return None
    # Of two who add the same person at once, the second waits for the first and finds the user.
    await lock_until_commit(db, f"user:{wanted.issuer}:{wanted.subject}")
    query = select(User).where(User.issuer == wanted.issuer, User.subject == wanted.subject)
    return (await db.execute(query)).scalar_one_or_none()


async def _new_user(db: AsyncSession, wanted: NewMember) -> User:
    user = User(
        id=new_id(),
        name=wanted.name or wanted.subject or "",
        email=wanted.email,
        issuer=wanted.issuer,
        subject=wanted.subject,
        created_at=now(),
    )
    db.add(user)
    await db.flush()
    return user


async def change_role(db: AsyncSession, principal: Principal, user_id: UUID, role: Role) -> Member:
    membership = await _locked(db, user_id, stays_admin=role is Role.ADMIN)
    before = membership.role
    if role is not before:
        membership.role = role
        await db.flush()
        audit.record(
            db,
            membership.tenant_id,
            principal.actor,
            "user.change",
            f"user:{user_id}",
            {"role": before},
            {"role": role},
        )
    return await find_member(db, user_id)


async def remove_member(db: AsyncSession, principal: Principal, user_id: UUID) -> None:
    """With them go their keys of this tenant."""
    membership = await _locked(db, user_id, stays_admin=False)
    tenant_id = membership.tenant_id
    own = (ApiKey.tenant_id == tenant_id, ApiKey.user_id == user_id)
    live = select(ApiKey).where(*own, ApiKey.revoked_at.is_(None)).order_by(ApiKey.id).with_for_update()
    keys = (await db.execute(live)).scalars().all()
    if any(key.is_operator for key in keys) and not principal.is_operator:
        raise OperatorRequired  # Else an ADMIN could leave the platform without its operators.
    revoked = [key.id for key in keys]
    await db.execute(update(ApiKey).where(ApiKey.tenant_id == tenant_id, ApiKey.id.in_(revoked)).values(revoked_at=now()))
    # A key names a member or nobody; who its owner was stays in the audit log.
    await db.execute(update(ApiKey).where(*own).values(user_id=None))
    before = {"role": membership.role, "keys": " ".join(str(one) for one in revoked)}
    await db.delete(membership)
    await db.flush()
    audit.record(db, tenant_id, principal.actor, "user.remove", f"user:{user_id}", before, None)


async def _locked(db: AsyncSession, user_id: UUID, *, stays_admin: bool) -> Membership:
    """All ADMINs are locked with it, so that of the last two not each can be the first to go."""
    tenant_id = IndustrialRepository(db).tenant_id
    query = select(Membership).where(Membership.tenant_id == tenant_id).order_by(Membership.user_id).with_for_update()
    admins = (await db.execute(query.where(Membership.role == Role.ADMIN))).scalars().all()
    membership = (await db.execute(query.where(Membership.user_id == user_id))).scalar_one_or_none()
    if membership is None:
        raise NotFound
    if not stays_admin and [one.user_id for one in admins] == [user_id]:
        raise LastAdmin
    return membership
