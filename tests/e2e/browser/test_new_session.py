"""Handing in work in a real browser: what is refused is told at its field, and a double click makes one session."""

import re

import pytest
from playwright.async_api import Locator, expect
from tests.e2e.browser.conftest import PHONE, SignedIn
from tests.e2e.browser.screen import Screen
from tests.e2e.browser.team import VERIFY, Team
from tests.e2e.tree import Tree

pytestmark = pytest.mark.timeout(180)
A_SESSION_MS = 60_000


@pytest.fixture(scope="module")
def team(tree: Tree) -> Team:
    return Team.make(tree)


def field(screen: Screen, label: str) -> Locator:
    return screen.page.get_by_label(label, exact=True)


def button(screen: Screen, name: str) -> Locator:
    return screen.page.get_by_role("button", name=name, exact=True)


async def session_id(screen: Screen) -> str:
    await expect(screen.page).to_have_url(re.compile("/sessions/[0-9a-f-]{36}"))
    return (await screen.path()).removeprefix("/sessions/")[:36]


async def test_a_session_is_started_and_watched_until_it_is_verified(signed_in: SignedIn, team: Team) -> None:
    shop = team.shop()
    screen = await signed_in("MEMBER", team.key)
    await screen.open("/fleet")
    await expect(screen.page.get_by_text("No sessions yet")).to_be_visible()
    await screen.page.keyboard.press("g")
    await screen.page.keyboard.press("n")
    await expect(field(screen, "Prompt")).to_be_focused()
    await screen.page.keyboard.type("Fix the discount")
    await field(screen, "Repository").fill(str(shop))
    await screen.page.get_by_role("radio", name="By these commands").check()
    await field(screen, "Commands, one a line").fill(VERIFY[0])
    await field(screen, "Prompt").focus()
    await screen.no_barriers()
    await screen.picture("new-session")
    await field(screen, "Prompt").press("Control+Enter")
    made = await session_id(screen)
    await expect(screen.page.get_by_text("Completed", exact=True).first).to_be_visible(timeout=A_SESSION_MS)
    await expect(screen.page.get_by_text("Verified", exact=True).first).to_be_visible()
    session = team.call("GET", f"/sessions/{made}")
    assert (session["repository"], session["verify"], session["title"]) == (str(shop), VERIFY, "Fix the discount")


@pytest.mark.walks
async def test_a_double_click_makes_one_session_and_all_that_was_set_is_sent(signed_in: SignedIn, team: Team) -> None:
    screen = await signed_in("MEMBER", team.key)
    await screen.open("/new")
    await field(screen, "Prompt").fill("Do nothing at all\nand say so.")
    await field(screen, "Title").fill("All of it")
    await field(screen, "Agent").select_option("plan")
    await screen.page.get_by_role("radio", name="Not at all").check()
    await field(screen, "Budget in US dollars").fill("1.25")
    await field(screen, "Budget in tokens").fill("500k")
    await field(screen, "Time limit in minutes").fill("30")
    await field(screen, "Feedback rounds").fill("0")
    await screen.page.get_by_text("More limits and isolation").click()
    await field(screen, "Priority").fill("7")
    await field(screen, "Most turns").fill("3")
    await field(screen, "Most steps of a turn").fill("9")
    await field(screen, "Isolation").select_option("session")
    await screen.no_barriers()
    await button(screen, "Keep pending").dblclick()
    session = team.call("GET", f"/sessions/{await session_id(screen)}")
    wanted = {
        "status": "pending",
        "title": "All of it",
        "agent": "plan",
        "verify": [],
        "max_cost_micro_usd": 1_250_000,
        "max_tokens": 500_000,
        "timeout_seconds": 1800,
        "max_feedback_rounds": 0,
        "priority": 7,
        "max_turns": 3,
        "max_steps": 9,
        "isolation": "session",
    }
    assert {name: session[name] for name in wanted} == wanted
    assert len(team.call("GET", "/sessions?q=All of it".replace(" ", "%20"))["items"]) == 1


