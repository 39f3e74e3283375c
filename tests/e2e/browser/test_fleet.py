"""The fleet in a real browser: many sessions at once, what the address remembers, and ten thousand rows."""

import json
import re
import shutil
from typing import Any

import psycopg
import pytest
from playwright.async_api import Locator, expect
from tests.e2e.browser.conftest import PHONE, SignedIn
from tests.e2e.browser.screen import Screen
from tests.e2e.browser.team import VERIFY, Team
from tests.e2e.many_rows import SESSIONS
from tests.e2e.tree import Tree

pytestmark = pytest.mark.timeout(120)
A_SESSION_MS = 30_000
MANY = 10_000
MOST_ROWS_IN_PAGE = 200
STATUSES = ["completed", "failed", "stopped", "pending"]

Ended = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def team(tree: Tree) -> Team:
    return Team.make(tree)


@pytest.fixture(scope="module")
def ended(team: Team) -> Ended:
    """They end, verified and not, while something else is tried."""
    done = team.start("Fix the discount", repository=str(team.shop()), verify=VERIFY)
    return done, team.start("Break it", repository=str(team.shop()), verify=VERIFY, max_feedback_rounds=0)


def row(screen: Screen, session: dict[str, Any]) -> Locator:
    grid = screen.page.get_by_role("grid", name="Sessions")
    return grid.get_by_role("row").filter(has=screen.page.get_by_role("link", name=session["title"], exact=True))


def button(screen: Screen, name: str) -> Locator:
    return screen.page.get_by_role("button", name=name, exact=True)


async def select(screen: Screen, *sessions: dict[str, Any]) -> Locator:
    """The bar of what can be done with them."""
    for session in sessions:
        await screen.page.get_by_role("checkbox", name=f"Select {session['title']}", exact=True).check()
    bar = screen.page.get_by_role("toolbar", name="Selected sessions")
    await expect(bar.get_by_role("status")).to_have_text(f"{len(sessions)} selected")
    return bar


async def do(screen: Screen, deed: str, *sessions: dict[str, Any]) -> None:
    """One request for all of them."""
    bar = await select(screen, *sessions)
    async with screen.page.expect_request("**/api/v1/sessions/bulk") as sent:
        await bar.get_by_role("button", name=re.compile(f"^{deed}")).click()
    body = json.loads((await sent.value).post_data or "")
    assert body["action"] == deed.lower()
    assert set(body["ids"]) == {one["id"] for one in sessions}
    await expect(bar).to_have_count(0)


async def are(screen: Screen, status: str, *sessions: dict[str, Any]) -> None:
    for session in sessions:
        shown = row(screen, session).get_by_text(status, exact=True)
        await expect(shown).to_be_visible(timeout=A_SESSION_MS)


async def test_several_are_paused_resumed_stopped_and_handed_in_again(signed_in: SignedIn, team: Team, ended: Ended) -> None:
    shop = team.shop()
    one, other = team.start("Begin and wait"), team.start("Begin and wait", repository=str(shop))
    left = team.start("Do nothing at all", start=False)
    screen = await signed_in("MEMBER", team.key)
    await screen.open("/fleet")
    await are(screen, "Running", one, other)
    await do(screen, "Pause", one, other)
    await are(screen, "Paused", one, other)
    await do(screen, "Resume", one, other)
    await are(screen, "Running", one, other)
    await do(screen, "Stop", one, other)
    await are(screen, "Stopped", one, other)
    await are(screen, "Pending", left)
    shutil.rmtree(shop)
    await do(screen, "Retry", one, other)
    refused = screen.page.get_by_role("dialog", name="One was refused")
    await expect(refused.get_by_role("link", name=other["title"], exact=True)).to_be_visible()
    await expect(refused.get_by_text(str(shop))).to_be_visible()
    await expect(screen.page.get_by_text("1 handed in again, 1 refused.")).to_be_visible()
    await screen.no_barriers()
    await refused.get_by_role("button", name="Close").last.click()
    await expect(refused).to_have_count(0)


