"""The machines, as an operator sees and empties them; nobody else does."""

import re

import pytest
from playwright.async_api import expect
from tests.e2e.browser.conftest import SignedIn, Windows, sign_in
from tests.e2e.browser.screen import Screen
from tests.e2e.tree import Tree


async def operators(windows: Windows, tree: Tree) -> Screen:
    screen = await windows.open()
    await sign_in(screen, tree.key)
    return screen


async def test_a_node_is_drained_and_takes_sessions_again(windows: Windows, tree: Tree) -> None:
    screen = await operators(windows, tree)
    await screen.open("/fleet")
    await screen.page.get_by_role("link", name="Nodes").click()
    node = screen.page.get_by_role("grid", name="Nodes").get_by_role("row").nth(1)
    await expect(node.get_by_text("Live")).to_be_visible()
    (told,) = tree.request("GET", "/nodes")[1]["items"]
    for version in (told["version"], told["opencode_version"]):
        await expect(node.get_by_text(version, exact=True)).to_be_visible()
    for part in ("API", "Database", "Gateway"):
        row = screen.page.get_by_role("region", name="Health").get_by_role("listitem").filter(has_text=part)
        await expect(row.get_by_text("Answers", exact=True)).to_be_visible()
    await screen.no_barriers()
    await node.click()
    assert "node=" in await screen.path()
    await screen.page.get_by_role("button", name="Drain…").click()
    # A session of another test may be there still, and is named then.
    await screen.page.get_by_role("button", name=re.compile(r"^Drain($|, moving)")).click()
    await expect(screen.page.get_by_role("dialog").get_by_text("Draining", exact=True)).to_be_visible()
    assert [one["state"] for one in tree.request("GET", "/nodes")[1]["items"]] == ["draining"]
    await screen.no_barriers()
    await screen.page.get_by_role("button", name="Take sessions again…").click()
    await screen.page.get_by_role("button", name="Take sessions again", exact=True).click()
    await expect(screen.page.get_by_role("dialog").get_by_text("Live", exact=True)).to_be_visible()
    assert [one["state"] for one in tree.request("GET", "/nodes")[1]["items"]] == ["live"]
    await screen.page.keyboard.press("Escape")
    await expect(screen.page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.walks
async def test_what_waits_is_told_by_reason(windows: Windows, tree: Tree) -> None:
    tree_nodes = tree.request("GET", "/nodes")[1]["items"]
    assert tree.request("POST", f"/nodes/{tree_nodes[0]['id']}/drain")[0] == 200
    try:
        session = tree.create(prompt="Fix the discount", title="waits")
        screen = await operators(windows, tree)
        await screen.open("/nodes")
        queue = screen.page.get_by_role("region", name="Queue")
        await expect(queue.get_by_role("row").filter(has_text="cluster_capacity")).to_be_visible()
        await expect(queue.get_by_text("1 session waits, of all tenants")).to_be_visible()
        await expect(queue.get_by_text("The only node is being drained.")).to_be_visible()
        detail = tree.request("GET", f"/sessions/{session['id']}")[1]["queue_detail"]
        assert detail.startswith("The only node is being drained. It starts when"), detail
        await screen.picture("nodes")
        assert tree.request("POST", f"/sessions/{session['id']}/cancel")[0] == 200
        await expect(queue.get_by_text("Nothing waits")).to_be_visible()
    finally:
        tree.request("POST", f"/nodes/{tree_nodes[0]['id']}/undrain")


@pytest.mark.walks
async def test_nodes_are_for_operators(signed_in: SignedIn) -> None:
    screen = await signed_in("ADMIN")
    await screen.open("/fleet")
    await expect(screen.page.get_by_role("link", name="Fleet")).to_be_visible()
    await expect(screen.page.get_by_role("link", name="Nodes")).to_have_count(0)
    await screen.open("/nodes")
    await expect(screen.page.get_by_text("Nodes are for operators")).to_be_visible()
    await screen.no_barriers()
