"""Plans: handed in as a file, approved, watched as a list and as a graph until they are one verified branch."""

import re
from collections import Counter

import pytest
from playwright.async_api import Locator, expect
from tests.e2e.browser.conftest import PHONE, SignedIn
from tests.e2e.browser.screen import Screen, press, row
from tests.e2e.browser.team import VERIFY, Team
from tests.e2e.test_plans import ended, hand_in, task

WAIT_MS = 90_000
FILE = """tasks:
  - key: price
    title: Mend the price
    prompt: "Plan: fix the price"
  - key: third
    title: Write the third
    prompt: "Plan: write the third"
    depends_on: [price]
"""
QUICK = {"max_feedback_rounds": 0, "max_conflict_rounds": 0}
PARTS = ("?prompts=false", "/graph", "/tasks/after")
FAILS = [task("wrong", "Plan: break the price"), task("after", "Plan: write the third", "wrong")]


def listed(screen: Screen) -> Locator:
    return screen.page.get_by_role("listbox", name="Tasks").get_by_role("option")


async def test_a_plan_is_handed_in_approved_and_watched_until_it_is_one_branch(signed_in: SignedIn, team: Team) -> None:
    screen = await signed_in("MEMBER", team.key)
    page = screen.page
    await screen.open("/fleet")
    await page.get_by_role("link", name="Plans").click()
    await press(screen, "New plan")
    await press(screen, "Hand in the plan")
    await expect(page.get_by_text("Name at least one task.")).to_be_visible()
    await page.get_by_label("Goal").fill("Discounts in the shop\n\nEach with a test.")
    await page.get_by_label("Repository").fill(str(team.shop()))
    await page.get_by_label("File", exact=True).fill(FILE.replace("[price]", "[prise]"))
    await page.get_by_label("Verification commands").fill(VERIFY[0])
    await page.get_by_label("It waits for an approval").check()
    screen.expect_refusals(422)
    await press(screen, "Hand in the plan")
    await expect(page.get_by_text("line 5: task third depends on prise, which is no task of the plan")).to_be_visible()
    await screen.no_barriers()
    await page.get_by_label("File", exact=True).fill(FILE)
    await press(screen, "Hand in the plan")
    await expect(page.get_by_label("About this plan")).to_contain_text("Awaits approval")
    await expect(listed(screen).filter(has_text="third")).to_contain_text("waits for price")
    drawn = page.get_by_label("Graph of the tasks")
    await expect(drawn.get_by_text("Write the third")).to_be_visible()
    await expect(drawn.get_by_text("critical", exact=True)).to_have_count(2)
    await screen.no_barriers()
    await press(screen, "Approve")
    await expect(page.get_by_label("About this plan")).to_contain_text("Completed", timeout=WAIT_MS)
    await expect(page.get_by_label("About this plan")).to_contain_text("2 of 2")
    await drawn.get_by_text("Mend the price").click()
    detail = page.get_by_label("Task price", exact=True)
    await expect(detail).to_contain_text("Plan: fix the price")
    await screen.no_barriers()
    await screen.picture("plan")
    await page.get_by_role("tab", name="Merges").click()
    await expect(page.get_by_label("Queue of merges")).to_contain_text("No merge runs. Nothing waits.")
    await expect(row(screen, "Merges", "third")).to_contain_text("Merged")
    await screen.no_barriers()
    await page.get_by_role("tab", name="Diff").click()
    await expect(page.get_by_role("navigation", name="Changed files")).to_contain_text("2 files")
    await page.get_by_role("button", name="modified price.py").click()
    await expect(page.get_by_role("region", name="shop/price.py")).to_contain_text("return")
    await expect(page.get_by_role("button", name="Send to the agent")).to_have_count(0)
    await screen.no_barriers()
    await page.get_by_role("tab", name="Report").click()
    await expect(page.get_by_role("list", name="Report").get_by_text(VERIFY[0]).first).to_be_visible()
    await screen.no_barriers()
    await screen.picture("plan-report")
    await page.get_by_role("tab", name="Tasks").click()
    await detail.get_by_role("link", name="Open its session").click()
    await page.get_by_role("link", name="task price").click()
    await expect(detail).to_be_visible()


@pytest.mark.walks
async def test_what_failed_is_told_blocks_and_is_tried_again(signed_in: SignedIn, team: Team) -> None:
    plan = ended(team, hand_in(team, team.shop(), FAILS, settings=QUICK))
    screen = await signed_in("MEMBER", team.key)
    page = screen.page
    await screen.open("/plans?status=failed")
    await row(screen, "Plans", "Discounts in the shop").get_by_role("link").click()
    await expect(listed(screen).filter(has_text="after")).to_contain_text("it depends on wrong, which failed")
    await listed(screen).first.focus()
    await page.keyboard.press("End")
    await expect(page.get_by_label("Task after", exact=True)).to_be_visible()
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_label("Task wrong", exact=True)).to_be_visible()
    await press(screen, "Retry")
    await expect(page.get_by_label("About this plan")).to_contain_text("Running")
    await press(screen, "Pause")
    await expect(page.get_by_label("About this plan")).to_contain_text("Paused")
    await press(screen, "Cancel")
    await press(screen, "Cancel the plan")
    await expect(page.get_by_label("About this plan")).to_contain_text("Cancelled")
    assert team.call("GET", f"/plans/{plan['id']}")["status"] == "cancelled"


