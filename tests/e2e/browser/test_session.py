"""The page of one session: its transcript while it grows, deeds, words to the agent, and who may do what."""

import asyncio
import re
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from playwright.async_api import Locator, Request, Response, expect
from psycopg.types.json import Json
from tests.e2e.browser.conftest import SignedIn, Windows, sign_in
from tests.e2e.browser.screen import Screen
from tests.e2e.many_rows import PARTS
from tests.e2e.tree import Tree


async def opened(screen: Screen, session_id: str, query: str = "") -> Screen:
    await screen.open(f"/sessions/{session_id}{query}")
    await expect(screen.page.get_by_role("tab", name="Transcript")).to_be_visible()
    return screen


def requests_of(screen: Screen, part: str) -> list[str]:
    """What follows it in each address that is asked for from now on, without what is read again when the stream opens."""
    seen: list[str] = []

    def look(request: Request) -> None:
        _, found, rest = request.url.partition(part)
        if found and "order=oldest" not in rest:
            seen.append(rest)

    screen.page.on("request", look)
    return seen


def open_streams(screen: Screen) -> set[Request]:
    """Those of all its tabs that are opened from now on and not closed again."""
    streams: set[Request] = set()

    def look(response: Response) -> None:
        if response.ok and "/api/v1/events" in response.url:
            streams.add(response.request)

    screen.context.on("response", look)
    screen.context.on("requestfailed", lambda one: streams.discard(one))
    screen.context.on("requestfinished", lambda one: streams.discard(one))
    return streams


def log_of(screen: Screen) -> Locator:
    return screen.page.get_by_role("log", name="Transcript")


async def rows_of(screen: Screen) -> list[str]:
    """The parts in the page, from its top to its end: each screenful in turn, as a person scrolls."""
    scroller = log_of(screen).locator("..")
    await scroller.evaluate("one => one.scrollTo(0, 0)")
    found: list[str] = []
    while True:
        await screen.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        keys: list[str] = (
            await log_of(screen)
            .locator("[data-key]")
            .evaluate_all("rows => rows.sort((a, b) => a.dataset.index - b.dataset.index).map(row => row.dataset.key)")
        )
        assert len(keys) == len(set(keys)), f"doubled: {keys}"
        found += [key for key in keys if key not in found]
        at = "one => one.scrollTop + one.clientHeight >= one.scrollHeight - 2"
        if await scroller.evaluate(at):
            return found
        await scroller.evaluate("one => one.scrollBy(0, one.clientHeight * 0.7)")


def parts_of(tree: Tree, session_id: str, key: str | None = None) -> list[dict[str, Any]]:
    return tree.request("GET", f"/sessions/{session_id}/transcript?limit=500", key=key)[1]["items"]


async def ended(tree: Tree, session_id: str, seconds: float = 60) -> dict[str, Any]:
    return await asyncio.to_thread(tree.wait, session_id, seconds=seconds)


@pytest.mark.walks
async def test_the_transcript_grows_to_its_end(signed_in: SignedIn, tree: Tree) -> None:
    screen = await signed_in("MEMBER")
    session = tree.create(prompt="Tell it at length", title=f"tell {uuid4().hex[:6]}")
    await opened(screen, session["id"])
    page = screen.page
    await expect(page.get_by_role("heading", name=session["title"])).to_be_visible()
    writing = log_of(screen).locator("p", has_text="I found **two** things")
    await expect(writing).to_be_visible(timeout=30_000)
    length = len(await writing.inner_text())
    await expect(log_of(screen).get_by_text("Prompt", exact=True)).to_be_visible()
    await expect(writing).to_contain_text("The till adds up", timeout=15_000)
    assert length < len(await writing.inner_text())
    await expect(page.get_by_text("That is all there was to tell.")).to_be_visible(timeout=30_000)
    await expect(page.get_by_label("About this session").get_by_text("Completed")).to_be_visible()
    parts = parts_of(tree, session["id"])
    assert await rows_of(screen) == [part["part_id"] for part in parts]
    await expect(log_of(screen).locator("strong", has_text="two")).to_be_visible()
    assert await page.evaluate("window.stolen") is None
    assert await log_of(screen).locator("img, a[href^=javascript]").count() == 0
    tool = log_of(screen).get_by_role("button", name="bash")
    await tool.click()
    await expect(log_of(screen).locator("span.text-good", has_text="PASS")).to_be_visible()
    await log_of(screen).get_by_role("button", name="Show all").click()
    await expect(log_of(screen).locator("pre", has_text="199")).to_be_attached()
    await expect(log_of(screen).get_by_role("img", name="failed")).to_be_visible()
    await screen.no_barriers()
    await screen.picture("session")


