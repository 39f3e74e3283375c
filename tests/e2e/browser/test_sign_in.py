"""Signing in and out, as people do it: by key, by link, and on the way to a page that somebody sent."""

import asyncio
from uuid import uuid4

import pytest
from playwright.async_api import expect
from tests.e2e.browser.conftest import SignedIn, Windows
from tests.e2e.browser.screen import Screen
from tests.e2e.tree import Tree

from orchestrator.client.api import Client


async def fill_in(screen: Screen, key: str) -> None:
    await screen.page.get_by_label("API key").fill(key)
    await screen.page.get_by_role("button", name="Sign in", exact=True).click()


async def sees_fleet(screen: Screen) -> None:
    await expect(screen.page.get_by_role("heading", name="Fleet", exact=True)).to_be_visible()


async def is_inside(screen: Screen) -> None:
    """On whichever page is the first."""
    await screen.page.wait_for_url(lambda url: "/sign-in" not in url)
    await expect(screen.page.get_by_role("navigation").first).to_be_visible()


async def test_by_key_and_out_again(windows: Windows) -> None:
    screen = await windows.open()
    screen.expect_refusals(401)
    await screen.open("/")
    await expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await fill_in(screen, "oio_wrong_wrong")
    await expect(screen.page.get_by_text("This key is not valid here.")).to_be_visible()
    await fill_in(screen, windows.key_of("MEMBER"))
    await is_inside(screen)
    (cookie,) = await screen.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("oio_session", True, "Lax")
    kept = await screen.page.evaluate("JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie")
    assert "oio_" not in kept
    assert "oik_" not in kept
    await screen.open("/fleet")
    await sees_fleet(screen)
    await screen.page.get_by_role("button", name="member").click()
    await screen.page.get_by_role("menuitem", name="Log out").click()
    await expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert await screen.context.cookies() == []
    await screen.open("/fleet")
    await expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.walks
async def test_by_link_once(windows: Windows, tree: Tree) -> None:
    with Client(tree.url, windows.key_of("VIEWER")) as client:
        link = client.sign_in_link()
    screen = await windows.open()
    screen.expect_refusals(401)
    await screen.page.goto(link)
    await is_inside(screen)
    assert "token" not in await screen.path()
    second = await windows.open()
    second.expect_refusals(401)
    await second.page.goto(link)
    await expect(second.page.get_by_text("This link has been used, or is too old.")).to_be_visible()
    assert await second.context.cookies() == []


@pytest.mark.walks
async def test_a_link_does_not_make_somebody_else_of_whoever_is_signed_in(windows: Windows, signed_in: SignedIn) -> None:
    """Who opened a stranger's link worked on in the stranger's tenant, and saw it by a name at most."""
    status, other = windows.tree.request("POST", "/tenants", {"slug": f"t-{uuid4().hex}", "name": "Others"})
    assert status == 201, other
    with Client(windows.tree.url, other["admin_key"]) as client:
        link = client.sign_in_link()
    victim = await signed_in("MEMBER")
    before = await victim.context.cookies()
    for button, is_other in (("Stay signed in", False), ("Use the link", True)):
        await victim.page.goto(f"{victim.url}/nothing")
        await victim.page.goto(link)
        await expect(victim.page.get_by_text("This link signs you in as whoever made it.")).to_be_visible()
        assert await victim.context.cookies() == before
        await victim.no_barriers()
        await victim.page.get_by_role("button", name=button).click()
        await is_inside(victim)
        me = await (await victim.context.request.get(f"{victim.url}/api/v1/me")).json()
        assert (me["tenant_id"] == other["id"]) is is_other


@pytest.mark.walks
async def test_a_link_that_was_sent_leads_back_after_the_sign_in(windows: Windows) -> None:
    screen = await windows.open()
    screen.expect_refusals(401)
    await screen.open("/fleet?view=board&q=discount")
    await expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await fill_in(screen, windows.key_of("MEMBER"))
    await sees_fleet(screen)
    assert (await screen.path()).startswith("/fleet?")
    assert {"view=board", "q=discount"} <= set((await screen.path()).partition("?")[2].split("&"))


