"""Reserve, settle, expire: no overspend, and no refusal for what nobody spent."""

import asyncio

from tests.actors import make_tenant
from tests.gateway.paying import Call, expire_all, held, set_quotas, spent

from orchestrator.gateway.accounts import BudgetSpent, Payer
from orchestrator.gateway.ledger import Ledger
from orchestrator.kit.db import Database


async def test_a_call_is_held_then_booked(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    ledger = Ledger(database)
    call = Call(Payer(tenant, "user:1"))
    await call.reserve(ledger)
    assert await held(database, tenant) == 1000
    assert await call.settle(ledger, 123, 45)
    assert (await held(database, tenant), await spent(database, tenant)) == (0, (123, 45))
    assert not await call.settle(ledger, 123, 45)
    assert await spent(database, tenant) == (123, 45)


async def test_200_at_once_on_a_limit_for_10(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    await set_quotas(database, tenant, tokens_per_month=10_000)
    ledger = Ledger(database)
    calls = [Call(Payer(tenant, "user:1")) for _ in range(200)]
    outcomes = await asyncio.gather(*(call.reserve(ledger) for call in calls), return_exceptions=True)
    assert sum(isinstance(one, BudgetSpent) for one in outcomes) == 190
    assert await held(database, tenant) == 10_000
    await expire_all(database, tenant)
    assert await held(database, tenant) == 0
