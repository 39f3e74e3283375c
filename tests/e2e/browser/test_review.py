"""Reviewing in the page: comment on a line and see the agent's next turn change it, with the mouse and with keys alone."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect
from tests.e2e.browser.conftest import SignedIn
from tests.e2e.browser.screen import Screen
from tests.e2e.test_sessions import BROKEN, VERIFY
from tests.e2e.tree import FINISHED, Tree, make_repository

PROMPT = "Write the price module for review"
MODULE = "shop/price.py"
WAIT_MS = 30_000
"""For what an agent does."""


@pytest.fixture(scope="module")
async def finished(tree: Tree) -> dict[str, Any]:
    """A session that changed four files; tests that only look share it."""
    return await made(tree, "looked at")


async def made(tree: Tree, title: str) -> dict[str, Any]:
    repository = make_repository(tree.root / "repositories" / title.replace(" ", "-"), BROKEN)
    session = await asyncio.to_thread(tree.create, prompt=PROMPT, repository=str(repository), title=title)
    return await asyncio.to_thread(tree.wait, session["id"], FINISHED)


async def at_diff(screen: Screen, session: dict[str, Any], search: str = "") -> Page:
    await screen.open(f"/sessions/{session['id']}?tab=diff{search}")
    await expect(screen.page.get_by_role("navigation", name="Changed files")).to_be_visible()
    return screen.page


def code_of(page: Page, path: str = MODULE) -> Locator:
    return page.get_by_role("group", name=f"Changes of {path}")


async def comment_by_mouse(page: Page, line: int, body: str) -> None:
    button = code_of(page).locator("[data-utility-button]")
    await code_of(page).locator(f'[data-column-number="{line}"]').hover()
    while not await button.is_visible():  # What is drawn anew under a mouse that rests has not felt it come.
        await page.mouse.move(0, 0)
        await code_of(page).locator(f'[data-column-number="{line}"]').hover()
    await button.click()
    await page.get_by_label(f"Comment on line {line}", exact=True).fill(body)
    await page.get_by_role("button", name="Add to the review").click()


async def test_a_comment_on_a_line_has_the_agent_change_it(signed_in: SignedIn, tree: Tree) -> None:
    session = await made(tree, "commented on")
    screen = await signed_in("MEMBER")
    page = await at_diff(screen, session, f"&file={MODULE}")
    await expect(code_of(page)).to_contain_text("return sum(items)")
    await comment_by_mouse(page, 2, "Take the discount off, and round.")
    await comment_by_mouse(page, 5, "to be taken back")
    review = page.get_by_role("complementary", name="Review")
    await expect(review.get_by_role("listitem")).to_have_count(2)
    await page.reload()
    await expect(review.get_by_role("listitem")).to_have_count(2)
    await review.get_by_role("listitem").nth(1).get_by_role("button", name="Delete the comment").click()
    await review.get_by_role("button", name="Edit the comment").click()
    box = page.get_by_label("Comment on line 2", exact=True)
    await expect(box).to_have_value("Take the discount off, and round.")
    await box.fill("Take the discount off, and round to two digits.")
    await page.get_by_role("button", name="Add to the review").click()
    await expect(review).to_contain_text("round to two digits")
    await screen.picture("session-diff")
    await review.get_by_role("button", name="Send 1 to the agent").click()
    await expect(review).to_contain_text("0 comments")
    await expect(code_of(page)).to_contain_text("return round(sum(items) * (1 - discount), 2)", timeout=WAIT_MS)
    sent = page.get_by_role("region", name="Sent comment on line 2")
    await expect(sent).to_contain_text("round to two digits")
    await expect(sent).to_contain_text("taken by turn 2")
    _, messages = tree.request("GET", f"/sessions/{session['id']}/messages")
    (message,) = messages["items"]
    assert (message["kind"], message["turn"]) == ("review_comment", 1)
    (comment,) = message["details"]["comments"]
    assert (comment["path"], comment["side"], comment["line"], comment["end_line"]) == (MODULE, "new", 2, 2)
    await asyncio.to_thread(tree.wait, session["id"], FINISHED)
    await review.get_by_role("button", name="Accept").click()
    await page.get_by_label("Why (optional)").fill("It rounds.")
    await page.get_by_role("dialog").get_by_role("button", name="Accept").click()
    await expect(review).to_contain_text("It rounds.")
    assert tree.request("GET", f"/sessions/{session['id']}")[1]["decision"] == "accepted"


@pytest.mark.walks
async def test_with_keys_alone(signed_in: SignedIn, finished: dict[str, Any]) -> None:
    screen = await signed_in("MEMBER")
    page = await at_diff(screen, finished, f"&file={MODULE}")
    await expect(code_of(page)).to_contain_text("return sum(items)")
    for key in ("n", "ArrowDown", "Shift+ArrowDown", "c"):
        await page.keyboard.press(key)
    box = page.get_by_label("Comment on lines 2 to 3", exact=True)
    await expect(box).to_be_focused()
    await page.keyboard.type("jk and v are letters here")
    await page.keyboard.press("Control+Enter")
    review = page.get_by_role("complementary", name="Review")
    await expect(review).to_contain_text("jk and v are letters here")
    await page.keyboard.press("c")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("region", name="New comment")).to_have_count(0)
    await page.keyboard.press("v")
    await expect(page.get_by_role("button", name="Viewed", exact=True)).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("k")
    await expect(code_of(page, "docs/prices/rounding.md")).to_contain_text("two digits")
    assert "rounding.md" in await screen.path()
    await page.keyboard.press("j")
    await expect(code_of(page)).to_be_visible()
    await page.keyboard.press("s")
    await expect(page.get_by_role("button", name="Show in one column")).to_be_visible()
    assert "split=1" in await screen.path()


@pytest.mark.walks
async def test_what_was_viewed_stays_so(signed_in: SignedIn, finished: dict[str, Any]) -> None:
    screen = await signed_in("VIEWER")
    page = await at_diff(screen, finished, f"&file={MODULE}")
    files = page.get_by_role("navigation", name="Changed files")
    await expect(files).to_contain_text("0 viewed")
    await page.get_by_role("button", name="Viewed", exact=True).click()
    await page.reload()
    await expect(files).to_contain_text("1 viewed")
    await expect(page.get_by_role("button", name="Viewed", exact=True)).to_have_attribute("aria-pressed", "true")
    review = page.get_by_role("complementary", name="Review")
    await expect(review.get_by_role("button", name="Accept")).to_have_attribute("aria-disabled", "true")
    kept = await page.evaluate("Object.keys(localStorage)")
    assert sorted(kept) == sorted({*kept} & {"theme", f"viewed {finished['id']}"})


@pytest.mark.walks
async def test_files_are_found_and_long_ones_are_cut_and_told(signed_in: SignedIn, finished: dict[str, Any]) -> None:
    screen = await signed_in("VIEWER")
    page = await at_diff(screen, finished, "&file=docs/prices/big/list.txt")
    code = code_of(page, "docs/prices/big/list.txt")
    await expect(code).to_contain_text("17")
    rows = await code.evaluate("e => e.querySelector('diffs-container').shadowRoot.querySelectorAll('[data-line]').length")
    assert 0 < rows < 200
    await page.get_by_role("button", name="uv.lock").click()
    await expect(page.get_by_text("A program wrote this file")).to_be_visible()
    await page.get_by_label("Filter files by name").fill("round md")
    await expect(page.get_by_role("navigation", name="Changed files")).to_contain_text("1 of 4 files")
    assert "filter=round" in await screen.path()


@pytest.mark.walks
async def test_the_diff_keeps_nobody_out(signed_in: SignedIn, finished: dict[str, Any]) -> None:
    screen = await signed_in("MEMBER")
    page = await at_diff(screen, finished, f"&file={MODULE}")
    await expect(code_of(page)).to_contain_text("return sum(items)")
    await comment_by_mouse(page, 2, "Take the discount off.")
    await page.keyboard.press("n")
    await screen.no_barriers()


async def opened(screen: Screen, session: dict[str, Any], tab: str) -> Page:
    await screen.open(f"/sessions/{session['id']}?tab={tab}")
    return screen.page


@pytest.mark.walks
async def test_what_was_verified_is_read_round_by_round(signed_in: SignedIn, tree: Tree) -> None:
    session = await mended(tree)
    screen = await signed_in("VIEWER")
    page = await opened(screen, session, "evidence")
    first, second = (page.get_by_role("region", name=f"Attempt 1, after turn {number}") for number in (1, 2))
    await expect(first).to_contain_text("0 of 1 pass")
    await expect(second).to_contain_text("1 of 1 pass")
    await first.get_by_role("button", name="Show").click()
    await expect(first.get_by_label("Output of")).to_contain_text("AssertionError")
    await expect(page.get_by_role("region", name="Verdict")).to_contain_text("Verified")
    await page.get_by_label("Find in the output").fill("assertionerror")
    await expect(first.get_by_label("Output of")).not_to_contain_text("Ran 1 test")
    assert "find=assertionerror" in await screen.path()
    await screen.picture("session-evidence")
    await screen.no_barriers()


async def mended(tree: Tree) -> dict[str, Any]:
    """Its first turn fails the verification, its second one passes."""
    repository = make_repository(tree.root / "repositories" / "mended", BROKEN)
    wanted = {"prompt": "Mend it in two turns", "repository": str(repository), "verify": VERIFY, "title": "mended"}
    session = await asyncio.to_thread(tree.create, **wanted)
    return await asyncio.to_thread(tree.wait, session["id"], FINISHED)


@pytest.mark.walks
async def test_the_timeline_zooms_by_keys_wheel_and_brush_and_has_a_table(
    signed_in: SignedIn, finished: dict[str, Any]
) -> None:
    screen = await signed_in("VIEWER")
    page = await opened(screen, finished, "timeline")
    table = page.get_by_role("grid", name="Everything on the timeline")
    for words in ("Turns", "Model calls", "Tools", "Waits"):
        await expect(table.get_by_text(words, exact=True).first).to_be_visible()
    chart = page.get_by_role("group", name="Timeline: ")
    await chart.press("+")
    await page.wait_for_url("**zoom=**")
    await screen.picture("session-timeline")
    await screen.no_barriers()
    await chart.press("0")
    await page.wait_for_url(lambda url: "zoom=" not in url)
    await table.get_by_role("row").nth(1).click()
    await page.wait_for_url("**zoom=**")
    await chart.dblclick()
    await page.wait_for_url(lambda url: "zoom=" not in url)
    box = await chart.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 40)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40, steps=3)
    await page.mouse.up()
    await page.wait_for_url("**zoom=**")
    brushed = zoom_of(page)
    await page.mouse.wheel(0, -200)
    await page.wait_for_url(lambda url: zoom_of(page) != brushed)
    nearer = zoom_of(page)
    assert brushed[0] < nearer[0] < nearer[1] <= brushed[1]
    assert (await page.reload()) is not None
    await expect(table).to_be_visible()
    assert zoom_of(page) == nearer


def zoom_of(page: Page) -> tuple[float, float]:
    """Seconds from the beginning of the session."""
    begin, _, end = page.url.partition("zoom=")[2].partition("&")[0].partition("-")
    return float(begin), float(end)


@pytest.mark.walks
async def test_a_fork_begins_at_a_checkpoint(signed_in: SignedIn, tree: Tree, finished: dict[str, Any]) -> None:
    screen = await signed_in("MEMBER")
    page = await opened(screen, finished, "checkpoints")
    await expect(page.get_by_role("grid", name="Checkpoints")).to_contain_text("end of a turn")
    await screen.picture("session-checkpoints")
    await screen.no_barriers()
    await page.get_by_role("button", name="Fork from here (checkpoint 1)").click()
    await page.get_by_label("What the agent is told").fill("Do nothing at all")
    await page.get_by_role("dialog").get_by_role("button", name="Fork", exact=True).click()
    await page.wait_for_url(lambda url: "/sessions/" in url and finished["id"] not in url)
    forked = page.url.partition("/sessions/")[2].partition("?")[0]
    _, session = tree.request("GET", f"/sessions/{forked}")
    assert session["parent_id"] == finished["id"]
    await asyncio.to_thread(tree.wait, forked, FINISHED)


@pytest.mark.walks
async def test_the_cost_is_told_by_turn_and_by_call(signed_in: SignedIn, tree: Tree, finished: dict[str, Any]) -> None:
    screen = await signed_in("MEMBER")
    page = await opened(screen, finished, "cost")
    _, used = tree.request("GET", f"/usage?session_id={finished['id']}&group_by=model")
    totals = page.get_by_role("region", name="In all")
    await expect(totals).to_contain_text(f"{used['totals']['input_tokens']:,}")
    await expect(page.get_by_role("grid", name="Cost by turn")).to_contain_text("Turn 1")
    calls = page.get_by_role("grid", name="Model calls")
    await expect(calls).to_have_attribute("aria-rowcount", str(used["totals"]["requests"] + 1))
    await screen.picture("session-cost")
    await screen.no_barriers()
