"""Requests a minute: exactly a minute's worth passes at once, whoever asks, and the refusal says when to come again."""

import asyncio
import time
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update
from tests.actors import make_tenant
from tests.gateway.paying import events_of

from orchestrator.kit.db import Database
from orchestrator.tenancy.models import Quotas
from orchestrator.tenancy.quotas import QuotaReader
from orchestrator.tenancy.rates import RateLimiter


@pytest.fixture
async def tenant(database: Database) -> UUID:
    return await make_tenant(database, f"t-{uuid4().hex}")


async def test_of_many_at_once_from_two_processes_a_minutes_worth_passes(database: Database, tenant: UUID) -> None:
    other = Database(database.url)
    limiters = [RateLimiter(database), RateLimiter(other)]
    answers = await asyncio.gather(*(limiters[n % 2].take(tenant, "api", 7) for n in range(100)))
    await other.close()
    waits = [one for one in answers if one is not None]
    assert len(answers) - len(waits) == 7
    assert all(0 < wait <= 60 / 7 for wait in waits)


async def test_after_the_time_it_said_one_more_passes(database: Database, tenant: UUID) -> None:
    limiter = RateLimiter(database)
    while (wait := await limiter.take(tenant, "api", 120)) is None:
        pass
    assert wait <= 0.5
    await asyncio.sleep(wait)  # This very wait is what is tried.
    assert await limiter.take(tenant, "api", 120) is None
    assert await limiter.take(tenant, "api", 120) is not None


async def test_buckets_and_tenants_do_not_share(database: Database, tenant: UUID) -> None:
    limiter, other = RateLimiter(database), await make_tenant(database, f"t-{uuid4().hex}")
    assert await limiter.take(tenant, "api", 1) is None
    assert await limiter.take(tenant, "api", 1) is not None
    assert await limiter.take(tenant, "gateway", 1) is None
    assert await limiter.take(other, "api", 1) is None


async def test_four_fifths_of_a_minutes_requests_are_told_of_once(database: Database, tenant: UUID) -> None:
    other = Database(database.url)
    limiters = [RateLimiter(database), RateLimiter(other)]
    for n in range(7):
        await limiters[n % 2].take(tenant, "models", 10)
    assert await events_of(database, tenant, "quota.warning") == []
    await asyncio.gather(*(limiters[n % 2].take(tenant, "models", 10) for n in range(30)))
    await other.close()
    (warning,) = await events_of(database, tenant, "quota.warning")
    assert 8 <= warning.pop("used") <= 9
    assert warning == {"quota": "requests_per_minute", "limit": 10, "requests_to": "models"}


async def test_the_next_time_is_told_of_again_but_not_within_a_minute(database: Database, tenant: UUID) -> None:
    limiter = RateLimiter(database)

    async def burst(set_back: str) -> int:
        async with database.system_transaction() as db:
            query = "update rate_buckets set next_at = clock_timestamp(), warned_at = warned_at - cast(:back as interval)"
            await db.execute(text(query), {"back": set_back})
        for _ in range(10):
            await limiter.take(tenant, "api", 10)
        return len(await events_of(database, tenant, "quota.warning"))

    assert [await burst("0"), await burst("50 seconds"), await burst("10 seconds")] == [1, 1, 2]


async def test_a_limit_of_nothing_lets_nothing_pass(database: Database, tenant: UUID) -> None:
    assert await RateLimiter(database).take(tenant, "api", 0) == 60


async def test_a_limit_too_high_to_matter_lets_all_pass(database: Database, tenant: UUID) -> None:
    limiter = RateLimiter(database)
    assert [await limiter.take(tenant, "api", 2**63 - 1) for _ in range(5)] == [None] * 5


async def test_a_changed_quota_is_read_within_a_second(database: Database, tenant: UUID) -> None:
    reader = QuotaReader(database)
    assert (await reader.of(tenant)).requests_per_minute is None
    async with database.system_transaction() as db:
        await db.execute(update(Quotas).where(Quotas.tenant_id == tenant).values(requests_per_minute=9))
    changed_at = time.monotonic()
    while (await reader.of(tenant)).requests_per_minute != 9:
        assert time.monotonic() - changed_at < 1.2
        await asyncio.sleep(0.02)
