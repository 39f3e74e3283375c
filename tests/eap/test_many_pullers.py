"""32 agents pull 1,000 tasks; a tenth of the tasks' agents die with them, others sleep past their lease and hand in late."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import httpx
import pytest
from tests.api import Server
from tests.eap.pullers import Crowd, ended, ends_told, fill

LEASE_SECONDS = 2.0


@pytest.fixture
async def quick(server: Server) -> AsyncIterator[Server]:
    """With short leases."""
    await asyncio.to_thread(server.stop)
    changed = server.settings.model_copy(update={"eap_lease_seconds": LEASE_SECONDS, "eap_heartbeat_seconds": 600.0})
    short = replace(server, settings=changed, port=0)
    await asyncio.to_thread(short.start)
    yield short
    await asyncio.to_thread(short.stop)


@pytest.mark.parametrize("tasks", [100, pytest.param(1_000, marks=[pytest.mark.chaos, pytest.mark.timeout(700)])])
async def test_each_task_ends_once_and_none_by_an_old_lease(quick: Server, tasks: int) -> None:
    tenant_id, dice = quick.actors.admin.tenant_id, random.Random(7)
    limits = httpx.Limits(max_connections=64)
    async with httpx.AsyncClient(base_url=quick.url, timeout=60, limits=limits) as client:
        crowd = Crowd(client, quick.actors.admin.key, dice, LEASE_SECONDS)
        await crowd.join()
        session = await crowd.people("POST", "/sessions", json={"prompt": "Do it.", "start": True})
        made = await fill(quick.database, tenant_id, UUID(session["id"]), tasks)
        async with asyncio.timeout(500), asyncio.TaskGroup() as group:
            for _ in range(32):
                group.create_task(crowd.pull(deadly=0.1, sleepy=0.05))
    rows = await ended(quick.database, tenant_id)
    assert len(rows) == tasks
    lost = [row for row in rows if row.status == "failed"]
    assert all(row.tries == 5 and row.result is None for row in lost), "only what was lost five times has failed"
    done = {str(row.id): row for row in rows if row.status == "completed"}
    assert len(done) + len(lost) == tasks
    assert set(crowd.accepted) == set(done)
    assert set(crowd.accepted.values()) == {1}, "no task was taken from two"
    for name, row in done.items():
        assert row.result is not None
        assert row.result["summary"] == f"{name} {row.result_epoch}", "it is the result of the lease that it was taken under"
    assert sum(crowd.refused.values()) > 0, "some came too late"
    told = await ends_told(quick.database, tenant_id)
    assert told == {str(one): 1 for one in made}
