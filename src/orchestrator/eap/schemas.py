"""What people read of external agents, and what they ask for."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from orchestrator.agents.definitions import AgentName
from orchestrator.eap.models import (
    Artifact,
    Assignment,
    AssignmentStatus,
    Auth,
    Desired,
    Enrolment,
    ExternalAgent,
    Liveness,
    RemoteCard,
    Reported,
    Transport,
)


class EnrolmentCreate(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"capabilities": ["testing"]}]})

    agent_name: AgentName | None = Field(
        None, description="The agent that it may join, beside others of that name. Unset: it brings a name that is new."
    )
    capabilities: list[str] | None = Field(
        None, max_length=20, description="All that it may say of itself; unset: anything."
    )


class EnrolmentRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    agent_name: str | None
    capabilities: list[str] | None
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    external_agent_id: UUID | None = Field(description="Who joined with it.")
    created_by: str
    created_at: datetime


class EnrolmentCreated(EnrolmentRead):
    token: str | None = Field(None, description="Shown here and never again.")

    @classmethod
    def with_token(cls, row: Enrolment, token: str | None) -> Self:
        return cls(**EnrolmentRead.model_validate(row).model_dump(), token=token)


class A2aCardRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    card_url: str
    card_sha256: str = Field(description="Of the card as it was taken: it is used until a LEAD reads it again.")
    interface_url: str
    binding: str
    protocol_version: str
    streaming: bool
    auth: Auth
    auth_header: str | None
    changed: bool = Field(description="The card says something else now; `POST …/card` takes it.")
    read_at: datetime

    @classmethod
    def of(cls, row: RemoteCard) -> Self:
        values = {name: getattr(row, name) for name in cls.model_fields if name != "changed"}
        return cls(**values, changed=row.seen_sha256 != row.card_sha256)


class ExternalAgentRead(BaseModel):
    """How it says that it is, and how we find it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    agent_id: UUID = Field(description="The agent of the registry that it is one of.")
    version_id: UUID = Field(description="The version of that agent that it joined with, which has its capabilities.")
    name: str
    agent_type: str
    version: str
    protocol_version: str
    transport: Transport
    endpoint_url: str | None
    metadata: dict[str, Any]
    max_tasks: int
    proven: bool = Field(description="It has proven its key, and gets work.")
    status: Reported
    current_load: float
    metrics: dict[str, Any]
    desired: Desired
    liveness: Liveness
    heartbeat_at: datetime | None
    a2a: A2aCardRead | None = Field(None, description="Of one that was added by its A2A card.")
    leases: int = Field(description="Tasks that it has at this moment.")
    last_error: str | None
    last_error_at: datetime | None
    revoked_at: datetime | None
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, row: ExternalAgent, leases: int, card: RemoteCard | None) -> Self:
        made = ("metadata", "proven", "a2a", "leases")
        values = {name: getattr(row, name) for name in cls.model_fields if name not in made}
        a2a = None if card is None else A2aCardRead.of(card)
        return cls(**values, metadata=row.about, proven=row.proven_at is not None, a2a=a2a, leases=leases)


class A2aAgentCreate(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"card_url": "https://agents.example.com"}]})

    card_url: str = Field(
        max_length=2_000, description="Of the card, or of the host that serves it at /.well-known/agent-card.json."
    )
    name: AgentName | None = Field(None, description="Of the agent in the tenant. Unset: after the card's.")
    capabilities: list[str] | None = Field(
        None, max_length=20, description="Unset: those of the documented vocabulary that the card's skills name."
    )
    credential: SecretStr | None = Field(
        None,
        max_length=4_000,
        description="As the card's security scheme asks: a bearer token, an API key, or `user:password`. Never shown.",
    )
    max_tasks: int = Field(1, ge=1, le=1_000, description="How many it gets at once.")
    beside: bool = Field(False, description="It may share its name with external agents that there are.")


class A2aCardReadAgain(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})

    credential: SecretStr | None = Field(None, max_length=4_000, description="Another one; unset: the one that there is.")


class ExternalAgentChange(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"desired": "drain"}]})

    desired: Desired


class AssignmentArtifactRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    media_type: str
    bytes: int
    sha256: str


class AssignmentRead(BaseModel):
    """`reported` is what the agent said of itself; what was measured is the session's."""

    id: UUID
    session_id: UUID
    turn: int
    agent_id: UUID
    external_agent_id: UUID | None
    task_type: str
    status: AssignmentStatus
    reason: str | None
    attempt: int
    lease_epoch: int
    lease_until: datetime | None
    commit: str
    events: int = Field(description="Pieces of news that came under its newest lease.")
    reported: dict[str, Any] | None
    artifacts: list[AssignmentArtifactRead]
    created_at: datetime
    leased_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Assignment, artifacts: list[Artifact]) -> Self:
        named = ("status", "summary", "output_data", "error", "execution_time_ms", "tokens_used", "cost_micro_usd")
        return cls(
            id=row.id,
            session_id=row.session_id,
            turn=row.turn,
            agent_id=row.agent_id,
            external_agent_id=row.external_agent_id,
            task_type=row.task_type,
            status=row.status,
            reason=row.reason,
            attempt=row.tries,
            lease_epoch=row.lease_epoch,
            lease_until=row.lease_until,
            commit=row.commit,
            events=row.next_seq - 1,
            reported=None if row.result is None else {name: row.result.get(name) for name in named},
            artifacts=[AssignmentArtifactRead.model_validate(one) for one in artifacts],
            created_at=row.created_at,
            leased_at=row.leased_at,
            ended_at=row.ended_at,
        )