@pytest.mark.walks
async def test_what_is_wrong_is_told_at_its_field(signed_in: SignedIn, team: Team) -> None:
    screen = await signed_in("MEMBER", team.key)
    screen.expect_refusals(422)
    await screen.open("/new")
    await button(screen, "Start now").click()
    await expect(field(screen, "Prompt")).to_be_focused()
    await expect(screen.page.get_by_text("Say what the agent is to do.")).to_be_visible()
    await field(screen, "Prompt").fill("Do nothing at all")
    await field(screen, "Repository").fill("/nowhere/at/all")
    await field(screen, "Budget in tokens").fill("many")
    await button(screen, "Start now").click()
    await expect(screen.page.get_by_text("A number such as 500000, 500k or 2M.")).to_be_visible()
    await field(screen, "Budget in tokens").fill("")
    await button(screen, "Start now").click()
    await expect(field(screen, "Repository")).to_be_focused()
    await expect(field(screen, "Repository")).to_have_attribute("aria-invalid", "true")
    await expect(
        screen.page.get_by_text(re.compile("^/nowhere/at/all lies outside .* ORCHESTRATOR_ALLOWED_ROOTS"))
    ).to_be_visible()
    await screen.no_barriers()
    await field(screen, "Repository").fill(str(team.shop()))
    await expect(field(screen, "Repository")).not_to_have_attribute("aria-invalid", "true")
    await field(screen, "Branch, tag or commit").fill("no-such-branch")
    await button(screen, "Start now").click()
    await expect(screen.page.get_by_text("no branch, tag or commit named no-such-branch")).to_be_visible()
    await screen.page.get_by_role("link", name="Fleet").click()
    await screen.page.get_by_role("link", name="New session").click()
    await expect(field(screen, "Prompt")).to_have_value("Do nothing at all")


@pytest.mark.walks
async def test_handed_in_again_changed(signed_in: SignedIn, team: Team) -> None:
    shop = team.shop()
    first = team.start("Break it", repository=str(shop), verify=VERIFY, max_feedback_rounds=0, max_tokens=900_000)
    await team.ended(first)
    screen = await signed_in("MEMBER", team.key)
    await screen.open("/inbox")
    await screen.page.get_by_role("option").filter(has_text=first["title"]).click()
    await screen.page.get_by_role("link", name="Hand in again, changed").click()
    await expect(screen.page.get_by_role("heading", name="Hand in again")).to_be_visible()
    await expect(field(screen, "Prompt")).to_have_value("Break it")
    await expect(field(screen, "Repository")).to_have_value(str(shop))
    await expect(field(screen, "Commands, one a line")).to_have_value(VERIFY[0])
    await expect(field(screen, "Budget in tokens")).to_have_value("900000")
    await field(screen, "Prompt").fill("Fix the discount")
    await button(screen, "Start now").click()
    made = await session_id(screen)
    assert made != first["id"]
    ended = await team.ended({"id": made})
    assert (ended["status"], ended["verification"], ended["max_tokens"]) == ("completed", "verified", 900_000)


@pytest.mark.walks
async def test_what_past_sessions_took_is_told_and_nothing_is_made_up(signed_in: SignedIn, tree: Tree) -> None:
    team = Team.make(tree)
    shop = str(team.shop())
    screen = await signed_in("MEMBER", team.key)
    await screen.open(f"/new?repository={shop}")
    told = screen.page.get_by_label("What such sessions took")
    await expect(told).to_contain_text("Too few to say: no session with the same agent came to an end.")
    await expect(told).to_contain_text("waitnone")
    await expect(told).not_to_contain_text("cost")
    for session in [team.start("Do nothing at all", repository=shop) for _ in range(5)]:
        assert (await team.ended(session))["status"] == "completed"
    await expect(told).to_contain_text("5 with the same repository, agent and model")
    await expect(told).to_contain_text(re.compile(r"cost\$0.*tokens[0-9.]+k?.*work[0-9].*waitnone"))
    await screen.no_barriers()
    await field(screen, "Repository").fill("")
    await expect(told).to_contain_text("5 with the same agent and model; the repository may differ")
    await field(screen, "Agent").select_option("plan")
    await expect(told).to_contain_text("Too few to say")


@pytest.mark.walks
async def test_on_a_phone(signed_in: SignedIn, team: Team) -> None:
    screen = await signed_in("MEMBER", team.key, PHONE)
    await screen.open("/new")
    await expect(field(screen, "Prompt")).to_be_visible()
    assert await screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await expect(button(screen, "Start now")).to_be_in_viewport(ratio=1)
    await screen.no_barriers()
    await screen.picture("new-session-phone")


@pytest.mark.walks
async def test_a_viewer_reads_why_not(signed_in: SignedIn, team: Team) -> None:
    screen = await signed_in("VIEWER", team.key)
    await screen.open("/new")
    await expect(screen.page.get_by_text("You cannot hand in work here")).to_be_visible()
    await expect(screen.page.get_by_text("This needs the role MEMBER")).to_be_visible()
    await expect(screen.page.get_by_role("textbox")).to_have_count(0)
