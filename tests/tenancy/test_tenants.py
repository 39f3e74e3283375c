"""Tenants: made by operators, each with an ADMIN of its own, and another's looks like none."""

import asyncio
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from tests.actors import Actor, make_operator
from tests.api import RANDOM_ID, V1, Api, code_of, without_request_id

from orchestrator.tenancy.models import Role


@pytest.fixture
async def operator(api: Api) -> Actor:
    return await make_operator(api.database, api.actors.admin.tenant_id, api.actors.admin.slug)


async def make(api: Api, operator: Actor, **wanted: Any) -> dict[str, Any]:
    body = {"slug": f"t-{uuid4().hex}", "name": "Team", **wanted}
    answer = await api.call("POST", "/tenants", operator, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_refusals_come_first(api: Api) -> None:
    body = {"slug": "new", "name": "New"}
    assert (await api.client.post(f"{V1}/tenants", json=body)).status_code == 401
    for actor in (api.actors.admin, api.actors.viewer):
        assert code_of(await api.call("POST", "/tenants", actor, json=body)) == (403, "operator_required")
    foreign = api.actors.other.tenant_id
    for method, rest, change in (
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("GET", "/quotas", None),
        ("PUT", "/quotas", {}),
    ):
        assert (await api.client.request(method, f"{V1}/tenants/{foreign}{rest}", json=change)).status_code == 401
        theirs = await api.call(method, f"/tenants/{foreign}{rest}", api.actors.admin, json=change)
        nobodys = await api.call(method, f"/tenants/{RANDOM_ID}{rest}", api.actors.admin, json=change)
        assert code_of(theirs) == (404, "not_found")
        assert without_request_id(theirs) == without_request_id(nobodys)


async def test_an_operator_makes_a_tenant_whose_admin_key_works_there(api: Api, operator: Actor) -> None:
    made = await make(api, operator, name="Team Checkout")
    headers = {"Authorization": f"Bearer {made['admin_key']}", "X-Tenant-ID": made["slug"]}
    listed = (await api.client.get(f"{V1}/tenants", headers=headers)).json()
    assert [one["id"] for one in listed["items"]] == [made["id"]]
    users = (await api.client.get(f"{V1}/tenants/{made['id']}/users", headers=headers)).json()["items"]
    assert [one["role"] for one in users] == ["ADMIN"]
    quotas = (await api.client.get(f"{V1}/tenants/{made['id']}/quotas", headers=headers)).json()
    assert quotas["max_concurrent_sessions"] == api.app.state.settings.max_concurrent_sessions
    assert quotas["tokens_per_month"] is None
    assert quotas["used"] == {
        "max_concurrent_sessions": 0,
        "max_queued_sessions": 0,
        "tokens_per_month": 0,
        "cost_micro_usd_per_month": 0,
        "storage_bytes": 0,
    }
    refused = await api.client.post(f"{V1}/tenants", headers=headers, json={"slug": "x", "name": "x"})
    assert code_of(refused) == (403, "operator_required")


async def test_a_slug_is_taken_once(api: Api, operator: Actor) -> None:
    slug = f"t-{uuid4().hex}"
    calls = [api.call("POST", "/tenants", operator, json={"slug": slug, "name": "x"}) for _ in range(6)]
    answers = await asyncio.gather(*calls)
    assert sorted(one.status_code for one in answers) == [201] + [409] * 5
    assert {code_of(one) for one in answers if one.is_error} == {(409, "slug_taken")}


@pytest.mark.parametrize("slug", ["", "A", "a_b", "-a", "a-", "a" * 64, "a b", "ä", "a\n", "a/b", RANDOM_ID])
async def test_what_is_no_slug_is_refused(api: Api, operator: Actor, slug: str) -> None:
    assert code_of(await api.call("POST", "/tenants", operator, json={"slug": slug, "name": "x"})) == (422, "invalid")


async def test_a_repeat_makes_one_tenant_and_does_not_show_the_key_again(api: Api, operator: Actor) -> None:
    body, key = {"slug": f"t-{uuid4().hex}", "name": "x"}, {"Idempotency-Key": "k"}
    calls = [api.call("POST", "/tenants", operator, json=body, headers=key) for _ in range(5)]
    answers = [one.json() for one in await asyncio.gather(*calls)]
    assert len({one["id"] for one in answers}) == 1
    assert sorted((one["repeated"], one["admin_key"] is None) for one in answers) == [(False, False)] + [(True, True)] * 4


async def test_operators_list_all_their_own_first_and_others_their_own(own_api: Api) -> None:
    api = own_api
    operator = await make_operator(api.database, api.actors.other.tenant_id, api.actors.other.slug)
    made = [(await make(api, operator))["id"] for _ in range(3)]
    own, mine = str(api.actors.other.tenant_id), str(api.actors.admin.tenant_id)
    listed = (await api.call("GET", "/tenants", operator)).json()
    assert [one["id"] for one in listed["items"]] == [own, mine, *made]
    for limit in (1, 2, 3):
        seen: list[str] = []
        page: dict[str, Any] = {"next_cursor": ""}
        while page["next_cursor"] is not None:
            params = {"limit": limit} | ({"cursor": page["next_cursor"]} if page["next_cursor"] else {})
            page = (await api.call("GET", "/tenants", operator, params=params)).json()
            seen += [one["id"] for one in page["items"]]
        assert seen == [own, mine, *made]
    assert [one["id"] for one in (await api.call("GET", "/tenants", api.actors.viewer)).json()["items"]] == [mine]


async def test_each_changes_what_is_theirs_to_change(api: Api, operator: Actor) -> None:
    own, foreign = (f"/tenants/{one.tenant_id}" for one in (api.actors.admin, api.actors.other))
    kept = {"clamp_output": True, "capture_trajectories": False, "trajectory_retention_days": 7}
    changed = (await api.call("PATCH", own, api.actors.admin, json={"name": "New", **kept})).json()
    assert {name: changed[name] for name in ("name", "weight", *kept)} == {"name": "New", "weight": 1, **kept}
    assert code_of(await api.call("PATCH", own, api.actors.admin, json={"weight": 3})) == (403, "operator_required")
    assert code_of(await api.call("PATCH", own, api.actors.member, json={"name": "x"})) == (403, "permission_required")
    assert (await api.call("PATCH", foreign, operator, json={"weight": 3, "name": "Theirs"})).json()["weight"] == 3
    assert code_of(await api.call("PATCH", foreign, operator, json=kept)) == (403, "permission_required")
    assert code_of(await api.call("PATCH", f"/tenants/{RANDOM_ID}", operator, json={"name": "x"})) == (404, "not_found")
    for body in ({"name": None}, {"weight": 0}, {"weight": "3"}, {"slug": "x"}, {"trajectory_retention_days": 0}):
        assert code_of(await api.call("PATCH", own, operator, json=body)) == (422, "invalid"), body


async def test_quotas_are_merged(api: Api, operator: Actor) -> None:
    own, foreign = (f"/tenants/{one.tenant_id}/quotas" for one in (api.actors.admin, api.actors.other))
    await api.call("PUT", own, api.actors.admin, json={"max_concurrent_sessions": 5, "tokens_per_month": 100})
    merged = (await api.call("PUT", own, api.actors.admin, json={"tokens_per_month": None, "storage_bytes": 0})).json()
    assert (merged["max_concurrent_sessions"], merged["tokens_per_month"], merged["storage_bytes"]) == (5, None, 0)
    assert (await api.call("GET", own, api.actors.viewer)).json() == merged
    assert code_of(await api.call("PUT", own, api.actors.member, json={})) == (403, "permission_required")
    assert (await api.call("PUT", foreign, operator, json={"max_queued_sessions": 3})).json()["max_queued_sessions"] == 3
    small = await make_operator(api.database, api.actors.admin.tenant_id, api.actors.admin.slug, Role.VIEWER)
    assert (await api.call("PUT", foreign, small, json={"max_queued_sessions": 4})).status_code == 200
    assert code_of(await api.call("PUT", f"/tenants/{RANDOM_ID}/quotas", operator, json={})) == (404, "not_found")


async def test_what_is_no_quota_is_refused_and_nothing_is_changed(api: Api) -> None:
    own = f"/tenants/{api.actors.admin.tenant_id}/quotas"
    before = (await api.call("GET", own, api.actors.admin)).json()
    unknown = await api.call("PUT", own, api.actors.admin, json={"max_sessions": 5, "max_queued_sessions": 1})
    assert code_of(unknown) == (422, "unknown_quota")
    assert "max_concurrent_sessions" in unknown.json()["error"]["hint"]
    for value in (-1, 1.5, "5", True, 2**63, [], {}):
        body = {"max_queued_sessions": value}
        assert code_of(await api.call("PUT", own, api.actors.admin, json=body)) == (422, "invalid"), value
    for odd in ("x" * 5000, "tenant_id", "updated_at"):
        refused = await api.call("PUT", own, api.actors.admin, json={odd: 1})
        assert code_of(refused) == (422, "unknown_quota"), odd
    assert (await api.call("GET", own, api.actors.admin)).json() == before


async def test_what_is_used_is_counted(api: Api) -> None:
    tenant = api.actors.member.tenant_id
    await api.create()
    await api.create(start=False)
    with psycopg.connect(api.database.url) as connection:
        connection.execute(
            "insert into budget_accounts (tenant_id, scope, subject, period, spent_tokens, spent_micro_usd) values "
            "(%(t)s, 'tenant', '', to_char(now() at time zone 'utc', 'YYYY-MM'), 7, 8), "
            "(%(t)s, 'tenant', '', '2001-01', 1, 1), "
            "(%(t)s, 'user', 'user:x', to_char(now() at time zone 'utc', 'YYYY-MM'), 5, 5)",
            {"t": tenant},
        )
    used = (await api.call("GET", f"/tenants/{tenant}/quotas")).json()["used"]
    assert (used["max_queued_sessions"], used["max_concurrent_sessions"]) == (1, 0)
    assert (used["tokens_per_month"], used["cost_micro_usd_per_month"]) == (7, 8)


async def test_a_change_wakes_admission(api: Api) -> None:
    tenant = api.actors.admin.tenant_id
    listening = await psycopg.AsyncConnection.connect(api.database.url, autocommit=True)
    async with listening:
        await listening.execute("listen orchestrator_queue")
        await api.call("PUT", f"/tenants/{tenant}/quotas", api.actors.admin, json={"max_concurrent_sessions": 2})
        heard = [note.channel async for note in listening.notifies(timeout=5, stop_after=1)]
    assert heard == ["orchestrator_queue"]


async def test_requests_a_minute_are_held_and_can_always_be_mended(api: Api, operator: Actor) -> None:
    quotas = f"/tenants/{api.actors.admin.tenant_id}/quotas"
    await api.call("PUT", quotas, api.actors.admin, json={"requests_per_minute": 5})
    async with asyncio.timeout(10):
        while (answer := await api.call("GET", "/sessions")).status_code == 200:
            pass
    assert code_of(answer) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["retry-after"]) <= 12
    for other in (api.actors.member, api.actors.viewer):
        assert code_of(await api.call("GET", quotas, other)) == (429, "too_many_requests"), "who can mend nothing"
    assert (await api.call("GET", "/sessions", api.actors.other)).status_code == 200
    assert (await api.call("GET", "/sessions", operator)).status_code == 200
    assert (await api.call("GET", quotas, api.actors.admin)).status_code == 200
    assert (await api.call("PUT", quotas, api.actors.admin, json={"requests_per_minute": None})).status_code == 200
    async with asyncio.timeout(1.5):
        while (await api.call("GET", "/sessions")).status_code != 200:
            pass
