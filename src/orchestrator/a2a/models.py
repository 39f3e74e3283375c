"""Tables: what A2A knows of sessions besides, and which message made what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base


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
