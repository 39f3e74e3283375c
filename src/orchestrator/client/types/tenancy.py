"""Tenants, who belongs to them, and what was done there."""

from typing import Any, TypedDict


class Tenant(TypedDict):
    id: str
    slug: str
    name: str
    weight: int
    clamp_output: bool
    capture_trajectories: bool
    trajectory_retention_days: int
    created_at: str


class NewTenant(Tenant):
    """`admin_key` is shown once: None when the answer repeats an earlier one."""

    admin_key: str | None
    repeated: bool


class User(TypedDict):
    id: str
    name: str
    email: str | None
    role: str
    issuer: str | None
    subject: str | None
    member_since: str


class Key(TypedDict):
    id: str
    name: str
    prefix: str
    role: str
    operator: bool
    user_id: str | None
    created_by: str | None
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None
    previous_until: str | None


class NewKey(Key):
    """`key` is shown once: None when the answer repeats an earlier one."""

    key: str | None
    repeated: bool


class SignInLink(TypedDict):
    """`url` is a path where the server does not know its public address."""

    token: str
    url: str
    expires_at: str


class AuditEntry(TypedDict):
    number: int
    at: str
    actor: str
    action: str
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    hash: str


class AuditVerdict(TypedDict):
    intact: bool
    entries: int
    head_hash: str
    broken_at: int | None
    problem: str | None
