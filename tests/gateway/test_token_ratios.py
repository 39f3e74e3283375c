"""What calls teach about a model's tokens a byte."""

from uuid import UUID

import pytest
from tests.actors import make_tenant
from tests.gateway.paying import Call, rows

from orchestrator.gateway.accounts import Payer, Source
from orchestrator.gateway.ledger import Ledger
from orchestrator.gateway.token_ratios import ENOUGH_SAMPLES, TokenRatio, TokenRatios
from orchestrator.gateway.usage_counts import Usage
from orchestrator.kit.db import Database


@pytest.fixture
async def tenant(database: Database) -> UUID:
    return await make_tenant(database, "a")


async def call(ledger: Ledger, tenant: UUID, input_tokens: int, **changes: object) -> None:
    one = Call(Payer(tenant, "user:1"))
    await one.reserve(ledger)
    await one.settle(ledger, 0, usage=Usage(input_tokens, 0, 0, 5), **changes)


async def test_the_most_tokens_a_byte_ever_made(database: Database, tenant: UUID) -> None:
    ledger = Ledger(database)
    for tokens in (1000, 2500, 900):
        await call(ledger, tenant, tokens, input_bytes=10_000)
    assert await TokenRatios(database).find(tenant, "openai", "gpt-5") == TokenRatio(3, 250_000)
    assert await TokenRatios(database).find(tenant, "openai", "gpt-4") is None
    assert await TokenRatios(database).find(await make_tenant(database, "b"), "openai", "gpt-5") is None


async def test_what_teaches_nothing(database: Database, tenant: UUID) -> None:
    """Short requests, such with media, counts that nobody counted."""
    ledger = Ledger(database)
    await call(ledger, tenant, 1000, input_bytes=1999)
    await call(ledger, tenant, 1000)
    await call(ledger, tenant, 0, input_bytes=10_000)
    await call(ledger, tenant, 1000, input_bytes=10_000, source=Source.ESTIMATED)
    assert await rows(database, tenant, "select * from token_ratios") == []


async def test_once_enough_is_known_only_a_new_maximum_is_written(database: Database, tenant: UUID) -> None:
    ledger = Ledger(database)
    for _ in range(ENOUGH_SAMPLES + 3):
        await call(ledger, tenant, 1000, input_bytes=10_000)
    assert await ledger.ratios.find(tenant, "openai", "gpt-5") == TokenRatio(ENOUGH_SAMPLES, 100_000)
    await call(ledger, tenant, 1000, input_bytes=10_000)
    await call(ledger, tenant, 3000, input_bytes=10_000)
    assert await rows(database, tenant, "select samples, max_tokens_per_million_bytes from token_ratios") == [
        (ENOUGH_SAMPLES + 1, 300_000)
    ]
