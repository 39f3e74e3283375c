"""Tables: what A2A knows of sessions besides, and which message made what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, TenantOwned


class A2aTask(Base):
    """A session that came by A2A. One that did not is a task as well, and its own context."""

    __tablename__ = "a2a_tasks"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    context_id: Mapped[str]
    created_at: Mapped[datetime]


class A2aMessage(Base):
    """What a message came to. The key is the caller's as well: two clients may both call their first one `msg-1`."""

    __tablename__ = "a2a_messages"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    principal: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(primary_key=True)
    request_sha256: Mapped[bytes]
    session_id: Mapped[UUID]
    session_message_id: Mapped[UUID | None]
    """None of the one that made the session, and of an answer to what the session asked."""
    text: Mapped[str | None]
    """Of an answer, which is no message of the session."""
    created_at: Mapped[datetime]


class A2aPushConfig(TenantOwned, Base):
    """Where a caller has a task's news sent. It is told of one change after the other, each until it has arrived."""

    __tablename__ = "a2a_push_configs"

    session_id: Mapped[UUID]
    principal: Mapped[str]
    """Who made it; nobody else reads it, for it has a secret of theirs."""
    config_id: Mapped[str]
    """As the client names it."""
    url: Mapped[str]
    secret_sealed: Mapped[bytes | None]
    """Of the token, the scheme and the credentials, as JSON."""
    seq: Mapped[int]
    """The number of the last event that was told, or needed no telling."""
    attempts: Mapped[int]
    first_attempt_at: Mapped[datetime | None]
    """With the above: of the event that is being told."""
    next_attempt_at: Mapped[datetime]
    """While a try is under way, when another process may take it for lost."""
    last_problem: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    """When the task's end was told, or it was given up."""
    created_at: Mapped[datetime]