@pytest.mark.walks
async def test_a_template_is_filled_in_and_looked_at_before_it_is_handed_in(signed_in: SignedIn, team: Team) -> None:
    screen = await signed_in("MEMBER", team.key)
    page = screen.page
    await screen.open("/plans/new")
    await page.get_by_label("Goal").fill("Invoices in the shop")
    await page.get_by_label("The tasks come from").select_option("A template")
    await page.get_by_label("Template", exact=True).select_option("crud")
    screen.expect_refusals(422)
    await press(screen, "Show the tasks")
    await expect(page.get_by_label("Template", exact=True)).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("entity").fill("invoice")
    await page.get_by_label("fields").fill("number, customer, total")
    await press(screen, "Show the tasks")
    await expect(page.get_by_role("list", name="The tasks that it comes to").get_by_role("listitem").first).to_be_visible()
    await screen.no_barriers()
    await page.get_by_label("It waits for an approval").check()
    await press(screen, "Hand in the plan")
    await expect(page.get_by_label("About this plan")).to_contain_text("Awaits approval")
    [plan] = team.call("GET", "/plans")["items"]
    assert plan["goal"] == "Invoices in the shop"
    assert plan["progress"]["total"] > 1


@pytest.mark.walks
async def test_a_template_is_made_changed_and_removed_and_the_line_that_is_wrong_is_chosen(
    signed_in: SignedIn, team: Team
) -> None:
    screen = await signed_in("MEMBER", team.key)
    page = screen.page
    text = page.get_by_label("Text", exact=True)
    await screen.open("/plans/new")
    await press(screen, "Templates")
    await expect(page.get_by_role("list", name="Templates of plans").get_by_text("crud")).to_be_visible()
    await screen.no_barriers()
    await press(screen, "New template")
    example = await text.input_value()
    screen.expect_refusals(422)
    await text.fill(example.replace("depends_on: [build]", "depend_on: [build]"))
    await press(screen, "Save")
    await expect(page.get_by_text(re.compile(r"line 11: .*depend_on"))).to_be_visible()
    chosen = "area => area.value.slice(area.selectionStart, area.selectionEnd).trim()"
    assert await text.evaluate(chosen) == "depend_on: [build]"
    await screen.no_barriers()
    await text.fill(example)
    await press(screen, "Save")
    await press(screen, "Change two-steps")
    await text.fill(example.replace("Build something", "Make something"))
    await press(screen, "Save")
    await expect(page.get_by_role("button", name="Change two-steps")).to_be_visible()
    await expect(page.get_by_text("Make something, then document it")).to_be_visible()
    assert team.call("GET", "/plans/templates/two-steps")["description"] == "Make something, then document it"
    await press(screen, "Remove two-steps")
    await press(screen, "Remove the template")
    await expect(page.get_by_role("button", name="Read crud")).to_be_visible()
    await expect(page.get_by_role("button", name="Change two-steps")).to_have_count(0)


@pytest.mark.walks
async def test_the_tasks_that_an_agent_makes_come_by_themselves(signed_in: SignedIn, team: Team) -> None:
    screen = await signed_in("MEMBER", team.key)
    page = screen.page
    await screen.open("/plans/new")
    await page.get_by_label("Goal").fill("Sum up the notes")
    await page.get_by_label("Repository").fill(str(team.shop()))
    await page.get_by_label("The tasks come from").select_option("An agent, which reads the repository")
    await page.get_by_label("Verification commands").fill("test -f shop/price.py")
    await page.get_by_label("It waits for an approval").check()
    await press(screen, "Hand in the plan")
    await expect(listed(screen)).to_have_count(1)
    await expect(listed(screen)).to_have_count(5, timeout=WAIT_MS)
    await expect(page.get_by_label("About this plan")).to_contain_text("Awaits approval")
    await expect(page.get_by_label("Graph of the tasks").locator(".react-flow__node")).to_have_count(5)


@pytest.mark.walks
async def test_a_plan_is_changed_before_it_is_approved(signed_in: SignedIn, team: Team) -> None:
    plan = hand_in(team, team.shop(), FAILS, require_approval=True)
    screen = await signed_in("MEMBER", team.key)
    page = screen.page
    await screen.open(f"/plans/{plan['id']}?task=after")
    await expect(page.get_by_label("About this plan")).to_contain_text("fewer than 5 sessions were like 2 tasks of it")
    await press(screen, "Change")
    screen.expect_refusals(422)
    await page.get_by_label("Depends on").fill("wrong nobody")
    await press(screen, "Save")
    await expect(page.get_by_label("Depends on")).to_have_attribute("aria-invalid", "true")
    await screen.no_barriers()
    await page.get_by_label("Depends on").fill("")
    await press(screen, "Save")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(listed(screen).filter(has_text="after")).not_to_contain_text("waits for")
    await press(screen, "Add a task")
    await page.get_by_label("Key", exact=True).fill("third")
    await page.get_by_label("Prompt").fill("Plan: write the third")
    await page.get_by_label("Depends on").fill("after")
    await press(screen, "Save")
    await expect(listed(screen).filter(has_text="third")).to_contain_text("waits for after")
    await listed(screen).first.click()
    await press(screen, "Take out")
    await expect(listed(screen)).to_have_count(2)
    tasks = team.call("GET", f"/plans/{plan['id']}")["tasks"]
    assert {one["key"]: one["depends_on"] for one in tasks} == {"after": [], "third": ["after"]}


