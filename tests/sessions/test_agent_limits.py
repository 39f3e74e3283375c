"""An agent's max_concurrent_sessions: no more of its sessions run at once, whoever named it."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from tests.actors import make_actor, make_tenant
from tests.api import Api
from tests.sessions.test_admission import admit_all, live, make_node, move, queue, reasons
from tests.tenancy.test_isolation import add_session

from orchestrator.kit.db import Database
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.admission import admit_some
from orchestrator.sessions.states import Status
from orchestrator.tenancy.models import Role

AGENT: dict[str, Any] = {"name": "careful", "definition": {"prompt": "Slowly.", "limits": {"max_concurrent_sessions": 2}}}


async def careful(api: Api) -> UUID:
    """The id of its version."""
    answer = await api.call("POST", "/agents", api.actors.admin, json=AGENT)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["version"]["id"])


async def of_it(api: Api, version: UUID, count: int, **changes: Any) -> Sequence[UUID]:
    return await queue(
        api.database,
        api.actors.admin.tenant_id,
        count,
        agent="careful",
        agent_version_id=version,
        agent_version=1,
        **changes,
    )


async def test_no_more_run_than_may_and_the_others_say_why(own_api: Api) -> None:
    version, tenant = await careful(own_api), own_api.actors.admin.tenant_id
    mine = await of_it(own_api, version, 5)
    others = await queue(own_api.database, tenant, 2)
    admitted = await admit_all(own_api.database, await make_node(own_api.database, 20))
    assert {one.session_id for one in admitted} == {*mine[:2], *others}
    assert await reasons(own_api.database, tenant) == {"agent": 3}
    shown = (await own_api.call("GET", f"/sessions/{mine[2]}")).json()
    assert "The agent careful has as many sessions at once as it may." in shown["queue_detail"]
    await move(own_api.database, tenant, mine[0], Status.COMPLETED)
    assert {one.session_id for one in await admit_all(own_api.database, await make_node(own_api.database, 20))} == {mine[2]}


async def test_nodes_that_admit_at_once_keep_to_it(own_api: Api) -> None:
    version = await careful(own_api)
    await of_it(own_api, version, 20)
    nodes = [await make_node(own_api.database, 20) for _ in range(4)]
    admitted = await asyncio.gather(*(admit_some(own_api.database, node) for node in nodes))
    assert sum(map(len, admitted)) == 2
    assert sum((await live(own_api.database)).values()) == 2


async def test_a_new_limit_holds_at_once_and_no_limit_none(own_api: Api) -> None:
    version, tenant = await careful(own_api), own_api.actors.admin.tenant_id
    await of_it(own_api, version, 4)
    node = await make_node(own_api.database, 20)
    assert len(await admit_all(own_api.database, node)) == 2
    agents = (await own_api.call("GET", "/agents")).json()["items"]
    [agent] = [one["id"] for one in agents if one["name"] == "careful"]
    await own_api.call("POST", f"/agents/{agent}/versions", own_api.actors.admin, json={"definition": {"prompt": "Slowly."}})
    assert len(await admit_all(own_api.database, node)) == 2
    with tenant_scope(tenant):
        async with own_api.database.transaction() as db:
            kept = (await db.execute(text("select max_concurrent_sessions from agents where name = 'careful'"))).scalar_one()
    assert kept is None


async def test_another_tenants_agent_of_that_name_is_another(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    await make_actor(database, tenant, "a", Role.ADMIN)
    session = await add_session(database, tenant, agent="careful", status=Status.QUEUED)
    admitted = await admit_all(database, await make_node(database, 5))
    assert [one.session_id for one in admitted] == [session.id]
