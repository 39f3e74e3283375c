"""Every way in which a session can be left without anything that moves it forward, provoked on the real DBOS."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text
from tests.actors import make_tenant
from tests.databases import copied
from tests.gateway.paying import rows
from tests.sessions.asked import asks
from tests.tenancy.test_isolation import add_session

from orchestrator.durable import engine
from orchestrator.kit.clock import now
from orchestrator.kit.db import OWNER_ROLE, Database, IndustrialRepository, connection_info
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.migrations.run import migrate
from orchestrator.runtimes import nodes
from orchestrator.runtimes.fleet import declare_dead, living
from orchestrator.runtimes.nodes import Membership
from orchestrator.sessions import reconciling
from orchestrator.sessions.admission import admit
from orchestrator.sessions.approval_rows import ApprovalStatus
from orchestrator.sessions.context import SessionKey
from orchestrator.sessions.control import carry_out
from orchestrator.sessions.draining import ask_to_leave, let_stay
from orchestrator.sessions.models import Session
from orchestrator.sessions.reconciling import ClusterReconciler, NodeReconciler
from orchestrator.sessions.recovery import bury
from orchestrator.sessions.states import QueueReason, Request, Status


@engine.workflow(name="test_ends")
async def ends(_session_id: str) -> str:
    return "ended"


@engine.workflow(name="test_fails")
async def fails(_session_id: str) -> str:
    raise ValueError("on purpose")


@dataclass
class Here:
    """A node in the test's own process, with its DBOS."""

    database: Database
    member: Membership
    tenant: UUID
    started: list[SessionKey] = field(default_factory=list[SessionKey])
    running: set[str] = field(default_factory=set[str])

    async def start(self, key: SessionKey) -> None:
        self.started.append(key)

    async def session(self, status: Status = Status.RUNNING, **columns: Any) -> SessionKey:
        wanted = {"node_id": self.member.node_id, "attempt": 1, **columns}
        row = await add_session(self.database, self.tenant, status=status, **wanted)
        return SessionKey(self.tenant, row.id, row.attempt)

    async def look(self) -> None:
        await NodeReconciler(self.database, self.member, self.start, self.running).look()

    async def row(self, key: SessionKey) -> Session:
        with tenant_scope(self.tenant):
            async with self.database.transaction() as db:
                return await IndustrialRepository(db).get(Session, key.session_id)

    async def told(self, key: SessionKey) -> list[str]:
        query = "select data ->> 'action' from events where type = 'session.reconciled' and session_id = :s order by seq"
        return [action for (action,) in await rows(self.database, self.tenant, query, s=key.session_id)]

    async def begun(self, key: SessionKey, workflow: Any, until: str, **changes: str) -> None:
        """`changes` are made to what DBOS keeps, as another time or another version would have written it."""
        await engine.start(workflow, key.workflow_id, str(key.session_id))
        await self.comes_to(key, until)
        await self.changed(key, **changes)

    async def changed(self, key: SessionKey, **changes: str) -> None:
        info = connection_info(self.database.url, OWNER_ROLE)
        async with await psycopg.AsyncConnection.connect(info, autocommit=True) as db:
            for column, value in changes.items():
                query = sql.SQL("update dbos.workflow_status set {} = %s where workflow_uuid = %s")
                await db.execute(query.format(sql.Identifier(column)), (value, key.workflow_id))

    async def comes_to(self, key: SessionKey, status: str) -> None:
        async with asyncio.timeout(30):
            while await engine.status(key.workflow_id) != status:
                pass


@pytest.fixture(scope="module")
async def launched(postgres: str) -> AsyncIterator[tuple[Database, Membership]]:
    with copied(postgres) as url:
        await asyncio.to_thread(migrate, url)  # A copy does not have the rights that the roles have on the database.
        database = Database(url)
        member = await nodes.register(database, new_id(), 1_000, "process")
        engine.launch(url, member.name)
        yield database, member
        await asyncio.to_thread(engine.shutdown)
        # DBOS has put its own threads in the place of the loop's, and takes them with it.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        await database.close()