@pytest.mark.walks
async def test_a_plan_is_read_again_when_something_happens_in_it_and_without_its_prompts(
    signed_in: SignedIn, team: Team
) -> None:
    shop = team.shop()
    plan = hand_in(team, shop, FAILS, require_approval=True)
    screen = await signed_in("MEMBER", team.key)
    page = screen.page
    await screen.open(f"/plans/{plan['id']}?task=after")
    await expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    await expect(page.get_by_label("Task after", exact=True)).to_contain_text("Plan: write the third")
    await expect(page).to_have_title(re.compile(r"^\(1\)"))
    # News is told in its order: with that of a later plan all that the first one's own making told has been read.
    hand_in(team, shop, FAILS, require_approval=True)
    await expect(page).to_have_title(re.compile(r"^\(2\)"))
    read: Counter[str] = Counter()
    page.on("request", lambda one: read.update(part for part in PARTS if one.url.endswith(f"/plans/{plan['id']}{part}")))
    hand_in(team, shop, FAILS, require_approval=True)
    await expect(page).to_have_title(re.compile(r"^\(3\)"))
    assert not read, "what happens in another plan"
    async with page.expect_response(lambda one: one.url.endswith(f"/plans/{plan['id']}{PARTS[0]}")) as answer:
        team.call("POST", f"/plans/{plan['id']}/tasks", task("third", "Plan: write the third", "after"))
    assert {one["prompt"] for one in (await (await answer.value).json())["tasks"]} == {""}
    await expect(listed(screen)).to_have_count(3)
    assert read == dict.fromkeys(PARTS, 1)


@pytest.mark.walks
async def test_a_viewer_reads_why_not_and_a_stranger_finds_nothing(signed_in: SignedIn, team: Team) -> None:
    plan = hand_in(team, team.shop(), FAILS, require_approval=True)
    viewer = await signed_in("VIEWER", team.key)
    await viewer.open(f"/plans/{plan['id']}")
    approve = viewer.page.get_by_role("button", name="Approve")
    await expect(approve).to_have_attribute("aria-disabled", "true")
    await approve.focus()
    await expect(viewer.page.get_by_role("tooltip")).to_contain_text("needs the role MEMBER")
    stranger = await signed_in("ADMIN")
    stranger.expect_refusals(404)
    await stranger.open(f"/plans/{plan['id']}")
    await expect(stranger.page.get_by_text("or it belongs to another tenant")).to_be_visible()


@pytest.mark.walks
async def test_a_large_plan_is_drawn_while_the_page_stays_usable(signed_in: SignedIn, team: Team) -> None:
    """Thirty deep and ten wide; only what is seen is in the page."""
    tasks = [
        task(f"t{at}", "x", *([f"t{at - 10}", f"t{at - 10 - at % 10 + (at * 7) % 10}"] if at >= 10 else []))
        for at in range(300)
    ]
    plan = hand_in(
        team, team.shop(), [{**one, "depends_on": sorted(set(one["depends_on"]))} for one in tasks], require_approval=True
    )
    screen = await signed_in("MEMBER", team.key)
    await screen.open(f"/plans/{plan['id']}?task=t299")
    drawn = screen.page.get_by_label("Graph of the tasks")
    await expect(drawn.get_by_text("t299", exact=True)).to_be_visible()
    assert await drawn.locator(".react-flow__node").count() < 200
    assert await listed(screen).count() < 60


@pytest.mark.walks
async def test_plans_on_a_phone(signed_in: SignedIn, team: Team) -> None:
    plan = hand_in(team, team.shop(), FAILS, require_approval=True)
    screen = await signed_in("MEMBER", team.key, PHONE)
    addresses = ["/plans", "/plans/new", f"/plans/{plan['id']}?view=graph"]
    addresses += [f"/plans/{plan['id']}?tab={tab}" for tab in ("tasks", "merges", "report")]
    for address in addresses:
        await screen.open(address)
        await expect(screen.page.get_by_role("heading", level=1)).to_be_visible()
        await expect(screen.page.get_by_label(re.compile("^(Loading|Drawing)"))).to_have_count(0)
        assert await screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        await screen.no_barriers()
    await screen.open(f"/plans/{plan['id']}")
    await listed(screen).filter(has_text="after").click()
    await expect(screen.page.get_by_role("dialog")).to_contain_text("Plan: write the third")
    await screen.no_barriers()
