"""A power cut gives a runtime no time to revoke its key; that the node closes its row has to be enough."""

from sqlalchemy import text
from tests.gateway.conftest import Desk

from orchestrator.gateway.service import VirtualKeys
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes import nodes
from orchestrator.runtimes.models import Runtime


async def test_a_nodes_next_start_ends_the_keys_of_its_runtimes(desk: Desk) -> None:
    node_id, runtime, database = new_id(), desk.runtime, desk.runtime.database
    await nodes.register(database, node_id, 1, "process")
    with tenant_scope(runtime.tenant_id):
        async with database.transaction() as db:
            row = Runtime(id=runtime.runtime_id, node_id=node_id, isolation="tenant", pid=1, process_started_ticks=1)
            row.created_at = now()
            IndustrialRepository(db).add(row)
    assert await desk.gateway.keys.find(runtime.key) is not None
    await nodes.register(database, node_id, 1, "process")
    async with database.system_transaction() as db:
        query = text("select stopped_at from runtimes where id = :i")
        assert (await db.execute(query, {"i": runtime.runtime_id})).scalar()
    assert await VirtualKeys(database).find(runtime.key) is None
