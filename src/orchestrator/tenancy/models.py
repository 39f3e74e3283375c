"""Tenants, the people in them, and the keys they use."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Identity
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, Json, TenantOwned


class Role(StrEnum):
    """What a principal may do in a tenant; each role includes the ones after it."""

    ADMIN = "ADMIN"
    LEAD = "LEAD"
    MEMBER = "MEMBER"
    VIEWER = "VIEWER"

    def includes(self, other: "Role") -> bool:
        order = list(Role)
        return order.index(self) <= order.index(other)


class Tenant(Base):
    __tablename__ = "tenants"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(Identity(always=True))
    """A small number of its own, from which the unprivileged user of its sandboxes is derived."""
    slug: Mapped[str]
    name: Mapped[str]
    max_concurrent_sessions: Mapped[int]
    created_at: Mapped[datetime]


class User(Base):
    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    created_at: Mapped[datetime]


class Membership(Base):
    __tablename__ = "memberships"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[Role] = mapped_column()
    created_at: Mapped[datetime]


class ApiKey(TenantOwned, Base):
    """The secret itself is never stored: only its public id and the SHA-256 of the secret part."""

    __tablename__ = "api_keys"

    public_id: Mapped[str]
    secret_sha256: Mapped[bytes]
    name: Mapped[str]
    role: Mapped[Role] = mapped_column()
    user_id: Mapped[UUID | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class IdempotencyKey(Base):
    """What a POST with an Idempotency-Key answered, so that its repeat answers the same."""

    __tablename__ = "idempotency_keys"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    principal: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_sha256: Mapped[bytes]
    response: Mapped[Json]
    created_at: Mapped[datetime]
