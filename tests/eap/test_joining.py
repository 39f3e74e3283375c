"""How external agents join: one agent an enrolment, with a key that it proves, and tokens that open nothing else."""

import asyncio
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.api import RANDOM_ID, V1, Api, code_of
from tests.eap.joined import BASE, Joined, agent_of, assertion, enrol, join, public_text, register, signed

from orchestrator.main import routes_of
from orchestrator.tenancy.declarations import Public, TheAgentItself


async def test_an_agent_joins_and_is_one_of_the_tenants_agents(api: Api) -> None:
    one = await join(api, name="porter", version="1.2", capabilities=["testing"], metadata={"host": "box"})
    assert one.answer["heartbeat_interval_seconds"] == 15
    assert one.answer["limits"]["most_events_a_batch"] == 500
    read = (await api.call("GET", f"/agents/external/{one.id}")).json()
    assert (read["name"], read["liveness"], read["proven"], read["metadata"]) == ("porter", "live", True, {"host": "box"})
    agent = (await api.call("GET", f"/agents/{await agent_of(api, one)}")).json()
    assert (agent["name"], agent["kind"]) == ("porter", "external")
    assert agent["version"]["definition"]["capabilities"] == ["testing"]
    assert agent["version"]["definition"]["external"] == {"agent_type": "custom", "version": "1.2"}


async def test_the_list_is_looked_through_by_name_liveness_status_and_capability(api: Api) -> None:
    porter = await join(api, name="porter", capabilities=["testing"])
    guard = await join(api, name="guard", capabilities=["security", "testing"])
    gone = await join(api, name="gone", capabilities=["testing"])
    assert (await guard.call("POST", "/heartbeat", json={"status": "busy"})).status_code == 200
    assert (await api.call("POST", f"/agents/external/{gone.id}/revoke", api.actors.admin)).status_code == 200

    async def found(**wanted: object) -> set[str]:
        answer = await api.call("GET", "/agents/external", params=wanted)
        assert answer.status_code == 200, answer.text
        return {one["id"] for one in answer.json()["items"]}

    assert await found(name="porter") == {porter.id}
    assert await found(name="port") == set()
    assert await found(liveness="live") == {porter.id, guard.id}
    assert await found(liveness="lost") == set()
    assert await found(status="busy") == {guard.id}
    assert await found(capability="testing") == {porter.id, guard.id, gone.id}
    assert await found(capability="testing", name="guard", liveness="live") == {guard.id}
    assert await found(capability="test") == set()
    for wrong in ({"liveness": "dead"}, {"status": "fine"}, {"name": "a\0"}, {"capability": "a\0"}):
        assert (await api.call("GET", "/agents/external", params=wrong)).status_code == 422, wrong


async def test_one_token_used_twenty_times_at_once_lets_one_agent_join(api: Api) -> None:
    token = await enrol(api)
    answers = await asyncio.gather(*(register(api, token, name=f"one-of-{n}") for n in range(20)))
    assert sorted(answer.status_code for answer, _ in answers) == [201] + [401] * 19
    assert len((await api.call("GET", "/agents/external")).json()["items"]) == 1


async def test_enrolments_that_let_nobody_in(api: Api) -> None:
    for token in ("", "oen_aaaaaaaaaaaa_b", api.actors.admin.key):
        answer, _ = await register(api, token)
        assert code_of(answer) == (401, "enrolment_invalid")
    answer = await api.call("POST", "/agents/external/enrolments", api.actors.admin, json={})
    gone = answer.json()
    assert (await api.call("DELETE", f"/agents/external/enrolments/{gone['id']}", api.actors.other)).status_code == 404
    assert (await api.call("DELETE", f"/agents/external/enrolments/{gone['id']}", api.actors.admin)).status_code == 204
    assert code_of((await register(api, gone["token"]))[0]) == (401, "enrolment_invalid")
    listed = (await api.call("GET", "/agents/external/enrolments", api.actors.admin)).json()["items"]
    assert listed[0]["revoked_at"]
    assert "token" not in listed[0]
    for actor in (api.actors.member, api.actors.viewer):
        assert (await api.call("POST", "/agents/external/enrolments", actor, json={})).status_code == 403


