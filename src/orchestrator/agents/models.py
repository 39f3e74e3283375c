"""Tables: agents, their versions, what became of the work that each did, and who was chosen for what."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, Json, TenantOwned


class AgentKind(StrEnum):
    OPENCODE = "opencode"
    EXTERNAL = "external"
    """It runs elsewhere, and has joined by EAP."""


class Agent(TenantOwned, Base):
    __tablename__ = "agents"

    name: Mapped[str]
    kind: Mapped[AgentKind] = mapped_column()
    version: Mapped[int]
    """The number of its newest version."""
    max_concurrent_sessions: Mapped[int | None]
    """What its newest version says, or what its members can take together, where admission looks."""
    built_in: Mapped[bool]
    enabled: Mapped[bool]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class AgentVersion(TenantOwned, Base):
    """It never changes; a session names the one that it works with."""

    __tablename__ = "agent_versions"

    agent_id: Mapped[UUID]
    number: Mapped[int]
    definition: Mapped[Json]
    sha256: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class AgentSecret(TenantOwned, Base):
    """What the headers of MCP servers name as `{env:NAME}`."""

    __tablename__ = "agent_secrets"

    name: Mapped[str]
    sealed: Mapped[bytes]
    updated_by: Mapped[str]
    updated_at: Mapped[datetime]


class AgentOutcome(Base):
    """What became of a session that an agent did, as it was judged last."""

    __tablename__ = "agent_outcomes"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID]
    capabilities: Mapped[list[str]] = mapped_column(JSONB)
    success: Mapped[bool | None]
    """None says nothing about the agent: nobody judged it, or something else was to blame."""
    verified: Mapped[bool | None]
    """The same by what the orchestrator found itself, without the word of a person."""
    reason: Mapped[str]
    cost_micro_usd: Mapped[int]
    seconds: Mapped[int]
    feedback_rounds: Mapped[int]
    ended_at: Mapped[datetime]


class RoutingDecision(TenantOwned, Base):
    """Why an agent was chosen: every candidate with its numbers, and the seed that makes it the same again."""

    __tablename__ = "routing_decisions"

    capabilities: Mapped[list[str]] = mapped_column(JSONB)
    model: Mapped[str | None]
    seed: Mapped[int]
    version_id: Mapped[UUID | None]
    reason: Mapped[str]
    candidates: Mapped[list[Json]] = mapped_column(JSONB)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