async def test_all_are_stopped_once_it_was_asked(signed_in: SignedIn, team: Team, ended: Ended) -> None:
    """The one that was handed in again above is among them."""
    waiting = team.start("Touch the first")
    screen = await signed_in("ADMIN", team.key)
    await screen.open("/fleet")
    await are(screen, "Completed", ended[0])
    await are(screen, "Waiting", waiting)
    await team.ended(ended[1])
    await screen.no_barriers()
    await screen.set_theme("dark")
    await are(screen, "Completed", ended[0])
    await screen.picture("fleet")
    await button(screen, "Board").click()
    attention = screen.page.get_by_role("region", name="Needs attention")
    await expect(attention.get_by_role("link", name=waiting["title"])).to_be_visible()
    await screen.picture("fleet-board")
    await button(screen, "Table").click()
    await button(screen, "Stop all").click()
    question = screen.page.get_by_role("dialog", name="Stop all sessions")
    await expect(question).to_contain_text("whatever the filters show")
    await question.get_by_role("button", name="Cancel").click()
    assert team.call("GET", f"/sessions/{waiting['id']}")["status"] == "waiting"
    await button(screen, "Stop all").click()
    await expect(question.get_by_role("button", name="Stop 2 sessions")).to_be_visible()
    await screen.no_barriers()
    async with screen.page.expect_request("**/api/v1/sessions/bulk") as sent:
        await question.get_by_role("button", name="Stop 2 sessions").click()
    body = json.loads((await sent.value).post_data or "")
    assert (body["action"], any(body["filter"].values())) == ("stop", False)
    await expect(question).to_have_count(0)
    await expect(screen.page.get_by_text("2 asked to stop.")).to_be_visible()
    await are(screen, "Stopped", waiting)
    states = {one["status"] for one in team.call("GET", "/sessions")["items"]}
    assert states <= {"stopped", "completed", "partially_completed", "failed", "pending"}


@pytest.mark.walks
async def test_filters_and_view_live_in_the_address(signed_in: SignedIn, team: Team, ended: Ended) -> None:
    one = team.start("Do nothing at all", start=False)
    other = team.start("Do nothing at all", agent="plan", start=False)
    screen = await signed_in("MEMBER", team.key)
    await screen.open("/fleet")
    await expect(row(screen, other)).to_be_visible()
    await screen.page.get_by_role("textbox", name="Agent").fill("build")
    await screen.page.get_by_role("textbox", name="Agent").press("Enter")
    await screen.page.get_by_role("button", name="Status: Any status").click()
    await screen.page.get_by_role("menuitemcheckbox", name="Pending").click()
    await screen.page.keyboard.press("Escape")
    await screen.page.get_by_label("Order").select_option("Last active first")
    await expect(row(screen, one)).to_be_visible()
    await expect(row(screen, other)).to_have_count(0)
    await button(screen, "Board").click()
    queued = screen.page.get_by_role("region", name="Queued")
    await expect(queued.get_by_role("link", name=one["title"])).to_be_visible()
    await screen.page.reload()
    await expect(queued.get_by_role("link", name=one["title"])).to_be_visible()
    await expect(queued.get_by_role("link", name=other["title"])).to_have_count(0)
    await expect(screen.page.get_by_role("button", name="Status: Pending")).to_be_visible()
    await expect(screen.page.get_by_role("textbox", name="Agent")).to_have_value("build")
    await expect(screen.page.get_by_label("Order")).to_have_value("activity")
    path = await screen.path()
    assert all(part in path for part in ("view=board", "agent=build", "status=pending", "order=activity"))
    await button(screen, "Clear").click()
    await expect(queued.get_by_role("link", name=other["title"])).to_be_visible()
    assert "view=board" in await screen.path()
    await screen.no_barriers()
    await team.ended(ended[0])
    await screen.open("/fleet")
    await button(screen, "Verification: Any verdict").click()
    await screen.page.get_by_role("menuitemcheckbox", name="Verified", exact=True).click()
    await screen.page.keyboard.press("Escape")
    await expect(row(screen, one)).to_have_count(0)
    await expect(row(screen, ended[0])).to_be_visible()
    assert "verification=verified" in await screen.path()
    owner = team.call("GET", f"/sessions/{one['id']}")
    await screen.open(f"/fleet?owner={owner['owner']}")
    await button(screen, f"Take away: Owner {owner['owner_name']}").click()
    assert await screen.path() == "/fleet"