async def test_what_a_registration_is_refused_for_leaves_its_token_whole(api: Api) -> None:
    token = await enrol(api, capabilities=["testing"])
    for told, code in (
        ({"protocol_version": "2.0"}, (400, "protocol_unknown")),
        ({"capabilities": ["testing", "security"]}, (403, "capability_not_allowed")),
        ({"public_key": "AAAA"}, (422, "public_key_invalid")),
        ({"name": "build"}, (422, "agent_name_reserved")),
        ({"name": "implementer"}, (409, "agent_name_of_others")),
        ({"name": "Not A Name"}, (422, "invalid")),
        ({"endpoint_url": "http://169.254.169.254/latest"}, (403, "webhook_address_refused")),
        ({"metadata": {"a": "\0"}}, (422, "invalid")),
        ({"metadata": {"a": "x" * 17_000}}, (413, "body_too_large")),
    ):
        answer, _ = await register(api, token, **told)
        assert code_of(answer) == code, told
    answer, _ = await register(api, token, capabilities=["testing"])
    assert answer.status_code == 201


async def test_several_share_a_name_when_the_enrolment_says_so(api: Api) -> None:
    first = await join(api, name="crew", version="1")
    stranger, _ = await register(api, await enrol(api), name="crew")
    assert code_of(stranger) == (409, "agent_name_of_others")
    wrong, _ = await register(api, await enrol(api, agent_name="crew"), name="other")
    assert code_of(wrong) == (409, "agent_name_of_others")
    second = await join(api, enrolment={"agent_name": "crew"}, name="crew", version="2")
    third = await join(api, enrolment={"agent_name": "crew"}, name="crew", version="1")
    assert await agent_of(api, first) == await agent_of(api, second) == await agent_of(api, third)
    agent = (await api.call("GET", f"/agents/{await agent_of(api, first)}/versions")).json()["items"]
    assert [one["definition"]["external"]["version"] for one in agent] == ["2", "1"]


async def test_a_key_is_proven_by_its_challenge(api: Api) -> None:
    one = await join(api, proven=False)
    assert code_of(await one.call("POST", "/tasks/lease")) == (403, "key_not_proven")
    other = Ed25519PrivateKey.generate()
    for signature in (signed(other, one.answer["challenge"]), signed(one.key, "another text"), "AAAA"):
        assert code_of(await one.call("POST", "/prove", json={"signature": signature})) == (403, "proof_invalid")
    again = (await one.call("POST", "/challenge")).json()["challenge"]
    assert code_of(await one.prove()) == (403, "proof_invalid"), "the former challenge"
    assert (await one.call("POST", "/prove", json={"signature": signed(one.key, again)})).status_code == 200
    assert (await one.prove()).status_code == 200, "said again it changes nothing"
    assert (await one.call("POST", "/tasks/lease")).status_code == 204


async def test_an_assertion_buys_one_token(api: Api) -> None:
    one = await join(api)
    words = assertion(one.key, one.id)
    bought = await api.client.post(f"{BASE}/token", json={"assertion": words})
    assert bought.status_code == 200, bought.text
    one.token = bought.json()["auth_token"]
    assert (await one.call("POST", "/heartbeat", json={})).status_code == 200
    assert code_of(await api.client.post(f"{BASE}/token", json={"assertion": words})) == (401, "assertion_invalid")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "other"},
        {"exp": 1},
        {"exp": 4_000_000_000},
        {"iat": 4_000_000_000},
        {"sub": RANDOM_ID},
        {"jti": "short"},
        {"jti": "\0" * 10},
        {"exp": "soon"},
    ],
)
async def test_assertions_that_buy_nothing(api: Api, changes: dict[str, object]) -> None:
    one = await join(api)
    answer = await api.client.post(f"{BASE}/token", json={"assertion": assertion(one.key, one.id, **changes)})
    assert code_of(answer) == (401, "assertion_invalid")


async def test_assertions_of_others_buy_nothing(api: Api) -> None:
    one, stranger = await join(api), Ed25519PrivateKey.generate()
    good = assertion(one.key, one.id)
    head, body, sign = good.split(".")
    for words in (assertion(stranger, one.id), assertion(one.key, RANDOM_ID), f"{head}.{body}", f"e30.{body}.{sign}", "x"):
        answer = await api.client.post(f"{BASE}/token", json={"assertion": words})
        assert code_of(answer) == (401, "assertion_invalid")


