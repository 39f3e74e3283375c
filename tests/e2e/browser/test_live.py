"""What a tab does while nobody looks at it, and when somebody does again."""

from collections import Counter
from contextlib import AsyncExitStack

from playwright.async_api import Page, Request, expect
from tests.e2e.browser.conftest import SignedIn
from tests.e2e.browser.team import Team
from tests.e2e.tree import Tree

HIDDEN_MS = 31_000
SEE = """
    state => {
        Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => state});
        document.dispatchEvent(new Event('visibilitychange'));
    }
"""


def is_stream(request: Request) -> bool:
    return "/api/v1/events" in request.url


async def is_live(page: Page) -> None:
    await expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()


async def test_a_hidden_tab_has_no_stream_and_reads_everything_once_when_it_is_looked_at(
    signed_in: SignedIn, tree: Tree
) -> None:
    """The browser never hides a page of a test, so the page is told that it is; half a minute passes by its clock."""
    team = Team.make(tree)
    session = team.start("Do nothing at all", start=False)
    screen = await signed_in("MEMBER", team.key)
    page = screen.page
    await page.clock.install()
    streams: list[str] = []
    page.on("request", lambda one: is_stream(one) and streams.append(one.url))
    await screen.open(f"/sessions/{session['id']}")
    await is_live(page)
    await expect(page.get_by_text("Nothing was said yet")).to_be_visible()
    team.call("POST", f"/sessions/{session['id']}/cancel")
    await expect(page.get_by_label("About this session").get_by_text("Cancelled", exact=True)).to_be_visible()
    await page.evaluate(SEE, "hidden")
    async with page.expect_event("requestfailed", is_stream):
        await page.clock.fast_forward(HIDDEN_MS)
    team.start("Do nothing at all", start=False)
    seen: Counter[str] = Counter()
    page.on("request", lambda one: seen.update([one.url.removeprefix(screen.url).replace(session["id"], "ID")]))
    parts = ("", "/turns", "/messages")
    async with AsyncExitStack() as asked:
        for part in parts:
            await asked.enter_async_context(page.expect_request(f"**/api/v1/sessions/{session['id']}{part}"))
        await page.evaluate(SEE, "visible")
    await is_live(page)
    read = {path: times for path, times in seen.items() if "ID" in path}
    assert set(read.values()) == {1}, read
    assert {f"/api/v1/sessions/ID{part}" for part in parts} <= set(read)
    assert len(streams) == 2
    assert streams[1].partition("after=")[2].isdigit()