@pytest.mark.walks
async def test_another_site_cannot_be_the_way_back(windows: Windows) -> None:
    for wrong in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"):
        screen = await windows.open()
        screen.expect_refusals(401)
        await screen.page.goto(f"{screen.url}/sign-in?next={wrong}")
        await fill_in(screen, windows.key_of("VIEWER"))
        await is_inside(screen)
        assert screen.page.url.startswith(screen.url), wrong


@pytest.mark.walks
async def test_a_viewer_sees_and_cannot_act(signed_in: SignedIn) -> None:
    screen = await signed_in("VIEWER")
    await screen.open("/fleet")
    await sees_fleet(screen)
    button = screen.page.get_by_role("button", name="Stop all")
    assert await button.get_attribute("aria-disabled") == "true" or await button.is_disabled()
    member = await signed_in("MEMBER")
    await member.open("/fleet")
    button = member.page.get_by_role("button", name="Stop all")
    await expect(button).to_be_enabled()
    assert await button.get_attribute("aria-disabled") in (None, "false")


@pytest.mark.walks
async def test_the_page_ends_with_the_key(windows: Windows, tree: Tree) -> None:
    status, made = tree.request("POST", "/api-keys", {"name": f"doomed {uuid4().hex[:6]}", "role": "MEMBER"})
    assert status == 201
    screen = await windows.open()
    screen.expect_refusals(401)
    await screen.open("/fleet")
    await fill_in(screen, made["key"])
    await sees_fleet(screen)
    status, _ = await asyncio.to_thread(tree.request, "POST", f"/api-keys/{made['id']}/revoke")
    assert status == 200
    await expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.walks
async def test_a_person_of_another_tenant_finds_nothing(windows: Windows, signed_in: SignedIn, tree: Tree) -> None:
    session = tree.create(prompt="Fix the discount", title=f"mine {uuid4().hex[:6]}", start=False)
    status, other = tree.request("POST", "/tenants", {"slug": f"t-{uuid4().hex}", "name": "Others"})
    assert status == 201, other
    theirs = await signed_in("ADMIN", other["admin_key"])
    theirs.expect_refusals(404)
    await theirs.open("/fleet")
    await sees_fleet(theirs)
    await expect(theirs.page.get_by_text("No sessions yet")).to_be_visible()
    answer = await theirs.context.request.get(f"{theirs.url}/api/v1/sessions/{session['id']}")
    assert answer.status == 404
    mine = await signed_in("VIEWER")
    await mine.open("/fleet")
    await expect(mine.page.get_by_role("link", name=session["title"])).to_be_visible()


async def test_nothing_keeps_people_out(windows: Windows, signed_in: SignedIn) -> None:
    door = await windows.open()
    door.expect_refusals(401)
    await door.open("/sign-in")
    await expect(door.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await door.no_barriers()
    await door.picture("sign-in")
    inside = await signed_in("MEMBER")
    await inside.open("/fleet")
    await sees_fleet(inside)
    await inside.no_barriers()


async def test_a_barrier_is_found(windows: Windows) -> None:
    """So that the silence above means something."""
    screen = await windows.open()
    screen.expect_refusals(401)
    await screen.open("/sign-in")
    await expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await screen.page.evaluate("document.querySelector('button').replaceChildren()")
    assert any("button-name" in one for one in await screen.barriers())


async def test_what_a_page_complains_of_is_found(windows: Windows) -> None:
    """So that a test without complaints means something: an error, a script that the policy refuses, a status."""
    screen = await windows.open()
    await screen.open("/sign-in")
    await expect(screen.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert not screen.problems
    await screen.page.evaluate("console.error('broken')")
    await screen.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.x = 1'}))"
    )
    await screen.page.evaluate("fetch('/api/v1/sessions')")
    async with screen.page.expect_event("pageerror"):
        await screen.page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    found = "\n".join(screen.problems)
    for words in ("console error: broken", "Content Security Policy", "status of 401", "page error: thrown"):
        assert words in found
    assert await screen.page.evaluate("window.x") is None
    screen.problems.clear()
