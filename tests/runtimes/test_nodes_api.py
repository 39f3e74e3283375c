"""Nodes over HTTP: for operators alone."""

import asyncio
from uuid import UUID

import pytest
from tests.actors import Actor, make_operator
from tests.api import RANDOM_ID, V1, Api, code_of

from orchestrator.kit.ids import new_id
from orchestrator.runtimes import nodes
from orchestrator.runtimes.fleet import declare_dead, living


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