@pytest.fixture
async def here(launched: tuple[Database, Membership]) -> Here:
    return Here(*launched, await make_tenant(launched[0], f"a-{new_id().hex}"))


async def test_an_admitted_session_without_a_workflow_gets_one(here: Here) -> None:
    """The worker was killed between the admission and the start."""
    key = await here.session()
    await here.look()
    assert key in here.started
    assert await here.told(key) == ["start"]


async def test_a_verifying_session_without_a_workflow_gets_one(here: Here) -> None:
    key = await here.session(Status.VERIFYING)
    await here.look()
    assert key in here.started


@pytest.mark.parametrize("status", [Status.RUNNING, Status.VERIFYING, Status.DEGRADED, Status.WAITING])
async def test_a_session_whose_workflow_ended_without_it_is_tried_again(here: Here, status: Status) -> None:
    key = await here.session(status)
    await here.begun(key, ends, "SUCCESS")
    await here.look()
    row = await here.row(key)
    assert (row.status, row.queue_reason, row.retries) == (Status.QUEUED, QueueReason.RETRY, 1)
    assert row.failure is not None
    assert (row.failure["class"], row.failure["retryable"], row.failure["retries"]) == ("internal", True, 1)
    assert row.not_before is not None
    assert await here.told(key) == ["retry"]


async def test_a_session_whose_workflow_keeps_failing_fails_in_the_end(here: Here) -> None:
    key = await here.session(retries=2, retried_turn=0)
    await here.begun(key, fails, "ERROR")
    await here.look()
    row = await here.row(key)
    assert row.status is Status.FAILED
    assert row.failure is not None
    assert (row.failure["class"], row.failure["retries"], row.failure["retry_at"]) == ("internal", 2, None)


async def test_a_workflow_that_was_recovered_too_often_is_left_and_the_session_tried_again(here: Here) -> None:
    key = await here.session()
    await here.begun(key, ends, "SUCCESS", status="MAX_RECOVERY_ATTEMPTS_EXCEEDED")
    await here.look()
    assert (await here.row(key)).status is Status.QUEUED


async def test_a_workflow_of_another_version_gives_way_to_the_next_attempt(here: Here) -> None:
    """After an upgrade DBOS leaves it as it stands; the session goes on from its last checkpoint."""
    key = await here.session()
    await here.begun(key, ends, "SUCCESS", status="PENDING", application_version="an older one")
    await here.look()
    row = await here.row(key)
    assert (row.status, row.retries, row.not_before) == (Status.QUEUED, 0, None), "an upgrade is no fault"
    assert await engine.status(key.workflow_id) == "CANCELLED"
    assert await here.told(key) == ["begin anew"]


async def test_a_workflow_that_nothing_runs_is_resumed(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "_STANDS_AFTER_SECONDS", 0.0)
    key = await here.session()
    await here.begun(key, ends, "SUCCESS", status="PENDING")
    await here.look()
    await here.comes_to(key, "SUCCESS")
    assert (await here.row(key)).status is Status.RUNNING
    assert await here.told(key) == ["resume"]


async def test_a_workflow_that_runs_is_let_be(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "_STANDS_AFTER_SECONDS", 0.0)
    key = await here.session()
    await here.begun(key, ends, "SUCCESS", status="PENDING")
    here.running.add(key.workflow_id)
    await here.look()
    assert (await here.row(key)).status is Status.RUNNING
    assert await here.told(key) == []


async def waiting(here: Here, **approval: Any) -> SessionKey:
    """Its workflow runs; `approval` are columns of what it asks for, and without any it asks for nothing."""
    key = await here.session(Status.WAITING, waiting_since=now())
    await here.begun(key, ends, "SUCCESS", status="PENDING")
    here.running.add(key.workflow_id)
    if approval:
        await asks(here.database, here.tenant, key.session_id, **approval)
    return key


