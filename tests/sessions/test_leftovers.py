"""What commands left running is known from the checkpoint on that holds their work, wherever the session goes on."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from tests.actors import make_tenant
from tests.tenancy.test_isolation import add_session

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sandboxes import BubblewrapSandbox, ProcessSandbox, Sandbox
from orchestrator.sessions.context import SessionKey, Superseded
from orchestrator.sessions.leftovers import Leftovers, store
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status

SLEPT = "commands left processes running, which ended with them: sleep"
UNSEEN = "commands ended so that nobody saw what they left running"


class Nodes:
    """One session, and nodes that it comes to, each with records of its own."""

    def __init__(self, database: Database, root: Path, key: SessionKey) -> None:
        self.database, self.root, self.key = database, root, key

    def on(self, node: str, sandbox: Sandbox | None = None) -> Leftovers:
        where = SimpleNamespace(
            left=lambda *_: self.root / node, node=SimpleNamespace(sandbox=sandbox or BubblewrapSandbox())
        )
        services: Any = SimpleNamespace(database=self.database, runtimes=where)
        return Leftovers(services)

    def write(self, node: str, record: str, *programs: str) -> Path:
        (self.root / node).mkdir(exist_ok=True)
        file = self.root / node / record
        file.write_text("".join(f"{name}\n" for name in programs))
        return file


@pytest.fixture
async def nodes(database: Database, tmp_path: Path) -> Nodes:
    tenant = await make_tenant(database, "a")
    session = await add_session(database, tenant, status=Status.RUNNING, attempt=1)
    return Nodes(database, tmp_path, SessionKey(UUID(str(tenant)), session.id, 1))


@pytest.fixture(autouse=True)
def scope(nodes: Nodes) -> Iterator[None]:
    with tenant_scope(nodes.key.tenant_id):
        yield


async def test_nothing_is_said_of_a_session_whose_commands_left_nothing(nodes: Nodes) -> None:
    nodes.write("one", "running-12")
    assert await nodes.on("one").doubts(nodes.key) == []


async def test_a_record_is_told_each_time_and_is_in_the_database_before_its_file_goes(nodes: Nodes) -> None:
    file = nodes.write("one", "left-1", "sleep", "sleep")
    assert await nodes.on("one").doubts(nodes.key) == [SLEPT]
    assert not file.exists()
    assert await nodes.on("one").doubts(nodes.key) == [SLEPT]


async def test_a_record_whose_file_outlived_a_crash_counts_once(nodes: Nodes) -> None:
    for _ in range(2):
        nodes.write("one", "left-1", "sleep")
        assert await nodes.on("one").doubts(nodes.key) == [SLEPT]


async def test_a_node_that_takes_the_session_over_knows_of_what_the_checkpoint_holds(nodes: Nodes) -> None:
    nodes.write("one", "left-1", "sleep")
    records = await nodes.on("one").on_node(nodes.key)
    async with nodes.database.transaction() as db:
        await store(db, nodes.key.tenant_id, nodes.key.session_id, records)
    assert await nodes.on("two").doubts(nodes.key) == [SLEPT]


async def test_an_attempt_that_lost_its_session_leaves_the_record_where_it_is(nodes: Nodes) -> None:
    file = nodes.write("one", "left-1", "sleep")
    with pytest.raises(Superseded):
        await nodes.on("one").doubts(SessionKey(nodes.key.tenant_id, nodes.key.session_id, 2))
    assert file.exists()


async def test_a_record_that_names_nothing_is_a_doubt_as_well(nodes: Nodes) -> None:
    """Also one that is no file of ours: it is not followed."""
    (nodes.root / "secret").write_text("hidden\n")
    nodes.write("one", "left-1").unlink()
    (nodes.root / "one/left-1").symlink_to(nodes.root / "secret")
    (nodes.root / "one/left-2").mkdir()
    nodes.write("one", "left-3")
    records = await nodes.on("one").on_node(nodes.key)
    assert records == {"left-1": [], "left-2": [], "left-3": []}
    async with nodes.database.transaction() as db:
        await store(db, nodes.key.tenant_id, nodes.key.session_id, records)
    assert await nodes.on("two").doubts(nodes.key) == [UNSEEN]


async def test_where_nothing_is_isolated_they_run_on(nodes: Nodes) -> None:
    nodes.write("one", "left-1", "node")
    assert await nodes.on("one", ProcessSandbox()).doubts(nodes.key) == ["commands left processes running: node"]


async def test_what_was_left_before_a_result_was_asked_for_again_is_past(nodes: Nodes) -> None:
    nodes.write("one", "left-1", "sleep")
    assert await nodes.on("one").doubts(nodes.key) == [SLEPT]
    async with nodes.database.transaction() as db:
        session = await IndustrialRepository(db).get(Session, nodes.key.session_id, lock=True)
        session.started_at = now()
    assert await nodes.on("one").doubts(nodes.key) == []
