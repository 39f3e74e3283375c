"""The housekeeping of a gateway process: who lives is renewed, who died is booked."""

import asyncio
from uuid import UUID

from sqlalchemy import text
from tests.actors import make_tenant
from tests.gateway.paying import Call, expire_all, held, spent

from orchestrator.gateway import sweeper
from orchestrator.gateway.accounts import Payer
from orchestrator.gateway.ledger import SWEEP_LOCK, Ledger
from orchestrator.kit.db import Database
from orchestrator.kit.tasks import background


async def test_the_living_are_renewed_and_the_dead_are_booked(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    ledger = Ledger(database, hold_seconds=1)
    live, dead, unsent = (Call(Payer(tenant, "user:1")) for _ in range(3))
    for call in (live, dead):
        await call.reserve(ledger, reached=True)
    await unsent.reserve(ledger)

    async with background(sweeper.housekeeping(ledger, lambda: {tenant: [live.request_id]}, 1)):
        async with asyncio.timeout(10):
            while await spent(database, tenant) != (1000, 1000):  # noqa: ASYNC110 - Nothing but the table tells of it.
                await asyncio.sleep(0.01)
        assert await held(database, tenant) == 1000
    assert await live.settle(ledger, 10)


async def test_one_process_sweeps_at_a_time(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    ledger = Ledger(database)
    for _ in range(3):
        await Call(Payer(tenant, "user:1")).reserve(ledger, reached=True)
    await expire_all(database, tenant)
    async with database.system_transaction() as db:
        await db.execute(text("select pg_advisory_xact_lock(:n)"), {"n": SWEEP_LOCK})
        assert await ledger.sweep() == 0
    swept = await asyncio.gather(*(ledger.sweep() for _ in range(3)))
    assert max(swept) == 3
    assert await spent(database, tenant) == (3000, 3000)


async def test_the_holds_of_all_tenants_are_swept(database: Database) -> None:
    ledger = Ledger(database)
    tenants: list[UUID] = [await make_tenant(database, f"t{n}") for n in range(4)]
    for tenant in tenants:
        await Call(Payer(tenant, "user:1")).reserve(ledger, reached=True)
        await expire_all(database, tenant)
    assert await ledger.sweep() == 4
    for tenant in tenants:
        assert await spent(database, tenant) == (1000, 1000)
