"""The people of a tenant: added, given another role, removed with their keys; one ADMIN always stays."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

from tests.actors import make_actor, make_operator, make_user
from tests.api import RANDOM_ID, V1, Api, code_of, without_request_id

from orchestrator.tenancy.models import Role


def users_of(api: Api) -> str:
    return f"/tenants/{api.actors.admin.tenant_id}/users"


async def add(api: Api, **wanted: Any) -> dict[str, Any]:
    answer = await api.call("POST", users_of(api), api.actors.admin, json={"role": "MEMBER", **wanted})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_refusals_come_first(api: Api) -> None:
    theirs = api.actors.other.tenant_id
    somebody = await make_user(api.database, theirs, Role.MEMBER)
    operator = await make_operator(api.database, api.actors.admin.tenant_id, api.actors.admin.slug)
    for method, rest, body in (
        ("GET", "", None),
        ("POST", "", {"name": "x", "role": "VIEWER"}),
        ("PATCH", f"/{somebody}", {"role": "ADMIN"}),
        ("DELETE", f"/{somebody}", None),
    ):
        assert (await api.client.request(method, f"{V1}{users_of(api)}{rest}", json=body)).status_code == 401
        refused = await api.call(method, users_of(api) + rest, api.actors.member, json=body)
        assert code_of(refused) == (403, "permission_required")
        for actor in (api.actors.admin, operator):
            foreign = await api.call(method, f"/tenants/{theirs}/users{rest}", actor, json=body)
            nobodys = await api.call(method, f"/tenants/{RANDOM_ID}/users{rest}", actor, json=body)
            assert code_of(foreign) == (404, "not_found")
            assert without_request_id(foreign) == without_request_id(nobodys)
        if rest:
            assert code_of(await api.call(method, users_of(api) + rest, api.actors.admin, json=body)) == (404, "not_found")


async def test_members_are_added_listed_and_changed(api: Api) -> None:
    ada = await add(api, name="Ada", email="ada@example.com", role="LEAD")
    known = {"issuer": "https://login.example.com", "subject": "s-1"}
    bob = await add(api, name="Bob", **known)
    listed = (await api.call("GET", users_of(api), api.actors.admin)).json()["items"]
    assert listed == [ada, bob]
    changed = await api.call("PATCH", f"{users_of(api)}/{bob['id']}", api.actors.admin, json={"role": "VIEWER"})
    assert changed.json() == {**bob, "role": "VIEWER"}
    again = {"name": "Bob", "role": "LEAD", **known}
    assert code_of(await api.call("POST", users_of(api), api.actors.admin, json=again)) == (409, "already_member")


async def test_a_person_of_two_tenants_is_one_user(api: Api) -> None:
    known = {"issuer": "https://login.example.com", "subject": f"s-{api.actors.admin.tenant_id}"}
    bob = await add(api, name="Bob", **known)
    theirs = f"/tenants/{api.actors.other.tenant_id}/users"
    body = {"name": "Robert", "role": "VIEWER", **known}
    calls = [api.call("POST", theirs, api.actors.other, json=body) for _ in range(6)]
    answers = await asyncio.gather(*calls)
    assert Counter(one.status_code for one in answers) == {201: 1, 409: 5}
    assert {one.json()["id"] for one in answers if one.status_code == 201} == {bob["id"]}
    ada = await add(api, name="Ada")
    added = await api.call("POST", theirs, api.actors.other, json={"user_id": ada["id"], "role": "VIEWER"})
    assert added.json()["name"] == "Ada"
    nobody = await api.call("POST", theirs, api.actors.other, json={"user_id": RANDOM_ID, "role": "VIEWER"})
    assert code_of(nobody) == (404, "not_found")


async def test_who_is_removed_has_no_key_left(api: Api) -> None:
    tenant, slug = api.actors.admin.tenant_id, api.actors.admin.slug
    user_id = await make_user(api.database, tenant, Role.LEAD)
    key = await make_actor(api.database, tenant, slug, Role.LEAD, user_id=user_id)
    assert (await api.call("GET", "/sessions", key)).status_code == 200
    gone = await api.call("DELETE", f"{users_of(api)}/{user_id}", api.actors.admin)
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await api.call("GET", "/sessions", key)).status_code == 401
    assert code_of(await api.call("DELETE", f"{users_of(api)}/{user_id}", api.actors.admin)) == (404, "not_found")
    again = await add(api, user_id=str(user_id))
    assert again["id"] == str(user_id)
    assert (await api.call("GET", "/sessions", key)).status_code == 401


async def test_only_an_operator_removes_an_operator(api: Api) -> None:
    tenant, slug = api.actors.admin.tenant_id, api.actors.admin.slug
    user_id = await make_user(api.database, tenant, Role.LEAD)
    operator = await make_actor(api.database, tenant, slug, Role.LEAD, user_id=user_id, is_operator=True)
    path = f"{users_of(api)}/{user_id}"
    assert code_of(await api.call("DELETE", path, api.actors.admin)) == (403, "operator_required")
    assert (await api.call("GET", "/sessions", operator)).status_code == 200
    assert (await api.call("DELETE", path, await make_operator(api.database, tenant, slug))).status_code == 204


async def test_of_the_last_two_admins_who_go_at_once_one_stays(api: Api) -> None:
    tenant = api.actors.admin.tenant_id
    left = [str(await make_user(api.database, tenant, Role.ADMIN))]
    for _ in range(5):
        pair = [*left, str(await make_user(api.database, tenant, Role.ADMIN))]
        answers = await asyncio.gather(
            api.call("DELETE", f"{users_of(api)}/{pair[0]}", api.actors.admin),
            api.call("PATCH", f"{users_of(api)}/{pair[1]}", api.actors.admin, json={"role": "MEMBER"}),
        )
        assert [code_of(one) for one in answers if one.is_error] == [(409, "last_admin")]
        left = await admins_of(api)
        assert len(left) == 1
    for method, body in (("DELETE", None), ("PATCH", {"role": "LEAD"})):
        refused = await api.call(method, f"{users_of(api)}/{left[0]}", api.actors.admin, json=body)
        assert code_of(refused) == (409, "last_admin")
    same = await api.call("PATCH", f"{users_of(api)}/{left[0]}", api.actors.admin, json={"role": "ADMIN"})
    assert same.status_code == 200


async def admins_of(api: Api) -> list[str]:
    listed = (await api.call("GET", users_of(api), api.actors.admin, params={"limit": 500})).json()["items"]
    return [one["id"] for one in listed if one["role"] == "ADMIN"]


async def test_what_is_no_user_is_refused(api: Api) -> None:
    for body in (
        {"role": "MEMBER"},
        {"name": "x"},
        {"name": "x", "role": "OWNER"},
        {"name": "", "role": "MEMBER"},
        {"name": "a\x00", "role": "MEMBER"},
        {"name": "x", "role": "MEMBER", "issuer": "https://i"},
        {"name": "x", "role": "MEMBER", "user_id": RANDOM_ID},
        {"name": "x", "role": "MEMBER", "is_operator": True},
    ):
        assert code_of(await api.call("POST", users_of(api), api.actors.admin, json=body)) == (422, "invalid"), body


async def test_a_repeat_under_the_same_idempotency_key_adds_one_user(api: Api) -> None:
    body = {"name": "Ada", "role": "MEMBER"}
    calls = [
        api.call("POST", users_of(api), api.actors.admin, json=body, headers={"Idempotency-Key": "k"}) for _ in range(5)
    ]
    answers = await asyncio.gather(*calls)
    assert {one.status_code for one in answers} == {201}
    assert len({UUID(one.json()["id"]) for one in answers}) == 1


async def test_pages_of_users(api: Api) -> None:
    made = [(await add(api, name=f"u{n}"))["id"] for n in range(4)]
    first = (await api.call("GET", users_of(api), api.actors.admin, params={"limit": 3})).json()
    more = {"limit": 3, "cursor": first["next_cursor"]}
    second = (await api.call("GET", users_of(api), api.actors.admin, params=more)).json()
    assert [one["id"] for one in first["items"] + second["items"]] == made
