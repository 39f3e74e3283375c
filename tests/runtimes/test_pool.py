"""The node's servers when no session is there: begun early, kept for a while, and ended when they hold too much."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from tests.actors import make_tenant
from tests.gateway.conftest import a_session
from tests.kit.waiting import eventually

from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.cgroups import own_hierarchies
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.opencode.binary import find_opencode
from orchestrator.runtimes import nodes
from orchestrator.runtimes.housekeeping import Housekeeper
from orchestrator.runtimes.limiting import prepare_limits
from orchestrator.runtimes.models import Runtime
from orchestrator.runtimes.networks import Networks
from orchestrator.runtimes.pool import RuntimePool
from orchestrator.runtimes.running import NodeContext, RunningRuntime
from orchestrator.sandboxes import CommandLimits, Plan, choose_sandbox, session_limits
from orchestrator.sandboxes.limits import How
from orchestrator.sessions.states import Status
from orchestrator.workspaces import Workspaces

GATEWAY = "http://127.0.0.1:1/v1"


@dataclass
class Desk:
    pool: RuntimePool
    plan: Plan
    tenant_id: UUID

    async def warm(self) -> RunningRuntime:
        await self.pool.warm(self.tenant_id)
        [runtime] = self.pool.runtimes
        return runtime

    def housekeeper(self, plan: Plan | None = None, **changes: object) -> Housekeeper:
        settings = self.pool.node.settings.model_copy(update=changes)
        self.pool.node = replace(self.pool.node, settings=settings)
        return Housekeeper(self.pool, plan or self.plan)

    async def reasons(self) -> list[str | None]:
        with tenant_scope(self.tenant_id):
            async with self.pool.node.database.transaction() as db:
                query = select(Runtime.stop_reason).where(Runtime.tenant_id == self.tenant_id).order_by(Runtime.created_at)
                return list((await db.execute(query)).scalars())


@pytest.fixture
async def desk(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    tmp_path.chmod(0o755)
    settings = Settings(data_dir=tmp_path / "data", scripted_model_url=GATEWAY, warm_runtimes=1)
    settings.data_dir.mkdir(mode=0o755)
    node_id = nodes.node_id_of(settings.data_dir)
    plan, groups = prepare_limits(settings, node_id)
    ledger = ProcessLedger(settings.data_dir / "processes", groups)
    sandbox = choose_sandbox("auto", CommandLimits(plan, session_limits(settings)))
    node = NodeContext(
        await nodes.register(database, node_id, 8, sandbox.name),
        database,
        ledger,
        sandbox,
        find_opencode(settings.opencode_binary),
        Catalog(database, settings),
        GATEWAY,
        Workspaces(settings.data_dir, (), sandbox, ledger),
        Networks(database, settings.network_policy, GATEWAY, settings.data_dir / "tenants"),
        settings,
    )
    pool = RuntimePool(node)
    yield Desk(pool, plan, await make_tenant(database, f"t-{uuid4().hex}"))
    await pool.stop_all()
    groups.close()
    assert ledger.records() == []
    assert groups.records() == []
    assert not any((one.base / groups.name).exists() for one in own_hierarchies())


async def test_a_server_without_a_session_stays_for_a_while(desk: Desk) -> None:
    runtime = await desk.warm()
    assert await desk.warm() is runtime
    assert await runtime.memory_bytes() > 100 * 1024**2
    runtime.used_at -= 800
    await desk.housekeeper().look()
    assert desk.pool.runtimes == [runtime]
    runtime.used_at -= 200
    await desk.housekeeper().look()
    assert desk.pool.runtimes == []
    eventually(lambda: runtime.server.returncode is not None)
    assert await desk.reasons() == ["idle for too long"]


async def test_a_server_with_a_session_is_never_idle(desk: Desk) -> None:
    runtime = await desk.warm()
    runtime.sessions.add(uuid4())
    runtime.used_at -= 10_000
    await desk.housekeeper().look()
    assert desk.pool.runtimes == [runtime]
    assert await runtime.server.healthy()


async def test_an_idle_server_that_holds_too_much_is_ended(desk: Desk) -> None:
    runtime = await desk.warm()
    runtime.used_at -= 100
    await desk.housekeeper(runtime_recycle_bytes=1024).look()
    assert await desk.reasons() == ["recycled"]


async def test_a_fresh_server_is_there_before_the_turns_on_a_fat_one_are_over(desk: Desk) -> None:
    fat = await desk.warm()
    fat.sessions.add(uuid4())
    keeper = desk.housekeeper(runtime_recycle_bytes=1024)
    await keeper.look()
    [fresh] = [runtime for runtime in desk.pool.runtimes if runtime is not fat]
    assert (fat.fat, fat.ended.is_set(), await fat.server.healthy()) == (True, False, True)
    assert await fresh.server.healthy()
    await desk.housekeeper(runtime_recycle_bytes=1024**4).look()
    assert fat.fat, "it stays known as such"
    assert len(desk.pool.runtimes) == 2


async def test_after_a_restart_the_servers_of_the_tenants_of_late_are_started(desk: Desk) -> None:
    """The one setting of the fixture keeps one server warm: that of the tenant whose session ended last."""
    database, node_id = desk.pool.node.database, desk.pool.node.node_id
    ended = {"status": Status.COMPLETED, "started_at": now() - timedelta(hours=1)}
    for tenant_id, minutes in ((desk.tenant_id, 2), (await make_tenant(database, f"t-{uuid4().hex}"), 5)):
        with tenant_scope(tenant_id):
            async with database.transaction() as db:
                session = a_session(node_id, **ended, finished_at=now() - timedelta(minutes=minutes))
                IndustrialRepository(db).add(session)
    await desk.housekeeper(runtime_idle_seconds=60.0).warm_up()
    assert desk.pool.runtimes == []
    await desk.housekeeper(runtime_idle_seconds=900.0).warm_up()
    assert [runtime.tenant_id for runtime in desk.pool.runtimes] == [desk.tenant_id]


async def test_where_no_control_group_ends_a_server_that_is_far_too_large_the_node_does(desk: Desk) -> None:
    runtime = await desk.warm()
    runtime.sessions.add(uuid4())
    without = replace(desk.plan, memory=How.PRLIMIT)
    await desk.housekeeper(without, runtime_memory_bytes=1024).look()
    assert runtime.ended.is_set()
    [reason] = await desk.reasons()
    assert reason is not None
    assert "ORCHESTRATOR_RUNTIME_MEMORY_BYTES" in reason


async def test_a_server_has_its_limits_from_its_start_where_there_are_control_groups(desk: Desk) -> None:
    runtime = await desk.warm()
    group = runtime.server.process.group
    assert (group is not None) is bool(desk.plan.hierarchies)
    if group is not None:
        assert runtime.server.pid in group.cgroup.processes()
        assert runtime.server.process.record.cgroups == group.record.folders
        assert len(group.cgroup.processes()) > 1, "the server, and what its sandbox is made by"
