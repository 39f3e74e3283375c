"""Who runs next: limits that concurrent admissions never overrun, fair shares, and reasons that are true."""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from tests.actors import make_tenant
from tests.gateway.paying import events_of
from tests.tenancy.test_isolation import add_session

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes import nodes
from orchestrator.sessions.admission import Admitted, admit
from orchestrator.sessions.errors import IllegalTransition
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import HOLDS_SLOT, QueueReason, Status


async def make_node(database: Database, slots: int) -> UUID:
    node_id = new_id()
    await nodes.register(database, node_id, slots, "process")
    return node_id


async def queue(database: Database, tenant: UUID, count: int, **changes: Any) -> list[UUID]:
    """Of the same priority, the first of the list is the oldest."""
    start = now() - timedelta(hours=1)
    rows = [await add_session(database, tenant, queued_at=start + timedelta(seconds=n), **changes) for n in range(count)]
    return [row.id for row in rows]


async def admit_all(database: Database, node_id: UUID) -> list[Admitted]:
    admitted: list[Admitted] = []
    while (one := await admit(database, node_id)) is not None:
        admitted.append(one)
    return admitted


async def move(database: Database, tenant: UUID, session_id: UUID, to: Status) -> None:
    with tenant_scope(tenant):
        async with database.transaction() as db:
            session = await IndustrialRepository(db).get(Session, session_id)
            await transition(db, session, to, "a test")


async def counted(database: Database, query: str, **values: Any) -> Counter[Any]:
    async with database.system_transaction() as db:
        return Counter((await db.execute(text(query), values)).scalars())


async def live(database: Database) -> Counter[UUID]:
    names = ", ".join(f"'{s.value}'" for s in HOLDS_SLOT)
    return await counted(database, f"select tenant_id from sessions where status in ({names})")  # noqa: S608


async def live_on(database: Database, node_id: UUID) -> list[Session]:
    """Those that hold one of the node's slots."""
    mine = (Session.node_id == node_id, Session.status.in_(HOLDS_SLOT))
    async with database.system_transaction() as db:
        return list((await db.execute(select(Session).where(*mine))).scalars())


async def reasons(database: Database, tenant: UUID) -> Counter[str]:
    query = "select queue_reason from sessions where tenant_id = :t and status = 'queued'"
    return await counted(database, query, t=tenant)


async def test_admission_on_two_nodes_at_once_never_overruns_a_tenants_limit(database: Database) -> None:
    """Eight tasks admit over and over while sessions end and others are cancelled under their hands."""
    tenant = await make_tenant(database, "a", limit=5)
    both = [await make_node(database, 40) for _ in range(2)]
    waiting = await queue(database, tenant, 40, queue_reason=QueueReason.CLUSTER_CAPACITY)
    finished, most, done = set[UUID](), 0, asyncio.Event()

    async def node(node_id: UUID, seed: int) -> None:
        dice = random.Random(seed)
        while not done.is_set():
            admitted = await admit(database, node_id)
            if admitted is None:
                await asyncio.sleep(0)
                continue
            await asyncio.sleep(dice.random() / 200)
            await move(database, tenant, admitted.session_id, dice.choice([Status.COMPLETED, Status.FAILED]))
            finished.add(admitted.session_id)

    async def watch() -> None:
        nonlocal most
        while len(finished) < 40:
            most = max(most, (await live(database))[tenant])
        done.set()

    async with asyncio.timeout(40), asyncio.TaskGroup() as group:
        group.create_task(watch())
        for n in range(8):
            group.create_task(node(both[n % 2], n))
    assert finished == set(waiting)
    assert 1 < most <= 5


async def test_admissions_at_once_fill_the_limit_exactly(database: Database) -> None:
    tenant = await make_tenant(database, "a", limit=5)
    both = [await make_node(database, 40) for _ in range(2)]
    await queue(database, tenant, 40)
    admitted = await asyncio.gather(*(admit(database, both[n % 2]) for n in range(24)))
    assert len([one for one in admitted if one]) == 5
    assert (await live(database))[tenant] == 5
    assert {one.id for node in both for one in await live_on(database, node)} == {one.session_id for one in admitted if one}


async def test_a_cancel_under_admissions_hands_is_no_fault_of_admission(database: Database) -> None:
    """The node's loop calls admit(): if a cancel that comes first made it raise, one person's click would stop a node."""
    tenant = await make_tenant(database, "a", limit=100)
    node_id = await make_node(database, 100)
    waiting = await queue(database, tenant, 30)

    async def cancel(session_id: UUID) -> bool:
        try:
            await move(database, tenant, session_id, Status.CANCELLED)
        except IllegalTransition:
            return False
        return True

    cancels = [cancel(one) for one in waiting]
    answers = await asyncio.gather(*cancels, *(admit(database, node_id) for _ in range(30)), return_exceptions=True)
    assert [one for one in answers if isinstance(one, BaseException)] == []
    left = await admit_all(database, node_id)
    states = await counted(database, "select status from sessions")
    assert states["cancelled"] == answers[:30].count(True)
    assert states["running"] == 30 - states["cancelled"]
    assert states["running"] == len([one for one in answers[30:] if one]) + len(left)


