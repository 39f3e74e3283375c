"""Virtual keys: what a runtime knows instead of a provider's key."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from orchestrator.kit.db import Base, TenantOwned


class GatewayKey(TenantOwned, Base):
    __tablename__ = "gateway_keys"

    public_id: Mapped[str]
    secret_sha256: Mapped[bytes]
    runtime_id: Mapped[UUID]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
