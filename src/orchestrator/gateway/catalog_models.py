"""Tables: providers, the names that models go by here, where each name leads, and what is known of a provider's state.

Rows of the nil tenant belong to all tenants: the app's role reads them, the system's role alone writes them.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.gateway.routing import ApiFormat, OwnPrices, ProviderKind
from orchestrator.kit.db import Base, Json, TenantOwned


class Provider(TenantOwned, Base):
    __tablename__ = "providers"

    name: Mapped[str]
    kind: Mapped[ProviderKind]
    base_url: Mapped[str]
    api_key_sealed: Mapped[bytes | None]
    options: Mapped[Json]
    requests_per_minute: Mapped[int | None]
    tokens_per_minute: Mapped[int | None]
    enabled: Mapped[bool]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ModelAlias(TenantOwned, Base):
    __tablename__ = "model_aliases"

    name: Mapped[str]
    format: Mapped[ApiFormat]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ModelTarget(TenantOwned, Base):
    """Prices are micro-USD per million tokens; without an input price they come from the price list."""

    __tablename__ = "model_targets"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "alias_id"], ["model_aliases.tenant_id", "model_aliases.id"]),
        ForeignKeyConstraint(["provider_tenant_id", "provider_id"], ["providers.tenant_id", "providers.id"]),
    )

    alias_id: Mapped[UUID]
    provider_tenant_id: Mapped[UUID]
    provider_id: Mapped[UUID]
    model: Mapped[str]
    weight: Mapped[int]
    context_tokens: Mapped[int]
    output_tokens: Mapped[int]
    input_price: Mapped[int | None]
    output_price: Mapped[int | None]
    cached_input_price: Mapped[int | None]
    cache_write_price: Mapped[int | None]

    @property
    def prices(self) -> OwnPrices | None:
        if self.input_price is None or self.output_price is None:
            return None
        return OwnPrices(self.input_price, self.output_price, self.cached_input_price, self.cache_write_price)


class ProviderState(Base):
    """`exhausted_at` and `reset_at`: the provider said that its quota is used up, and until when no call is made."""

    __tablename__ = "provider_states"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(primary_key=True)
    exhausted_at: Mapped[datetime | None]
    reset_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    held_until: Mapped[datetime | None]
    next_request_at: Mapped[datetime | None]
    next_token_at: Mapped[datetime | None]