async def test_a_key_is_rotated_with_both_signatures_while_tokens_go_on(api: Api) -> None:
    one, new = await join(api), Ed25519PrivateKey.generate()
    words = f"eap-v1:rotate:{one.id}:{public_text(new)}"
    forged = {"public_key": public_text(new), "old_signature": signed(new, words), "new_signature": signed(new, words)}
    assert code_of(await one.call("POST", "/keys", json=forged)) == (403, "proof_invalid")
    good = forged | {"old_signature": signed(one.key, words)}
    assert (await one.call("POST", "/keys", json=good)).status_code == 200
    assert (await one.call("POST", "/heartbeat", json={})).status_code == 200
    former = await api.client.post(f"{BASE}/token", json={"assertion": assertion(one.key, one.id)})
    assert code_of(former) == (401, "assertion_invalid")
    assert (await api.client.post(f"{BASE}/token", json={"assertion": assertion(new, one.id)})).status_code == 200


async def test_a_revoked_agent_is_out_at_once(api: Api) -> None:
    one = await join(api)
    path = f"/agents/external/{one.id}/revoke"
    assert (await api.call("POST", path, api.actors.member)).status_code == 403
    assert (await api.call("POST", path, api.actors.other)).status_code == 404
    assert (await api.call("POST", path, api.actors.admin)).json()["revoked_at"]
    assert (await one.call("POST", "/heartbeat", json={})).status_code == 401
    answer = await api.client.post(f"{BASE}/token", json={"assertion": assertion(one.key, one.id)})
    assert code_of(answer) == (401, "assertion_invalid")


async def test_an_agents_token_opens_its_own_addresses_alone(api: Api) -> None:
    one, other = await join(api), await join(api, name="second")
    stranger = Joined(api.client, other.id, one.token, one.key, {})
    for route in routes_of(api.app):
        if any(isinstance(declared, Public) for declared in route.declared) or not route.path.startswith("/api"):
            continue
        path = route.path.replace("{external_agent_id}", other.id).replace("{task_id}", str(uuid4()))
        path = "/".join(RANDOM_ID if part.startswith("{") else part for part in path.split("/"))
        for method in route.methods:
            body = {"lease_epoch": 1, "status": "completed", "events": [{"seq": 1, "kind": "log"}], "signature": "AAAA"}
            answer = await api.client.request(method, path, headers={"Authorization": f"Bearer {one.token}"}, json=body)
            wanted = 404 if TheAgentItself() in route.declared else 403
            assert answer.status_code in (wanted, 422), (method, path, answer.text)
            assert answer.status_code == wanted or TheAgentItself() in route.declared, (method, path, answer.text)
    assert code_of(await stranger.call("POST", "/heartbeat", json={})) == (404, "not_found")
    assert (await api.client.post("/mcp", headers={"Authorization": f"Bearer {one.token}"})).status_code == 403
    person = await api.call("POST", f"/agents/external/{one.id}/heartbeat", api.actors.admin, json={})
    assert code_of(person) == (403, "agents_alone")


async def test_people_read_external_agents_of_their_tenant_alone(api: Api) -> None:
    one = await join(api)
    for path in (f"/agents/external/{one.id}", f"/agents/external/{RANDOM_ID}"):
        assert code_of(await api.call("GET", path, api.actors.other)) == (404, "not_found")
    assert (await api.call("GET", "/agents/external", api.actors.other)).json()["items"] == []
    assert (await api.client.get(f"{V1}/agents/external")).status_code == 401


async def test_people_make_no_external_agents_and_no_versions_of_them(api: Api) -> None:
    definition = {"prompt": "", "external": {"agent_type": "x", "version": "1"}}
    made = await api.call("POST", "/agents", api.actors.admin, json={"name": "made", "definition": definition})
    assert code_of(made) == (422, "agent_invalid")
    one = await join(api)
    path = f"/agents/{await agent_of(api, one)}/versions"
    version = await api.call("POST", path, api.actors.admin, json={"definition": {"prompt": "I"}})
    assert code_of(version) == (422, "agent_invalid")
