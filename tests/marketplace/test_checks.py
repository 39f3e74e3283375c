"""The badge of an external agent: the orchestrator looks at it itself, and nothing that a publisher says makes one."""

import asyncio
import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.api import RANDOM_ID, Api, Server, code_of
from tests.eap.joined import public_text
from tests.marketplace.shop import Publisher, nothing

from orchestrator.client import external_agent
from orchestrator.client.agent_identity import Identity
from orchestrator.client.external_agent import ExternalAgent, Task

CARD = '{"name": "Helper", "agent_type": "script"}'


def external(**changes: Any) -> dict[str, Any]:
    whole = {"kind": "external", "description": "Helps", "capabilities": ["review"], "asks": nothing(), "licence": "MIT"}
    return whole | changes


@pytest.fixture
async def market(server: Server, tmp_path: Path) -> Any:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=30) as client:
        assert server.app is not None
        api = Api(server.app, client, server.database, server.actors, tmp_path)
        publisher = Publisher(api, api.actors.admin)
        assert (await publisher.claim()).status_code == 201
        yield publisher


async def begin(publisher: Publisher, version: str = "1.0.0") -> dict[str, Any]:
    answer = await publisher.api.call("POST", f"{publisher.path()}/versions/{version}/checks", publisher.actor)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def ended(publisher: Publisher, check_id: str) -> dict[str, Any]:
    while True:
        told = (await publisher.api.call("GET", f"/marketplace/checks/{check_id}", publisher.actor)).json()
        if told["status"] != "running":
            return told
        await asyncio.sleep(0.1)


def do(task: Task, folder: Path) -> dict[str, Any]:
    clone = task.clone(folder / task.id)
    task.tell("I write the line.")
    (clone / "check.txt").write_text("checked\n")
    return task.result(patch=task.patch_of(clone))


def works(begun: dict[str, Any], folder: Path, stop: threading.Event, **about: Any) -> None:
    agent = ExternalAgent.join(begun["url"], begun["token"], name="reader", **{"version": "1.0.0", **about})
    agent.stopping = stop
    agent.work(lambda task: do(task, folder), wait=0)
    agent.close()


async def test_an_agent_that_keeps_the_protocol_gets_a_badge(
    market: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(external_agent, "_AGAIN_SECONDS", 0.05)
    await market.publish(files={"card.json": CARD}, manifest=external())
    begun, stop = await begin(market), threading.Event()
    worker = asyncio.create_task(asyncio.to_thread(works, begun, tmp_path, stop))
    told = await ended(market, begun["id"])
    stop.set()
    await worker
    outcomes = {one["check"]: one["outcome"] for one in told["checks"]}
    assert outcomes.pop("artifacts") == "not tried"
    assert set(outcomes.values()) == {"passed"}, told
    assert told["status"] == "passed"
    listing = (await market.api.call("GET", market.path(), market.api.actors.viewer)).json()
    [badge] = [one for one in listing["rating"]["badges"] if one["suite"] == "eap-agent"]
    assert (badge["passed"], badge["protocol"], badge["suite_version"]) == (True, "1.0", told["suite_version"])
    assert badge["checked_at"][:10] == time.strftime("%Y-%m-%d", time.gmtime())
    assert {one["check"] for one in badge["report"]["checks"]} == {one["check"] for one in told["checks"]}


async def test_who_joins_as_another_gets_a_badge_that_says_failed(market: Publisher) -> None:
    key = Ed25519PrivateKey.generate()
    card = f'{{"name": "Helper", "public_key": "{public_text(key)}"}}'
    await market.publish(files={"card.json": card}, manifest=external())
    begun = await begin(market)
    headers = {"Authorization": f"Bearer {begun['token']}"}
    at = begun["url"] + "/api/v1/agents/external/register"
    about = {"protocol_version": "1.0", "name": "reader", "version": "1.0.0"}
    for wrong in (
        {"public_key": public_text(Ed25519PrivateKey.generate())},
        {"public_key": public_text(key), "name": "another"},
        {"public_key": public_text(key), "version": "2.0.0"},
    ):
        answer = await market.api.client.post(at, headers=headers, json=about | wrong)
        assert code_of_standin(answer) == (403, "agent_expected")
    right = await market.api.client.post(at, headers=headers, json=about | {"public_key": public_text(key)})
    assert right.status_code == 201
    run = market.api.app.state.conformance.read(principal_like(market), UUID(begun["id"]))
    run.end = time.monotonic()
    told = await ended(market, begun["id"])
    assert told["status"] == "failed"
    versions = (await market.api.call("GET", f"{market.path()}/versions", market.actor)).json()["items"]
    assert [one["passed"] for one in versions[0]["rating"]["badges"] if one["suite"] == "eap-agent"] == [False]


async def test_an_agent_that_never_comes_leaves_no_badge(market: Publisher) -> None:
    await market.publish(files={"card.json": CARD}, manifest=external())
    begun = await begin(market)
    busy = await market.api.call("POST", f"{market.path()}/versions/1.0.0/checks", market.actor)
    assert code_of(busy) == (409, "checks_busy")
    market.api.app.state.conformance.read(principal_like(market), UUID(begun["id"])).end = time.monotonic()
    assert (await ended(market, begun["id"]))["status"] == "nobody_came"
    listing = (await market.api.call("GET", market.path(), market.actor)).json()
    assert [one["suite"] for one in listing["rating"]["badges"]] == ["publishing"]
    gone = await market.api.client.post(begun["url"] + "/api/v1/agents/external/register", json={})
    assert code_of(gone) == (404, "not_found")


async def test_what_is_not_checked_and_by_whom(market: Publisher) -> None:
    await market.publish()
    path = f"{market.path()}/versions/1.0.0/checks"
    assert code_of(await market.api.call("POST", path, market.actor)) == (409, "not_checkable")
    await market.publish("2.0.0", files={"card.json": '{"name": "x", "url": "https://x.example/a2a"}'}, manifest=external())
    later = f"{market.path()}/versions/2.0.0/checks"
    assert code_of(await market.api.call("POST", later, market.actor)) == (409, "not_checkable")
    assert code_of(await market.api.call("POST", path, market.api.actors.member))[0] == 403
    assert code_of(await market.api.call("POST", path, market.api.actors.other)) == (404, "not_found")
    assert code_of(await market.api.call("GET", f"/marketplace/checks/{RANDOM_ID}", market.actor)) == (404, "not_found")
    stray = await market.api.client.post(f"/eap-check/{RANDOM_ID}-x/api/v1/agents/external/register", json={})
    assert code_of(stray) == (404, "not_found")


def code_of_standin(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def principal_like(market: Publisher) -> Any:
    """As far as who reads a check is looked at."""
    return type("Reader", (), {"tenant_id": market.actor.tenant_id})()


def test_a_kept_identity_is_loaded_with_the_address_below_which_a_check_answers(tmp_path: Path) -> None:
    kept = Identity("http://orchestrator.example/eap-check/one", RANDOM_ID, Ed25519PrivateKey.generate())
    kept.save(tmp_path / "identity.json")
    agent = ExternalAgent(Identity.load(tmp_path / "identity.json"))
    built = agent._http.build_request("POST", f"{external_agent.BASE}/token")
    assert str(built.url) == "http://orchestrator.example/eap-check/one/api/v1/agents/external/token"
    agent.close()
