"""Keys: no more than their maker's, shown once, rotated with a grace time, revoked at once, and never a way upwards."""

import asyncio
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from tests.actors import Actor, make_actor, make_user
from tests.api import RANDOM_ID, V1, Api, api_on, code_of, without_request_id

from orchestrator.kit.clock import now
from orchestrator.tenancy.keys import mint_key
from orchestrator.tenancy.models import Role


async def make_key(api: Api, actor: Actor | None = None, **wanted: Any) -> dict[str, Any]:
    body = {"name": "ci", "role": "MEMBER", **wanted}
    answer = await api.call("POST", "/api-keys", actor or api.actors.admin, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def opens(api: Api, key: str) -> bool:
    answer = await api.client.get(f"{V1}/sessions", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


async def test_refusals_come_first(api: Api) -> None:
    foreign = (await make_key(api, api.actors.other))["id"]
    paths = [("POST", "/api-keys"), ("GET", "/api-keys")]
    paths += [("POST", f"/api-keys/{RANDOM_ID}/{deed}") for deed in ("rotate", "revoke")]
    for method, path in paths:
        assert (await api.client.request(method, V1 + path)).status_code == 401
        assert code_of(await api.call(method, path, api.actors.viewer)) == (403, "permission_required")
    for deed in ("rotate", "revoke"):
        theirs = await api.call("POST", f"/api-keys/{foreign}/{deed}", api.actors.admin)
        nobodys = await api.call("POST", f"/api-keys/{RANDOM_ID}/{deed}", api.actors.admin)
        assert code_of(theirs) == (404, "not_found")
        assert without_request_id(theirs) == without_request_id(nobodys)


async def test_a_key_is_shown_once_and_works(api: Api) -> None:
    made = await make_key(api, expires_at="2100-01-01T00:00:00Z")
    assert made["key"].startswith(made["prefix"] + "_")
    assert await opens(api, made["key"])
    listed = (await api.call("GET", "/api-keys", api.actors.admin)).json()["items"]
    assert listed[0]["id"] == made["id"]
    assert made["key"].split("_")[2] not in str(listed)
    assert listed[0]["created_by"] == f"key:{api.actors.admin.key_id}"


async def test_a_role_is_at_most_the_makers(api: Api) -> None:
    for role in ("ADMIN", "LEAD"):
        answer = await api.call("POST", "/api-keys", api.actors.member, json={"name": "x", "role": role})
        assert code_of(answer) == (403, "role_required")
    await make_key(api, api.actors.member, role="VIEWER")


async def test_only_an_operator_makes_operators_and_only_on_purpose(api: Api) -> None:
    body = {"name": "x", "role": "ADMIN", "operator": True}
    assert code_of(await api.call("POST", "/api-keys", api.actors.admin, json=body)) == (403, "operator_required")
    tenant, slug = api.actors.admin.tenant_id, api.actors.admin.slug
    operator = await make_actor(api.database, tenant, slug, Role.ADMIN, is_operator=True)
    assert (await make_key(api, operator))["operator"] is False
    assert (await make_key(api, operator, operator=True))["operator"] is True


async def test_a_key_of_a_lesser_role_is_no_way_to_a_greater_one_of_the_same_person(api: Api) -> None:
    """Who rotates a key reads its new secret: a MEMBER's key must not do that with the same person's ADMIN key."""
    tenant, slug = api.actors.admin.tenant_id, api.actors.admin.slug
    user_id = await make_user(api.database, tenant, Role.ADMIN)
    great = await make_actor(api.database, tenant, slug, Role.ADMIN, user_id=user_id)
    small = await make_actor(api.database, tenant, slug, Role.MEMBER, user_id=user_id)
    operator = await make_actor(api.database, tenant, slug, Role.ADMIN, is_operator=True)
    for deed in ("rotate", "revoke"):
        assert code_of(await api.call("POST", f"/api-keys/{great.key_id}/{deed}", small)) == (403, "role_required")
        refused = await api.call("POST", f"/api-keys/{operator.key_id}/{deed}", great)
        assert code_of(refused) == (403, "operator_required")
        assert (await api.call("POST", f"/api-keys/{small.key_id}/{deed}", great)).status_code == 200


async def test_members_see_and_keep_their_own_keys_and_admins_all(api: Api) -> None:
    own = await make_key(api, api.actors.member, role="VIEWER")
    listed = (await api.call("GET", "/api-keys", api.actors.member)).json()["items"]
    assert {one["id"] for one in listed} == {own["id"], str(api.actors.member.key_id)}
    others = f"/api-keys/{api.actors.viewer.key_id}/revoke"
    assert code_of(await api.call("POST", others, api.actors.member)) == (404, "not_found")
    tenant, slug = api.actors.admin.tenant_id, api.actors.admin.slug
    lead = await make_actor(api.database, tenant, slug, Role.LEAD)
    assert len((await api.call("GET", "/api-keys", lead)).json()["items"]) == 5
    assert code_of(await api.call("POST", others, lead)) == (403, "permission_required")
    assert (await api.call("POST", others, api.actors.admin)).status_code == 200
    assert not await opens(api, api.actors.viewer.key)
    assert (await api.call("POST", f"/api-keys/{own['id']}/revoke", api.actors.member)).status_code == 200


async def test_an_admin_makes_a_key_for_another_member_within_that_members_role(api: Api) -> None:
    tenant = api.actors.admin.tenant_id
    user_id = await make_user(api.database, tenant, Role.MEMBER)
    made = await make_key(api, user_id=str(user_id))
    assert made["user_id"] == str(user_id)
    body = {"name": "x", "role": "LEAD", "user_id": str(user_id)}
    assert code_of(await api.call("POST", "/api-keys", api.actors.admin, json=body)) == (403, "role_required")
    body["role"] = "VIEWER"
    assert code_of(await api.call("POST", "/api-keys", api.actors.member, json=body)) == (403, "permission_required")
    theirs = await make_user(api.database, api.actors.other.tenant_id, Role.ADMIN)
    for nobody in (str(theirs), RANDOM_ID):
        answer = await api.call("POST", "/api-keys", api.actors.admin, json={**body, "user_id": nobody})
        assert code_of(answer) == (404, "not_found")


async def test_after_a_rotation_both_secrets_work_and_a_second_ends_the_oldest(api: Api) -> None:
    first = await make_key(api)
    path = f"/api-keys/{first['id']}/rotate"
    second = (await api.call("POST", path, api.actors.admin)).json()
    assert second["prefix"] == first["prefix"]
    assert second["previous_until"]
    assert await opens(api, first["key"])
    assert await opens(api, second["key"])
    third = (await api.call("POST", path, api.actors.admin, json={"grace_seconds": 60})).json()
    assert [await opens(api, one["key"]) for one in (first, second, third)] == [False, True, True]
    fourth = (await api.call("POST", path, api.actors.admin, json={"grace_seconds": 0})).json()
    assert [await opens(api, one["key"]) for one in (second, third, fourth)] == [False, False, True]
    assert code_of(await api.call("POST", path, api.actors.admin, json={"grace_seconds": 31 * 86_400})) == (422, "invalid")


async def test_the_grace_time_ends_by_itself(api: Api) -> None:
    first = await make_key(api)
    await api.call("POST", f"/api-keys/{first['id']}/rotate", api.actors.admin)
    with psycopg.connect(api.database.url) as connection:
        past = now() - timedelta(seconds=1)
        connection.execute("update api_keys set previous_until = %s where id = %s", [past, UUID(first["id"])])
    assert not await opens(api, first["key"])


async def test_a_key_that_has_ended_is_not_rotated(api: Api) -> None:
    made = await make_key(api)
    for _ in range(2):
        answer = await api.call("POST", f"/api-keys/{made['id']}/revoke", api.actors.admin)
        assert answer.status_code == 200
    assert code_of(await api.call("POST", f"/api-keys/{made['id']}/rotate", api.actors.admin)) == (409, "key_unusable")
    past = {"name": "x", "role": "VIEWER", "expires_at": "2020-01-01T00:00:00Z"}
    assert code_of(await api.call("POST", "/api-keys", api.actors.admin, json=past)) == (422, "invalid")


async def test_revocation_holds_within_a_second_in_another_process(
    own_api: Api, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = await make_key(own_api)
    headers = {"Authorization": f"Bearer {made['key']}"}
    async with api_on(tmp_path_factory.mktemp("other"), own_api.database.url) as other:
        assert (await other.client.get(f"{V1}/sessions", headers=headers)).status_code == 200
        await own_api.call("POST", f"/api-keys/{made['id']}/revoke", own_api.actors.admin)
        began = time.monotonic()
        while (await other.client.get(f"{V1}/sessions", headers=headers)).status_code == 200:
            assert time.monotonic() - began < 1
        assert time.monotonic() - began < 1


async def test_every_refused_key_gets_the_same_answer_which_holds_nothing_of_it(api: Api) -> None:
    made, ended = await make_key(api), await make_key(api)
    rotated = await api.call("POST", f"/api-keys/{made['id']}/rotate", api.actors.admin, json={"grace_seconds": 0})
    await api.call("POST", f"/api-keys/{ended['id']}/revoke", api.actors.admin)
    prefix = rotated.json()["prefix"]
    refusals = []
    for key in (made["key"], ended["key"], mint_key().text, f"{prefix}_{'a' * 43}", f"{prefix}_", "x", made["key"] + "a"):
        answer = await api.client.get(f"{V1}/sessions", headers={"Authorization": f"Bearer {key}"})
        assert code_of(answer) == (401, "unauthenticated")
        assert all(part not in answer.text for part in key.split("_") if len(part) > 3)
        refusals.append(without_request_id(answer))
    assert all(one == refusals[0] for one in refusals)


async def test_a_repeat_under_the_same_idempotency_key_makes_one_key_and_does_not_show_it_again(api: Api) -> None:
    async def post() -> httpx.Response:
        body = {"name": "ci", "role": "MEMBER"}
        return await api.call("POST", "/api-keys", api.actors.admin, json=body, headers={"Idempotency-Key": "k"})

    answers = [one.json() for one in await asyncio.gather(*(post() for _ in range(8)))]
    assert len({one["id"] for one in answers}) == 1
    assert [one["repeated"] for one in answers].count(False) == 1
    assert [one["key"] is None for one in answers] == [one["repeated"] for one in answers]
    other = {"name": "other", "role": "MEMBER"}
    conflict = await api.call("POST", "/api-keys", api.actors.admin, json=other, headers={"Idempotency-Key": "k"})
    assert code_of(conflict) == (409, "idempotency_conflict")
    elsewhere = await api.call("POST", "/sessions", api.actors.admin, json={"prompt": "x"}, headers={"Idempotency-Key": "k"})
    assert code_of(elsewhere) == (409, "idempotency_conflict")


async def test_a_lesser_role_of_its_user_holds_for_a_key_at_once_and_a_greater_one_does_not(api: Api) -> None:
    tenant, slug = api.actors.admin.tenant_id, api.actors.admin.slug
    user_id = await make_user(api.database, tenant, Role.LEAD)
    key = await make_actor(api.database, tenant, slug, Role.LEAD, user_id=user_id)
    path = f"/tenants/{tenant}/users/{user_id}"
    assert (await api.call("GET", "/audit", key)).status_code == 200
    await api.call("PATCH", path, api.actors.admin, json={"role": "VIEWER"})
    assert code_of(await api.call("GET", "/audit", key)) == (403, "permission_required")
    await api.call("PATCH", path, api.actors.admin, json={"role": "ADMIN"})
    assert (await api.call("GET", "/audit", key)).status_code == 200
    assert (await api.call("POST", f"/tenants/{tenant}/users", key, json={"name": "x", "role": "VIEWER"})).status_code == 403


async def test_pages_of_keys(api: Api) -> None:
    made = [(await make_key(api, api.actors.other))["id"] for _ in range(4)]
    first = (await api.call("GET", "/api-keys", api.actors.other, params={"limit": 3})).json()
    more = {"limit": 3, "cursor": first["next_cursor"]}
    second = (await api.call("GET", "/api-keys", api.actors.other, params=more)).json()
    assert [one["id"] for one in first["items"] + second["items"]] == [*made[::-1], str(api.actors.other.key_id)]
    assert second["next_cursor"] is None


async def test_who_once_made_a_key_for_somebody_does_not_get_its_secret_later(api: Api) -> None:
    """An ADMIN may make a key for another member; when only a MEMBER is left of that ADMIN, it is the other's alone."""
    tenant, slug = api.actors.admin.tenant_id, api.actors.admin.slug
    fallen, other = await make_user(api.database, tenant, Role.ADMIN), await make_user(api.database, tenant, Role.MEMBER)
    maker = await make_actor(api.database, tenant, slug, Role.ADMIN, user_id=fallen)
    theirs = await make_key(api, maker, user_id=str(other))
    await make_user(api.database, tenant, Role.ADMIN)
    changed = await api.call("PATCH", f"/tenants/{tenant}/users/{fallen}", api.actors.admin, json={"role": "MEMBER"})
    assert changed.status_code == 200, changed.text
    for deed in ("rotate", "revoke"):
        assert code_of(await api.call("POST", f"/api-keys/{theirs['id']}/{deed}", maker)) == (404, "not_found")
    listed = (await api.call("GET", "/api-keys", maker)).json()["items"]
    assert theirs["id"] not in [one["id"] for one in listed]
    assert await opens(api, theirs["key"])