@pytest.mark.walks
@pytest.mark.timeout(240)
async def test_a_server_that_is_killed_in_mid_stream_loses_and_doubles_no_row(own_tree: Tree, windows: Windows) -> None:
    """In neither of two tabs, which share one stream before and after."""
    own_tree.start()
    screen = await windows.open(url=own_tree.url)
    await sign_in(screen, own_tree.key)
    other = Screen(screen.context, await screen.context.new_page(), screen.url)
    session_id = own_tree.create(prompt="Tell it at length", start=False)["id"]
    for tab in (screen, other):
        await opened(tab, session_id)
    assert own_tree.request("POST", f"/sessions/{session_id}/start")[0] == 200
    written = [log_of(tab).locator("p", has_text="I found **two** things") for tab in (screen, other)]
    await asyncio.gather(*(expect(one).to_be_visible(timeout=60_000) for one in written))
    own_tree.kill()
    for tab in (screen, other):
        await expect(tab.page.get_by_text("Live", exact=True)).to_have_count(0)
    streams = open_streams(screen)
    await asyncio.to_thread(own_tree.start)
    await ended(own_tree, session_id, seconds=90)
    for tab in (screen, other):
        await expect(tab.page.get_by_text("That is all there was to tell.")).to_be_visible(timeout=40_000)
        await expect(tab.page.get_by_label("About this session").get_by_text("Completed")).to_be_visible(timeout=40_000)
        await expect(tab.page.get_by_text("Live", exact=True).first).to_be_visible()
        assert await rows_of(tab) == [part["part_id"] for part in parts_of(own_tree, session_id)]
    (stream,) = streams
    assert "after=" in stream.url
    screen.problems[:] = [one for one in screen.problems if "net::ERR_" not in one]


@pytest.mark.walks
async def test_ten_thousand_parts_scroll_with_few_rows(signed_in: SignedIn, tree: Tree) -> None:
    session_id = tree.create(prompt="Fix the discount", title="ten thousand", start=False)["id"]
    fill(tree, session_id, 10_000)
    screen = await signed_in("VIEWER")
    asked = requests_of(screen, "/transcript?")
    await opened(screen, session_id)
    last = log_of(screen).get_by_text("Part 10000 of many.")
    await expect(last).to_be_visible()
    assert asked == ["order=newest&limit=60"], "one page of it is enough to begin with"
    scroller = log_of(screen).locator("..")
    most = 0
    for _ in range(60):
        await scroller.evaluate("one => one.scrollBy(0, -3000)")
        await screen.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        most = max(most, await log_of(screen).locator("[data-key]").count())
    assert 0 < most < 200
    await screen.page.get_by_role("button", name="Jump to latest").click()
    await expect(last).to_be_visible()
    await screen.page.get_by_label("Search the transcript").fill("Part 4322 of")
    await expect(screen.page.get_by_text("1 of 1")).to_be_visible()
    await expect(log_of(screen).get_by_text("Part 4322 of many.")).to_be_visible()
    assert "part=prt_004322" in await screen.path()
    linked = await signed_in("VIEWER")
    await opened(linked, session_id, "?part=prt_000007")
    await expect(log_of(linked).get_by_text("Part 7 of many.")).to_be_visible()
    await expect(log_of(linked).locator("article.bg-accent-wash")).to_contain_text("Part 7 of many.")


@pytest.mark.walks
async def test_words_wait_and_an_approval_is_given_in_place(signed_in: SignedIn, tree: Tree) -> None:
    status, team = tree.request("POST", "/tenants", {"slug": f"t-{uuid4().hex}", "name": "Askers"})
    assert status == 201, team
    key = team["admin_key"]
    policy = {"rules": [{"tool": "question", "pattern": "*", "action": "ask"}], "deadline_seconds": 600}
    assert tree.request("PUT", "/approval-policy", policy, key)[0] == 200
    screen = await signed_in("ADMIN", key)
    status, session = tree.request("POST", "/sessions", {"prompt": "Ask which"}, key)
    assert status == 201, session
    await opened(screen, session["id"])
    page = screen.page
    question = page.get_by_role("region", name="Question of")
    await expect(question).to_contain_text("Which colour?", timeout=30_000)
    call = log_of(screen).get_by_role("article").filter(has=page.get_by_role("button", name="question"))
    await expect(call.get_by_role("img", name="running")).to_be_visible()
    await page.reload()
    await expect(call.get_by_role("img", name="running")).to_be_visible()
    await page.get_by_role("textbox", name="Say something to the agent").fill("Do nothing at all")
    await page.get_by_role("textbox", name="Say something to the agent").press("Control+Enter")
    await expect(page.get_by_role("list", name="Not yet told to the agent")).to_contain_text("Do nothing at all")
    await screen.no_barriers()
    await screen.picture("session-question")
    await question.get_by_role("radio", name="blue").check()
    await question.get_by_role("button", name="Answer").click()
    await expect(question).to_have_count(0)
    await expect(call.get_by_role("img", name="done")).to_be_visible()
    await expect(page.get_by_text("Nothing to do.")).to_be_visible(timeout=30_000)
    await expect(call).to_have_count(1)
    await expect(page.get_by_role("list", name="Not yet told to the agent")).to_have_count(0)
    await expect(log_of(screen).get_by_text("Message", exact=True)).to_be_visible()
    assert await rows_of(screen) == [part["part_id"] for part in parts_of(tree, session["id"], key)]
    answered = tree.request("GET", f"/approvals?session_id={session['id']}", key=key)[1]["items"]
    assert [one["answers"] for one in answered] == [[["blue"]]]


