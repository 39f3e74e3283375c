"""What the API takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from orchestrator.tenancy import models
from orchestrator.tenancy.keys import PREFIX
from orchestrator.tenancy.members import Member
from orchestrator.tenancy.models import Role

_NO_NUL = r"^[^\x00]*[^\s\x00][^\x00]*$"
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_NUL)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_NO_NUL)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
Count = Annotated[int, Field(strict=True, ge=0, le=2**63 - 1)]

SHOWN_ONCE = "Shown here and never again. Null in the answer to a repeat under the same Idempotency-Key."
REPEATED = "True when this repeats an earlier answer: the key was in that one alone. A lost key is rotated, or made again."


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [values]})


class TenantCreate(BaseModel):
    model_config = _example(slug="checkout", name="Team Checkout")

    slug: Slug = Field(description="Lower-case letters, digits and hyphens; X-Tenant-ID takes it. It never changes.")
    name: Name

    @model_validator(mode="after")
    def _is_no_id(self) -> Self:
        try:
            UUID(self.slug)
        except ValueError:
            return self
        raise ValueError("a slug must not look like an id")


class TenantChange(BaseModel):
    model_config = _example(name="Team Checkout", trajectory_retention_days=30)

    name: Name = "unchanged"
    weight: int = Field(1, strict=True, ge=1, le=1000, description="Its part of the capacity. Operators alone change it.")
    clamp_output: bool = Field(
        False, strict=True, description="A call that does not fit the budget gets a smaller output limit, not a refusal."
    )
    capture_trajectories: bool = Field(True, strict=True, description="Whether model calls are recorded for fine-tuning.")
    trajectory_retention_days: int = Field(90, strict=True, ge=1, le=3650)


class TenantRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    slug: str
    name: str
    weight: int
    clamp_output: bool
    capture_trajectories: bool
    trajectory_retention_days: int
    created_at: datetime


class TenantCreated(TenantRead):
    admin_key: str | None = Field(None, description=f"The first ADMIN's. {SHOWN_ONCE}")
    repeated: bool = Field(False, description=REPEATED)


class QuotasChange(BaseModel):
    """What is absent stays; null is no limit."""

    # Unknown names come through to the rule that answers with the known ones.
    model_config = ConfigDict(
        extra="allow", json_schema_extra={"examples": [{"max_concurrent_sessions": 5, "tokens_per_month": None}]}
    )

    max_concurrent_sessions: Count | None = Field(None, description="Sessions that hold a slot at once.")
    max_queued_sessions: Count | None = Field(None, description="Sessions that wait; a further one is refused.")
    requests_per_minute: Count | None = Field(None, description="To this API, and again to the gateway.")
    tokens_per_month: Count | None = Field(None, description="Of all model calls in a calendar month, in UTC.")
    cost_micro_usd_per_month: Count | None = Field(None, description="The same in millionths of a US dollar.")
    max_session_tokens: Count | None = Field(None, description="Of one session, where it names no limit of its own.")
    storage_bytes: Count | None = Field(None, description="Mirrors, workspaces and artifacts on all nodes.")


class QuotasRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    max_concurrent_sessions: int | None
    max_queued_sessions: int | None
    requests_per_minute: int | None
    tokens_per_month: int | None
    cost_micro_usd_per_month: int | None
    max_session_tokens: int | None
    storage_bytes: int | None
    updated_at: datetime
    used: dict[str, int] = Field(description="By the quota's name: what is used now, or of this month.")

    @classmethod
    def of(cls, quotas: models.Quotas, used: dict[str, int]) -> Self:
        own = {name: getattr(quotas, name) for name in cls.model_fields if name != "used"}
        return cls(**own, used=used)


class UserAdd(BaseModel):
    """`user_id` of somebody who is known already, or who they are at the OpenID provider, or a name alone."""

    model_config = _example(name="Ada", role="MEMBER", issuer="https://login.example.com", subject="248289761001")

    role: Role
    user_id: UUID | None = None
    name: Name | None = None
    email: Text | None = None
    issuer: Text | None = Field(None, description="With the subject: who somebody is at the OpenID provider.")
    subject: Text | None = None

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        others = (self.name, self.email, self.issuer, self.subject)
        if self.user_id is not None and any(others):
            raise ValueError("user_id names somebody who is known: leave the other fields out")
        if self.user_id is None and self.name is None:
            raise ValueError("give a name, or a user_id")
        if (self.issuer is None) != (self.subject is None):
            raise ValueError("issuer and subject go together")
        return self


class UserChange(BaseModel):
    model_config = _example(role="LEAD")

    role: Role


class UserRead(BaseModel):
    id: UUID
    name: str
    email: str | None
    role: Role
    issuer: str | None
    subject: str | None
    member_since: datetime

    @classmethod
    def of(cls, member: Member) -> Self:
        user = member.user
        return cls(
            id=user.id,
            name=user.name,
            email=user.email,
            role=member.role,
            issuer=user.issuer,
            subject=user.subject,
            member_since=member.since,
        )


class KeyCreate(BaseModel):
    model_config = _example(name="ci", role="MEMBER", expires_at="2031-01-01T00:00:00Z")

    name: Name
    role: Role = Field(description="At most your own.")
    expires_at: AwareDatetime | None = Field(None, description="Unset: it works until it is revoked.")
    operator: bool = Field(False, strict=True, description="May keep the platform as well; only an operator can give that.")
    user_id: UUID | None = Field(
        None, description="Whose key it is and whose budget it spends. Unset: yours. Others: ADMINs."
    )


class KeyRotate(BaseModel):
    model_config = _example(grace_seconds=3600)

    grace_seconds: int = Field(
        default=86_400, ge=0, le=30 * 86_400, strict=True, description="How long the secret from before works on."
    )


class KeyRead(BaseModel):
    id: UUID
    name: str
    prefix: str = Field(description="How the key begins, to know it again.")
    role: Role
    operator: bool
    user_id: UUID | None
    created_by: str | None
    created_at: datetime
    last_used_at: datetime | None = Field(description="To the minute, by a program or a browser. Null: never.")
    expires_at: datetime | None
    revoked_at: datetime | None
    previous_until: datetime | None = Field(description="Until then the secret from before the rotation works too.")

    @classmethod
    def of(cls, row: models.ApiKey, **more: Any) -> Self:
        made: dict[str, Any] = {"prefix": f"{PREFIX}_{row.public_id}", "operator": row.is_operator, **more}
        return cls(**{name: getattr(row, name) for name in KeyRead.model_fields if name not in made}, **made)


class KeyCreated(KeyRead):
    key: str | None = Field(None, description=SHOWN_ONCE)
    repeated: bool = Field(False, description=REPEATED)


class AuditRead(BaseModel):
    number: int
    at: datetime
    actor: str
    actor_name: str | None = Field(description="What that person or key is called; null: nobody of this tenant.")
    action: str
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    hash: str = Field(description="sha256 over the hash before and this entry, in hexadecimal.")

    @classmethod
    def of(cls, row: models.AuditEntry, actor_name: str | None) -> Self:
        same: dict[str, Any] = {
            name: getattr(row, name) for name in ("number", "at", "actor", "action", "target", "request_id")
        }
        return cls(
            **same,
            actor_name=actor_name,
            before=row.detail["before"],
            after=row.detail["after"],
            hash=row.hash.hex(),
        )


class AuditVerdict(BaseModel):
    """Keep `entries` and `head_hash` elsewhere: with them, even a log that was written anew from its beginning is found."""

    intact: bool
    entries: int
    head_hash: str
    broken_at: int | None = Field(description="The first entry that is not what was written, or is missing.")
    problem: str | None
