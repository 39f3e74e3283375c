"""Many readers of one tenant's events: what is new is read once for all of them."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import event
from tests.actors import make_tenant

from orchestrator.events import log as events
from orchestrator.events import stream as hub
from orchestrator.events.listener import Listener
from orchestrator.events.log import EVERYTHING, Only
from orchestrator.events.stream import EventHub, Reader
from orchestrator.kit.db import Database
from orchestrator.kit.ids import new_id
from orchestrator.kit.tasks import background
from orchestrator.kit.tenant_scope import tenant_scope

_READERS = 50


async def write(database: Database, tenant_id: UUID, count: int, session_id: UUID | None = None, **data: str) -> None:
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            for _ in range(count):
                events.append(db, tenant_id, "x", actor="test", session_id=session_id, **data)


async def read(of: EventHub, tenant_id: UUID, after: int, until: int, only: Only = EVERYTHING) -> list[int]:
    numbers: list[int] = []
    async for one in of.read(tenant_id, after, Reader(only)):
        if isinstance(one, events.Event):
            numbers.append(one.seq)
            if one.seq >= until:
                return numbers
    return numbers


async def test_fifty_readers_take_as_many_reads_as_one(database: Database) -> None:
    tenant_id, listener = await make_tenant(database, "a"), Listener(database.url)
    of, statements = EventHub(database, listener), list[str]()
    event.listen(database._app.sync_engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    async with background(listener.run()):
        await listener.connected.wait()
        readers = [asyncio.create_task(read(of, tenant_id, 0, 20)) for _ in range(_READERS)]
        while len(of._readers.get(tenant_id, ())) < _READERS:  # noqa: ASYNC110 - A hub tells nobody who reads.
            await asyncio.sleep(0)
        for _ in range(20):
            await write(database, tenant_id, 1)
        assert await asyncio.gather(*readers) == [list(range(1, 21))] * _READERS
    reads = [one for one in statements if one.startswith("SELECT") and "FROM events" in one]
    assert len(reads) < 2 * _READERS, "each reader's first look, and then one for all"


@pytest.mark.parametrize("kept", [3, 1000])
async def test_a_reader_of_one_session_and_one_far_behind_miss_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """Also when the tail keeps less than what is written between two looks, and a page less than what is missing."""
    monkeypatch.setattr(hub, "_KEPT_EVENTS", kept)
    monkeypatch.setattr(hub, "_AT_ONCE", 4)
    tenant_id, listener = await make_tenant(database, "a"), Listener(database.url)
    one, other, plan = new_id(), new_id(), new_id()
    await write(database, tenant_id, 9, other)
    of = EventHub(database, listener)
    async with background(listener.run()):
        readers = [
            asyncio.create_task(read(of, tenant_id, 0, 39)),
            asyncio.create_task(read(of, tenant_id, 5, 39)),
            asyncio.create_task(read(of, tenant_id, 0, 38, Only(one))),
            asyncio.create_task(read(of, tenant_id, 0, 39, Only(plan_id=plan))),
        ]
        for _ in range(10):
            await write(database, tenant_id, 2, one)
            await write(database, tenant_id, 1, other, plan_id=str(plan))
        everything, later, of_one, of_plan = await asyncio.gather(*readers)
    assert everything == list(range(1, 40))
    assert later == list(range(6, 40))
    assert of_one == [n for n in range(10, 40) if n % 3 != 0]
    assert of_plan == list(range(12, 40, 3))
