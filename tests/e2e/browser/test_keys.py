"""API keys: shown once, used, rotated and revoked; an ADMIN sees all of the tenant, everybody else their own."""

import asyncio
import time

import pytest
from playwright.async_api import expect
from tests.e2e.browser.conftest import Windows, sign_in
from tests.e2e.browser.screen import Screen, new_name, press, row
from tests.e2e.browser.team import Team
from tests.e2e.tree import Tree


def until_used(tree: Tree, name: str) -> None:
    """It is written behind the request."""
    end = time.monotonic() + 15
    while not any(one["name"] == name and one["last_used_at"] for one in tree.request("GET", "/api-keys")[1]["items"]):
        assert time.monotonic() < end, "no use of the key was written"
        time.sleep(0.1)


async def test_a_key_is_shown_once_works_and_is_revoked(operator: Screen, tree: Tree) -> None:
    name = new_name("robot")
    operator.expect_refusals(422)
    await operator.open("/admin")
    await operator.page.get_by_role("link", name="API keys").click()
    await press(operator, "Make a key")
    await press(operator, "Make the key")
    field = operator.page.get_by_label("Name", exact=True)
    await expect(field).to_have_attribute("aria-invalid", "true")
    await field.fill(name)
    await operator.page.get_by_label("Role").select_option("VIEWER")
    await operator.page.get_by_label("Expires").select_option("in 7 days")
    await press(operator, "Make the key")
    key = await operator.page.get_by_test_id("shown-once").inner_text()
    await operator.no_barriers()
    assert (await asyncio.to_thread(tree.request, "GET", "/me", None, key))[1]["role"] == "VIEWER"
    await press(operator, "I have it")
    assert key not in await operator.page.content()
    await asyncio.to_thread(until_used, tree, name)
    await operator.page.reload()
    await expect(row(operator, "API keys", name)).not_to_contain_text("never")
    await row(operator, "API keys", name).click()
    await press(operator, "Revoke…")
    await press(operator, "Revoke the key")
    await expect(operator.page.get_by_role("dialog").get_by_text("Revoked").first).to_be_visible()
    assert (await asyncio.to_thread(tree.request, "GET", "/me", None, key))[0] == 401
    await operator.page.keyboard.press("Escape")
    await operator.page.get_by_role("link", name="Audit log").click()
    for action in ("key.revoke", "key.create"):
        await expect(row(operator, "Audit log", action).first).to_be_visible()


@pytest.mark.walks
async def test_a_rotated_key_has_another_secret(operator: Screen, tree: Tree) -> None:
    name = new_name("turning")
    status, before = tree.request("POST", "/api-keys", {"name": name, "role": "MEMBER"})
    assert status == 201
    await operator.open("/admin/keys")
    await row(operator, "API keys", name).click()
    await press(operator, "Rotate…")
    await operator.page.get_by_label("The secret from before").select_option("It ends at once")
    await press(operator, "Rotate the key")
    key = await operator.page.get_by_test_id("shown-once").inner_text()
    assert (await asyncio.to_thread(tree.request, "GET", "/me", None, key))[0] == 200
    assert (await asyncio.to_thread(tree.request, "GET", "/me", None, before["key"]))[0] == 401


@pytest.mark.walks
async def test_members_keep_their_own_keys_and_no_others(windows: Windows, team: Team) -> None:
    theirs = team.call("POST", "/api-keys", {"name": new_name("the admin's"), "role": "MEMBER"})
    screen = await windows.open()
    await sign_in(screen, team.colleague("MEMBER"))
    await screen.open("/fleet")
    await screen.page.get_by_role("button", name="member").click()
    await screen.page.get_by_role("menuitem", name="Your API keys").click()
    await press(screen, "Make a key")
    await expect(screen.page.get_by_label("Role").get_by_role("option")).to_have_text(["MEMBER", "VIEWER"])
    name = new_name("laptop")
    await screen.page.get_by_label("Name", exact=True).fill(name)
    await press(screen, "Make the key")
    key = await screen.page.get_by_test_id("shown-once").inner_text()
    await press(screen, "I have it")
    assert team.call("GET", "/me", key=key)["role"] == "MEMBER"
    await expect(row(screen, "API keys", name)).to_be_visible()
    await expect(row(screen, "API keys", theirs["name"])).to_have_count(0)
    await screen.no_barriers()
    await screen.picture("own-keys")
    await row(screen, "API keys", name).click()
    assert "open=" in await screen.path()
    await press(screen, "Revoke…")
    await press(screen, "Revoke the key")
    await expect(screen.page.get_by_role("dialog").get_by_text("Revoked").first).to_be_visible()
