"""How many tokens a byte makes at most, learnt per model from what providers billed."""

import time
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.accounts import Settlement, Source
from orchestrator.kit.db import Database
from orchestrator.kit.tenant_scope import tenant_scope

MIN_BYTES = 2000
"""A short request says little: what the provider adds to every request would pass for the model's ratio."""
ENOUGH_SAMPLES = 20
_CACHE_SECONDS = 10.0
_CACHE_ENTRIES = 10_000

_LEARN = text(
    """
    insert into token_ratios (tenant_id, model, samples, max_tokens_per_million_bytes, updated_at)
    values (:tenant_id, :model, 1, :ratio, now())
    on conflict (tenant_id, model) do update set
        samples = token_ratios.samples + 1,
        max_tokens_per_million_bytes = greatest(token_ratios.max_tokens_per_million_bytes, :ratio),
        updated_at = now()
    where token_ratios.samples < :enough or token_ratios.max_tokens_per_million_bytes < :ratio
    """
)
_READ = text(
    "select samples, max_tokens_per_million_bytes from token_ratios where tenant_id = :tenant_id and model = :model"
)


@dataclass(frozen=True)
class TokenRatio:
    samples: int
    max_tokens_per_million_bytes: int


async def learn(db: AsyncSession, one: Settlement) -> None:
    """From calls alone whose input the provider counted, and that had nothing but text."""
    if one.source is not Source.PROVIDER or one.input_bytes is None or one.input_bytes < MIN_BYTES:
        return
    if one.usage.input_tokens <= 0:
        return
    ratio = -(-one.usage.input_tokens * 1_000_000 // one.input_bytes)
    model = _key(one.detail.provider, one.detail.provider_model)
    values = {"tenant_id": one.payer.tenant_id, "model": model, "ratio": ratio, "enough": ENOUGH_SAMPLES}
    await db.execute(_LEARN, values)


class TokenRatios:
    """Reads them; an answer is remembered for some seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: dict[tuple[UUID, str], tuple[float, TokenRatio | None]] = {}

    async def find(self, tenant_id: UUID, provider: str, provider_model: str) -> TokenRatio | None:
        key = (tenant_id, _key(provider, provider_model))
        known = self._remembered.get(key)
        if known and known[0] > time.monotonic():
            return known[1]
        with tenant_scope(tenant_id):
            async with self._database.transaction() as db:
                row = (await db.execute(_READ, {"tenant_id": tenant_id, "model": key[1]})).one_or_none()
        ratio = TokenRatio(*row) if row else None
        if len(self._remembered) >= _CACHE_ENTRIES:
            self._remembered.clear()
        self._remembered[key] = (time.monotonic() + _CACHE_SECONDS, ratio)
        return ratio


def _key(provider: str, provider_model: str) -> str:
    return f"{provider}/{provider_model}"
