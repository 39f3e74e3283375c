"""Tables: where news goes, and each piece of news on its way there."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, TenantOwned


class EndpointStatus(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"
    """By a person, or by the receiver itself: it answered 410."""


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Given up a day after the first try; it can be sent again."""


class WebhookEndpoint(TenantOwned, Base):
    __tablename__ = "webhook_endpoints"

    url: Mapped[str]
    description: Mapped[str]
    events: Mapped[list[str]] = mapped_column(JSONB)
    """Kinds of events; one that ends in `*` is all that begin so."""
    secret_sealed: Mapped[bytes]
    former_secret_sealed: Mapped[bytes | None]
    former_secret_until: Mapped[datetime | None]
    status: Mapped[EndpointStatus] = mapped_column()
    disabled_reason: Mapped[str | None]
    seq: Mapped[int]
    """The number of the last event that was looked at for it."""
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    @property
    def etag(self) -> str:
        return f'"{self.updated_at.isoformat()}"'


class WebhookDelivery(TenantOwned, Base):
    """Its id is the `webhook-id` of every try."""

    __tablename__ = "webhook_deliveries"

    endpoint_id: Mapped[UUID]
    number: Mapped[int]
    """The number of its event; of those with one subject the lowest goes first."""
    type: Mapped[str]
    subject: Mapped[str]
    """What it tells of, such as a session's id: news of one subject arrives in order."""
    body: Mapped[str]
    status: Mapped[DeliveryStatus] = mapped_column()
    attempts: Mapped[int]
    first_attempt_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime]
    """While a try is under way, when another process may take it for lost."""
    last_status_code: Mapped[int | None]
    last_problem: Mapped[str | None]
    delivered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
