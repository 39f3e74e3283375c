"""What a person may do who logged in: by membership alone, from the orchestrator's own pages, until the log-in ends."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import ValidationError
from sqlalchemy import text
from tests.actors import make_actor, make_tenant
from tests.api import V1, code_of, in_process, settings_for, without_request_id
from tests.tenancy.browsers import PUBLIC, Desk, add_member, approved, desk_for, log_in, one

from orchestrator.kit.settings import Settings
from orchestrator.main import create_app
from orchestrator.tenancy.keys import mint_key
from orchestrator.tenancy.models import Role

OWN_SITE = {"Origin": PUBLIC}


@dataclass
class Person:
    """Somebody new, logged in and a member of nothing."""

    desk: Desk
    browser: httpx.AsyncClient
    user_id: str = ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.browser.get(V1 + path, headers=_named(headers))

    async def post(self, path: str = "/sessions", **headers: str) -> httpx.Response:
        return await self.browser.post(V1 + path, json={"prompt": "Do it."}, headers=_named(headers))

    async def joins(self, role: Role) -> tuple[UUID, str]:
        slug = f"t-{uuid4().hex}"
        tenant = await make_tenant(self.desk.database, slug)
        await add_member(self.desk.database, tenant, self.user_id, role)
        return tenant, slug

    async def execute(self, statement: str, **values: object) -> None:
        async with self.desk.database.system_transaction() as db:
            await db.execute(text(statement), {"user": self.user_id, **values})


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@asynccontextmanager
async def logged_in(desk: Desk) -> AsyncIterator[Person]:
    async with desk.browser() as browser:
        assert (await browser.get(await approved(browser))).status_code == 303
        person = Person(desk, browser)
        person.user_id = (await person.get("/me")).json()["principal"]["id"]
        yield person


@pytest.fixture
async def ada(desk: Desk) -> AsyncIterator[Person]:
    async with logged_in(desk) as person:
        yield person


async def test_without_a_log_in_or_a_key_nobody_is_told_anything(desk: Desk) -> None:
    async with desk.browser() as browser:
        assert code_of(await browser.get(f"{V1}/me")) == (401, "unauthenticated")
        for cookie in ("", "x", mint_key().text, mint_key("ois").text, "ois__", "ois_a_b" * 1000, "ois_%_%"):
            answer = await browser.get(f"{V1}/me", headers={"Cookie": f"oio_session={cookie}"})
            assert code_of(answer) == (401, "unauthenticated"), cookie


async def test_who_is_new_learns_whom_to_ask(ada: Person) -> None:
    answer = await ada.get("/me")
    assert answer.json() == {
        "principal": {"kind": "user", "id": ada.user_id, "name": "Ada", "email": None, "user_id": ada.user_id},
        "tenant_id": None,
        "role": None,
        "permissions": [],
        "is_operator": False,
        "memberships": [],
    }
    for refused in (await ada.get("/sessions"), await ada.get("/sessions", X_Tenant_ID="default")):
        assert code_of(refused) == (403, "no_membership")
        assert ada.user_id in refused.json()["error"]["hint"]


async def test_a_member_acts_with_the_role_of_the_membership(ada: Person) -> None:
    tenant, slug = await ada.joins(Role.VIEWER)
    me = (await ada.get("/me")).json()
    assert me["tenant_id"] == str(tenant)
    assert me["role"] == "VIEWER"
    assert me["memberships"] == [{"tenant_id": str(tenant), "slug": slug, "name": slug, "role": "VIEWER"}]
    assert (await ada.get("/sessions")).status_code == 200
    assert code_of(await ada.post(**OWN_SITE)) == (403, "permission_required")
    await ada.execute("update memberships set role = 'MEMBER' where user_id = :user")
    assert (await ada.post(**OWN_SITE)).status_code == 201
    events = (await ada.get("/events/log")).json()["items"]
    assert {event["actor"] for event in events} == {f"user:{ada.user_id}"}
    await ada.execute("delete from memberships where user_id = :user")
    assert code_of(await ada.get("/sessions")) == (403, "no_membership")


async def test_who_was_added_before_the_first_log_in_is_a_member_at_once(desk: Desk) -> None:
    slug = f"t-{uuid4().hex}"
    tenant = await make_tenant(desk.database, slug)
    admin = await make_actor(desk.database, tenant, slug, Role.ADMIN)
    invited = {"issuer": desk.provider.issuer, "subject": desk.provider.claims["sub"], "name": "Somebody", "role": "LEAD"}
    async with desk.browser() as browser:
        added = await browser.post(f"{V1}/tenants/{tenant}/users", json=invited, headers=admin.headers)
        assert added.status_code == 201, added.text
    async with logged_in(desk) as ada:
        me = (await ada.get("/me")).json()
        assert (me["principal"]["id"], me["principal"]["name"]) == (added.json()["id"], "Ada")
        assert (me["tenant_id"], me["role"]) == (str(tenant), "LEAD")
        key = await ada.browser.post(f"{V1}/api-keys", json={"name": "laptop", "role": "LEAD"}, headers=OWN_SITE)
        assert key.status_code == 201, key.text
        own = (await ada.get("/me", Authorization=f"Bearer {key.json()['key']}")).json()
        assert (own["principal"]["kind"], own["role"]) == ("key", "LEAD")


async def test_one_of_several_tenants_has_to_be_named(ada: Person) -> None:
    first, second = await ada.joins(Role.MEMBER), await ada.joins(Role.VIEWER)
    assert code_of(await ada.get("/sessions")) == (400, "tenant_required")
    me = (await ada.get("/me")).json()
    assert (me["tenant_id"], me["role"]) == (None, None)
    assert {one["slug"]: one["role"] for one in me["memberships"]} == {first[1]: "MEMBER", second[1]: "VIEWER"}
    made = await ada.post(X_Tenant_ID=first[1], **OWN_SITE)
    assert made.status_code == 201
    assert code_of(await ada.post(X_Tenant_ID=str(second[0]), **OWN_SITE)) == (403, "permission_required")
    path = f"/sessions/{made.json()['id']}"
    assert (await ada.get(path, X_Tenant_ID=str(first[0]))).status_code == 200
    assert code_of(await ada.get(path, X_Tenant_ID=second[1])) == (404, "not_found")
    chosen = (await ada.get("/me", X_Tenant_ID=second[1])).json()
    assert (chosen["tenant_id"], chosen["role"]) == (str(second[0]), "VIEWER")


async def test_a_foreign_tenant_answers_as_one_that_never_was(ada: Person) -> None:
    await ada.joins(Role.ADMIN)
    other = f"o-{uuid4().hex}"
    other_id = await make_tenant(ada.desk.database, other)
    answers = [
        await ada.get(path, X_Tenant_ID=tenant)
        for path in ("/sessions", "/me")
        for tenant in (other, str(other_id), str(uuid4()), "nobody", "", "*", "' or 1=1 --")
    ]
    for answer in answers:
        assert code_of(answer) == (404, "tenant_not_found")
        assert without_request_id(answer) == without_request_id(answers[0])


async def test_a_key_wins_over_the_log_in(ada: Person) -> None:
    await ada.joins(Role.ADMIN)
    slug = f"k-{uuid4().hex}"
    key = await make_actor(ada.desk.database, await make_tenant(ada.desk.database, slug), slug, Role.VIEWER)
    me = (await ada.get("/me", **key.headers)).json()
    assert me["principal"] == {"kind": "key", "id": str(key.key_id), "name": "VIEWER", "email": None, "user_id": None}
    assert [one["slug"] for one in me["memberships"]] == [slug]
    assert code_of(await ada.post(**OWN_SITE, **key.headers)) == (403, "permission_required")
    for wrong in ("Bearer x", f"Bearer {mint_key().text}", "Basic x", ""):
        assert code_of(await ada.get("/me", Authorization=wrong)) == (401, "unauthenticated")


OTHER_SITES: tuple[dict[str, str], ...] = (
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": f"{PUBLIC}.evil.example"},
    {"Origin": f"{PUBLIC}:8080"},
    {"Origin": PUBLIC.replace("http:", "https:")},
    {"Referer": f"{PUBLIC}/"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example", "Host": "evil.example"},
    {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example"},
)


@pytest.mark.parametrize("headers", OTHER_SITES, ids=str)
async def test_another_site_changes_nothing(ada: Person, headers: dict[str, str]) -> None:
    """The browser sends the cookie along with a form or a script of any site."""
    await ada.joins(Role.ADMIN)
    assert code_of(await ada.post(**headers)) == (403, "cross_site_request")
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "ANYTHING"):
        answer = await ada.browser.request(method, f"{V1}/sessions", headers=headers)
        assert code_of(answer) == (403, "cross_site_request"), method
    assert code_of(await ada.browser.post("/auth/log-out", headers=headers)) == (403, "cross_site_request")
    assert (await ada.get("/sessions", **headers)).json()["items"] == []


async def test_the_own_site_changes_things(ada: Person) -> None:
    await ada.joins(Role.ADMIN)
    for headers in (OWN_SITE, {"Sec-Fetch-Site": "same-origin"}):
        assert (await ada.post(**headers)).status_code == 201


async def test_after_the_log_out_the_cookie_opens_nothing(ada: Person) -> None:
    await ada.joins(Role.ADMIN)
    cookie = ada.browser.cookies["oio_session"]
    answer = await ada.browser.post("/auth/log-out", headers=OWN_SITE)
    assert answer.status_code == 204
    assert answer.headers["set-cookie"].startswith('oio_session=""; ')
    assert "oio_session" not in ada.browser.cookies
    assert code_of(await ada.get("/me", Cookie=f"oio_session={cookie}")) == (401, "unauthenticated")
    assert (await ada.browser.post("/auth/log-out")).status_code == 204
    again = await ada.browser.post("/auth/log-out", headers={"Cookie": f"oio_session={cookie}"} | OWN_SITE)
    assert again.status_code == 204


async def test_a_person_whose_log_in_fails_comes_to_the_sign_in_page_and_a_program_to_the_error(desk: Desk) -> None:
    """The address has the code alone: no link can put words of its own into the page."""
    async with desk.browser() as browser:
        for path in ("/auth/callback?error=access_denied&error_description=Call+us", "/auth/callback?state=x&code=y"):
            there = await browser.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
            assert there.status_code == 303
            request_id = there.headers["x-request-id"]
            assert there.headers["location"] == f"/sign-in?refused=log_in_failed&request={request_id}"
            assert "oio_session" not in browser.cookies
            assert code_of(await browser.get(path)) == (400, "log_in_failed")


async def test_log_in_and_log_out_are_in_the_audit_log_of_each_tenant_of_the_person(ada: Person) -> None:
    """A log-in opens all of them. Who belongs to none leaves a line in the log alone."""
    tenants = [(await ada.joins(role))[0] for role in (Role.ADMIN, Role.LEAD)]
    async with logged_in(ada.desk) as again:
        assert again.user_id == ada.user_id
        answer = await again.browser.post("/auth/log-out", headers=OWN_SITE)
        await again.browser.post("/auth/log-out", headers=OWN_SITE)  # Nothing is open any more, nothing ends.
    me = f"user:{ada.user_id}"
    for tenant in tenants:
        entries = (await ada.get("/audit", X_Tenant_ID=str(tenant))).json()["items"]
        assert [(one["action"], one["actor"], one["target"]) for one in entries] == [
            ("sign_out", me, me),
            ("sign_in", me, me),
        ]
        assert entries[0]["request_id"] == answer.headers["x-request-id"]
        assert entries[1]["after"]["by"] == "openid"
        assert (await ada.get("/audit/verify", X_Tenant_ID=str(tenant))).json()["intact"]


async def test_one_log_in_ends_and_the_other_goes_on(desk: Desk) -> None:
    async with logged_in(desk) as here, logged_in(desk) as there:
        assert here.user_id == there.user_id
        forged = here.browser.cookies["oio_session"][:-1] + "!"
        await there.browser.post("/auth/log-out", headers={"Cookie": f"oio_session={forged}"} | OWN_SITE)
        await there.browser.post("/auth/log-out", headers=OWN_SITE)
        assert (await here.get("/me")).status_code == 200


async def test_a_log_in_ends_by_itself(ada: Person) -> None:
    await ada.execute("update login_sessions set expires_at = now() where user_id = :user")
    assert code_of(await ada.get("/me")) == (401, "unauthenticated")


async def test_only_the_digest_of_a_cookie_is_stored(ada: Person) -> None:
    _, public_id, secret = ada.browser.cookies["oio_session"].split("_")
    row = await one(ada.desk.database, "select login_sessions::text from login_sessions where public_id = :p", p=public_id)
    assert hashlib.sha256(secret.encode()).hexdigest() in row
    assert secret not in row
    for half in (f"ois_{public_id}_{secret[:-1]}", f"ois_{public_id}_{secret}a", f"ois_{public_id}_{secret.upper()}"):
        assert code_of(await ada.get("/me", Cookie=f"oio_session={half}")) == (401, "unauthenticated")


async def test_the_names_follow_the_provider_and_identify_nobody(desk: Desk) -> None:
    desk.provider.claims |= {"email": "ada@example.com", "name": "Ada\x00 \u202eL."}
    async with logged_in(desk) as ada:
        principal = (await ada.get("/me")).json()["principal"]
        assert (principal["name"], principal["email"]) == ("Ada L.", "ada@example.com")
    desk.provider.claims |= {"name": None, "preferred_username": "ada", "email": ["x"]}
    async with logged_in(desk) as renamed:
        principal = (await renamed.get("/me")).json()["principal"]
        assert principal == {"kind": "user", "id": ada.user_id, "name": "ada", "email": None, "user_id": ada.user_id}
    desk.provider.claims |= {"sub": f"eve-{uuid4().hex}", "email": "ada@example.com", "name": "Ada L."}
    async with logged_in(desk) as eve:
        assert eve.user_id != ada.user_id


async def test_operators_are_those_that_the_settings_name(desk: Desk, tmp_path: Path) -> None:
    subject = desk.provider.claims["sub"]
    here = desk_for(tmp_path, desk.database.url, desk.provider, oidc_operators=f"grace, {subject}")
    async with here as there, logged_in(there) as ada:
        assert (await ada.get("/me")).json()["is_operator"]
        cookie = {"Cookie": f"oio_session={ada.browser.cookies['oio_session']}"}
    async with desk.browser() as browser:
        taken_off = (await browser.get(f"{V1}/me", headers=cookie)).json()
        assert taken_off["principal"]["id"] == ada.user_id
        assert not taken_off["is_operator"]
    async with logged_in(desk):
        assert not await one(desk.database, "select is_operator from users where subject = :s", s=subject)


async def test_an_operator_who_belongs_to_no_tenant_keeps_the_platform_and_sees_no_work(desk: Desk, tmp_path: Path) -> None:
    here = desk_for(tmp_path, desk.database.url, desk.provider, oidc_operators=desk.provider.claims["sub"])
    async with here as there, logged_in(there) as ada:
        headers = OWN_SITE | {"Idempotency-Key": "once"}
        slug = f"t-{uuid4().hex}"
        made = await ada.browser.post(f"{V1}/tenants", json={"slug": slug, "name": "T"}, headers=headers)
        assert made.status_code == 201, made.text
        again = await ada.browser.post(f"{V1}/tenants", json={"slug": slug, "name": "T"}, headers=headers)
        assert code_of(again) == (409, "slug_taken")
        path = f"/tenants/{made.json()['id']}"
        await make_tenant(there.database, f"t-{uuid4().hex}")
        first = (await ada.get("/tenants?limit=1")).json()
        second = (await ada.get(f"/tenants?limit=1&cursor={first['next_cursor']}")).json()
        assert [len(one["items"]) for one in (first, second)] == [1, 1]
        assert first["items"] != second["items"]
        assert (await ada.get(path)).json()["slug"] == slug
        changed = await ada.browser.put(f"{V1}{path}/quotas", json={"max_queued_sessions": 7}, headers=OWN_SITE)
        assert changed.status_code == 200, changed.text
        assert (await ada.get(f"{path}/quotas")).json()["max_queued_sessions"] == 7
        for elsewhere in ("/sessions", "/events/log", "/providers", "/api-keys", f"{path}/users", "/audit"):
            assert code_of(await ada.get(elsewhere)) == (403, "no_membership"), elsewhere
        for platforms in ("/providers?platform=true", "/models?platform=true"):
            assert (await ada.get(platforms)).status_code == 200, platforms
        assert code_of(await ada.get("/providers?platform=false")) == (403, "no_membership")
        assert code_of(await ada.post(**OWN_SITE)) == (403, "no_membership")
        assert (await ada.get("/me")).json()["tenant_id"] is None
        for named in (slug, "nobody"):
            assert code_of(await ada.get("/tenants", X_Tenant_ID=named)) == (403, "no_membership")


async def test_another_provider_does_not_inherit_log_ins(ada: Person, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, public_url=PUBLIC, oidc_issuer="https://other.example", oidc_client_id="orchestrator")
    await _nobody_enters(create_app(settings, ada.desk.database.url), ada)


async def test_without_a_provider_there_is_no_log_in(ada: Person, tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path), ada.desk.database.url)
    await _nobody_enters(app, ada)
    async with in_process(app) as client:
        for path in ("/auth/log-in", "/auth/callback?code=c&state=s"):
            assert code_of(await client.get(path)) == (404, "log_in_not_set_up")
    await app.state.database.close()


async def _nobody_enters(app: Any, ada: Person) -> None:
    async with in_process(app) as client:
        answer = await client.get(f"{V1}/me", headers={"Cookie": f"oio_session={ada.browser.cookies['oio_session']}"})
        assert code_of(answer) == (401, "unauthenticated")
    await app.state.log_ins.close()
    await app.state.database.close()


async def test_the_cookies_are_for_this_site_alone(desk: Desk, tmp_path: Path) -> None:
    plain = (await log_in(desk)).headers["set-cookie"]
    assert set(plain.split("; ")[1:]) == {"HttpOnly", "Max-Age=43200", "Path=/", "SameSite=lax"}
    url = "https://Orchestrator.example:443/"
    async with desk_for(tmp_path, desk.database.url, desk.provider, public_url=url, log_in_hours=1) as there:
        async with in_process(there.app) as browser:
            left = await browser.get("/auth/log-in", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
            assert "redirect_uri=https%3A%2F%2Forchestrator.example%2Fauth%2Fcallback&" in left.headers["location"]
            pending, flags = left.headers["set-cookie"].split("; ", 1)
            assert set(flags.split("; ")) == {"HttpOnly", "Max-Age=600", "Path=/auth", "SameSite=lax", "Secure"}
        async with desk.browser() as outside:
            back = (await outside.get(left.headers["location"])).headers["location"]
        async with in_process(there.app) as browser:
            path = back.removeprefix("https://orchestrator.example")
            answer = await browser.get(path, headers={"Cookie": pending})
            flags = answer.headers["set-cookie"].split("; ")[1:]
            assert set(flags) == {"HttpOnly", "Max-Age=3600", "Path=/", "SameSite=lax", "Secure"}
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "https://id.example"},
        {"oidc_issuer": "https://id.example", "oidc_client_id": "c"},
        {"oidc_issuer": "http://id.example", "oidc_client_id": "c", "public_url": "https://o.example"},
        {"public_url": "orchestrator.example"},
        {"public_url": "ftp://orchestrator.example"},
        {"public_url": "https://o.example/path"},
        {"public_url": "https://a:b@o.example"},
        {"public_url": "https://o.example?x"},
        {"public_url": "https://o.example:port"},
    ],
)
def test_settings_that_are_not_safe_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


def test_unset_lifetime_is_half_a_day() -> None:
    assert timedelta(hours=Settings().log_in_hours) == timedelta(hours=12)
