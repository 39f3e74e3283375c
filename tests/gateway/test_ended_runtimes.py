"""A power cut gives a runtime no time to revoke its key; that the node closes its row has to be enough."""

import pytest
from sqlalchemy import text
from tests.gateway.conftest import Desk

from orchestrator.gateway.callers import Callers, Credentials
from orchestrator.gateway.faults import KeyInvalid
from orchestrator.runtimes import nodes


async def test_a_nodes_next_start_ends_the_keys_of_its_runtimes(desk: Desk) -> None:
    runtime, database = desk.runtime, desk.runtime.database
    given = Credentials(runtime.key, runtime.conversation)
    assert (await desk.gateway.callers.identify(given)).tenant_id == runtime.tenant_id
    await nodes.register(database, runtime.node_id, 1, "process")
    async with database.system_transaction() as db:
        query = text("select stopped_at from runtimes where id = :i")
        assert (await db.execute(query, {"i": runtime.runtime_id})).scalar()
    with pytest.raises(KeyInvalid):
        await Callers(database).identify(given)
