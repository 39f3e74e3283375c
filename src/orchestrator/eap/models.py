"""Tables: who joined, with which tokens or by which card, and the work that is leased to them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, Json, TenantOwned


class Transport(StrEnum):
    PULL = "pull"
    """It asks for work."""
    PUSH = "push"
    """Work is sent to its address."""
    A2A = "a2a"
    """It speaks A2A, and is driven by the orchestrator."""


class Reported(StrEnum):
    """How an agent says that it is."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    BUSY = "busy"
    OFFLINE = "offline"


class Desired(StrEnum):
    """What a person wants of it."""

    CONTINUE = "continue"
    DRAIN = "drain"
    """It finishes what it has, and gets nothing more."""
    PAUSE = "pause"
    """It gets nothing for now."""


class Liveness(StrEnum):
    LIVE = "live"
    SUSPECT = "suspect"
    """Three heartbeats are missing."""
    LOST = "lost"
    """It is silent for as long as a lease lasts."""


class AssignmentStatus(StrEnum):
    QUEUED = "queued"
    LEASED = "leased"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ExternalAgent(TenantOwned, Base):
    """One process or service that has joined; several may stand behind one agent of the registry."""

    __tablename__ = "external_agents"

    agent_id: Mapped[UUID]
    version_id: Mapped[UUID]
    name: Mapped[str]
    agent_type: Mapped[str]
    version: Mapped[str]
    protocol_version: Mapped[str]
    transport: Mapped[Transport] = mapped_column()
    endpoint_url: Mapped[str | None]
    secret_sealed: Mapped[bytes | None]
    """Signs what is pushed to it."""
    about: Mapped[Json] = mapped_column("metadata")
    public_key: Mapped[bytes | None]
    """Ed25519, 32 bytes."""
    challenge: Mapped[str | None]
    challenge_until: Mapped[datetime | None]
    proven_at: Mapped[datetime | None]
    max_tasks: Mapped[int]
    status: Mapped[Reported] = mapped_column()
    current_load: Mapped[float]
    metrics: Mapped[Json]
    desired: Mapped[Desired] = mapped_column()
    heartbeat_at: Mapped[datetime | None]
    liveness: Mapped[Liveness] = mapped_column()
    last_error: Mapped[str | None]
    last_error_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class Enrolment(TenantOwned, Base):
    """A token that lets one agent join, once."""

    __tablename__ = "external_agent_enrolments"

    public_id: Mapped[str]
    secret_sha256: Mapped[bytes]
    agent_name: Mapped[str | None]
    """The agent of the registry that it may join; None: a new one alone."""
    capabilities: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    """All that it may say of itself; None: anything."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    external_agent_id: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class AccessToken(TenantOwned, Base):
    __tablename__ = "external_agent_tokens"

    public_id: Mapped[str]
    secret_sha256: Mapped[bytes]
    external_agent_id: Mapped[UUID]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]


class UsedAssertion(Base):
    """No assertion buys two tokens."""

    __tablename__ = "external_agent_assertions"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    external_agent_id: Mapped[UUID] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


class Assignment(TenantOwned, Base):
    """One turn of a session, as work for an external agent."""

    __tablename__ = "assignments"

    session_id: Mapped[UUID]
    turn: Mapped[int]
    agent_id: Mapped[UUID]
    priority: Mapped[int]
    task_type: Mapped[str]
    body: Mapped[Json]
    """`context`, `input_data`, `requirements` and `repository`, as the agent gets them."""
    commit: Mapped[str] = mapped_column("commit_sha")
    """What the work stands on."""
    bundle_path: Mapped[str | None]
    """In the artifact store."""
    timeout_seconds: Mapped[int]
    status: Mapped[AssignmentStatus] = mapped_column()
    reason: Mapped[str | None]
    tries: Mapped[int]
    """How often it was leased."""
    lease_epoch: Mapped[int]
    """Grows with each lease and with each lease's end: what says another one is too late."""
    external_agent_id: Mapped[UUID | None]
    version_id: Mapped[UUID | None]
    """The version of the agent that has or had it."""
    holders: Mapped[Json]
    """By epoch, who had it."""
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    next_seq: Mapped[int]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    result_sha256: Mapped[bytes | None]
    result_epoch: Mapped[int | None]
    created_at: Mapped[datetime]
    leased_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def has_ended(self) -> bool:
        return self.status not in (AssignmentStatus.QUEUED, AssignmentStatus.LEASED)


class AssignmentEvent(Base):
    __tablename__ = "assignment_events"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    assignment_id: Mapped[UUID] = mapped_column(primary_key=True)
    lease_epoch: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    data: Mapped[Json]
    created_at: Mapped[datetime]


class Artifact(TenantOwned, Base):
    """A file that came with an assignment's result; it is there when `path` is."""

    __tablename__ = "assignment_artifacts"

    assignment_id: Mapped[UUID]
    lease_epoch: Mapped[int]
    name: Mapped[str]
    media_type: Mapped[str]
    bytes: Mapped[int]
    sha256: Mapped[str]
    received: Mapped[int]
    path: Mapped[str | None]
    created_at: Mapped[datetime]


class Auth(StrEnum):
    """How its credential is sent."""

    NONE = "none"
    BEARER = "bearer"
    BASIC = "basic"
    API_KEY = "api_key"
    """In the header that the card names."""


class RemoteCard(TenantOwned, Base):
    """Its id is that of the external agent. The credential is sealed there."""

    __tablename__ = "a2a_cards"

    card_url: Mapped[str]
    card: Mapped[Json]
    card_sha256: Mapped[str]
    interface_url: Mapped[str]
    binding: Mapped[str]
    protocol_version: Mapped[str]
    streaming: Mapped[bool]
    auth: Mapped[Auth] = mapped_column()
    auth_header: Mapped[str | None]
    seen_sha256: Mapped[str]
    """Of the card when it was last looked at: another one than the pinned is for a person to take."""
    read_at: Mapped[datetime]
    next_look_at: Mapped[datetime]


class RemoteTask(TenantOwned, Base):
    """One task there, for one assignment here; a later lease of the same assignment goes on with it."""

    __tablename__ = "a2a_remote_tasks"

    assignment_id: Mapped[UUID]
    lease_epoch: Mapped[int]
    """Of the lease that it is followed under now."""
    external_agent_id: Mapped[UUID]
    message_id: Mapped[str]
    """`<assignment>.<epoch>` of its first lease: the same whenever it is sent."""
    sent_at: Mapped[datetime | None]
    """Set before the message goes out: without an id of the task it may have arrived or not."""
    remote_task_id: Mapped[str | None]
    remote_context_id: Mapped[str | None]
    state: Mapped[str | None]
    told: Mapped[list[str]] = mapped_column(JSONB)
    """What was taken into the transcript already."""
    downloads: Mapped[list[str]] = mapped_column(JSONB)
    """SHA-256 of the tokens that the repository is fetched with: one for each time that the message went out."""
    driver: Mapped[UUID]
    driver_until: Mapped[datetime]
    """A process that does not renew this in time is gone, and another one follows the task."""
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
