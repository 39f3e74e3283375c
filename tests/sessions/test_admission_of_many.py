"""Several sessions admitted in one transaction: the same ones that would be admitted one after the other."""

from collections import Counter
from uuid import UUID

from sqlalchemy import select, text
from tests.actors import make_tenant
from tests.gateway.paying import events_of
from tests.sessions.test_admission import live, make_node, move, queue, reasons

from orchestrator.kit.db import Database
from orchestrator.sessions.admission import AT_ONCE, admit_some
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status


async def _three_tenants(database: Database) -> list[UUID]:
    tenants = [await make_tenant(database, slug, limit=100) for slug in ("a", "b", "c")]
    for tenant in tenants:
        await queue(database, tenant, 10)
    return tenants


async def test_a_batch_is_shared_among_tenants_as_one_by_one(database: Database) -> None:
    tenants = await _three_tenants(database)
    admitted = await admit_some(database, await make_node(database, 100), most=6)
    assert Counter(one.tenant_id for one in admitted) == dict.fromkeys(tenants, 2)


async def test_who_had_more_lately_gets_less_of_a_batch(database: Database) -> None:
    tenants = await _three_tenants(database)
    node_id = await make_node(database, 100)
    for one in await admit_some(database, node_id, most=3):
        await move(database, one.tenant_id, one.session_id, Status.COMPLETED)
    async with database.system_transaction() as db:
        await db.execute(text("update fair_shares set slot_seconds = 45 where tenant_id = :t"), {"t": tenants[0]})
    admitted = await admit_some(database, node_id, most=7)
    assert Counter(one.tenant_id for one in admitted) == {tenants[1]: 4, tenants[2]: 3}
    assert len(await admit_some(database, node_id, most=2)) == 2


async def test_a_batch_keeps_limits_and_slots_and_tells_of_what_is_left(database: Database) -> None:
    small, big = await make_tenant(database, "a", limit=5), await make_tenant(database, "b", limit=100)
    await queue(database, small, 9)
    await queue(database, big, 9)
    node_id = await make_node(database, 12)
    assert [len(await admit_some(database, node_id)) for _ in range(3)] == [AT_ONCE, 4, 0]
    assert await live(database) == {small: 5, big: 7}
    assert await reasons(database, small) == {"tenant_concurrency": 4}
    assert await reasons(database, big) == {"cluster_capacity": 2}
    told = await events_of(database, small, "quota.warning")
    assert [(one["used"], one["limit"]) for one in told] == [(4, 5)]


async def test_a_batch_follows_each_line_and_passes_by_whom_a_person_is_cancelling(database: Database) -> None:
    tenant = await make_tenant(database, "a", limit=100)
    normal = await queue(database, tenant, 3)
    first = await queue(database, tenant, 2, priority=7)
    node_id = await make_node(database, 100)
    async with database.system_transaction() as db:
        await db.execute(select(Session).where(Session.id == first[0]).with_for_update())
        admitted = await admit_some(database, node_id)
        assert [one.session_id for one in admitted] == [first[1], *normal]
    assert [one.session_id for one in await admit_some(database, node_id)] == [first[0]]
