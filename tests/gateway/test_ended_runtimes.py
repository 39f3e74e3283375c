"""A power cut gives a runtime no time to revoke its key; that the node closes its row has to be enough."""

import pytest
from sqlalchemy import text
from tests.gateway.conftest import Desk

from orchestrator.gateway.callers import Callers, Credentials
from orchestrator.gateway.faults import KeyInvalid
from orchestrator.runtimes import nodes
from orchestrator.runtimes.fleet import declare_dead, living


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


async def test_the_keys_of_a_dead_nodes_runtimes_open_nothing(desk: Desk) -> None:
    """Not even that of a runtime that the node began after its death, before it knew."""
    runtime, database = desk.runtime, desk.runtime.database
    given = Credentials(runtime.key, runtime.conversation)
    await Callers(database).identify(given)
    async with database.system_transaction() as db:
        node = next(one for one in await living(db) if one.id == runtime.node_id)
        assert await declare_dead(db, node)
    with pytest.raises(KeyInvalid):
        await Callers(database).identify(given)
    await nodes.register(database, runtime.node_id, 1, "process")
    async with database.system_transaction() as db:
        values = {"i": runtime.runtime_id}
        await db.execute(text("update runtimes set stopped_at = null where id = :i"), values)
        await db.execute(text("update gateway_keys set revoked_at = null where runtime_id = :i"), values)
    with pytest.raises(KeyInvalid):
        await Callers(database).identify(given)
