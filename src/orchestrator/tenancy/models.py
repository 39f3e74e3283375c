"""Tenants, the people in them, and the keys they use."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Identity
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, Json, TenantOwned
from orchestrator.kit.network_policy import NetworkMode


class Role(StrEnum):
    """What a principal may do in a tenant; each role includes the ones after it."""

    ADMIN = "ADMIN"
    LEAD = "LEAD"
    MEMBER = "MEMBER"
    VIEWER = "VIEWER"

    def includes(self, other: "Role") -> bool:
        order = list(Role)
        return order.index(self) <= order.index(other)

    def at_most(self, other: "Role | None") -> "Role":
        """The lesser of the two."""
        return other if other is not None and self.includes(other) else self


class Tenant(Base):
    __tablename__ = "tenants"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(Identity(always=True))
    """A small number of its own, from which the unprivileged user of its sandboxes is derived."""
    slug: Mapped[str]
    name: Mapped[str]
    weight: Mapped[int] = mapped_column(default=1)
    """Its part of the capacity when tenants compete."""
    clamp_output: Mapped[bool] = mapped_column(default=False)
    """A call that does not fit the budget gets a smaller output limit rather than a refusal."""
    capture_trajectories: Mapped[bool] = mapped_column(default=True)
    trajectory_retention_days: Mapped[int] = mapped_column(default=90)
    created_at: Mapped[datetime]


class Quotas(Base):
    """How much at once and how much a month; None is no limit."""

    __tablename__ = "quotas"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    max_concurrent_sessions: Mapped[int | None]
    max_queued_sessions: Mapped[int | None]
    requests_per_minute: Mapped[int | None]
    tokens_per_month: Mapped[int | None]
    cost_micro_usd_per_month: Mapped[int | None]
    max_session_tokens: Mapped[int | None]
    storage_bytes: Mapped[int | None]
    updated_at: Mapped[datetime]


class TenantNetwork(Base):
    """What a tenant chose for its sandboxes; None is what the operator set."""

    __tablename__ = "tenant_networks"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    mode: Mapped[NetworkMode | None] = mapped_column()
    allowed_hosts: Mapped[list[str] | None]
    updated_at: Mapped[datetime]


class User(Base):
    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    issuer: Mapped[str | None]
    subject: Mapped[str | None]
    """With the issuer, who somebody is at the OpenID provider; the e-mail address identifies nobody."""
    is_operator: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Membership(Base):
    __tablename__ = "memberships"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[Role] = mapped_column()
    created_at: Mapped[datetime]


class LoginSession(Base):
    """A person's browser after the log-in. Of its cookie only the SHA-256 of the secret part is stored."""

    __tablename__ = "login_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    secret_sha256: Mapped[bytes]
    user_id: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class PendingLogIn(Base):
    """A browser that went to the OpenID provider and is not back yet."""

    __tablename__ = "pending_log_ins"

    state_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    browser_sha256: Mapped[bytes]
    nonce: Mapped[str]
    verifier: Mapped[str]
    next: Mapped[str]
    expires_at: Mapped[datetime]


class KeySignIn(TenantOwned, Base):
    """A browser that signed in with an API key. It lasts as long as the key has the secret that it had then."""

    __tablename__ = "key_sign_ins"

    public_id: Mapped[str]
    secret_sha256: Mapped[bytes]
    key_id: Mapped[UUID]
    key_sha256: Mapped[bytes]
    """The key's own `secret_sha256` at the sign-in: another one means that the key was rotated."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInLink(TenantOwned, Base):
    """Signs one browser in, in the name of a key, and is gone then."""

    __tablename__ = "sign_in_links"

    public_id: Mapped[str]
    secret_sha256: Mapped[bytes]
    key_id: Mapped[UUID]
    key_sha256: Mapped[bytes]
    expires_at: Mapped[datetime]


class ApiKey(TenantOwned, Base):
    """The secret itself is never stored: only its public id and the SHA-256 of the secret part."""

    __tablename__ = "api_keys"

    public_id: Mapped[str]
    secret_sha256: Mapped[bytes]
    name: Mapped[str]
    role: Mapped[Role] = mapped_column()
    user_id: Mapped[UUID | None]
    is_operator: Mapped[bool] = mapped_column(default=False)
    """May keep the platform: make tenants, set any tenant's quotas. It opens no other tenant's sessions."""
    created_by: Mapped[str | None]
    previous_sha256: Mapped[bytes | None]
    previous_until: Mapped[datetime | None]
    """After a rotation the secret before works until then."""
    last_used_at: Mapped[datetime | None]
    """To the minute; written behind the requests, by `KeyUses`."""
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


class AuditEntry(Base):
    """One act that changed who may do what. `hash` goes over the entry and the hash before it."""

    __tablename__ = "audit_log"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    target: Mapped[str]
    detail: Mapped[Json]
    request_id: Mapped[str]
    hash: Mapped[bytes]