@pytest.mark.parametrize(
    ("approval", "status"),
    [
        ({}, Status.RUNNING),
        ({"status": ApprovalStatus.PENDING}, Status.WAITING),
        # Whoever listens to the turn is about to tell the agent, and goes on then.
        ({"status": ApprovalStatus.ALLOWED}, Status.WAITING),
        ({"status": ApprovalStatus.ALLOWED, "applied_at": now()}, Status.RUNNING),
        ({"status": ApprovalStatus.SUPERSEDED}, Status.RUNNING),
    ],
)
async def test_a_session_that_waits_for_nobody_goes_on(here: Here, approval: dict[str, Any], status: Status) -> None:
    key = await waiting(here, **approval)
    await here.look()
    assert (await here.row(key)).status is status
    assert await here.told(key) == (["go on"] if status is Status.RUNNING else [])


async def test_what_another_session_asks_for_is_no_reason_to_wait(here: Here) -> None:
    asking = await waiting(here, status=ApprovalStatus.PENDING)
    key = await waiting(here)
    await here.look()
    assert [(await here.row(one)).status for one in (asking, key)] == [Status.WAITING, Status.RUNNING]


async def lost(here: Here) -> Membership:
    return await nodes.register(here.database, new_id(), 8, "process")


async def test_the_sessions_of_a_lost_node_are_orphaned_and_queued_with_its_name(here: Here) -> None:
    other = await lost(here)
    keys = [await here.session(status, node_id=other.node_id) for status in (Status.RUNNING, Status.VERIFYING)]
    mine = await here.session()
    async with here.database.system_transaction() as db:
        node = next(one for one in await living(db) if one.id == other.node_id)
    assert await bury(here.database, node)
    assert not await bury(here.database, node), "it is dead already"
    assert [(await here.row(key)).status for key in keys] == [Status.ORPHANED] * 2
    await ClusterReconciler(here.database).look()
    for key in keys:
        row = await here.row(key)
        assert (row.status, row.attempt, row.queue_reason) == (Status.QUEUED, 1, QueueReason.CLUSTER_CAPACITY)
        assert node.title in (row.status_reason or "")
        assert row.queued_at == row.created_at, "it keeps its place in the line"
    assert (await here.row(mine)).status is Status.RUNNING
    assert await admit(here.database, other.node_id) is None, "a dead node gets nothing"
    admitted = await admit(here.database, here.member.node_id)
    assert admitted is not None
    assert admitted.attempt == 2


async def test_a_session_that_loses_node_after_node_without_progress_fails(here: Here) -> None:
    key = await here.session(Status.ORPHANED, retries=6, retried_turn=0)
    await ClusterReconciler(here.database).look()
    row = await here.row(key)
    assert (row.status, row.failure and row.failure["class"]) == (Status.FAILED, "runtime_lost")


async def test_progress_begins_the_count_anew(here: Here) -> None:
    key = await here.session(Status.ORPHANED, retries=6, retried_turn=3)
    await ClusterReconciler(here.database).look()
    row = await here.row(key)
    assert (row.status, row.retries, row.retried_turn) == (Status.QUEUED, 1, 0)


async def test_a_session_on_a_node_that_is_dead_already_is_orphaned(here: Here) -> None:
    """As if something had been admitted between the node's death and its burial."""
    other = await lost(here)
    async with here.database.system_transaction() as db:
        node = next(one for one in await living(db) if one.id == other.node_id)
        assert await declare_dead(db, node)
    key = await here.session(node_id=other.node_id)
    await ClusterReconciler(here.database).look()
    assert (await here.row(key)).status is Status.QUEUED
    assert await here.told(key) == ["orphan"]


