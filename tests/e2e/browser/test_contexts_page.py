"""Shared context: entries, their history, and conflicts that a person decides."""

import re
from typing import Any

import httpx
import pytest
from playwright.async_api import expect
from tests.e2e.browser.conftest import PHONE, SignedIn
from tests.e2e.browser.screen import press, row
from tests.e2e.browser.team import Team

DATABASE = {"use": "PostgreSQL", "since": 15}


def put(team: Team, key: str, value: Any, version: int | None = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {team.key}"} | ({} if version is None else {"If-Match": f'"{version}"'})
    body = {"scope": "GLOBAL", "key": key, "value": value}
    return httpx.put(f"{team.tree.url}/api/v1/contexts", json=body, headers=headers, timeout=20, trust_env=False)


def collide(team: Team) -> None:
    assert put(team, "decisions/database", DATABASE).status_code == 200
    assert put(team, "decisions/database", DATABASE | {"since": 16}, 1).status_code == 200
    assert put(team, "decisions/database", DATABASE | {"since": 17, "note": "mine"}, 1).status_code == 409


async def test_a_conflict_is_seen_from_both_sides_and_decided(signed_in: SignedIn, team: Team) -> None:
    screen = await signed_in("MEMBER", team.key)
    page = screen.page
    await screen.open("/fleet")
    await page.get_by_role("link", name="Context").click()
    await expect(page.get_by_text("Nothing is shared yet")).to_be_visible()
    collide(team)
    await expect(row(screen, "Entries", "decisions/database")).to_contain_text('"since":16')
    await screen.no_barriers()
    await screen.picture("contexts")
    await expect(page.get_by_role("tab", name="Conflicts 1")).to_be_visible()
    await page.get_by_role("tab", name="Conflicts").click()
    await screen.no_barriers()
    await row(screen, "Conflicts", "decisions/database").click()
    both = page.get_by_role("dialog").get_by_role("row").filter(has_text="/since")
    await expect(both.get_by_role("cell")).to_have_text(["15", "16", "17"])
    await screen.no_barriers()
    await screen.picture("contexts-conflict")
    await press(screen, "Take what was refused")
    await expect(page.get_by_text("No conflict waits")).to_be_visible()
    [entry] = team.call("GET", "/contexts")["items"]
    assert team.call("GET", f"/contexts/{entry['id']}")["value"] == DATABASE | {"since": 17, "note": "mine"}
    await page.get_by_label("Resolved ones too").check()
    await expect(row(screen, "Conflicts", "decisions/database")).to_contain_text("Resolved")


@pytest.mark.walks
async def test_an_entry_is_written_changed_found_and_deleted(signed_in: SignedIn, team: Team) -> None:
    screen = await signed_in("MEMBER", team.key)
    page = screen.page
    await screen.open("/contexts")
    await press(screen, "New entry")
    await page.get_by_label("Key", exact=True).fill("not a key")
    await page.get_by_label("Value", exact=True).fill("no json")
    await press(screen, "Write")
    await expect(page.get_by_label("Value", exact=True)).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Value", exact=True).fill('"An integer of micro-USD."')
    screen.expect_refusals(422)
    await press(screen, "Write")
    await expect(page.get_by_label("Key", exact=True)).to_have_attribute("aria-invalid", "true")
    await screen.no_barriers()
    await page.get_by_label("Key", exact=True).fill("conventions/money")
    await press(screen, "Write")
    put(team, "findings/port", {"port": 8700})
    # The dialog gives the focus back when it has closed, which would take it from the field again.
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_label("Words in keys and values").fill("integers")
    await page.get_by_label("Words in keys and values").press("Enter")
    await expect(page).to_have_url(re.compile(r"[?&]q=integers"))
    await expect(row(screen, "Entries", "findings/port")).to_have_count(0)
    await row(screen, "Entries", "conventions/money").click()
    await press(screen, "Change")
    await page.get_by_label("Value", exact=True).fill('"An integer of micro-USD, never a float."')
    await press(screen, "Write")
    versions = page.get_by_role("list", name="Versions").get_by_role("listitem")
    await expect(versions).to_have_count(2)
    await versions.nth(1).get_by_role("button").click()
    await expect(page.get_by_role("dialog").get_by_text('"An integer of micro-USD."', exact=True)).to_be_visible()
    await screen.no_barriers()
    await press(screen, "Delete…")
    await press(screen, "Delete the entry")
    await expect(page.get_by_text("No entry matches")).to_be_visible()
    await press(screen, "Show all")
    await page.get_by_label("Deleted ones too").check()
    await row(screen, "Entries", "conventions/money").filter(has_text="deleted").click()
    await expect(versions).to_have_count(3)
    await screen.no_barriers()
    await press(screen, "Write it anew")
    await page.get_by_label("Value", exact=True).fill('"Micro-USD."')
    await press(screen, "Write")
    await expect(versions).to_have_count(4)
    await press(screen, "Close")
    await expect(row(screen, "Entries", "conventions/money")).to_contain_text("Micro-USD.")


@pytest.mark.walks
async def test_a_viewer_reads_why_not_and_a_stranger_finds_nothing(signed_in: SignedIn, team: Team) -> None:
    collide(team)
    [conflict] = team.call("GET", "/contexts/conflicts")["items"]
    viewer = await signed_in("VIEWER", team.key)
    await viewer.open(f"/contexts?tab=conflicts&conflict={conflict['id']}")
    take = viewer.page.get_by_role("button", name="Take what was refused")
    await expect(take).to_have_attribute("aria-disabled", "true")
    await take.focus()
    await expect(viewer.page.get_by_role("tooltip")).to_contain_text("needs the role MEMBER")
    stranger = await signed_in("ADMIN")
    stranger.expect_refusals(404)
    await stranger.open(f"/contexts?entry={conflict['context_id']}")
    await expect(stranger.page.get_by_role("dialog").get_by_role("alert")).to_contain_text("not_found")


@pytest.mark.walks
async def test_contexts_on_a_phone(signed_in: SignedIn, team: Team) -> None:
    collide(team)
    [conflict] = team.call("GET", "/contexts/conflicts")["items"]
    screen = await signed_in("MEMBER", team.key, PHONE)
    addresses = ["/contexts", "/contexts?tab=conflicts", f"/contexts?entry={conflict['context_id']}"]
    for address in (*addresses, f"/contexts?tab=conflicts&conflict={conflict['id']}"):
        await screen.open(address)
        await expect(screen.page.get_by_text("decisions/database").first).to_be_visible()
        await expect(screen.page.get_by_label(re.compile("^Loading"))).to_have_count(0)
        assert await screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        await screen.no_barriers()
