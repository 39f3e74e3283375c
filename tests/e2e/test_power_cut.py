"""`kill -9` of the whole tree in mid-turn, and Ctrl-C: the next start finishes every session that had begun."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.e2e.conftest import SCENARIOS
from tests.e2e.test_sessions import BROKEN, VERIFY
from tests.e2e.tree import Tree, make_repository

pytestmark = pytest.mark.timeout(240)


@dataclass
class Cut:
    """The tree after its next start, and the sessions that had begun before."""

    tree: Tree
    fixed: list[str]
    left_running: str


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cut]:
    folder = tmp_path_factory.mktemp("cut")
    for above in (folder, folder.parent):
        above.chmod(0o755)
    tree = Tree(folder.resolve(), {"ORCHESTRATOR_SCRIPTED_SCENARIOS": str(SCENARIOS)}).start()
    try:
        wanted = {"repository": str(make_repository(tree.root / "shop", BROKEN)), "verify": VERIFY}
        fixed = [tree.create(prompt="Fix it slowly", **wanted)["id"] for _ in range(2)]
        left_running = tree.create(prompt="Leave a program running and fix it slowly", **wanted)["id"]
        _until_working(tree, [*fixed, left_running])
        tree.kill()
        assert not tree.members()
        yield Cut(tree.start(), fixed, left_running)
    finally:
        assert not tree.stop(), "processes were left behind"


def test_a_power_cut_loses_nothing(cut: Cut) -> None:
    for session_id in cut.fixed:
        session = cut.tree.wait(session_id)
        assert (session["status"], session["verification"], session["attempt"]) == ("completed", "verified", 1)
        parts = cut.tree.request("GET", f"/sessions/{session_id}/transcript")[1]["items"]
        assert [p["data"]["text"] for p in parts if p["role"] == "user"] == ["Fix it slowly"]
        log = cut.tree.request("GET", f"/events/log?session_id={session_id}&limit=500")[1]["items"]
        statuses = [e["data"]["to"] for e in log if e["type"] == "session.status"]
        assert statuses == ["running", "verifying", "completed"]


@pytest.mark.walks
def test_a_power_cut_does_not_make_the_processes_forgotten_that_a_command_left(cut: Cut) -> None:
    session = cut.tree.wait(cut.left_running)
    assert (session["status"], session["verification"]) == ("completed", "needs_review")
    assert session["verification_reason"] == "commands left processes running, which ended with them: sleep"


@pytest.mark.walks
def test_ctrl_c_ends_everything_and_what_was_at_work_goes_on_at_the_next_start(cut: Cut) -> None:
    tree = cut.tree
    wanted = {"repository": str(tree.root / "shop"), "verify": VERIFY}
    session_id = tree.create(prompt="Fix it slowly", **wanted)["id"]
    _until_working(tree, [session_id])
    assert tree.process is not None
    os.killpg(tree.process.pid, signal.SIGINT)  # A terminal sends it to all in front.
    tree.process.wait(30)
    assert not tree.members()
    assert "Traceback" not in tree.log.read_text()
    session = tree.start().wait(session_id)
    assert (session["status"], session["verification"]) == ("completed", "verified")
    parts = tree.request("GET", f"/sessions/{session_id}/transcript")[1]["items"]
    assert [p["data"]["text"] for p in parts if p["role"] == "user"] == ["Fix it slowly"]


def _until_working(tree: Tree, ids: list[str]) -> None:
    """Each has finished its first tool call: the turn is under way, and its end is some seconds off."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        items = [tree.request("GET", f"/sessions/{i}/transcript")[1]["items"] for i in ids]
        if all(any(p["type"] == "tool" for p in parts) for parts in items):
            return
        time.sleep(0.1)
    raise AssertionError(tree.log.read_text()[-3000:])
