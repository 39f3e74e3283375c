"""What people do to sessions that run: the real OpenCode pauses, goes on, stops, and leaves nothing behind."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.e2e.test_sessions import BROKEN, VERIFY
from tests.e2e.tree import FINISHED, Tree, git, make_repository


@pytest.fixture
def shop(tree: Tree, request: pytest.FixtureRequest) -> Path:
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)
    return make_repository(tree.root / "repositories" / name, BROKEN)


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
    return found


def post(tree: Tree, session: dict[str, Any], deed: str, body: Any = None) -> dict[str, Any]:
    status, answer = tree.request("POST", f"/sessions/{session['id']}/{deed}", body)
    assert status in (200, 201), answer
    return answer


def items(tree: Tree, session: dict[str, Any], what: str) -> list[dict[str, Any]]:
    return tree.request("GET", f"/sessions/{session['id']}/{what}")[1]["items"]


def tools_of(tree: Tree, session: dict[str, Any]) -> list[str]:
    return [part["data"]["tool"] for part in items(tree, session, "transcript") if part["type"] == "tool"]


def prompts_of(tree: Tree, session: dict[str, Any]) -> list[str]:
    return [part["data"]["text"] for part in items(tree, session, "transcript") if part["role"] == "user"]


def begun(tree: Tree, shop: Path, **wanted: Any) -> dict[str, Any]:
    """A session in the middle of its turn: one command has run, and the model thinks about the next."""
    session = tree.create(prompt="Fix it slowly", repository=str(shop), verify=VERIFY, **wanted)
    until(lambda: tools_of(tree, session) == ["bash"])
    return session


def test_a_paused_session_goes_on_with_its_worktree_and_its_conversation(tree: Tree, shop: Path) -> None:
    session = begun(tree, shop)
    assert post(tree, session, "pause")["requested"] == "pause"
    paused = tree.wait(session["id"], ("paused", *FINISHED))
    assert (paused["status"], paused["pause_reason"], paused["requested"]) == ("paused", "person", None)
    [checkpoint] = items(tree, session, "checkpoints")
    assert checkpoint["changed"] is True
    assert tree.request("POST", f"/sessions/{session['id']}/pause")[0] == 409
    assert post(tree, session, "resume")["status"] == "queued"
    done = tree.wait(session["id"])
    assert (done["status"], done["verification"], done["attempt"]) == ("completed", "verified", 2)
    assert prompts_of(tree, session) == ["Fix it slowly"]
    assert tools_of(tree, session) == ["bash", "write"], "what was done before the pause is not done again"
    assert git(shop, "show", f"{done['branch']}:notes.txt") == "begun"


def test_a_stopped_session_keeps_its_work_on_its_branch(tree: Tree, shop: Path) -> None:
    session = begun(tree, shop)
    post(tree, session, "stop")
    stopped = tree.wait(session["id"])
    assert stopped["status"] == "stopped"
    assert git(shop, "show", f"{stopped['branch']}:notes.txt") == "begun"
    assert tools_of(tree, session) == ["bash"]
    assert tree.request("POST", f"/sessions/{session['id']}/stop")[0] == 409


def test_a_follow_up_works_on_the_same_branch_and_is_verified_again(tree: Tree, shop: Path) -> None:
    session = tree.create(prompt="Fix the discount", repository=str(shop), verify=VERIFY)
    first = tree.wait(session["id"])
    assert first["verification"] == "verified"
    post(tree, session, "messages", {"text": "Write down why", "kind": "review_comment", "path": "shop/price.py", "line": 2})
    done = tree.wait(session["id"], ("completed", "failed")) if tree.wait(session["id"], ("queued", "running")) else {}
    assert (done["status"], done["verification"], done["attempt"]) == ("completed", "verified", 2)
    assert (done["branch"], done["commit"] == first["commit"]) == (first["branch"], False)
    git(shop, "merge-base", "--is-ancestor", first["commit"], done["commit"])
    assert git(shop, "rev-parse", done["branch"]) == done["commit"]
    assert git(shop, "show", f"{done['branch']}:why.txt") == "because"
    assert [turn["kind"] for turn in items(tree, session, "turns")] == ["prompt", "message"]
    assert len(prompts_of(tree, session)) == 2
    assert [one["commit"] for one in items(tree, session, "evidence")] == [first["commit"], done["commit"]]


@pytest.mark.walks
def test_a_message_to_a_running_session_is_its_next_turn(tree: Tree, shop: Path) -> None:
    session = begun(tree, shop)
    assert post(tree, session, "messages", {"text": "Write down why"})["turn"] is None
    done = tree.wait(session["id"])
    assert (done["status"], done["verification"], done["attempt"]) == ("completed", "verified", 1)
    assert [(turn["number"], turn["kind"]) for turn in items(tree, session, "turns")] == [(0, "prompt"), (1, "message")]
    assert prompts_of(tree, session) == ["Fix it slowly", "Write down why"]
    assert tools_of(tree, session) == ["bash", "write", "write"], "the turn that ran was not disturbed"
    assert {one["round"] for one in items(tree, session, "evidence")} == {1}, "only what came of both is verified"
    assert git(shop, "show", f"{done['branch']}:why.txt") == "because"


@pytest.mark.parametrize(
    ("isolation", "deed"),
    [
        ("tenant", "cancel"),
        pytest.param("session", "stop", marks=pytest.mark.walks),
        pytest.param("tenant", "stop", marks=pytest.mark.chaos),
        pytest.param("session", "cancel", marks=pytest.mark.chaos),
    ],
)
def test_nothing_of_a_session_runs_five_seconds_after_its_end(tree: Tree, shop: Path, isolation: str, deed: str) -> None:
    """Its command ignores SIGTERM and has started processes that are in no group and no session of its own."""
    session = tree.create(prompt="Leave processes behind", repository=str(shop), isolation=isolation)
    until(lambda: len(sleepers()) == 2)
    post(tree, session, deed)
    until(lambda: not sleepers(), 5)
    tree.wait(session["id"], ("cancelled", "stopped"))


def sleepers() -> list[int]:
    found = psutil.process_iter(["cmdline"])
    return [process.pid for process in found if (process.info["cmdline"] or [])[-2:] == ["sleep", "600"]]
