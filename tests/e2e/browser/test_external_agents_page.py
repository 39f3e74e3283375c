"""External agents: one is let in, seen, given work and shut out, all on the pages."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect
from tests.e2e.browser.conftest import PHONE, SignedIn
from tests.e2e.browser.screen import Screen, press, row
from tests.e2e.browser.team import VERIFY, Team
from tests.e2e.test_external_agents import GOOD, AtWork, change

from orchestrator.client.external_agent import ExternalAgent, Task

FILE = b"What I did.\n"


@pytest.fixture
def may_end() -> Iterator[threading.Event]:
    """Whatever happens, no agent of a test waits for ever."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def at_work(may_end: threading.Event) -> Iterator[list[AtWork]]:
    working: list[AtWork] = []
    yield working
    may_end.set()
    for one in working:
        one.stop()


async def mint(screen: Screen, **fields: str) -> str:
    """By the page: the token, as it is shown once."""
    page = screen.page
    await press(screen, "Let one join")
    for label, value in fields.items():
        await page.get_by_role("dialog").get_by_label(label).fill(value)
    await press(screen, "Make the token")
    token = await page.get_by_test_id("shown-once").inner_text()
    for way in ("Any program, by the command line", "In Python"):
        await expect(page.get_by_role("region", name=way)).to_contain_text(token)
    await screen.no_barriers()
    await press(screen, "I have it")
    await expect(page.get_by_text(token)).to_have_count(0)
    return token


def join(team: Team, token: str) -> ExternalAgent:
    about = {"capabilities": ["bug-fix"], "metadata": {"room": "cellar"}}
    agent = ExternalAgent.join(team.tree.url, token, name="fixer", **about)
    agent.heartbeat(last_error="The disk was slow once.")
    return agent


@pytest.mark.walks
async def test_one_is_let_in_seen_given_work_and_shut_out(
    signed_in: SignedIn, team: Team, tmp_path: Path, may_end: threading.Event, at_work: list[AtWork]
) -> None:
    screen = await signed_in("LEAD", team.key)
    page = screen.page
    await screen.open("/agents")
    await press(screen, "External agents")
    await expect(page.get_by_text("No external agent has joined")).to_be_visible()
    agent = await asyncio.to_thread(join, team, await mint(screen, Agent="fixer", Capabilities="bug-fix"))

    mine = row(screen, "External agents", "fixer")
    for told in ("Live", "healthy", "0/1", "The disk was slow once."):
        await expect(mine).to_contain_text(told)
    await screen.no_barriers()
    await page.get_by_label("Liveness").select_option("lost")
    await expect(page.get_by_text("No external agent matches")).to_be_visible()
    assert "is=lost" in await screen.path()

    await page.get_by_role("tab", name="Enrolments").click()
    await expect(row(screen, "Enrolments", "fixer")).to_contain_text("Used")
    await mint(screen)
    await row(screen, "Enrolments", "any new name").click()
    await press(screen, "Take back…")
    await press(screen, "Take it back")
    await expect(page.get_by_role("button", name="Take back…")).to_have_attribute("aria-disabled", "true")
    assert "open=" in await screen.path()
    await page.keyboard.press("Escape")
    await expect(row(screen, "Enrolments", "any new name")).to_contain_text("Taken back")

    def do(task: Task, _: int) -> dict[str, Any]:
        may_end.wait(60)
        clone = change(task, tmp_path / "clone", GOOD)
        task.upload("notes.txt", FILE, "text/plain")
        return task.result(patch=task.patch_of(clone), summary="I mended it.", artifacts=["notes.txt"], tokens_used=1234)

    session = team.start("Fix the discount", agent="fixer", repository=str(team.shop()), verify=VERIFY)
    at_work.append(AtWork(agent, do))
    await screen.open(f"/sessions/{session['id']}")
    about = page.get_by_label("About this session")
    await expect(about).to_contain_text("turn 1, attempt 1", timeout=30_000)
    await expect(about).to_contain_text("Leased")
    await page.get_by_role("link", name=agent.identity.agent_id[-8:]).click()
    drawer = page.get_by_role("dialog")
    await expect(drawer.get_by_text("Leased", exact=True).first).to_be_visible()
    may_end.set()
    await expect(drawer).to_contain_text("Handed in", timeout=30_000)
    await expect(drawer.get_by_label("What the agent says of its work")).to_contain_text("I mended it.")
    await expect(drawer).to_contain_text("Says it used1,234 tokens")
    await screen.no_barriers()
    async with page.expect_download() as download:
        await press(screen, "Download notes.txt")
    assert Path(await (await download.value).path()).read_bytes() == FILE
    await page.keyboard.press("Escape")
    await expect(row(screen, "Assignments", session["id"][-8:])).to_contain_text("Handed in")
    assert (await team.ended(session))["verification"] == "verified"

    await page.get_by_role("tab", name="About it").click()
    known = page.get_by_role("region", name="What is known here")
    await expect(known).to_contain_text("Capabilitiesbug-fix")
    await expect(page.get_by_role("region", name="Metadata")).to_contain_text("cellar")
    await screen.no_barriers()
    header = page.get_by_label("About this external agent")
    await press(screen, "Drain")
    await expect(header).to_contain_text("To drain")
    await asyncio.to_thread(at_work.pop().stop)
    await press(screen, "Revoke…")
    await press(screen, "Revoke it")
    await expect(header).to_contain_text("Revoked")
    await expect(page.get_by_role("button", name="Revoke…")).to_have_attribute("aria-disabled", "true")
    assert team.call("GET", f"/agents/external/{agent.identity.agent_id}")["revoked_at"]


@pytest.mark.walks
async def test_who_may_not_let_one_in_is_told_why_also_on_a_phone(signed_in: SignedIn, team: Team) -> None:
    made = team.call("POST", "/agents/external/enrolments", {})
    agent = await asyncio.to_thread(join, team, made["token"])
    agent.close()
    screen = await signed_in("MEMBER", team.key, PHONE)
    page = screen.page
    own = f"/agents/external/{agent.identity.agent_id}"
    for address in ("/agents/external", own, f"{own}?tab=about"):
        await screen.open(address)
        await expect(page.get_by_text("fixer").first).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        await screen.no_barriers()
    revoke = page.get_by_role("button", name="Revoke…")
    await expect(revoke).to_have_attribute("aria-disabled", "true")
    await revoke.focus()
    await expect(page.get_by_role("tooltip")).to_contain_text("needs the role LEAD")
    await screen.open("/agents/external?tab=enrolments")
    await expect(page.get_by_text("Enrolments are for leads")).to_be_visible()
    await expect(page.get_by_role("button", name="Let one join")).to_have_attribute("aria-disabled", "true")
