"""What a real session cost, where it leads to, and the budgets that keep it within bounds."""

import asyncio
import re
import threading
from collections.abc import Iterator

import pytest
from playwright.async_api import expect
from tests.e2e.browser.conftest import PHONE, Windows, sign_in
from tests.e2e.conftest import SCENARIOS
from tests.e2e.tree import Tree, make_repository

from orchestrator.opencode.scripted_model import ScriptedModel, load_scenarios

MODEL = "priced-model"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The scripted model as somebody else's provider, which can have a price."""
    loop, model = asyncio.new_event_loop(), ScriptedModel(load_scenarios(SCENARIOS))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(model.start(), loop).result(20)
    yield model.base_url
    asyncio.run_coroutine_threadsafe(model.stop(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)
    loop.close()


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory, elsewhere: str) -> Iterator[Tree]:
    """With a price for the scripted model, and one session that is verified."""
    root = tmp_path_factory.mktemp("priced")
    root.chmod(0o755)
    tree = Tree(root.resolve(), {"ORCHESTRATOR_SCRIPTED_SCENARIOS": str(SCENARIOS)}).start()
    try:
        repository = make_repository(
            root / "shop", {"shop/price.py": "def total(items, discount=0):\n    return sum(items)\n"}
        )
        give_a_price(tree, elsewhere)
        session = tree.create(
            model=MODEL, prompt="Fix the discount", title="The discount", repository=str(repository), verify=["true"]
        )
        assert tree.wait(session["id"])["verification"] == "verified"
        yield tree
    finally:
        assert not tree.stop()


def give_a_price(tree: Tree, url: str) -> None:
    provider = {"name": "priced", "kind": "openai_compatible", "base_url": url}
    status, answer = tree.request("POST", "/providers", provider)
    assert status == 201, answer
    target = {"provider": "priced", "model": "scripted-model", "input_price": 3_000_000, "output_price": 15_000_000}
    status, answer = tree.request("POST", "/models", {"name": MODEL, "targets": [target]})
    assert status == 201, answer


async def test_a_session_is_in_every_sum_and_leads_back(windows: Windows, priced: Tree) -> None:
    costs = priced.request("GET", "/overview/costs")[1]
    assert costs["totals"]["cost_micro_usd"] > 0
    screen = await windows.open(url=priced.url)
    await sign_in(screen, priced.key)
    await screen.open("/fleet")
    await screen.page.get_by_role("link", name="Costs").click()
    exact = f"{costs['totals']['cost_micro_usd']:,} micro-USD"
    for title in ("By day", "By agent", "By model", "By member", "By repository"):
        panel = screen.page.get_by_role("region", name=title, exact=True)
        await expect(panel.get_by_title(exact)).to_be_visible()
    brought = screen.page.get_by_role("region", name="What it brought")
    await expect(brought.get_by_role("row").filter(has_text="Completed and verified").get_by_title(exact)).to_be_visible()
    await expect(brought.get_by_text("mean of 1 session")).to_be_visible()
    await expect(screen.page.get_by_text("mean of 1 day since the first call")).to_be_visible()
    await expect(
        screen.page.get_by_text("A forecast needs three whole days of data before today; there are 0.")
    ).to_have_count(2)
    await expect(screen.page.locator("canvas")).to_be_visible()
    await screen.no_barriers()
    await screen.picture("costs")
    await screen.page.get_by_role("region", name="By repository", exact=True).get_by_role("link").click()
    assert "/fleet?" in screen.page.url
    await expect(screen.page.get_by_role("link", name="The discount")).to_be_visible()
    await screen.page.go_back()
    await brought.get_by_role("link", name="Completed and verified").click()
    await expect(screen.page.get_by_role("link", name="The discount")).to_be_visible()
    chips = screen.page.get_by_role("list", name="Also narrowed down by")
    await expect(chips.get_by_role("listitem")).to_have_text(
        [re.compile("^OutcomeCompleted and verified"), re.compile(r"^Model calls\d{4}-\d\d-\d\d to .* \(UTC\)")]
    )
    assert "outcome=verified" in await screen.path()
    await screen.no_barriers()
    await chips.get_by_role("button", name="Take away: Model calls").click()
    assert re.search(r"\?outcome=verified$", await screen.path())
    await screen.open("/fleet?outcome=failed")
    await expect(screen.page.get_by_text("No session matches")).to_be_visible()
    await screen.open("/costs")
    await screen.page.get_by_label("Days").select_option("Last 7 days")
    await expect(screen.page).to_have_url(f"{priced.url}/costs?days=7d")


@pytest.mark.walks
async def test_a_budget_is_set_counts_and_goes(windows: Windows, priced: Tree) -> None:
    repository = str(priced.root / "shop")
    screen = await windows.open(url=priced.url)
    await sign_in(screen, priced.key)
    await screen.open("/costs?tab=budgets")
    await screen.page.get_by_role("button", name="Set a budget", exact=True).click()
    screen.expect_refusals(422)
    await screen.page.get_by_role("button", name="Set the budget").click()
    await expect(screen.page.get_by_label("Which")).to_have_attribute("aria-invalid", "true")
    await screen.page.get_by_label("Which").fill(repository)
    await screen.page.get_by_label("US dollars a month").fill("0.000001")
    await screen.page.get_by_role("button", name="Set the budget").click()
    row = screen.page.get_by_role("list", name="Budgets").get_by_role("listitem").filter(has_text="shop")
    await expect(row.get_by_text("used up")).to_be_visible()
    assert len(priced.request("GET", "/budgets")[1]["items"]) == 1
    await screen.no_barriers()
    await screen.picture("costs-budgets")
    await row.get_by_role("button", name="Remove the budget").click()
    await screen.page.get_by_role("button", name="Remove the budget", exact=True).click()
    await expect(screen.page.get_by_text("None: only the quotas of the tenant hold.")).to_be_visible()
    assert priced.request("GET", "/budgets")[1]["items"] == []


@pytest.mark.walks
async def test_a_viewer_sees_no_costs_and_a_member_sets_no_budget(windows: Windows, priced: Tree) -> None:
    keys = {
        role: priced.request("POST", "/api-keys", {"name": role, "role": role})[1]["key"] for role in ("VIEWER", "MEMBER")
    }
    viewer = await windows.open(url=priced.url)
    await sign_in(viewer, keys["VIEWER"])
    await viewer.open("/costs")
    await expect(viewer.page.get_by_text("Not for your role")).to_be_visible()
    await expect(viewer.page.get_by_role("link", name="Costs")).to_have_count(0)
    member = await windows.open(PHONE, url=priced.url)
    await sign_in(member, keys["MEMBER"])
    await member.open("/costs?tab=budgets")
    await expect(member.page.get_by_role("button", name="Set a budget")).to_have_attribute("aria-disabled", "true")
    await member.open("/costs")
    await expect(member.page.get_by_role("region", name="By day", exact=True)).to_be_visible()
    await member.no_barriers()
    assert await member.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
