"""Agents: what each has proved and has to do, who would be chosen for what, and why somebody was."""

import re

import pytest
from playwright.async_api import expect
from tests.e2e.browser.conftest import PHONE, SignedIn
from tests.e2e.browser.screen import press, row
from tests.e2e.browser.team import VERIFY, Team

FIXER = {"description": "Mends prices", "prompt": "You mend what is broken.", "capabilities": ["prices"]}


async def test_an_agent_is_looked_at_asked_for_and_switched_off(signed_in: SignedIn, team: Team) -> None:
    fixer = team.call("POST", "/agents", {"name": "fixer", "definition": FIXER})
    second = {**FIXER, "prompt": "You mend with care.", "limits": {"max_concurrent_sessions": 4}}
    session = team.start("Fix the discount", capabilities=["prices"], repository=str(team.shop()), verify=VERIFY)
    assert (await team.ended(session))["verification"] == "verified"
    team.call("POST", f"/agents/{fixer['id']}/versions", {"definition": second})
    screen = await signed_in("ADMIN", team.key)
    page = screen.page
    await screen.open("/fleet")
    await page.get_by_role("link", name="Agents").click()
    mine = row(screen, "Agents", "fixer")
    await expect(mine).to_contain_text("0 of 4")
    await expect(mine).to_contain_text("n 0")
    await screen.no_barriers()
    await screen.picture("agents")
    await mine.get_by_role("link", name="fixer").click()
    await page.get_by_role("tab", name="Versions").click()
    first = row(screen, "Versions", "Version 1")
    await expect(first).to_contain_text("n 1")
    await first.click()
    await expect(page.get_by_label("About this agent")).to_contain_text("Ended1 session")
    await expect(row(screen, "What it proved", "prices")).to_contain_text("Trainee")
    await screen.no_barriers()
    await page.get_by_role("tab", name="Definition").click()
    await expect(page.get_by_text("You mend what is broken.")).to_be_visible()
    await screen.no_barriers()
    await page.get_by_role("tab", name="File").click()
    await expect(page.get_by_text("description: Mends prices")).to_be_visible()
    assert "version=1" in await screen.path()
    await page.get_by_role("switch", name="fixer takes work").click()
    await expect(page.get_by_role("switch", name="fixer takes work")).to_have_attribute("aria-checked", "false")
    await screen.open("/agents?tab=route")
    await page.get_by_role("button", name="prices", exact=True).click()
    await press(screen, "Ask")
    await expect(page.get_by_label("The reason")).to_contain_text("No agent can take it for prices")
    await expect(row(screen, "Candidates", "fixer")).to_contain_text("it is switched off")
    await screen.no_barriers()
    assert re.search(r"asks=prices&seed=\d+$", await screen.path())


@pytest.mark.walks
async def test_a_session_tells_why_its_agent_does_it(signed_in: SignedIn, team: Team) -> None:
    team.call("POST", "/agents", {"name": "fixer", "definition": FIXER})
    session = team.start("Do nothing at all", capabilities=["prices"])
    await team.ended(session)
    screen = await signed_in("VIEWER", team.key)
    page = screen.page
    await screen.open(f"/sessions/{session['id']}")
    await expect(page.get_by_text("fixer v1")).to_be_visible()
    await page.get_by_role("link", name="why").click()
    await expect(page.get_by_label("The reason")).to_contain_text("fixer v1 was chosen for prices")
    await expect(row(screen, "Candidates", "fixer")).to_contain_text("Was chosen")
    await expect(row(screen, "Candidates", "architect")).to_contain_text("it lacks prices")
    await screen.no_barriers()
    await screen.picture("agents-routing")
    await press(screen, "Ask the same now")
    await expect(page.get_by_label("What the work asks for")).to_have_value("prices")
    await expect(row(screen, "Candidates", "fixer")).to_contain_text("Would be chosen")
    before = await screen.path()
    await press(screen, "Draw again")
    await expect(page).not_to_have_url(screen.url + before)


@pytest.mark.walks
async def test_who_may_not_switch_is_told_why_and_a_stranger_finds_nothing(signed_in: SignedIn, team: Team) -> None:
    fixer = team.call("POST", "/agents", {"name": "fixer", "definition": FIXER})
    member = await signed_in("MEMBER", team.key)
    await member.open("/agents?q=mends")
    switch = member.page.get_by_role("switch", name="fixer takes work")
    await expect(switch).to_have_attribute("aria-disabled", "true")
    await switch.focus()
    await expect(member.page.get_by_role("tooltip")).to_contain_text("needs the role LEAD")
    await expect(row(member, "Agents", "architect")).to_have_count(0)
    stranger = await signed_in("ADMIN")
    stranger.expect_refusals(404)
    await stranger.open(f"/agents/{fixer['id']}")
    await expect(stranger.page.get_by_text("or it belongs to another tenant")).to_be_visible()


@pytest.mark.walks
async def test_agents_on_a_phone(signed_in: SignedIn, team: Team) -> None:
    fixer = team.call("POST", "/agents", {"name": "fixer", "definition": FIXER})
    screen = await signed_in("MEMBER", team.key, PHONE)
    addresses = ["/agents", "/agents?tab=route&asks=prices&seed=7"]
    addresses += [f"/agents/{fixer['id']}?tab={tab}" for tab in ("record", "versions", "definition", "file")]
    for address in addresses:
        await screen.open(address)
        await expect(screen.page.get_by_role("tab").first).to_be_visible()
        await expect(screen.page.get_by_label(re.compile("^Loading"))).to_have_count(0)
        assert await screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        await screen.no_barriers()
