"""How far the inbox reaches: to thousands of items, to the one that an address names, and to who looks elsewhere."""

from uuid import uuid4

import psycopg
import pytest
from playwright.async_api import expect
from tests.e2e.browser.conftest import SignedIn
from tests.e2e.browser.team import Team
from tests.e2e.tree import Tree

pytestmark = pytest.mark.timeout(120)
MANY = 3_000
MOST_ROWS_IN_PAGE = 200
MOST_FIRST_ROW_MS = 4_000
"""On a machine that two test runs share; alone it is a fraction."""
A_SESSION_MS = 60_000
FAIL = """
    insert into sessions (tenant_id, id, title, prompt, branch, agent, model, priority, isolation, timeout_seconds,
        max_feedback_rounds, status, attempt, input_tokens, output_tokens, cost_micro_usd, created_by, created_at,
        finished_at)
    select tenant_id, gen_random_uuid(), 'Session ' || n, prompt, branch, agent, model, priority, isolation,
        timeout_seconds, max_feedback_rounds, 'failed', 1, n, n, n, created_by, created_at,
        created_at - make_interval(secs => 86400 - n)
    from sessions, generate_series(1, %s) n where id = %s
"""
SHOWS = """
    document.hasFocus = () => false;
    window.shown = [];
    window.Notification = class extends Notification {
        constructor(title, options) {
            super(title, options);
            this.addEventListener('show', () => {
                window.shown.push(this);
                const told = Object.assign(document.createElement('p'), {textContent: `${title}: ${options.body}`});
                told.dataset.testid = 'told';
                document.body.append(told);
            });
        }
    };
"""


@pytest.mark.walks
async def test_of_thousands_few_are_in_the_page_and_any_can_be_linked_to(signed_in: SignedIn, tree: Tree) -> None:
    crowd = Team.make(tree)
    session = crowd.start("Do nothing at all", start=False)
    with psycopg.connect(tree.database_url, autocommit=True) as connection:
        assert connection.execute(FAIL, (MANY, session["id"])).rowcount == MANY
        last = connection.execute(
            "select id from sessions where tenant_id = %s and title = %s",
            (crowd.call("GET", "/me")["tenant_id"], f"Session {MANY}"),
        ).fetchone()
    assert last is not None
    screen = await signed_in("MEMBER", crowd.key)
    listed = screen.page.get_by_role("listbox", name="What needs you")
    rows = listed.get_by_role("option")
    await screen.open("/inbox")
    await expect(rows.first).to_contain_text("Session 1")
    assert await screen.page.evaluate("performance.now()") < MOST_FIRST_ROW_MS
    await expect(screen.page).to_have_title(f"({MANY}) Inbox · Orchestrator")
    await expect(screen.page.get_by_text("3,000 need a person")).to_be_visible()
    scroller = listed.locator("..")
    for loaded in (50, 100, 150):
        await scroller.evaluate("one => one.scrollTo(0, one.scrollHeight)")
        await expect(rows.get_by_text(f"Session {loaded}", exact=True)).to_be_visible()
        assert await rows.count() < MOST_ROWS_IN_PAGE
        await expect(rows.last).to_have_attribute("aria-setsize", str(loaded + 50))
    await screen.open(f"/inbox?item=result:{last[0]}")
    opened = screen.page.get_by_role("article", name=f"Failed: Session {MANY}")
    await expect(opened).to_be_visible()
    await expect(opened.get_by_role("button", name="Accept")).to_be_visible()
    await screen.no_barriers()
    crowd.call("POST", f"/sessions/{last[0]}/reject")
    await expect(screen.page.get_by_text("This needs nobody any more")).to_be_visible()
    await screen.open(f"/inbox?item=result:{uuid4()}")
    await expect(screen.page.get_by_text("This needs nobody any more")).to_be_visible()
    await screen.page.get_by_role("button", name="Go on").click()
    await expect(screen.page.get_by_role("article", name="Failed: Session 1", exact=True)).to_be_visible()


@pytest.mark.walks
async def test_what_comes_is_told_by_the_browser_once_a_person_allowed_it(signed_in: SignedIn, tree: Tree) -> None:
    """The notifications are Chromium's own; nobody looks at the page meanwhile."""
    team = Team.make(tree)
    screen = await signed_in("ADMIN", team.key)
    await screen.context.add_init_script(SHOWS)
    await screen.open("/inbox")
    await expect(screen.page.get_by_text("Nothing needs you")).to_be_visible()
    assert await screen.page.evaluate("Notification.permission") == "default", "nobody is asked before a button is pressed"
    await screen.context.grant_permissions(["notifications"], origin=screen.url)
    await screen.page.get_by_role("button", name="Notify me").click()
    await expect(screen.page.get_by_text("Notifications on")).to_be_visible()
    session = team.start("Touch the first")
    told = screen.page.get_by_test_id("told")
    await expect(told).to_have_text(f"{session['title']}: build asks to use bash on touch first.txt", timeout=A_SESSION_MS)
    await expect(screen.page).to_have_title("(1) Inbox · Orchestrator")
    await screen.page.get_by_role("link", name="Fleet").click()
    await screen.page.evaluate("window.shown[0].dispatchEvent(new Event('click'))")
    await expect(screen.page.get_by_role("article", name=f"Approval: {session['title']}")).to_be_visible()
    assert "item=approval" in await screen.path()
    team.call("POST", f"/sessions/{session['id']}/cancel")
