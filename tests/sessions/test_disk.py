"""A node whose disk is full starts nothing, and sessions wait with that reason; there is room again, and they start."""

import asyncio
import errno
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update
from tests.api import Api

from orchestrator.agents.errors import UnknownAgent
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes import nodes
from orchestrator.runtimes.models import Node
from orchestrator.sessions.admission import admit
from orchestrator.sessions.context import Services, SessionKey
from orchestrator.sessions.disk_holds import held_by_disk, may_be_for_want_of_room, refuse_without_room
from orchestrator.sessions.failures import AgentFailed, NoRoomOnNode, ProviderRefused, RuntimeLost, TimedOut
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import QueueReason, Status


@dataclass
class Desk:
    api: Api
    data_dir: Path
    node_id: UUID = field(default_factory=uuid4)

    async def set_full(self, full: bool) -> None:
        async with self.api.database.system_transaction() as db:
            await db.execute(update(Node).where(Node.id == self.node_id).values(disk_full=full))

    async def is_full(self) -> bool:
        async with self.api.database.system_transaction() as db:
            return (await db.execute(select(Node.disk_full).where(Node.id == self.node_id))).scalar_one()

    def services(self, min_free_bytes: int) -> Services:
        settings = SimpleNamespace(data_dir=self.data_dir, min_free_bytes=min_free_bytes)
        pool = SimpleNamespace(node=SimpleNamespace(node_id=self.node_id))
        return cast(Services, SimpleNamespace(settings=settings, database=self.api.database, runtimes=pool))

    async def session(self, session_id: str) -> dict[str, Any]:
        return (await self.api.call("GET", f"/sessions/{session_id}")).json()


@pytest.fixture
async def desk(own_api: Api, tmp_path: Path) -> Desk:
    desk = Desk(own_api, tmp_path)
    await nodes.register(own_api.database, desk.node_id, 4, "process")
    return desk


async def test_sessions_wait_for_room_on_the_disk(desk: Desk) -> None:
    session = await desk.api.create()
    await desk.set_full(True)
    assert await admit(desk.api.database, desk.node_id) is None
    told = await desk.session(session["id"])
    assert told["queue_reason"] == "disk"
    assert "orchestrator gc" in told["queue_detail"]
    await desk.set_full(False)
    assert await admit(desk.api.database, desk.node_id) is not None


async def test_another_node_that_has_room_takes_them(desk: Desk) -> None:
    await desk.api.create()
    await desk.set_full(True)
    other = uuid4()
    await nodes.register(desk.api.database, other, 4, "process")
    assert await admit(desk.api.database, desk.node_id) is None
    assert await admit(desk.api.database, other) is not None


async def running(desk: Desk) -> SessionKey:
    await desk.api.create()
    admitted = await admit(desk.api.database, desk.node_id)
    assert admitted
    return SessionKey(admitted.tenant_id, admitted.session_id, admitted.attempt)


@pytest.mark.parametrize("status", [Status.RUNNING, Status.VERIFYING])
async def test_a_session_whose_write_fails_waits_and_the_node_takes_no_other(desk: Desk, status: Status) -> None:
    key = await running(desk)
    with tenant_scope(key.tenant_id):
        async with desk.api.database.transaction() as db:
            await db.execute(update(Session).where(Session.id == key.session_id).values(status=status))
        assert await held_by_disk(desk.services(min_free_bytes=2**62), key, None) is True
        async with desk.api.database.transaction() as db:
            session = (await db.execute(select(Session).where(Session.id == key.session_id))).scalar_one()
    assert (session.status, session.queue_reason) == (Status.QUEUED, QueueReason.DISK)
    assert session.failure is None
    assert await desk.is_full() is True
    assert await admit(desk.api.database, desk.node_id) is None
    await desk.set_full(False)
    again = await admit(desk.api.database, desk.node_id)
    assert again
    assert (again.session_id, again.attempt) == (key.session_id, key.attempt + 1)


async def test_a_session_that_somebody_ended_meanwhile_stays_ended(desk: Desk) -> None:
    """Its step fails for want of room in the same moment: there is nothing more to hold, and nothing to fail."""
    key = await running(desk)
    assert (await desk.api.call("POST", f"/sessions/{key.session_id}/cancel")).status_code == 200
    with tenant_scope(key.tenant_id):
        assert await held_by_disk(desk.services(min_free_bytes=2**62), key, None) is True
    assert (await desk.session(str(key.session_id)))["status"] == "cancelled"
    assert await desk.is_full() is True


async def test_a_write_that_fails_on_a_disk_with_room_is_a_failure(desk: Desk) -> None:
    """Such as one over a quota of the agent's own: waiting would not help."""
    key = await running(desk)
    with tenant_scope(key.tenant_id):
        assert await held_by_disk(desk.services(min_free_bytes=0), key, None) is False
    assert await desk.is_full() is False


async def test_a_write_that_failed_just_before_there_was_room_again_waits_too(desk: Desk) -> None:
    key = await running(desk)
    await desk.set_full(True)
    with tenant_scope(key.tenant_id):
        assert await held_by_disk(desk.services(min_free_bytes=0), key, None) is True


@pytest.mark.parametrize(
    ("error", "may_be"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (AgentFailed(problem="it ended 5 times without an answer"), True),
        (RuntimeLost(times=4), True),
        (ValueError("a bug"), False),
        (ProviderRefused(problem="no such model"), False),
        (TimedOut(seconds=5), False),
        (UnknownAgent(agent="x"), False),
    ],
)
def test_what_may_have_failed_for_want_of_room(error: Exception, may_be: bool) -> None:
    """OpenCode says nothing of a disk on which it cannot store an answer: it ends the turn, again and again."""
    assert may_be_for_want_of_room(error) is may_be


async def test_commands_that_fail_on_a_full_disk_judge_nothing(desk: Desk) -> None:
    await refuse_without_room(desk.services(min_free_bytes=0), ["make test"])
    await refuse_without_room(desk.services(min_free_bytes=2**62), [])
    with pytest.raises(NoRoomOnNode, match="make test") as refused:
        await refuse_without_room(desk.services(min_free_bytes=2**62), ["make test"])
    assert may_be_for_want_of_room(refused.value)


async def test_the_heartbeat_tells_of_the_disk(desk: Desk) -> None:
    member = await nodes.register(desk.api.database, desk.node_id, 8, "process")
    heart = nodes.Heart(desk.api.database.url, member, 0.02, 15.0, disk_full=lambda: True)
    beating = asyncio.create_task(heart.run())
    try:
        async with asyncio.timeout(20):
            while not await desk.is_full():
                async with desk.api.database.system_transaction() as db:
                    await db.execute(text("select pg_sleep(0.05)"))
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
