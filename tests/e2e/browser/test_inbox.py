"""The inbox in a real browser: what needs a person comes, is decided in place, and goes everywhere at once."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Locator, expect
from tests.e2e.browser.conftest import PHONE, SignedIn, Windows, sign_in
from tests.e2e.browser.screen import Screen
from tests.e2e.browser.team import VERIFY, Team
from tests.e2e.test_plans import hand_in, task
from tests.e2e.tree import FINISHED, Tree

pytestmark = pytest.mark.timeout(180)
A_SESSION_MS = 60_000


@pytest.fixture(scope="module")
def team(tree: Tree) -> Team:
    return Team.make(tree)


@pytest.fixture(autouse=True)
def emptied(team: Team) -> Iterator[None]:
    """What a test leaves behind is rejected or cancelled, so that the next one finds an empty inbox."""
    yield
    items = team.call("GET", "/inbox?limit=500")["items"]
    for plan in (item["plan"] for item in items if item["plan"]):
        is_over = plan["status"] in ("completed", "failed")
        team.call("POST", f"/plans/{plan['id']}/{'see' if is_over else 'cancel'}")
    for session in {item["session"]["id"] for item in items if item["session"]}:
        is_over = team.call("GET", f"/sessions/{session}")["status"] in FINISHED
        team.call("POST", f"/sessions/{session}/{'reject' if is_over else 'cancel'}")


def row(screen: Screen, session: dict[str, Any]) -> Locator:
    """The first item of the session: OpenCode asks twice for one call at times."""
    return screen.page.get_by_role("option").filter(has_text=session["title"]).first


def details(screen: Screen) -> Locator:
    return screen.page.get_by_role("article")


def button(screen: Screen, name: str) -> Locator:
    return screen.page.get_by_role("button", name=name, exact=True)


async def chosen(screen: Screen, session: dict[str, Any], kind: str) -> Locator:
    """The item of the session, open."""
    await row(screen, session).click(timeout=A_SESSION_MS)
    opened = screen.page.get_by_role("article", name=f"{kind}: {session['title']}")
    await expect(opened).to_be_visible()
    return opened


async def test_a_permission_comes_by_itself_and_is_allowed(signed_in: SignedIn, team: Team) -> None:
    screen = await signed_in("ADMIN", team.key)
    await screen.open("/")
    await expect(screen.page.get_by_role("heading", name="Inbox", exact=True)).to_be_visible()
    await expect(screen.page.get_by_text("Nothing needs you")).to_be_visible()
    session = team.start("Touch the first")
    opened = await chosen(screen, session, "Approval")
    await expect(screen.page).to_have_title("(1) Inbox · Orchestrator")
    await expect(opened.get_by_text("touch first.txt", exact=True)).to_be_visible()
    await expect(opened.get_by_text(re.compile("^Denied in .* unless somebody decides"))).to_be_visible()
    await screen.no_barriers()
    await screen.picture("inbox-approval")
    await button(screen, "Allow once").click()
    await expect(screen.page.get_by_text("Allowed. The agent goes on.")).to_be_visible()
    assert (await team.settled(session))["status"] == "completed"
    files = team.call("GET", f"/sessions/{session['id']}/diff?format=json")["files"]
    assert [file["path"] for file in files] == ["first.txt"]
    await chosen(screen, session, "Result")


@pytest.mark.walks
async def test_allowing_for_the_session_holds_for_the_session(signed_in: SignedIn, team: Team) -> None:
    session = team.start("Touch both")
    screen = await signed_in("ADMIN", team.key)
    await screen.open("/inbox?kind=approval")
    opened = await chosen(screen, session, "Approval")
    await expect(opened.get_by_text("touch *", exact=False).last).to_be_visible()
    await button(screen, "Allow for this session").click()
    assert (await team.ended(session))["status"] == "completed"
    asked = team.call("GET", f"/approvals?session_id={session['id']}")["items"]
    assert {one["status"] for one in asked} == {"allowed"}
    assert [one["remember"] for one in asked].count(True) == 1


@pytest.mark.walks
async def test_keys_alone_answer_deny_accept_and_reject(signed_in: SignedIn, team: Team) -> None:
    question, permission = team.start("Ask which"), team.start("Touch the first")
    screen = await signed_in("ADMIN", team.key)
    keys = screen.page.keyboard
    await screen.open("/inbox")
    await expect(row(screen, question)).to_be_visible(timeout=A_SESSION_MS)
    await expect(row(screen, permission)).to_be_visible(timeout=A_SESSION_MS)
    await to_item(screen, f"Question: {question['title']}")
    await keys.press("a")
    await expect(screen.page.get_by_role("radio", name="red")).to_be_focused()
    await keys.press("ArrowDown")
    await expect(screen.page.get_by_role("radio", name="blue")).to_be_checked()
    await keys.press("Control+Enter")
    await expect(screen.page.get_by_text("Answered. The agent goes on.")).to_be_visible()
    await to_item(screen, f"Approval: {permission['title']}")
    await keys.press("d")
    await expect(details(screen).get_by_role("textbox")).to_be_focused()
    await keys.type("Use another file.")
    await keys.press("Control+Enter")
    await expect(screen.page.get_by_text("Denied. The agent is told")).to_be_visible()
    answered, denied = await team.settled(question), await team.settled(permission)
    assert '"Which colour?"="blue"' in json.dumps(transcript(team, answered)).replace('\\"', '"')
    assert "Use another file." in json.dumps(transcript(team, denied))
    await to_item(screen, f"Result: {question['title']}")
    await keys.press("a")
    await expect(screen.page.get_by_text("Accepted.", exact=True)).to_be_visible()
    await to_item(screen, f"Result: {permission['title']}")
    await keys.press("d")
    await expect(details(screen).get_by_role("textbox")).to_be_focused()
    await keys.type("Nothing was touched.")
    await keys.press("Control+Enter")
    await expect(screen.page.get_by_text("Nothing needs you")).to_be_visible()
    assert team.call("GET", f"/sessions/{question['id']}")["decision"] == "accepted"
    rejected = team.call("GET", f"/sessions/{permission['id']}")
    assert (rejected["decision"], rejected["decision_reason"]) == ("rejected", "Nothing was touched.")


async def test_a_plan_is_approved_and_what_it_came_to_is_seen_by_keys_alone(signed_in: SignedIn, team: Team) -> None:
    screen = await signed_in("ADMIN", team.key)
    keys = screen.page.keyboard
    await screen.open("/")
    await expect(screen.page.get_by_text("Nothing needs you")).to_be_visible()
    hand_in(team, team.shop(), [task("price", "Plan: fix the price")], require_approval=True)
    opened = screen.page.get_by_role("article", name="Plan to approve: Discounts in the shop")
    await expect(opened).to_contain_text("It waits for an approval, with 1 task")
    await expect(opened).to_contain_text("Look at its tasks, change what is not right, and approve it.")
    await expect(screen.page).to_have_title("(1) Inbox · Orchestrator")
    await screen.no_barriers()
    await keys.press("d")
    await expect(screen.page.get_by_role("dialog", name="Cancel the plan")).to_be_visible()
    await keys.press("Escape")
    await keys.press("a")
    await expect(screen.page.get_by_text("Approved: its tasks begin.")).to_be_visible()
    ended = screen.page.get_by_role("article", name="Plan completed: Discounts in the shop")
    await expect(ended).to_contain_text("what is on its branch is verified", timeout=A_SESSION_MS)
    await expect(ended.get_by_role("button", name="Seen", exact=True)).not_to_have_attribute("aria-busy", "true")
    await keys.press("a")
    await expect(screen.page.get_by_text("Nothing needs you")).to_be_visible()
    [plan] = team.call("GET", "/plans?limit=1")["items"]
    assert team.call("GET", f"/plans/{plan['id']}")["seen_at"] is not None


async def to_item(screen: Screen, name: str) -> None:
    """By `j` and `k`, as often as there are items."""
    opened = screen.page.get_by_role("article", name=name)
    rows = screen.page.get_by_role("option")
    await expect(rows.filter(has_text=name.split(": ")[1]).filter(has_text=name.split(":")[0])).to_be_visible(
        timeout=A_SESSION_MS
    )
    await screen.page.keyboard.press("j")
    for _ in range(await rows.count()):
        if await opened.is_visible():
            break
        await screen.page.keyboard.press("k")
        await expect(details(screen)).to_be_visible()
    await expect(opened).to_be_visible()
    await expect(opened.locator("footer")).to_be_visible()  # Until then its details are on the way.
    await expect(opened.locator("[aria-busy=true]")).to_have_count(0)


def transcript(team: Team, session: dict[str, Any]) -> list[dict[str, Any]]:
    return team.call("GET", f"/sessions/{session['id']}/transcript")["items"]


@pytest.mark.walks
async def test_a_question_is_answered_in_ones_own_words(signed_in: SignedIn, team: Team) -> None:
    session = team.start("Ask which")
    screen = await signed_in("ADMIN", team.key)
    await screen.open("/inbox")
    opened = await chosen(screen, session, "Question")
    await expect(button(screen, "Answer")).to_have_attribute("aria-disabled", "true")
    await opened.get_by_role("textbox", name="Your own words: Which colour?").fill("Green, as the grass.")
    await screen.no_barriers()
    await screen.picture("inbox-question")
    await button(screen, "Answer").click()
    await team.settled(session)
    assert "Green, as the grass." in json.dumps(transcript(team, session))


@pytest.mark.walks
async def test_what_another_decides_vanishes_and_a_double_click_decides_once(signed_in: SignedIn, team: Team) -> None:
    first, second = team.start("Do nothing at all"), team.start("Do nothing at all")
    await team.ended(first)
    await team.ended(second)
    ours, theirs = await signed_in("ADMIN", team.key), await signed_in("LEAD", team.key)
    await ours.open("/inbox")
    await theirs.open("/inbox")
    await chosen(theirs, first, "Result")
    await chosen(ours, first, "Result")
    await button(ours, "Accept").dblclick()
    await expect(row(ours, first)).to_have_count(0)
    await expect(theirs.page.get_by_text("This needs nobody any more")).to_be_visible()
    await expect(row(theirs, first)).to_have_count(0)
    await theirs.page.get_by_role("button", name="Go on").click()
    await expect(theirs.page.get_by_role("article", name=f"Result: {second['title']}")).to_be_visible()
    assert team.call("GET", f"/sessions/{second['id']}")["decision"] is None


@pytest.mark.walks
async def test_a_failed_check_says_why_and_the_session_goes_on_with_what_is_said(signed_in: SignedIn, team: Team) -> None:
    session = team.start("Break it", repository=str(team.shop()), verify=VERIFY, max_feedback_rounds=0)
    await team.ended(session)
    screen = await signed_in("ADMIN", team.key)
    await screen.open("/inbox")
    opened = await chosen(screen, session, "Checks fail")
    await expect(opened.get_by_text("python3 -m unittest -q", exact=True)).to_be_visible()
    await expect(opened.get_by_text("AssertionError", exact=False)).to_be_visible()
    await screen.no_barriers()
    await screen.picture("inbox")
    await screen.page.keyboard.press("m")
    await expect(opened.get_by_role("textbox")).to_be_focused()
    await screen.page.keyboard.type("Fix the discount")
    await button(screen, "Send").click()
    await expect(screen.page.get_by_text("Said. The session goes on.")).to_be_visible()
    assert (await team.ended(session, ("completed",)))["verification"] == "verified"
    opened = await chosen(screen, session, "Result")
    await opened.get_by_role("button", name="Review diff").click()
    await expect(screen.page).to_have_url(re.compile(f"/sessions/{session['id']}\\?.*tab=diff"))


@pytest.mark.walks
async def test_what_ends_work_is_asked_twice(signed_in: SignedIn, team: Team) -> None:
    session = team.start("Do nothing at all", max_tokens=1)
    screen = await signed_in("ADMIN", team.key)
    await screen.open("/inbox")
    await chosen(screen, session, "Budget")
    await button(screen, "Cancel…").click()
    await expect(screen.page.get_by_role("dialog")).to_contain_text("cannot go on")
    await screen.no_barriers()
    await screen.page.keyboard.press("Escape")
    assert team.call("GET", f"/sessions/{session['id']}")["status"] == "paused"
    await button(screen, "Cancel…").click()
    await button(screen, "Cancel it for good").click()
    await expect(screen.page.get_by_text("Nothing needs you")).to_be_visible()
    assert team.call("GET", f"/sessions/{session['id']}")["status"] == "cancelled"


@pytest.mark.walks
async def test_who_may_not_decide_reads_why(windows: Windows, signed_in: SignedIn, team: Team) -> None:
    session = team.start("Touch the first")
    viewer, member = await signed_in("VIEWER", team.key), await windows.open()
    await sign_in(member, team.colleague("MEMBER"))
    for screen, reason in ((viewer, "This needs the role MEMBER"), (member, "Only a LEAD, or who handed the session in")):
        await screen.open("/inbox")
        await chosen(screen, session, "Approval")
        for name in ("Allow once", "Allow for this session", "Deny…"):
            await expect(button(screen, name)).to_have_attribute("aria-disabled", "true")
        await button(screen, "Allow once").hover()
        await expect(screen.page.get_by_role("tooltip", name=re.compile(f"^{reason}"))).to_be_visible()
        await screen.page.keyboard.press("a")
        await screen.page.keyboard.press("d")
        await expect(screen.page.get_by_role("textbox")).to_have_count(0)
    assert team.call("GET", f"/approvals?session_id={session['id']}")["items"][0]["status"] == "pending"
    await expect(viewer.page.get_by_role("link", name="New session")).to_have_count(0)


@pytest.mark.walks
async def test_filters_live_in_the_address(signed_in: SignedIn, team: Team) -> None:
    shop = team.shop()
    session = team.start("Do nothing at all", repository=str(shop), key=team.colleague("MEMBER"))
    other = team.start("Do nothing at all")
    await team.ended(session)
    await team.ended(other)
    screen = await signed_in("ADMIN", team.key)
    await screen.open("/inbox")
    await expect(row(screen, other)).to_be_visible()
    await screen.page.get_by_label("Repository").select_option(str(shop))
    await screen.page.get_by_role("button", name="Results").click()
    await expect(row(screen, other)).to_have_count(0)
    assert "kind=result_ready" in await screen.path()
    await screen.page.reload()
    await expect(row(screen, session)).to_be_visible()
    await expect(row(screen, other)).to_have_count(0)
    await screen.page.get_by_role("button", name="Mine").click()
    await expect(screen.page.get_by_text("Nothing of that needs you")).to_be_visible()
    await screen.page.get_by_role("button", name="Show all").click()
    await expect(row(screen, other)).to_be_visible()


@pytest.mark.walks
async def test_on_a_phone(signed_in: SignedIn, team: Team) -> None:
    session = team.start("Touch the first")
    screen = await signed_in("ADMIN", team.key, PHONE)
    await screen.open("/")
    await expect(row(screen, session)).to_be_visible(timeout=A_SESSION_MS)
    await expect(screen.page.get_by_role("navigation", name="Pages")).to_contain_text("1 need you")
    await screen.no_barriers()
    await screen.picture("inbox-phone")
    await chosen(screen, session, "Approval")
    assert await screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name in ("Allow once", "Deny…"):
        await expect(button(screen, name)).to_be_in_viewport(ratio=1)
    await screen.no_barriers()
    await screen.picture("inbox-phone-approval")
    await screen.page.go_back()
    await chosen(screen, session, "Approval")
    await button(screen, "Deny…").click()
    await button(screen, "Deny").click()
    assert (await team.settled(session))["status"] == "completed"
    await chosen(screen, session, "Result")


@pytest.mark.walks
async def test_eight_tabs_stay_live_on_one_stream(signed_in: SignedIn, team: Team) -> None:
    screen = await signed_in("ADMIN", team.key)
    streams: list[str] = []
    screen.context.on("request", lambda request: "/api/v1/events" in request.url and streams.append(request.url))
    pages = [await screen.context.new_page() for _ in range(8)]
    for page in pages:
        await page.goto(f"{screen.url}/inbox")
        await expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    assert len(streams) == 1
    session = team.start("Touch the first")
    shown = [page.get_by_role("option").filter(has_text=session["title"]).first for page in pages]
    await asyncio.gather(*(expect(one).to_be_visible(timeout=A_SESSION_MS) for one in shown))
    await pages[7].get_by_role("button", name="Allow once").click()
    await team.settled(session)
    asked = [one.filter(has_text="Approval") for one in shown]
    await asyncio.gather(*(expect(one).to_have_count(0) for one in asked))
    await pages[0].close()
    after = team.start("Do nothing at all")
    shown = [page.get_by_role("option").filter(has_text=after["title"]) for page in pages[1:]]
    await asyncio.gather(*(expect(one).to_be_visible(timeout=A_SESSION_MS) for one in shown))
    assert len(streams) == 2, "one reads for all; when its tab was closed, another one read on"