async def test_a_session_of_no_node_is_orphaned(here: Here) -> None:
    key = await here.session(node_id=None)
    await ClusterReconciler(here.database).look()
    assert (await here.row(key)).status is Status.QUEUED


async def test_a_session_that_waits_without_a_reason_gets_one(here: Here) -> None:
    key = await here.session(Status.QUEUED, node_id=None, queued_at=now())
    await ClusterReconciler(here.database).look()
    assert (await here.row(key)).queue_reason is QueueReason.CLUSTER_CAPACITY


async def test_a_session_is_not_admitted_before_its_time(here: Here) -> None:
    key = await here.session(Status.QUEUED, node_id=None, queued_at=now(), not_before=now() + timedelta(minutes=10))
    while (admitted := await admit(here.database, here.member.node_id)) is not None:
        assert admitted.session_id != key.session_id
    assert (await here.row(key)).queue_reason is QueueReason.RETRY
    with tenant_scope(here.tenant):
        async with here.database.transaction() as db:
            (await IndustrialRepository(db).get(Session, key.session_id)).not_before = now()
    # A session that another test put off may come first, when its time has come meanwhile.
    while (
        admitted := await admit(here.database, here.member.node_id)
    ) is not None and admitted.session_id != key.session_id:
        pass
    assert (await here.row(key)).status is Status.RUNNING


async def test_a_node_that_drains_is_given_nothing(here: Here) -> None:
    other = await lost(here)
    await here.session(Status.QUEUED, node_id=None, queued_at=now())
    async with here.database.system_transaction() as db:
        await db.execute(text("update nodes set draining_since = now() where id = :n"), {"n": other.node_id})
    assert await admit(here.database, other.node_id) is None
    async with here.database.system_transaction() as db:
        await db.execute(text("update nodes set draining_since = null where id = :n"), {"n": other.node_id})
    assert await admit(here.database, other.node_id) is not None


async def test_a_node_that_drains_asks_its_sessions_to_leave_and_takes_that_back(here: Here) -> None:
    other = await lost(here)
    key = await here.session(node_id=other.node_id)
    stopping = await here.session(node_id=other.node_id, requested=Request.STOP)
    await ask_to_leave(here.database, other.node_id)
    assert ((await here.row(key)).requested, (await here.row(stopping)).requested) == (Request.DRAIN, Request.STOP)
    await let_stay(here.database, other.node_id)
    assert ((await here.row(key)).requested, (await here.row(stopping)).requested) == (None, Request.STOP)


@pytest.mark.parametrize("status", [Status.RUNNING, Status.VERIFYING, Status.DEGRADED])
async def test_a_session_that_leaves_a_draining_node_is_queued_without_a_failure(here: Here, status: Status) -> None:
    key = await here.session(status, requested=Request.DRAIN)
    with tenant_scope(here.tenant):
        async with here.database.transaction() as db:
            await carry_out(db, await IndustrialRepository(db).get(Session, key.session_id, lock=True))
    row = await here.row(key)
    assert (row.status, row.status_reason, row.requested) == (Status.QUEUED, "its node drains", None)
    assert (row.failure, row.retries, row.not_before) == (None, 0, None)


async def test_what_another_node_recovers_is_not_run_here(here: Here) -> None:
    """DBOS puts a workflow that it recovers into a queue; a node that took another's from there would strand it."""
    theirs, mine = await here.session(), await here.session()
    other = (await lost(here)).name
    await here.begun(theirs, ends, "SUCCESS", executor_id=other, application_name=other, application_version=f"1:{other}")
    await here.begun(mine, ends, "SUCCESS", status="PENDING")
    await here.changed(theirs, status="ENQUEUED", queue_name="_dbos_internal_queue")
    await engine.resume(mine.workflow_id)
    await here.comes_to(mine, "SUCCESS")
    assert await engine.status(theirs.workflow_id) == "ENQUEUED"
    await engine.cancel([theirs.workflow_id])
