"""Sessions within their limits: one that eats memory harms nobody, and a server that holds too much is exchanged."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.tree import Tree

from orchestrator.kit.cgroups import own_hierarchies
from orchestrator.sandboxes import limits_here

SCENARIOS = Path(__file__).with_name("limits.yml")
TIGHT = {
    "ORCHESTRATOR_SCRIPTED_SCENARIOS": str(SCENARIOS),
    "ORCHESTRATOR_SESSION_MEMORY_BYTES": str(256 * 1024**2),
    # OpenCode holds more from its start on, so that each turn has a server of its own.
    "ORCHESTRATOR_RUNTIME_RECYCLE_BYTES": str(64 * 1024**2),
}


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    folder = tmp_path_factory.mktemp("limits")
    for above in (folder, folder.parent):
        above.chmod(0o755)
    tree = Tree(Path(folder).resolve(), TIGHT).start()
    yield tree
    assert not tree.stop()
    assert groups_of(tree) == []


def groups_of(tree: Tree) -> list[Path]:
    """The control groups that its node has on this machine."""
    node = (tree.data / "node.id").read_text().strip()
    folders = [one.base / f"orchestrator-{node}" for one in own_hierarchies()]
    return [group for folder in folders if folder.is_dir() for group in (folder, *folder.glob("*/*"))]


def tools(tree: Tree, session: dict[str, Any]) -> list[str]:
    items = tree.request("GET", f"/sessions/{session['id']}/transcript")[1]["items"]
    states = [item["data"]["state"] for item in items if item["type"] == "tool"]
    return [state.get("output") or state.get("error") or "" for state in states]


def log(tree: Tree, session: dict[str, Any], type_: str) -> list[dict[str, Any]]:
    items = tree.request("GET", f"/events/log?session_id={session['id']}&limit=500")[1]["items"]
    return [event for event in items if event["type"] == type_]


def texts(tree: Tree, session: dict[str, Any]) -> list[str]:
    items = tree.request("GET", f"/sessions/{session['id']}/transcript")[1]["items"]
    return [item["data"]["text"] for item in items if item["type"] == "text"]


@pytest.mark.timeout(300)
def test_who_eats_memory_is_told_and_everything_else_goes_on(tight: Tree) -> None:
    sibling = tight.create(prompt="Take your time")
    eater = tight.create(prompt="Eat memory")
    assert tight.wait(eater["id"], seconds=200)["status"] == "completed"
    output, after = tools(tight, eater)
    assert "the shell lives" in output
    assert "may use 256 MiB of memory" in output or "MemoryError" in output
    assert after == "(no output)"
    assert tight.wait(sibling["id"], seconds=200)["status"] == "completed"
    assert tools(tight, sibling) == ["there\n"]
    if limits_here("auto").hierarchies:
        assert groups_of(tight)


@pytest.mark.walks
@pytest.mark.timeout(300)
def test_a_server_that_holds_too_much_is_exchanged_between_turns(tight: Tree) -> None:
    session = tight.create(prompt="Take your time")
    tight.wait(session["id"], ("running",))
    tight.request("POST", f"/sessions/{session['id']}/messages", {"text": "How much was it?"})
    done = tight.wait(session["id"], seconds=200)
    assert (done["status"], done["attempt"]) == ("completed", 1)
    assert texts(tight, session) == ["Take your time", "There.", "How much was it?", "Nine hundred."]
    assert [event["data"]["reason"] for event in log(tight, session, "runtime.recycled")] == ["memory"]
    assert "runtime_recycled" in tight.log.read_text()
