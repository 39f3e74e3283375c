"""What is done with a session from its page, one thing after the other: at work, and with its result."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from tests.e2e.browser.conftest import PHONE, SignedIn
from tests.e2e.browser.screen import Screen
from tests.e2e.browser.team import VERIFY, Team
from tests.e2e.test_rebase import moved
from tests.e2e.tree import Tree, git

pytestmark = pytest.mark.timeout(180)
WAIT_MS = 40_000
"""For what an agent does."""


@pytest.fixture(scope="module")
def team(tree: Tree) -> Team:
    return Team.make(tree)


async def at(screen: Screen, session_id: str, query: str = "") -> Page:
    await screen.open(f"/sessions/{session_id}{query}")
    await expect(screen.page.get_by_role("tab", name="Transcript")).to_be_visible()
    return screen.page


async def is_now(page: Page, status: str) -> None:
    about = page.get_by_label("About this session")
    await expect(about.get_by_text(status, exact=True).first).to_be_visible(timeout=WAIT_MS)


async def choose(page: Page, name: str) -> None:
    await page.get_by_role("button", name="More to do").click()
    await page.get_by_role("menuitem", name=name).click()


async def test_at_work_it_is_watched_paused_resumed_and_stopped(signed_in: SignedIn, team: Team) -> None:
    session = team.start("Run for ever", repository=str(team.shop()))
    screen = await signed_in("MEMBER", team.key)
    page = await at(screen, session["id"])
    call = page.get_by_role("log", name="Transcript").get_by_role("article").filter(has_text="sleep 600")
    await expect(call.get_by_role("img", name="running")).to_be_visible(timeout=WAIT_MS)
    await call.get_by_role("button", name="bash").click()
    await expect(call).to_contain_text("It runs; what it prints is shown when it has ended.")
    await screen.no_barriers()
    await page.get_by_role("tab", name="Timeline").click()
    row = page.get_by_role("grid", name="Everything on the timeline").get_by_role("row").filter(has_text="bash")
    await expect(row).to_contain_text("goes on")
    await page.get_by_role("tab", name="Transcript").click()
    await page.get_by_role("button", name="Pause").click()
    await is_now(page, "Paused")
    await expect(page.get_by_role("img", name="running")).to_have_count(0)
    await page.get_by_role("button", name="Resume").click()
    await is_now(page, "Running")
    again = page.get_by_role("log", name="Transcript").get_by_role("article").filter(has_text="sleep 601")
    await expect(again.get_by_role("img", name="running")).to_be_visible(timeout=WAIT_MS)
    await page.get_by_role("button", name="Stop").click()
    await page.get_by_role("dialog").get_by_role("button", name="Stop it").click()
    await is_now(page, "Stopped")
    await expect(page.get_by_role("img", name="running")).to_have_count(0)


@pytest.mark.walks
async def test_a_result_is_downloaded_rebased_and_rejected(signed_in: SignedIn, team: Team, tmp_path: Path) -> None:
    shop = team.shop()
    session = team.start("Fix the discount", repository=str(shop), verify=VERIFY)
    done = await team.ended(session)
    screen = await signed_in("MEMBER", team.key)
    page = await at(screen, session["id"])
    for form, ending in (("Text", "txt"), ("JSONL", "jsonl")):
        await page.get_by_role("button", name="Download").click()
        async with page.expect_download() as saved:
            await page.get_by_role("menuitem", name=re.compile(f"^{form}")).click()
        file = await saved.value
        assert file.suggested_filename == f"{session['id']}.{ending}"
        await file.save_as(tmp_path / ending)
        assert "The discount is taken off now." in (tmp_path / ending).read_text()
    await page.get_by_role("button", name="More to do").click()
    push = page.get_by_role("menuitem", name="Push the branch")
    await expect(push).to_contain_text("the branch is in it")
    await page.keyboard.press("Escape")
    assert git(shop, "rev-parse", done["branch"]) == done["commit"]
    new = moved(shop, "readme.md", "The team went on.\n")
    await choose(page, "Put upon its base")
    await page.get_by_role("dialog").get_by_role("button", name="Rebase").click()
    await expect(page.get_by_label("About this session")).to_contain_text(f"main @ {new[:10]}", timeout=WAIT_MS)
    await is_now(page, "Completed")
    await page.get_by_role("button", name="Reject").click()
    await page.get_by_label("Reason").fill("It should round.")
    await page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    await expect(page.get_by_label("About this session")).to_contain_text("It should round.")
    now = team.call("GET", f"/sessions/{session['id']}")
    assert (now["decision"], now["base_commit"], now["verification"]) == ("rejected", new, "verified")


@pytest.mark.walks
async def test_on_a_phone_it_is_read_and_answered(signed_in: SignedIn, team: Team) -> None:
    session = team.start("Tell it at length", repository=str(team.shop()))
    await team.ended(session)
    screen = await signed_in("MEMBER", team.key, PHONE)
    page = await at(screen, session["id"])
    await expect(page.get_by_text("That is all there was to tell.")).to_be_in_viewport()
    await expect(page.get_by_text(session["branch"])).to_be_hidden()
    await screen.picture("session-phone")
    buttons = [page.get_by_role("button", name=name) for name in ("Accept", "More to do with this session")]
    tops = {await button.evaluate("one => one.getBoundingClientRect().top") for button in buttons}
    assert len(tops) == 1, "what can be done is in one line"
    await page.get_by_role("button", name="Facts").click()
    await expect(page.get_by_text(session["branch"])).to_be_visible()
    await page.get_by_role("button", name="Fewer facts").click()
    for tab in ("Transcript", "Diff", "Evidence", "Timeline", "Checkpoints", "Cost"):
        await page.get_by_role("tab", name=tab).click()
        await expect(page.get_by_role("tabpanel", name=tab)).to_be_visible()
        await expect(page.get_by_label(re.compile("^Loading"))).to_have_count(0)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab
        await screen.no_barriers()
    await page.get_by_role("tab", name="Transcript").click()
    box = page.get_by_role("textbox", name="Say something to the agent")
    await box.fill("Do nothing at all")
    await page.get_by_role("button", name="Say", exact=True).click()
    await expect(page.get_by_text("Nothing to do.")).to_be_visible(timeout=WAIT_MS)


@pytest.mark.walks
async def test_work_is_rated_and_said_to_be_reverted(signed_in: SignedIn, team: Team) -> None:
    session = team.start("Fix the discount", repository=str(team.shop()), verify=VERIFY)
    await team.ended(session)
    screen = await signed_in("MEMBER", team.key)
    page = await at(screen, session["id"])
    about, dialog = page.get_by_label("About this session"), page.get_by_role("dialog")
    for value in ("good", "bad"):
        await choose(page, "Rate the work")
        await dialog.get_by_label("Rating").select_option(value)
        await dialog.get_by_label("Comment").fill(f"It is {value}.")
        await screen.no_barriers()
        await dialog.get_by_role("button", name="Rate", exact=True).click()
        await expect(about).to_contain_text(f"rated {value}")
    await choose(page, "It was reverted")
    await dialog.get_by_label("Reason").fill("The till was off by a cent.")
    await dialog.get_by_role("button", name="It was", exact=True).click()
    await expect(about.get_by_text("reverted", exact=True)).to_be_visible()
    now = team.call("GET", f"/sessions/{session['id']}")
    assert (now["rating"]["value"], now["rating"]["comment"], now["decision"]) == ("bad", "It is bad.", None)
    assert now["reverted"]["counts"]
    await choose(page, "It was not reverted")
    await dialog.get_by_role("button", name="It was not").click()
    await expect(about.get_by_text("reverted", exact=True)).to_have_count(0)
    await choose(page, "Rate the work")
    await dialog.get_by_label("Rating").select_option("none")
    await dialog.get_by_role("button", name="Rate", exact=True).click()
    await expect(about.get_by_text("rated bad")).to_have_count(0)
    assert team.call("GET", f"/sessions/{session['id']}")["rating"] is None
