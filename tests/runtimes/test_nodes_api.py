"""Nodes over HTTP: for operators alone."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.actors import Actor, make_operator
from tests.api import RANDOM_ID, V1, Api, code_of
from tests.tenancy.test_isolation import add_session

from orchestrator import __version__
from orchestrator.kit.clock import now
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes import nodes
from orchestrator.runtimes.fleet import declare_dead, living
from orchestrator.runtimes.models import Runtime
from orchestrator.sessions.states import Status


@pytest.fixture
async def operator(api: Api) -> Actor:
    return await make_operator(api.database, api.actors.admin.tenant_id, api.actors.admin.slug)


@pytest.fixture
async def node_id(api: Api) -> UUID:
    return (await nodes.register(api.database, new_id(), 4, "process")).node_id


async def test_refusals_come_first(api: Api, operator: Actor, node_id: UUID) -> None:
    for method, path in (
        ("GET", "/nodes"),
        ("GET", f"/nodes/{node_id}"),
        ("POST", f"/nodes/{node_id}/drain"),
        ("POST", f"/nodes/{node_id}/undrain"),
    ):
        assert (await api.client.request(method, V1 + path)).status_code == 401
        for actor in (api.actors.admin, api.actors.viewer, api.actors.other):
            assert code_of(await api.call(method, path, actor)) == (403, "operator_required")
    for path in (f"/nodes/{RANDOM_ID}/drain", f"/nodes/{RANDOM_ID}/undrain"):
        assert code_of(await api.call("POST", path, operator)) == (404, "not_found")
    assert code_of(await api.call("GET", f"/nodes/{RANDOM_ID}", operator)) == (404, "not_found")


async def test_a_node_is_listed_drained_and_undrained(api: Api, operator: Actor, node_id: UUID) -> None:
    listed = (await api.call("GET", "/nodes", operator)).json()["items"]
    mine = next(one for one in listed if one["id"] == str(node_id))
    assert (mine["state"], mine["slots"], mine["sessions"], mine["incarnation"]) == ("live", 4, 0, 1)
    drained = (await api.call("POST", f"/nodes/{node_id}/drain", operator)).json()
    assert drained["state"] == "draining"
    again = (await api.call("POST", f"/nodes/{node_id}/drain", operator)).json()
    assert again["draining_since"] == drained["draining_since"], "a repeat changes nothing"
    undrained = (await api.call("POST", f"/nodes/{node_id}/undrain", operator)).json()
    assert (undrained["state"], undrained["draining_since"]) == ("live", None)
    entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    told = [one["action"] for one in entries if one["target"] == f"node:{node_id}"]
    assert sorted(told) == ["node.drain", "node.undrain"]


async def test_a_node_tells_what_it_runs(api: Api, operator: Actor, node_id: UUID) -> None:
    async def told() -> tuple[str | None, str | None]:
        node = (await api.call("GET", f"/nodes/{node_id}", operator)).json()
        return node["version"], node["opencode_version"]

    async with api.database.system_transaction() as db:
        await db.execute(text("update nodes set version = null where id = :id"), {"id": node_id})
    assert await told() == (None, None), "it joined before versions were kept"
    await nodes.register(api.database, node_id, 4, "process", "1.2.3")
    assert await told() == (__version__, "1.2.3")


async def test_a_node_tells_its_runtimes_and_whether_its_disk_is_full(api: Api, operator: Actor, node_id: UUID) -> None:
    async def told() -> tuple[int, bool]:
        node = (await api.call("GET", f"/nodes/{node_id}", operator)).json()
        return node["runtimes"], node["disk_full"]

    assert await told() == (0, False)
    with tenant_scope(api.actors.admin.tenant_id):
        await _add_runtimes(api, node_id)
    async with api.database.system_transaction() as db:
        await db.execute(text("update nodes set disk_full = true where id = :id"), {"id": node_id})
    assert await told() == (1, True), "a stopped one, and one of an earlier life of the node, do not count"


async def _add_runtimes(api: Api, node_id: UUID) -> None:
    async with api.database.transaction() as db:
        for incarnation, stopped_at in ((1, None), (1, now()), (0, None)):
            db.add(
                Runtime(
                    tenant_id=api.actors.admin.tenant_id,
                    id=new_id(),
                    node_id=node_id,
                    incarnation=incarnation,
                    isolation="tenant",
                    created_at=now(),
                    stopped_at=stopped_at,
                )
            )


async def test_what_waits_is_told_by_reason_over_all_tenants(own_api: Api) -> None:
    api = own_api
    operator = await make_operator(api.database, api.actors.admin.tenant_id, api.actors.admin.slug)
    early = now() - timedelta(minutes=5)
    for tenant_id, changes in (
        (api.actors.admin.tenant_id, {"queue_reason": "budget", "queued_at": now()}),
        (api.actors.other.tenant_id, {"queue_reason": "budget", "queued_at": early}),
        (api.actors.admin.tenant_id, {"queued_at": now()}),
        (api.actors.admin.tenant_id, {"status": Status.RUNNING}),
    ):
        await add_session(api.database, tenant_id, **{"status": Status.QUEUED} | changes)
    queue = (await api.call("GET", "/nodes", operator)).json()["queue"]
    assert [(one["reason"], one["sessions"]) for one in queue] == [("budget", 2), ("not_decided", 1)]
    assert datetime.fromisoformat(queue[0]["oldest_at"]) == early


async def test_the_gateway_says_without_a_key_that_calls_arrive_at_it(api: Api) -> None:
    answer = await api.client.get("/gateway/v1/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert (await api.client.get("/gateway/v1/models")).status_code == 401


async def test_a_dead_node_cannot_be_drained(api: Api, operator: Actor, node_id: UUID) -> None:
    async with api.database.system_transaction() as db:
        node = next(one for one in await living(db) if one.id == node_id)
        assert await declare_dead(db, node)
    assert code_of(await api.call("POST", f"/nodes/{node_id}/drain", operator)) == (409, "node_dead")
    assert (await api.call("GET", f"/nodes/{node_id}", operator)).json()["state"] == "dead"


async def test_of_many_who_drain_at_once_one_did_it(api: Api, operator: Actor, node_id: UUID) -> None:
    for verb in ("drain", "undrain"):
        answers = await asyncio.gather(*(api.call("POST", f"/nodes/{node_id}/{verb}", operator) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
        assert [one["action"] for one in entries if one["target"] == f"node:{node_id}"].count(f"node.{verb}") == 1
