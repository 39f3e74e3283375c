"""A browser that signs in with an API key or a one-time link: what it may do then, and when that ends."""

import asyncio
import hashlib
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs
from tests.actors import Actor, make_actor
from tests.api import V1, Api, code_of, in_process

from orchestrator.kit.clock import now
from orchestrator.tenancy.attempts import FAILURES_A_MINUTE, network_of
from orchestrator.tenancy.keys import mint_key
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.permissions import ALLOWED

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


class Browser:
    """A client with a cookie jar and an address of its own."""

    def __init__(self, api: Api, address: str | None = None) -> None:
        self.client = in_process(api.app)
        self.client._transport = httpx.ASGITransport(
            api.app, raise_app_exceptions=False, client=(address or f"host-{uuid4().hex}", 1)
        )

    async def sign_in(self, headers: dict[str, str] | None = None, **body: str | None) -> httpx.Response:
        return await self.client.post("/auth/sign-in", json=body, headers=headers or OWN_PAGE)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(V1 + path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    async def post(self, path: str, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
        return await self.client.post(V1 + path, json=body, headers=OWN_PAGE if headers is None else headers)


async def signed_in(api: Api, actor: Actor) -> Browser:
    browser = Browser(api)
    answer = await browser.sign_in(key=actor.key)
    assert answer.status_code == 204, answer.text
    return browser


async def link_of(api: Api, actor: Actor) -> str:
    answer = await api.call("POST", "/me/sign-in-links", actor)
    assert answer.status_code == 201, answer.text
    assert answer.json()["url"] == f"/sign-in#token={answer.json()['token']}"
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()["token"]


async def test_a_link_is_told_from_other_credentials_and_one_of_before_an_upgrade_still_opens(api: Api) -> None:
    for former in (False, True):
        token = await link_of(api, api.actors.member)
        assert token.startswith("oil_")
        answer = await Browser(api, "198.51.100.9").sign_in(token=token.replace("oil_", "oit_") if former else token)
        assert answer.status_code == 204


async def execute(api: Api, statement: str, **values: object) -> Any:
    async with api.database.system_transaction() as db:
        return await db.execute(text(statement), values)


async def test_a_key_becomes_a_cookie_with_the_keys_own_powers(api: Api) -> None:
    for actor, role in ((api.actors.admin, Role.ADMIN), (api.actors.member, Role.MEMBER), (api.actors.viewer, Role.VIEWER)):
        browser = await signed_in(api, actor)
        me = (await browser.get("/me")).json()
        who = {"kind": "key", "id": str(actor.key_id), "name": role.value, "email": None, "user_id": None}
        assert me["principal"] == who
        assert (me["tenant_id"], me["role"], me["is_operator"]) == (str(actor.tenant_id), role, False)
        assert me["permissions"] == sorted(ALLOWED[role])
        assert [one["slug"] for one in me["memberships"]] == [actor.slug]
        wanted = 403 if role is Role.VIEWER else 201
        assert (await browser.post("/sessions", prompt="Do it.", start=False)).status_code == wanted
        assert (await browser.get("/audit")).status_code == (200 if role is Role.ADMIN else 403)


async def test_the_cookie_is_kept_from_scripts_and_other_sites(api: Api) -> None:
    answer = await Browser(api).sign_in(key=f" {api.actors.member.key}\n")
    cookie, *flags = answer.headers["set-cookie"].split("; ")
    assert cookie.startswith("oio_session=oik_")
    assert set(flags) == {"HttpOnly", "Max-Age=43200", "Path=/", "SameSite=lax"} or "Max-Age=43199" in flags
    assert answer.headers["cache-control"] == "no-store"
    secret = cookie.rpartition("_")[2]
    rows = (await execute(api, "select key_sign_ins::text from key_sign_ins")).scalars().all()
    assert any(hashlib.sha256(secret.encode()).hexdigest() in row for row in rows)
    assert not any(secret in row for row in rows)


@pytest.mark.parametrize(
    "wrong", ["x", "oio_", "oio_aaaaaaaaaaaa_" + "b" * 43, "oik_aaaaaaaaaaaa_" + "b" * 43, "Bearer x", "é" * 9]
)
async def test_a_wrong_key_signs_nobody_in(api: Api, wrong: str) -> None:
    for body in ({"key": wrong}, {"key": api.actors.member.key[:-1]}, {"key": f"{api.actors.member.key}a"}):
        answer = await Browser(api).sign_in(**body)
        assert code_of(answer) == (401, "unauthenticated")
        assert "set-cookie" not in answer.headers
    assert code_of(await Browser(api).sign_in(token=wrong)) == (401, "sign_in_link_useless")


@pytest.mark.parametrize(
    "body", [{}, {"key": ""}, {"key": "a", "token": "b"}, {"key": "a" * 201}, {"key": "a", "more": "b"}]
)
async def test_a_malformed_sign_in_is_told_what_to_send(api: Api, body: dict[str, str]) -> None:
    assert (await Browser(api).sign_in(**body)).status_code == 422


async def test_a_made_up_cookie_opens_nothing(api: Api) -> None:
    browser = await signed_in(api, api.actors.member)
    cookie = browser.client.cookies["oio_session"]
    for wrong in (
        cookie[:-1],
        f"{cookie}a",
        cookie.replace("oik_", "ois_"),
        cookie.upper(),
        mint_key("oik").text,
        "oik_",
        "oik__",
    ):
        answer = await Browser(api).get("/me", Cookie=f"oio_session={wrong}")
        assert code_of(answer) == (401, "unauthenticated"), wrong
    assert (await Browser(api).get("/me", Cookie=f"oio_session={cookie}")).status_code == 200


OTHER_PAGES: tuple[dict[str, str], ...] = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
)


@pytest.mark.parametrize("headers", OTHER_PAGES, ids=str)
async def test_another_site_neither_signs_in_nor_acts(api: Api, headers: dict[str, str]) -> None:
    refused = await Browser(api).sign_in(headers, key=api.actors.member.key)
    assert code_of(refused) == (403, "cross_site_request")
    assert "set-cookie" not in refused.headers
    token = await link_of(api, api.actors.member)
    assert code_of(await Browser(api).sign_in(headers, token=token)) == (403, "cross_site_request")
    assert (await Browser(api).sign_in(token=token)).status_code == 204, "a refused attempt has used the link up"
    browser = await signed_in(api, api.actors.member)
    for silent in (headers, {}):
        assert code_of(await browser.post("/sessions", silent, prompt="Do it.")) == (403, "cross_site_request")
        assert code_of(await browser.client.post("/auth/log-out", headers=silent)) == (403, "cross_site_request")
    assert (await browser.get("/sessions")).json()["items"] == []


async def test_a_program_without_pages_signs_in_too(api: Api) -> None:
    answer = await Browser(api).client.post("/auth/sign-in", json={"key": api.actors.member.key})
    assert answer.status_code == 204


async def test_the_cookie_ends_with_the_key(api: Api) -> None:
    admin = api.actors.admin
    keys = {}
    for name in ("revoked", "rotated", "rotated-with-grace", "expired"):
        keys[name] = await make_actor(api.database, admin.tenant_id, admin.slug, Role.MEMBER)
    browsers = {name: await signed_in(api, key) for name, key in keys.items()}
    assert [(await one.get("/sessions")).status_code for one in browsers.values()] == [200] * 4
    assert (await api.call("POST", f"/api-keys/{keys['revoked'].key_id}/revoke", admin)).status_code == 200
    for name, grace in (("rotated", 0), ("rotated-with-grace", 3600)):
        path = f"/api-keys/{keys[name].key_id}/rotate"
        assert (await api.call("POST", path, admin, json={"grace_seconds": grace})).status_code == 200
    await execute(api, "update api_keys set expires_at = now() where id = :id", id=keys["expired"].key_id)
    for name, browser in browsers.items():
        assert code_of(await browser.get("/sessions")) == (401, "unauthenticated"), name


async def test_a_cookie_outlives_neither_its_key_nor_a_secret_in_grace(api: Api) -> None:
    admin = api.actors.admin
    short = await make_actor(
        api.database, admin.tenant_id, admin.slug, Role.MEMBER, expires_at=now() + timedelta(seconds=90)
    )
    assert 80 <= _age(await Browser(api).sign_in(key=short.key)) <= 90
    rotated = await make_actor(api.database, admin.tenant_id, admin.slug, Role.MEMBER)
    answer = await api.call("POST", f"/api-keys/{rotated.key_id}/rotate", admin, json={"grace_seconds": 60})
    assert 50 <= _age(await Browser(api).sign_in(key=rotated.key)) <= 60
    assert _age(await Browser(api).sign_in(key=answer.json()["key"])) > 40_000


def _age(answer: httpx.Response) -> int:
    assert answer.status_code == 204, answer.text
    (age,) = (part for part in answer.headers["set-cookie"].split("; ") if part.startswith("Max-Age="))
    return int(age.removeprefix("Max-Age="))


async def test_a_lesser_role_counts_at_once(api: Api) -> None:
    browser = await signed_in(api, api.actors.member)
    await execute(api, "update api_keys set role = 'VIEWER' where id = :id", id=api.actors.member.key_id)
    assert code_of(await browser.post("/sessions", prompt="Do it.")) == (403, "permission_required")
    assert (await browser.get("/me")).json()["role"] == "VIEWER"


async def test_after_the_sign_out_the_cookie_opens_nothing(api: Api) -> None:
    here, there = await signed_in(api, api.actors.member), await signed_in(api, api.actors.member)
    cookie = here.client.cookies["oio_session"]
    answer = await here.client.post("/auth/log-out", headers=OWN_PAGE)
    assert answer.status_code == 204
    assert answer.headers["set-cookie"].startswith('oio_session=""; ')
    assert code_of(await here.get("/me", Cookie=f"oio_session={cookie}")) == (401, "unauthenticated")
    assert (await there.get("/me")).status_code == 200


async def test_another_tenant_is_not_there(api: Api) -> None:
    mine, theirs = await signed_in(api, api.actors.admin), await signed_in(api, api.actors.other)
    made = (await mine.post("/sessions", prompt="Do it.", start=False)).json()
    assert (await mine.get(f"/sessions/{made['id']}")).status_code == 200
    assert code_of(await theirs.get(f"/sessions/{made['id']}")) == (404, "not_found")
    for tenant in (api.actors.admin.slug, str(api.actors.admin.tenant_id), "nobody", ""):
        assert code_of(await theirs.get("/sessions", X_Tenant_ID=tenant)) == (404, "tenant_not_found"), tenant
    assert (await theirs.get("/sessions", X_Tenant_ID=api.actors.other.slug)).json()["items"] == []


async def test_a_link_signs_one_browser_in(api: Api) -> None:
    token = await link_of(api, api.actors.viewer)
    browser = Browser(api)
    assert (await browser.sign_in(token=token)).status_code == 204
    assert (await browser.get("/me")).json()["principal"]["id"] == str(api.actors.viewer.key_id)
    assert code_of(await Browser(api).sign_in(token=token)) == (401, "sign_in_link_useless")
    assert (await browser.get("/me")).status_code == 200


async def test_of_browsers_that_use_a_link_at_once_one_gets_in(api: Api) -> None:
    token = await link_of(api, api.actors.viewer)
    answers = await asyncio.gather(*(Browser(api).sign_in(token=token) for _ in range(8)))
    assert sorted(one.status_code for one in answers) == [204] + [401] * 7


async def test_a_link_ends_after_a_quarter_of_an_hour_and_with_its_key(api: Api) -> None:
    admin = api.actors.admin
    made = (await api.call("POST", "/me/sign-in-links", admin)).json()
    lasts = (await execute(api, "select cast(:at as timestamptz) - now()", at=made["expires_at"])).scalar_one()
    assert timedelta(minutes=14) < lasts <= timedelta(minutes=15)
    public_id = made["token"].split("_")[1]
    await execute(api, "update sign_in_links set expires_at = now() where public_id = :id", id=public_id)
    assert code_of(await Browser(api).sign_in(token=made["token"])) == (401, "sign_in_link_useless")
    rotated = await make_actor(api.database, admin.tenant_id, admin.slug, Role.MEMBER)
    token = await link_of(api, rotated)
    await api.call("POST", f"/api-keys/{rotated.key_id}/rotate", admin, json={"grace_seconds": 3600})
    assert code_of(await Browser(api).sign_in(token=token)) == (401, "sign_in_link_useless")
    revoked = await make_actor(api.database, admin.tenant_id, admin.slug, Role.MEMBER)
    token = await link_of(api, revoked)
    await api.call("POST", f"/api-keys/{revoked.key_id}/revoke", admin)
    assert code_of(await Browser(api).sign_in(token=token)) == (401, "sign_in_link_useless")


async def test_a_link_is_made_with_the_key_itself(api: Api) -> None:
    assert code_of(await Browser(api).post("/me/sign-in-links")) == (401, "unauthenticated")
    browser = await signed_in(api, api.actors.admin)
    assert code_of(await browser.post("/me/sign-in-links")) == (403, "sign_in_link_needs_key")


async def test_who_signed_in_and_made_links_is_in_the_audit_log(api: Api) -> None:
    member = api.actors.member
    await Browser(api).sign_in(key=member.key)
    await Browser(api).sign_in(token=await link_of(api, member))
    entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    told = [(one["action"], one["actor"], one["target"], (one["after"] or {}).get("by")) for one in entries]
    me = f"key:{member.key_id}"
    assert sorted(told, key=str) == sorted(
        [("sign_in", me, me, "key"), ("sign_in", me, me, "link"), ("sign_in_link.create", me, me, None)], key=str
    )
    assert all(one["request_id"] for one in entries)
    assert (await api.call("GET", "/audit/verify", api.actors.admin)).json()["intact"]
    assert (await api.call("GET", "/audit", api.actors.other)).json()["items"] == []


async def test_a_sign_out_and_what_was_refused_for_a_known_key_are_in_the_audit_log(api: Api) -> None:
    """A sign-out that ends nothing is none, and a key that nobody has is of no tenant: only the log tells of it."""
    member = api.actors.member
    browser = await signed_in(api, member)
    for _ in range(2):
        out = await browser.client.post("/auth/log-out", headers=OWN_PAGE)
        assert out.status_code == 204
    for wrong in (member.key[:-1] + "!", member.key[:-1], "oio_aaaaaaaaaaaa_" + "b" * 43):
        assert (await Browser(api, "2001:db8::7").sign_in(key=wrong)).status_code == 401
    entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    me = f"key:{member.key_id}"
    assert [(one["action"], one["actor"], one["target"]) for one in entries] == [
        ("sign_in.refuse", "unknown", me),
        ("sign_out", me, me),
        ("sign_in", me, me),
    ]
    assert entries[0]["after"] == {"by": "key", "from": "2001:db8::/64", "is_usable": True}
    assert member.key.split("_")[2][:-1] not in str(entries)
    assert (await api.call("GET", "/audit/verify", api.actors.admin)).json()["intact"]


async def test_who_guesses_has_to_wait_and_who_has_a_right_one_never(api: Api) -> None:
    """An agent on the host's network has the address of the person who sits there, and must not keep that person out."""
    member, guesser = api.actors.member, Browser(api, "198.51.100.7")
    answers = [await guesser.sign_in(key=mint_key().text) for _ in range(FAILURES_A_MINUTE + 3)]
    assert [one.status_code for one in answers[:FAILURES_A_MINUTE]] == [401] * FAILURES_A_MINUTE
    assert code_of(answers[-1]) == (429, "too_many_sign_ins")
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 4
    assert code_of(await guesser.sign_in(token=mint_key("oit").text)) == (429, "too_many_sign_ins")
    people = [Browser(api, "198.51.100.7") for _ in range(FAILURES_A_MINUTE + 5)]
    at_once = await asyncio.gather(*(one.sign_in(key=member.key) for one in people))
    assert {one.status_code for one in at_once} == {204}
    token = await link_of(api, member)
    assert (await guesser.sign_in(token=token)).status_code == 204
    assert (await guesser.sign_in(token=token)).status_code in (401, 429)


async def test_what_is_refused_over_the_limit_fills_neither_log(api: Api) -> None:
    browser, wrong = Browser(api, "198.51.100.9"), api.actors.member.key[:-1]
    with capture_logs() as lines:
        answers = await asyncio.gather(*(browser.sign_in(key=wrong) for _ in range(FAILURES_A_MINUTE * 2)))
    kept = sum(one.status_code == 401 for one in answers)
    entries = (await api.call("GET", "/audit", api.actors.admin, params={"limit": 100})).json()["items"]
    assert len(entries) == kept <= FAILURES_A_MINUTE + 2
    told = Counter(one["event"] for one in lines if one.get("source") == "198.51.100.9")
    assert told["sign_in_refused"] == kept
    assert 1 <= told["sign_ins_throttled"] <= 3


async def test_guesses_at_once_get_no_more_than_the_limit(api: Api) -> None:
    address = f"host-{uuid4().hex}"
    answers = await asyncio.gather(*(Browser(api, address).sign_in(key="x") for _ in range(FAILURES_A_MINUTE * 2)))
    refused = sum(one.status_code == 429 for one in answers)
    assert FAILURES_A_MINUTE - 2 <= refused <= FAILURES_A_MINUTE


async def test_what_succeeds_is_not_counted(api: Api) -> None:
    browser = Browser(api)
    for _ in range(FAILURES_A_MINUTE + 5):
        assert (await browser.sign_in(key=api.actors.member.key)).status_code == 204


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("x" * 300, "x" * 100),
        ("", ""),
    ],
)
def test_the_place_that_an_address_stands_for(address: str, source: str) -> None:
    assert network_of(address) == source


async def test_keys_alone_or_a_provider_too(api: Api) -> None:
    answer = await Browser(api).client.get("/auth/methods")
    assert (answer.status_code, answer.json()) == (200, {"oidc": False})


async def test_a_stream_of_events_takes_the_tenant_from_the_address(api: Api) -> None:
    """As strictly as the header; only refusals are asked here, since a stream has no end."""
    browser = await signed_in(api, replace(api.actors.member))
    other = api.actors.other
    for wrong in (other.slug, str(other.tenant_id), "nobody", "", f"{api.actors.member.slug}&tenant={other.slug}"):
        assert code_of(await browser.get(f"/events?tenant={wrong}")) == (404, "tenant_not_found"), wrong
    twice = await browser.get(f"/events?tenant={api.actors.member.slug}", X_Tenant_ID=other.slug)
    assert code_of(twice) == (404, "tenant_not_found")
    assert code_of(await Browser(api).get(f"/events?tenant={other.slug}")) == (401, "unauthenticated")
    assert (await browser.get(f"/sessions?tenant={other.slug}")).status_code == 200, "it means something for streams alone"
