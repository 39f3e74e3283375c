"""Tables of the gateway that people change, and the virtual keys of runtimes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from orchestrator.kit.db import Base, TenantOwned


class GatewayKey(TenantOwned, Base):
    """What a runtime, an external agent for one assignment, or an evaluation knows instead of a provider's key."""

    __tablename__ = "gateway_keys"

    public_id: Mapped[str]
    secret_sha256: Mapped[bytes]
    runtime_id: Mapped[UUID | None]
    assignment_id: Mapped[UUID | None]
    evaluation_id: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Budget(TenantOwned, Base):
    """How much a user or a repository may use in a month; None is no limit."""

    __tablename__ = "budgets"

    scope: Mapped[str]
    subject: Mapped[str]
    """`user:<id>`, `key:<id>`, or the key of a repository."""
    label: Mapped[str]
    """What a person calls it: the repository's address, the user's name."""
    tokens_per_month: Mapped[int | None]
    cost_micro_usd_per_month: Mapped[int | None]
    max_unreviewed_results: Mapped[int | None]
    """How many results of the repository may wait for a review; a further session is held in the queue."""
    updated_at: Mapped[datetime]
