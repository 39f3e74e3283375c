"""Providers and models over HTTP: who may, whose they are, and that a key goes in and never comes out."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from tests.actors import Actor, make_actor, make_operator
from tests.api import RANDOM_ID, V1, Api, code_of, without_request_id
from tests.gateway.catalogs import Shelf

from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.routing import PLATFORM
from orchestrator.kit.clock import now
from orchestrator.kit.ids import new_id
from orchestrator.kit.sealing import make_master_key
from orchestrator.tenancy.models import Role

CANARY = "sk-canary-1f0e8a"
PROVIDER: dict[str, Any] = {"name": "p", "kind": "openai_compatible", "base_url": "https://1.1.1.1/v1", "api_key": CANARY}
TARGET: dict[str, Any] = {"provider": "p", "model": "m-1"}
MODEL: dict[str, Any] = {"name": "coder", "targets": [TARGET]}
ONE = (
    ("GET", "/providers/{id}", None),
    ("PATCH", "/providers/{id}", {"enabled": False}),
    ("DELETE", "/providers/{id}", None),
    ("PUT", "/models/{model}", MODEL),
    ("DELETE", "/models/{model}", None),
)
ALL = (
    ("GET", "/providers", None),
    ("POST", "/providers", PROVIDER),
    ("GET", "/models", None),
    ("POST", "/models", MODEL),
    *ONE,
)


@pytest.fixture(autouse=True)
def _master_key(api: Api) -> None:
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)


async def make(api: Api, path: str, body: dict[str, Any], actor: Actor | None = None, **params: str) -> dict[str, Any]:
    answer = await api.call("POST", path, actor or api.actors.admin, json=body, params=params)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{V1}{path}/{answer.json()['id']}"
    return answer.json()


async def make_both(api: Api, actor: Actor | None = None) -> dict[str, str]:
    provider = await make(api, "/providers", PROVIDER, actor)
    return {"id": provider["id"], "model": (await make(api, "/models", MODEL, actor))["id"]}


async def operator_of(api: Api) -> Actor:
    tenant_id = api.actors.admin.tenant_id
    return await make_actor(api.database, tenant_id, api.actors.admin.slug, Role.ADMIN, is_operator=True)


def catalog_of(api: Api) -> Catalog:
    return api.app.state.catalog


async def test_without_a_key_every_endpoint_is_401(api: Api) -> None:
    ids = await make_both(api)
    for method, path, body in ALL:
        answer = await api.client.request(method, V1 + path.format(**ids), json=body)
        assert code_of(answer) == (401, "unauthenticated"), (method, path)


async def test_members_read_models_leads_read_providers_and_admins_write(api: Api) -> None:
    ids = await make_both(api)
    lead = await make_actor(api.database, api.actors.admin.tenant_id, api.actors.admin.slug, Role.LEAD)
    for method, path, body in ALL:
        for actor, may in ((api.actors.viewer, path == "/models"), (lead, True)):
            answer = await api.call(method, path.format(**ids), actor, json=body)
            if method == "GET" and may:
                assert answer.status_code == 200, (path, answer.text)
            else:
                assert code_of(answer) == (403, "permission_required"), (method, path)


async def test_another_tenants_id_answers_as_one_that_never_was(api: Api) -> None:
    theirs = await make_both(api, api.actors.other)
    await make(api, "/providers", PROVIDER)
    for method, path, body in ONE:
        foreign = await api.call(method, path.format(**theirs), api.actors.admin, json=body)
        random = await api.call(method, path.format(id=RANDOM_ID, model=RANDOM_ID), api.actors.admin, json=body)
        assert code_of(foreign) == (404, "not_found"), path
        assert without_request_id(foreign) == without_request_id(random)
    listed = (await api.call("GET", "/models", api.actors.other)).json()["items"]
    assert "coder" in [one["name"] for one in listed]
    assert "coder" not in [one["name"] for one in (await api.call("GET", "/models")).json()["items"]]


async def test_a_provider_is_told_without_its_key(api: Api) -> None:
    made = await make(api, "/providers", PROVIDER | {"requests_per_minute": 60})
    assert (made["has_api_key"], made["enabled"], made["platform"], made["formats"]) == (True, True, False, ["chat"])
    assert len(made["api_key_fingerprint"]) == 8
    answers = [
        await api.call("GET", "/providers", api.actors.admin),
        await api.call("GET", f"/providers/{made['id']}", api.actors.admin),
        await api.call("PATCH", f"/providers/{made['id']}", api.actors.admin, json={"tokens_per_minute": 9}),
        await api.call("POST", "/providers", api.actors.admin, json=PROVIDER),
        await api.call("POST", "/providers", api.actors.admin, json=PROVIDER | {"name": "q", "kind": "nonsense"}),
        await api.call("POST", "/models", api.actors.admin, json=MODEL),
        await api.call("GET", "/models", api.actors.admin),
    ]
    assert [one.status_code for one in answers] == [200, 200, 200, 409, 422, 201, 200]
    assert all(CANARY not in one.text for one in answers)
    async with api.database.system_transaction() as db:
        rows = (await db.execute(text("select t::text, encode(api_key_sealed, 'escape') from providers t"))).all()
        rows += (await db.execute(text("select e::text from events e union all select a::text from audit_log a"))).all()
    assert CANARY not in str(rows)


async def test_a_change_keeps_what_it_does_not_name(api: Api) -> None:
    made = await make(api, "/providers", PROVIDER | {"requests_per_minute": 60, "tokens_per_minute": 5})

    async def change(**body: Any) -> dict[str, Any]:
        answer = await api.call("PATCH", f"/providers/{made['id']}", api.actors.admin, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    changed = await change(name="q", requests_per_minute=None, options={"formats": ["chat", "messages"]})
    assert (changed["name"], changed["requests_per_minute"], changed["tokens_per_minute"]) == ("q", None, 5)
    assert (changed["formats"], changed["has_api_key"]) == (["chat", "messages"], True)
    assert (await change(api_key="sk-2"))["api_key_fingerprint"] != made["api_key_fingerprint"]
    assert (await change(api_key=None))["has_api_key"] is False
    assert (await change(base_url="https://1.0.0.1/v1/"))["base_url"] == "https://1.0.0.1/v1"


async def test_a_stored_key_is_not_sent_to_a_new_address(api: Api) -> None:
    made = await make(api, "/providers", PROVIDER)
    path = f"/providers/{made['id']}"
    for body in ({"base_url": "https://8.8.8.8/v1"}, {"kind": "anthropic"}):
        answer = await api.call("PATCH", path, api.actors.admin, json=body)
        assert code_of(answer) == (422, "api_key_needed")
    body = {"base_url": "https://8.8.8.8/v1", "api_key": "sk-2"}
    assert (await api.call("PATCH", path, api.actors.admin, json=body)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"base_url": "http://127.0.0.1:1/v1"}, "provider_address_refused"),
        ({"base_url": "http://169.254.169.254/latest"}, "provider_address_refused"),
        ({"base_url": "http://localhost/v1"}, "provider_address_refused"),
        ({"base_url": "http://[::ffff:10.0.0.1]/"}, "provider_address_refused"),
        ({"base_url": "https://u:p@1.1.1.1/"}, "provider_address_invalid"),
        ({"base_url": "file:///etc/passwd"}, "provider_address_invalid"),
        ({"base_url": None}, "base_url_needed"),
        ({"name": "a b"}, "invalid"),
        ({"options": {"trusted_address": True}}, "invalid"),
        ({"options": {"formats": []}}, "invalid"),
        ({"requests_per_minute": 0}, "invalid"),
        ({"unknown": 1}, "invalid"),
        ({"api_key": ""}, "invalid"),
        ({"api_key": "sk-\nx: y"}, "api_key_invalid"),
    ],
)
async def test_what_a_tenants_admin_may_not_name(api: Api, changes: dict[str, Any], code: str) -> None:
    answer = await api.call("POST", "/providers", api.actors.admin, json=PROVIDER | changes)
    assert code_of(answer)[1] == code
    assert (await api.call("GET", "/providers", api.actors.admin)).json()["items"] == []


async def test_an_operator_names_private_addresses_and_the_tenants_admin_cannot_take_that_over(api: Api) -> None:
    operator, inside = await operator_of(api), "http://127.0.0.1:9/v1"
    made = await make(api, "/providers", PROVIDER | {"base_url": inside}, operator)
    await make(api, "/models", MODEL)
    route = await catalog_of(api).route(api.actors.admin.tenant_id, "coder", "s")
    assert (route.endpoint.is_guarded, route.endpoint.api_key) == (False, CANARY)
    path = f"/providers/{made['id']}"
    body = {"base_url": "http://127.0.0.1:10/v1", "api_key": "sk-2"}
    assert code_of(await api.call("PATCH", path, api.actors.admin, json=body))[1] == "provider_address_refused"
    answer = await api.call("PATCH", path, api.actors.admin, json=body | {"base_url": "https://1.1.1.1"})
    assert answer.status_code == 200
    assert (await catalog_of(api).route(api.actors.admin.tenant_id, "coder", "s")).endpoint.is_guarded


async def test_a_reference_to_the_environment_is_just_text(api: Api) -> None:
    await make(api, "/providers", PROVIDER | {"api_key": "os.environ/PATH"})
    await make(api, "/models", MODEL)
    route = await catalog_of(api).route(api.actors.admin.tenant_id, "coder", "s")
    assert route.endpoint.api_key == "os.environ/PATH"


async def test_platform_rows_are_the_operators_and_serve_every_tenant(api: Api) -> None:
    operator, name = await operator_of(api), f"shared-{uuid4().hex[:8]}"
    for actor in (api.actors.admin, api.actors.other):
        for method, path, body in ALL:
            answer = await api.call(method, path.format(id=RANDOM_ID, model=RANDOM_ID) + "?platform=true", actor, json=body)
            assert code_of(answer) == (403, "operator_required"), (method, path)
    provider = await make(
        api, "/providers", PROVIDER | {"name": name, "base_url": "http://127.0.0.1:9"}, operator, platform="true"
    )
    assert provider["platform"] is True
    target = {
        "provider": name,
        "model": "big",
        "input_price": 3_000_000,
        "output_price": 15_000_000,
        "context_tokens": 9_000,
    }
    model = await make(api, "/models", {"name": name, "targets": [target]}, operator, platform="true")
    assert (model["owner"], model["prices"]["output_price"]) == ("platform", 15_000_000)
    for actor in (api.actors.viewer, api.actors.other):
        listed = {one["name"]: one for one in (await api.call("GET", "/models", actor)).json()["items"]}
        assert (listed[name]["owner"], listed[name]["targets"], listed[name]["usable"]) == ("platform", None, True)
    assert code_of(await api.call("DELETE", f"/providers/{provider['id']}", api.actors.admin)) == (404, "not_found")
    await use_the_platforms_provider(api, name)
    answer = await api.call("DELETE", f"/models/{model['id']}?platform=true", operator)
    assert answer.status_code == 204
    answer = await api.call("DELETE", f"/providers/{provider['id']}?platform=true", operator)
    assert code_of(answer) == (409, "provider_in_use")
    listed = {one["name"]: one for one in (await api.call("GET", "/models", api.actors.other)).json()["items"]}
    assert name not in listed
    assert listed["mine"]["usable"] is False  # What the platform no longer offers, a tenant's own name does not reach.


async def test_who_keeps_a_provider_sees_until_when_its_quota_is_used_up(api: Api) -> None:
    operator, shelf = await operator_of(api), Shelf(api.database, catalog_of(api))
    mine = (await make(api, "/providers", PROVIDER))["id"]
    theirs = (await make(api, "/providers", PROVIDER | {"name": f"s-{uuid4().hex[:8]}"}, operator, platform="true"))["id"]
    api.app.state.catalog.own = replace(
        catalog_of(api).own, endpoint=replace(catalog_of(api).own.endpoint, provider_id=new_id())
    )

    async def told(whose: str, actor: Actor) -> dict[str | None, str | None]:
        answer = await api.call("GET", f"/providers{whose}", actor)
        assert answer.status_code == 200, answer.text
        return {one["id"]: one["exhausted_until"] for one in answer.json()["items"]}

    assert (await told("?platform=true", operator))[None] is None
    until = now() + timedelta(hours=1)
    for tenant_id, provider_id in (
        (api.actors.admin.tenant_id, UUID(mine)),
        (PLATFORM, UUID(theirs)),
        (PLATFORM, catalog_of(api).own.endpoint.provider_id),
    ):
        await shelf.state(tenant_id, provider_id, exhausted_at=now(), reset_at=until)
    assert {one: datetime.fromisoformat(at or "") for one, at in (await told("", api.actors.admin)).items()} == {mine: until}
    platform = await told("?platform=true", operator)
    assert [datetime.fromisoformat(platform[one] or "") for one in (theirs, None)] == [until, until]
    one = (await api.call("GET", f"/providers/{theirs}?platform=true", operator)).json()
    assert datetime.fromisoformat(one["exhausted_until"]) == until
    await shelf.state(api.actors.admin.tenant_id, UUID(mine), exhausted_at=now(), reset_at=now())
    assert await told("", api.actors.admin) == {mine: None}


async def test_an_operator_of_any_role_reads_what_is_the_platforms_and_no_more(api: Api) -> None:
    viewer = await make_operator(api.database, api.actors.admin.tenant_id, api.actors.admin.slug, Role.VIEWER)
    for path in ("/providers", "/models"):
        assert (await api.call("GET", f"{path}?platform=true", viewer)).status_code == 200
    assert code_of(await api.call("GET", "/providers", viewer)) == (403, "permission_required")
    assert code_of(await api.call("GET", f"/providers/{RANDOM_ID}?platform=true", viewer)) == (404, "not_found")
    answer = await api.call("POST", "/providers?platform=true", viewer, json=PROVIDER)
    assert code_of(answer) == (403, "permission_required")


async def use_the_platforms_provider(api: Api, name: str) -> None:
    """A tenant's own name may lead to what the platform offers, on the platform's terms."""
    target = {"provider": name, "model": "big"}
    for changes, code in (
        ({"model": "dear"}, "model_not_shared"),
        ({"input_price": 0, "output_price": 0}, "prices_not_yours"),
    ):
        body = {"name": "mine", "targets": [target | changes]}
        assert code_of(await api.call("POST", "/models", api.actors.other, json=body)) == (422, code)
    mine = await make(api, "/models", {"name": "mine", "targets": [target]}, api.actors.other)
    assert (mine["prices"]["output_price"], mine["context_tokens"]) == (15_000_000, 9_000)
    route = await catalog_of(api).route(api.actors.other.tenant_id, "mine", "s")
    assert (route.endpoint.name, route.prices and route.prices.output) == (name, 15_000_000)


async def test_names_are_taken_once_a_tenant(api: Api) -> None:
    await make_both(api)
    await make_both(api, api.actors.other)
    for path, body in (("/providers", PROVIDER), ("/models", MODEL)):
        assert code_of(await api.call("POST", path, api.actors.admin, json=body)) == (409, "name_taken")
    both = [api.call("POST", "/models", api.actors.admin, json=MODEL | {"name": "twin"}) for _ in range(2)]
    assert sorted([one.status_code for one in await asyncio.gather(*both)]) == [201, 409]


async def test_a_provider_in_use_stays_until_its_models_are_gone(api: Api) -> None:
    ids = await make_both(api)
    answer = await api.call("DELETE", f"/providers/{ids['id']}", api.actors.admin)
    assert code_of(answer) == (409, "provider_in_use")
    assert "coder" in answer.json()["error"]["message"]
    assert (await api.call("DELETE", f"/models/{ids['model']}", api.actors.admin)).status_code == 204
    assert (await api.call("DELETE", f"/providers/{ids['id']}", api.actors.admin)).status_code == 204


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"targets": []}, "invalid"),
        ({"targets": [TARGET | {"weight": -1}]}, "invalid"),
        ({"targets": [TARGET | {"input_price": 1}]}, "invalid"),
        ({"targets": [TARGET | {"provider": "nobody"}]}, "provider_unknown"),
        ({"targets": [TARGET | {"provider": "scripted"}]}, "provider_unknown"),
        ({"format": "messages"}, "format_not_offered"),
        ({"format": "completions"}, "invalid"),
        ({"name": "a b"}, "invalid"),
    ],
)
async def test_what_a_model_cannot_be(api: Api, changes: dict[str, Any], code: str) -> None:
    await make(api, "/providers", PROVIDER)
    assert code_of(await api.call("POST", "/models", api.actors.admin, json=MODEL | changes)) == (422, code)
    assert "coder" not in [one["name"] for one in (await api.call("GET", "/models")).json()["items"]]


async def test_a_new_model_and_its_change_work_at_once(api: Api) -> None:
    ids = await make_both(api)
    session = await api.create(model="coder")
    assert session["model"] == "coder"
    body = MODEL | {"targets": [TARGET | {"weight": 3, "model": "a"}, TARGET | {"weight": 1, "model": "b"}]}
    answer = await api.call("PUT", f"/models/{ids['model']}", api.actors.admin, json=body)
    assert [(one["model"], one["weight"]) for one in answer.json()["targets"]] == [("a", 3), ("b", 1)]
    assert (await catalog_of(api).route(api.actors.admin.tenant_id, "coder", "s")).model in "ab"
    answer = await api.call("PATCH", f"/providers/{ids['id']}", api.actors.admin, json={"enabled": False})
    assert answer.status_code == 200
    listed = {one["name"]: one for one in (await api.call("GET", "/models")).json()["items"]}
    assert (listed["coder"]["usable"], listed["coder"]["context_tokens"]) == (False, None)
    assert code_of(await api.call("POST", "/sessions", json={"prompt": "x", "model": "coder"})) == (409, "model_unusable")
    assert code_of(await api.call("POST", "/sessions", json={"prompt": "x", "model": "none"})) == (422, "unknown_model")


async def test_the_settings_model_is_the_default_and_belongs_to_no_row(api: Api) -> None:
    (one,) = [m for m in (await api.call("GET", "/models")).json()["items"] if m["default"]]
    assert (one["id"], one["name"], one["owner"], one["usable"]) == (None, "scripted-model", "settings", True)


async def test_a_repeat_with_the_same_idempotency_key_makes_one(api: Api) -> None:
    for path, body in (("/providers", PROVIDER), ("/models", MODEL)):
        headers = {"Idempotency-Key": f"once{path}"}
        answers = [await api.call("POST", path, api.actors.admin, json=body, headers=headers) for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        other = await api.call("POST", path, api.actors.admin, json=body | {"name": "else"}, headers=headers)
        assert code_of(other) == (409, "idempotency_conflict")


async def test_a_lost_master_key_hides_the_fingerprint_and_refuses_new_keys(api: Api) -> None:
    made = await make(api, "/providers", PROVIDER)
    catalog, sealer = catalog_of(api), catalog_of(api).sealer
    settings = api.app.state.settings.model_copy(update={"master_key_file": api.roots / "none"})
    catalog.sealer = type(sealer)(settings)
    try:
        answer = await api.call("GET", f"/providers/{made['id']}", api.actors.admin)
        assert (answer.json()["has_api_key"], answer.json()["api_key_fingerprint"]) == (True, None)
        answer = await api.call("POST", "/providers", api.actors.admin, json=PROVIDER | {"name": "q"})
        assert code_of(answer) == (503, "master_key_missing")
    finally:
        catalog.sealer = sealer


async def test_every_change_is_in_the_audit_log_of_who_made_it(api: Api) -> None:
    ids, operator = await make_both(api), await operator_of(api)
    await api.call("PATCH", f"/providers/{ids['id']}", api.actors.admin, json={"enabled": False})
    await api.call("PUT", f"/models/{ids['model']}", api.actors.admin, json=MODEL | {"name": "other"})
    await api.call("DELETE", f"/models/{ids['model']}", api.actors.admin)
    await api.call("DELETE", f"/providers/{ids['id']}", api.actors.admin)
    shared = await make(api, "/providers", PROVIDER | {"name": f"p-{uuid4().hex[:8]}"}, operator, platform="true")
    answer = await api.call("GET", "/audit", api.actors.admin)
    entries = [one for one in answer.json()["items"] if one["target"].partition(":")[2] in (*ids.values(), shared["id"])]
    assert [one["action"] for one in entries[::-1]] == [
        "provider.add",
        "model.add",
        "provider.change",
        "model.change",
        "model.remove",
        "provider.remove",
        "platform.provider.add",
    ]
    assert CANARY not in answer.text