@pytest.mark.walks
async def test_keys_lead_to_a_session(signed_in: SignedIn, team: Team) -> None:
    first, second = (team.start("Do nothing at all", start=False) for _ in range(2))
    screen = await signed_in("MEMBER", team.key)
    keys = screen.page.keyboard
    await screen.open("/fleet")
    await expect(row(screen, first)).to_be_visible()
    await keys.press("j")
    await expect(row(screen, second)).to_be_focused()
    await keys.press("j")
    await expect(row(screen, first)).to_be_focused()
    await keys.press("k")
    await expect(row(screen, second)).to_be_focused()
    await keys.press("Enter")
    await expect(screen.page).to_have_url(re.compile(f"/sessions/{second['id']}"))
    await expect(screen.page.get_by_role("heading", name=second["title"])).to_be_visible()


@pytest.mark.walks
async def test_a_viewer_reads_why_not(signed_in: SignedIn, team: Team) -> None:
    session = team.start("Do nothing at all", start=False)
    screen = await signed_in("VIEWER", team.key)
    await screen.open("/fleet")
    bar = await select(screen, session)
    for one in ("Pause", "Resume", "Stop", "Retry"):
        await expect(bar.get_by_role("button", name=one, exact=True)).to_have_attribute("aria-disabled", "true")
    await expect(button(screen, "Stop all")).to_have_attribute("aria-disabled", "true")
    await button(screen, "Stop all").hover()
    await expect(screen.page.get_by_role("tooltip")).to_contain_text("This needs the role MEMBER")
    await button(screen, "Stop all").press("Enter")
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.walks
async def test_on_a_phone(signed_in: SignedIn, team: Team) -> None:
    session = team.start("Do nothing at all", start=False)
    screen = await signed_in("MEMBER", team.key, PHONE)
    await screen.open("/fleet")
    link = screen.page.get_by_role("link", name=session["title"], exact=True)
    for view in ("Table", "Board"):
        await button(screen, view).click()
        await link.scroll_into_view_if_needed()
        await expect(link).to_be_in_viewport()
        assert await screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view
        await screen.no_barriers()
    await link.click()
    await expect(screen.page.get_by_role("heading", name=session["title"])).to_be_visible()


@pytest.mark.walks
async def test_ten_thousand_sessions_are_few_rows(signed_in: SignedIn, tree: Tree) -> None:
    crowd = Team.make(tree)
    session = crowd.start("Do nothing at all", start=False)
    with psycopg.connect(tree.database_url, autocommit=True) as connection:
        values = {"count": MANY, "id": session["id"], "statuses": STATUSES}
        assert connection.execute(SESSIONS, values).rowcount == MANY
    screen = await signed_in("MEMBER", crowd.key)
    lists: list[str] = []
    screen.page.on("request", lambda one: "/api/v1/sessions?" in one.url and lists.append(one.url.partition("?")[2]))
    await screen.open("/fleet")
    await expect(row(screen, session)).to_be_visible()
    assert set(lists) == {"order=created&limit=100"}, "one page of it is enough to begin with"
    await screen.page.keyboard.press("j")
    for loaded in (100, 200, 300, 400, 500):
        await expect(screen.page.get_by_text(f"{loaded}+ sessions")).to_be_visible()
        await screen.page.keyboard.press("End")
        last = row(screen, {"title": f"Session {loaded - 1}"})
        await expect(last).to_be_focused()
        assert await screen.page.get_by_role("row").count() < MOST_ROWS_IN_PAGE
    await screen.no_barriers()
    await screen.page.keyboard.press("v")
    ended = screen.page.get_by_role("region", name="Ended")
    await expect(ended.get_by_role("heading")).to_contain_text("100+")
    for loaded in (200, 300):
        await ended.get_by_role("list").locator("..").evaluate("one => one.scrollTo(0, one.scrollHeight)")
        await expect(ended.get_by_role("heading")).to_contain_text(f"{loaded}+")
        assert await screen.page.get_by_role("listitem").count() < MOST_ROWS_IN_PAGE
