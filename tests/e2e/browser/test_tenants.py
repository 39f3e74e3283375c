"""People who log in with OpenID: the button, the way to the provider and back, several tenants or none."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Locator, Request, Route, expect
from tests.actors import Actor
from tests.api import Actors, Server, make_actors, settings_for
from tests.e2e.browser.conftest import Windows
from tests.e2e.browser.screen import Screen
from tests.e2e.tree import free_port
from tests.tenancy.openid import CLIENT_ID, mock_provider

from orchestrator.kit.db import Database


@dataclass
class Desk:
    """An API with a log-in, and whom its provider knows: ada, who belongs to two tenants, and bob, who belongs to none."""

    server: Server
    issuer: str

    @property
    def actors(self) -> Actors:
        return self.server.actors

    async def call(self, method: str, path: str, actor: Actor, body: Any = None) -> Any:
        async with httpx.AsyncClient(base_url=f"{self.server.url}/api/v1", headers=actor.headers) as client:
            answer = await client.request(method, path, json=body)
            assert answer.status_code < 300, answer.text
            return answer.json()

    async def add_ada(self, actor: Actor, role: str) -> None:
        person = {"name": "Ada", "issuer": self.issuer, "subject": "ada", "role": role}
        await self.call("POST", f"/tenants/{actor.tenant_id}/users", actor, person)

    async def session_of(self, actor: Actor) -> dict[str, Any]:
        wanted = {"prompt": "Do it.", "title": f"work {uuid4().hex[:6]}", "start": False}
        return await self.call("POST", "/sessions", actor, wanted)


@pytest.fixture
async def desk(tmp_path: Path, database: Database) -> AsyncIterator[Desk]:
    async with mock_provider({"sub": "ada", "name": "Ada"}, {"sub": "bob", "name": "Bob"}) as issuer:
        port = free_port()
        own = {
            "public_url": f"http://127.0.0.1:{port}",
            "oidc_issuer": issuer,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": "s",
        }
        server = Server(settings_for(tmp_path, **own), database, await make_actors(database), port=port)
        server.start()
        try:
            yield Desk(server, issuer)
        finally:
            server.stop()


@dataclass
class Asked:
    """The tenant that each request to the API names."""

    tenants: list[str | None] = field(default_factory=list)

    def __call__(self, request: Request) -> None:
        if "/api/v1/" in request.url:
            self.tenants.append(request.headers.get("x-tenant-id"))


async def log_in(screen: Screen, who: str) -> None:
    async def no_style(route: Route) -> None:
        await route.fulfill(content_type="text/css", body="")

    await screen.page.route("https://cdn.jsdelivr.net/**", no_style)  # The provider's own pages are styled from there.
    await screen.page.get_by_role("link", name="Log in with OpenID").click()
    await screen.page.get_by_role("button", name=who, exact=True).click()


def switcher(screen: Screen) -> Locator:
    return screen.page.get_by_role("button", name="switch")


async def test_a_person_of_two_tenants_changes_between_them(desk: Desk, windows: Windows) -> None:
    a, b = desk.actors.admin, desk.actors.other
    await desk.add_ada(a, "ADMIN")
    await desk.add_ada(b, "VIEWER")
    mine, theirs = await desk.session_of(a), await desk.session_of(b)
    screen = await windows.open(url=desk.server.url)
    page = screen.page
    screen.expect_refusals(401, 404)
    await screen.open(f"/fleet?tenant={a.slug}")
    await expect(page.get_by_role("link", name="Log in with OpenID")).to_be_visible()
    await screen.no_barriers()
    await log_in(screen, "ada")
    await expect(page.get_by_role("link", name=mine["title"])).to_be_visible()
    await expect(page.get_by_role("link", name=theirs["title"])).to_have_count(0)
    await expect(page.get_by_role("link", name="Admin")).to_be_visible()

    asked = Asked()
    await switcher(screen).click()
    await expect(page.get_by_role("menuitem")).to_have_count(2)
    await screen.no_barriers()
    page.on("request", asked)
    await page.get_by_role("menuitem", name=b.slug).click()
    await page.wait_for_url(f"**/inbox?tenant={b.slug}")
    await page.get_by_role("link", name="Fleet").click()
    await expect(page.get_by_role("link", name=theirs["title"])).to_be_visible()
    await expect(page.get_by_role("link", name=mine["title"])).to_have_count(0)
    assert set(asked.tenants) == {b.slug}
    # What a VIEWER may not do there is absent, or says why.
    await expect(page.get_by_role("link", name="Admin")).to_have_count(0)
    await screen.open("/admin/keys")
    await expect(page.get_by_text("your role here is VIEWER")).to_be_visible()
    await screen.open("/keys")
    await expect(page.get_by_text("This needs the role MEMBER or higher; yours here is VIEWER.")).to_be_visible()

    # A link of the other tenant finds nothing here, and leads there when it names it.
    await screen.open(f"/sessions/{mine['id']}")
    await expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    await screen.open(f"/sessions/{mine['id']}?tenant={a.slug}")
    await expect(page.get_by_role("heading", name=mine["title"])).to_be_visible()
    await expect(switcher(screen)).to_contain_text("ADMIN")

    await page.get_by_role("button", name="Ada").click()
    await page.get_by_role("menuitem", name="Log out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert await screen.path() == "/sign-in"
    await page.go_back()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    for actor in (a, b):
        entries = (await desk.call("GET", "/audit?limit=2", actor))["items"]
        assert [one["action"] for one in entries] == ["sign_out", "sign_in"]
        assert (await desk.call("GET", "/audit/verify", actor))["intact"]


@pytest.mark.walks
async def test_who_belongs_to_no_tenant_is_told_whom_to_ask(desk: Desk, windows: Windows) -> None:
    screen = await windows.open(url=desk.server.url)
    screen.expect_refusals(401, 403, 404)
    await screen.open("/")
    await log_in(screen, "Deny")
    await expect(screen.page.get_by_role("alert")).to_contain_text("The log-in was not completed.")
    await expect(screen.page.get_by_role("alert")).to_contain_text("log_in_failed · request")
    await screen.no_barriers()
    await log_in(screen, "bob")
    await expect(screen.page.get_by_role("heading", name="You belong to no tenant yet")).to_be_visible()
    await screen.no_barriers()
    user_id = await screen.page.locator("code").inner_text()
    await desk.call(
        "POST", f"/tenants/{desk.actors.admin.tenant_id}/users", desk.actors.admin, {"user_id": user_id, "role": "MEMBER"}
    )
    await screen.page.get_by_role("button", name="Look again").click()
    await expect(screen.page.get_by_role("heading", name="Inbox")).to_be_visible()
