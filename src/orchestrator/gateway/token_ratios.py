"""How many tokens a byte makes at most, learnt per model from what providers billed."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import text

from orchestrator.gateway.accounts import Settlement, Source
from orchestrator.kit.db import Database
from orchestrator.kit.remembered import Remembered
from orchestrator.kit.tenant_scope import tenant_scope

MIN_BYTES = 2000
"""A short request says little: what the provider adds to every request would pass for the model's ratio."""
ENOUGH_SAMPLES = 20
_CACHE_SECONDS = 2.0

_READ = text(
    "select samples, max_tokens_per_million_bytes from token_ratios where tenant_id = :tenant_id and model = :model"
)


@dataclass(frozen=True)
class TokenRatio:
    samples: int
    max_tokens_per_million_bytes: int


@dataclass(frozen=True)
class Sample:
    model: str
    tokens_per_million_bytes: int


def sample_of(one: Settlement) -> Sample | None:
    """From calls alone whose input the provider counted, and that had nothing but text."""
    if one.source is not Source.PROVIDER or one.input_bytes is None or one.input_bytes < MIN_BYTES:
        return None
    if one.usage.input_tokens <= 0:
        return None
    ratio = -(-one.usage.input_tokens * 1_000_000 // one.input_bytes)
    return Sample(_key(one.detail.provider, one.detail.provider_model), ratio)


class TokenRatios:
    """Reads them; an answer is remembered for some seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered = Remembered[tuple[UUID, str], TokenRatio | None](_CACHE_SECONDS)

    async def learn(self, settlement: Settlement) -> None:
        sample = sample_of(settlement)
        if sample is None or self._is_nothing_new(settlement.payer.tenant_id, sample):
            return
        with tenant_scope(settlement.payer.tenant_id):
            await self._database.call(
                "ledger_learn",
                p_tenant=settlement.payer.tenant_id,
                p_model=sample.model,
                p_tokens_per_million_bytes=sample.tokens_per_million_bytes,
                p_enough=ENOUGH_SAMPLES,
            )

    def _is_nothing_new(self, tenant_id: UUID, sample: Sample) -> bool:
        known = self._remembered.peek((tenant_id, sample.model))
        return (
            known is not None
            and known.samples >= ENOUGH_SAMPLES
            and known.max_tokens_per_million_bytes >= sample.tokens_per_million_bytes
        )

    async def find(self, tenant_id: UUID, provider: str, provider_model: str) -> TokenRatio | None:
        model = _key(provider, provider_model)
        return await self._remembered.get((tenant_id, model), partial(self._read, tenant_id, model))

    async def _read(self, tenant_id: UUID, model: str) -> TokenRatio | None:
        with tenant_scope(tenant_id):
            async with self._database.transaction() as db:
                row = (await db.execute(_READ, {"tenant_id": tenant_id, "model": model})).one_or_none()
        return TokenRatio(*row) if row else None


def _key(provider: str, provider_model: str) -> str:
    return f"{provider}/{provider_model}"
