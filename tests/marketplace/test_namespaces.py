"""Namespaces over HTTP: the first who claims a name has it, with keys that are proved, retired and revoked."""

import asyncio
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.api import RANDOM_ID, Api, code_of
from tests.marketplace.shop import Publisher

from orchestrator.marketplace.namespaces import MOST_NAMESPACES
from orchestrator.marketplace.signing import public_key_of, sign_claim


async def test_admins_claim_everybody_reads_and_nobody_else_has_it(api: Api) -> None:
    mine = Publisher(api, api.actors.admin)
    assert (await api.client.get("/api/v1/marketplace/namespaces")).status_code == 401
    assert code_of(await mine.claim(api.actors.member))[0] == 403
    assert (await mine.claim()).json()["name"] == mine.namespace
    assert code_of(await mine.claim(api.actors.other)) == (409, "namespace_taken")
    assert code_of(await mine.claim()) == (409, "namespace_taken")
    listed = (await api.call("GET", "/marketplace/namespaces", api.actors.viewer)).json()["items"]
    assert [one["name"] for one in listed] == [mine.namespace]
    assert (await api.call("GET", "/marketplace/namespaces", api.actors.other)).json()["items"] == []
    (key,) = await mine.keys()
    assert key["public_key"] == public_key_of(mine.key)
    assert key["fingerprint"].startswith("SHA256:")


async def test_of_many_who_claim_at_once_one_has_it(api: Api) -> None:
    mine = Publisher(api, api.actors.admin)
    actors = [api.actors.admin, api.actors.other] * 5
    answers = await asyncio.gather(*(mine.claim(actor) for actor in actors))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 9


async def test_a_key_is_proved(api: Api) -> None:
    mine, other = Publisher(api, api.actors.admin), Ed25519PrivateKey.generate()
    for changes in (
        {"public_key": public_key_of(other)},
        {"proof": sign_claim(mine.key, "another")},
        {"proof": ""},
        {"public_key": "AAAA"},
    ):
        assert code_of(await mine.claim(**changes)) == (422, "signing_key_invalid"), changes
    for changes in ({"namespace": "Upper"}, {"namespace": "a/b"}, {"private_key": "x"}):
        assert code_of(await mine.claim(**changes)) == (422, "invalid"), changes
    assert (await api.call("GET", "/marketplace/namespaces", api.actors.admin)).json()["items"] == []


async def test_so_many_and_no_more(api: Api) -> None:
    for _ in range(MOST_NAMESPACES):
        assert (await Publisher(api, api.actors.admin).claim()).status_code == 201
    assert code_of(await Publisher(api, api.actors.admin).claim()) == (409, "too_many_namespaces")


async def test_a_repeat_claims_once(api: Api) -> None:
    mine = Publisher(api, api.actors.admin)
    body = {"namespace": mine.namespace, **mine.key_body(mine.key)}
    once: dict[str, Any] = {"json": body, "headers": {"Idempotency-Key": "once"}}
    first = await api.call("POST", "/marketplace/namespaces", api.actors.admin, **once)
    again = await api.call("POST", "/marketplace/namespaces", api.actors.admin, **once)
    assert (first.status_code, again.json()) == (201, first.json())


async def test_keys_come_and_go_and_every_act_is_in_the_audit_log(api: Api) -> None:
    mine, second = Publisher(api, api.actors.admin), Ed25519PrivateKey.generate()
    namespace = (await mine.claim()).json()
    added = await mine.add_key(second)
    path = f"/marketplace/namespaces/{mine.namespace}/keys"
    twice = await api.call("POST", path, api.actors.admin, json=mine.key_body(second))
    assert code_of(twice) == (409, "signing_key_known")
    retired = await api.call("POST", f"{path}/{added['id']}/retire", api.actors.admin)
    assert retired.json()["retired_at"] is not None
    why = {"reason": "The laptop was stolen."}
    revoked = await api.call("POST", f"{path}/{added['id']}/revoke", api.actors.admin, json=why)
    assert revoked.json()["reason"] == "The laptop was stolen."
    entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    acts = [one["action"] for one in entries if one["target"] == f"namespace:{namespace['id']}"]
    assert acts == ["namespace.key.revoke", "namespace.key.retire", "namespace.key.add", "namespace.claim"]


@pytest.mark.parametrize("namespace", ["theirs", "nobodys"])
async def test_another_tenants_looks_like_none(api: Api, publisher: Publisher, namespace: str) -> None:
    name = publisher.namespace if namespace == "theirs" else "nobody"
    key_id = (await publisher.keys())[0]["id"] if namespace == "theirs" else RANDOM_ID
    path = f"/marketplace/namespaces/{name}/keys"
    key = publisher.key_body(Ed25519PrivateKey.generate())
    for method, rest, body in (
        ("GET", "", None),
        ("POST", "", key),
        ("POST", f"/{key_id}/retire", None),
        ("POST", f"/{key_id}/revoke", {"reason": "x"}),
    ):
        answer = await api.call(method, path + rest, api.actors.admin, json=body)
        assert code_of(answer) == (404, "not_found"), rest