@pytest.mark.walks
async def test_deeds_with_their_reasons_and_a_fork(signed_in: SignedIn, tree: Tree) -> None:
    session = tree.create(prompt="Do nothing at all", title=f"deeds {uuid4().hex[:6]}")
    await ended(tree, session["id"])
    screen = await signed_in("MEMBER")
    await opened(screen, session["id"])
    page = screen.page
    await page.get_by_role("button", name="Reject").click()
    await page.get_by_label("Reason").fill("It did nothing.")
    await page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    about = page.get_by_label("About this session")
    await expect(about).to_contain_text("rejected")
    assert tree.request("GET", f"/sessions/{session['id']}")[1]["decision_reason"] == "It did nothing."
    await page.get_by_role("button", name="More to do").click()
    await expect(page.get_by_role("menuitem", name=re.compile("^Pause"))).to_contain_text("only what works or is queued")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Fork").click()
    await page.get_by_label("What the agent is told then").fill("Do nothing at all, again")
    await page.get_by_role("dialog").get_by_role("button", name="Fork").click()
    await expect(about).to_contain_text("Forked from", timeout=20_000)
    forked = page.url.rsplit("/", 1)[1]
    assert forked != session["id"]
    assert (await ended(tree, forked))["parent_id"] == session["id"]


async def test_a_viewer_cannot_act_and_reads_why(signed_in: SignedIn, tree: Tree) -> None:
    session = tree.create(prompt="Do nothing at all", title=f"seen {uuid4().hex[:6]}", start=False)
    screen = await signed_in("VIEWER")
    await opened(screen, session["id"])
    for name in ("Start", "Pause", "Stop", "Fork", "Say"):
        button = screen.page.get_by_role("button", name=name, exact=True)
        await expect(button).to_have_attribute("aria-disabled", "true")
        await button.click(force=True)
    await screen.page.get_by_role("button", name="Stop", exact=True).hover()
    await expect(screen.page.get_by_role("tooltip")).to_contain_text("This needs the role MEMBER")
    await expect(screen.page.get_by_role("textbox", name="Say something to the agent")).to_be_disabled()
    assert tree.request("GET", f"/sessions/{session['id']}")[1]["status"] == "pending"


async def settled_text(screen: Screen) -> str:
    """A page is laid out once more when who is signed in is known, and is empty for that moment."""
    text = ""
    async with asyncio.timeout(20):
        while "Not found" not in text:
            text = await screen.page.get_by_role("main").inner_text()
    return text


@pytest.mark.walks
async def test_anothers_session_is_not_found_like_one_that_never_was(signed_in: SignedIn, tree: Tree) -> None:
    session = tree.create(prompt="Do nothing at all", title="not for everybody", start=False)
    status, other = tree.request("POST", "/tenants", {"slug": f"t-{uuid4().hex}", "name": "Others"})
    assert status == 201, other
    theirs = await signed_in("ADMIN", other["admin_key"])
    theirs.expect_refusals(404)
    told: list[str] = []
    for path in (session["id"], str(uuid4()), "no-id-at-all"):
        await theirs.open(f"/sessions/{path}")
        await expect(theirs.page.get_by_role("heading", name="Not found")).to_be_visible()
        told.append(await settled_text(theirs))
    assert told[0] == told[1] == told[2]
    assert "not for everybody" not in told[0]


def fill(tree: Tree, session_id: str, count: int) -> None:
    """As if the session had said so much; the last part is a text that can be seen."""
    with psycopg.connect(tree.database_url, autocommit=True) as connection:
        assert connection.execute(PARTS, {"count": count, "id": session_id}).rowcount == count
        last = {"text": f"Part {count} of many."}
        query = "update transcript_parts set type = 'text', data = %s where session_id = %s and part_id = %s"
        connection.execute(query, (Json(last), session_id, f"prt_{count:06}"))
