"""The append-only log of facts: one row each, numbered without gaps per tenant."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, Json


class Event(Base):
    __tablename__ = "events"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    session_id: Mapped[UUID | None]
    actor: Mapped[str]
    data: Mapped[Json]
    created_at: Mapped[datetime]