async def test_a_cancel_that_is_not_committed_yet_is_waited_for_or_passed_by(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    node_id = await make_node(database, 8)
    first, second = await queue(database, tenant, 2)
    with tenant_scope(tenant):
        async with database.transaction() as db:
            session = await IndustrialRepository(db).get(Session, first, lock=True)
            await transition(db, session, Status.CANCELLED, "a test")
            admitting = asyncio.create_task(admit(database, node_id))
            await asyncio.wait([admitting], timeout=0.2)
    admitted = await admitting
    assert admitted is not None
    assert admitted.session_id == second


async def test_four_fifths_of_the_sessions_at_once_are_told_of(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    async with database.system_transaction() as db:
        await db.execute(text("update quotas set max_concurrent_sessions = 5 where tenant_id = :t"), {"t": tenant})
    await queue(database, tenant, 7)
    assert len(await admit_all(database, await make_node(database, 10))) == 5
    told = await events_of(database, tenant, "quota.warning")
    assert [(one["quota"], one["used"], one["limit"]) for one in told] == [("max_concurrent_sessions", 4, 5)]


async def test_a_nodes_slots_are_its_own(database: Database) -> None:
    tenant = await make_tenant(database, "a", limit=100)
    small, big = await make_node(database, 2), await make_node(database, 5)
    await queue(database, tenant, 10)
    assert len(await admit_all(database, small)) == 2
    assert await reasons(database, tenant) == {"cluster_capacity": 8}
    assert len(await admit_all(database, big)) == 5
    assert await admit(database, small) is None
    one = (await live_on(database, small))[0]
    await move(database, tenant, one.id, Status.COMPLETED)
    assert await admit(database, big) is None
    assert len(await admit_all(database, small)) == 1


@pytest.mark.parametrize("status", sorted(HOLDS_SLOT))
async def test_whatever_holds_a_slot_is_counted(database: Database, status: Status) -> None:
    tenant = await make_tenant(database, "a", limit=1)
    node_id = await make_node(database, 8)
    await add_session(database, tenant, status=status, node_id=node_id)
    await queue(database, tenant, 1)
    assert await admit(database, node_id) is None
    assert await reasons(database, tenant) == {"tenant_concurrency": 1}


async def test_idle_capacity_is_used_whatever_the_shares_are(database: Database) -> None:
    """`b` has had nothing and wants nothing: `a` gets all there is."""
    a, _b = await make_tenant(database, "a", limit=20), await make_tenant(database, "b", limit=20)
    node_id = await make_node(database, 12)
    await queue(database, a, 15)
    assert len(await admit_all(database, node_id)) == 12


async def test_within_a_tenant_priority_then_age_decides(database: Database) -> None:
    tenant = await make_tenant(database, "a", limit=100)
    node_id = await make_node(database, 100)
    normal = await queue(database, tenant, 3)
    low = await queue(database, tenant, 2, priority=-5)
    high = await queue(database, tenant, 2, priority=7)
    assert [one.session_id for one in await admit_all(database, node_id)] == high + normal + low


async def test_reasons_say_what_each_tenant_waits_for(database: Database) -> None:
    full, waiting = await make_tenant(database, "a", limit=1), await make_tenant(database, "b", limit=8)
    node_id = await make_node(database, 2)
    await queue(database, full, 3, queue_reason=QueueReason.CLUSTER_CAPACITY)
    await queue(database, waiting, 3)
    assert len(await admit_all(database, node_id)) == 2
    assert await reasons(database, full) == {"tenant_concurrency": 2}
    assert await reasons(database, waiting) == {"cluster_capacity": 2}
    for one in await live_on(database, node_id):
        await move(database, one.tenant_id, one.id, Status.COMPLETED)
    assert {one.tenant_id for one in await admit_all(database, node_id)} == {full, waiting}
    assert await counted(database, "select queue_reason from sessions where status = 'running'") == {None: 2}


async def test_what_is_admitted_says_so_and_is_tried_under_a_number_of_its_own(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    node_id = await make_node(database, 8)
    (session_id,) = await queue(database, tenant, 1)
    assert await admit(database, node_id) == Admitted(tenant, session_id, 1)
    await move(database, tenant, session_id, Status.QUEUED)
    assert await admit(database, node_id) == Admitted(tenant, session_id, 2)
    told = "select data ->> 'to' from events where tenant_id = :t and type = 'session.status' order by seq"
    assert list((await counted(database, told, t=tenant)).elements()) == ["running", "running", "queued"]


async def test_one_move_of_twenty_at_once_succeeds(database: Database) -> None:
    """Compare-and-swap without a lock: all read `queued`, one writes."""
    tenant = await make_tenant(database, "a")
    (session_id,) = await queue(database, tenant, 1)
    everyone_has_read = asyncio.Barrier(10)

    async def cancel() -> None:
        with tenant_scope(tenant):
            async with database.transaction() as db:
                session = await IndustrialRepository(db).get(Session, session_id)
                await everyone_has_read.wait()
                await transition(db, session, Status.CANCELLED, "a test")

    answers = await asyncio.gather(*(cancel() for _ in range(20)), return_exceptions=True)
    assert answers.count(None) == 1
    assert len([one for one in answers if isinstance(one, IllegalTransition)]) == 19
    assert await counted(database, "select count(*) from events where tenant_id = :t", t=tenant) == {1: 1}


async def test_a_move_of_an_older_attempt_is_refused(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    node_id = await make_node(database, 8)
    (session_id,) = await queue(database, tenant, 1)
    await admit(database, node_id)
    with tenant_scope(tenant):
        async with database.transaction() as db:
            old = await IndustrialRepository(db).get(Session, session_id)
        await move(database, tenant, session_id, Status.QUEUED)
        await admit(database, node_id)
        with pytest.raises(IllegalTransition):
            async with database.transaction() as db:
                await transition(db, old, Status.COMPLETED, "too late")
