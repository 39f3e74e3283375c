"""What a hostile agent and a hostile person try on the running product."""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.e2e.test_sessions import BROKEN
from tests.e2e.tree import LOOK_SECONDS, Tree, make_repository

SCENARIOS = Path(__file__).with_name("attacks.yml")
SECRETS = ("OPENCODE_SERVER_PASSWORD=", "oiv_", "export const Guard")


@pytest.fixture(scope="module")
def tree() -> Iterator[Tree]:
    with tempfile.TemporaryDirectory(prefix="orchestrator-attacks-") as folder:
        Path(folder).chmod(0o755)
        tree = Tree(Path(folder).resolve(), {"ORCHESTRATOR_SCRIPTED_SCENARIOS": str(SCENARIOS)}).start()
        try:
            yield tree
        finally:
            left = tree.stop()
            assert not left, f"processes left behind: {left}"


@pytest.fixture
def shop(tree: Tree, request: pytest.FixtureRequest) -> Path:
    # A command that names paths outside of the worktree is refused by OpenCode, a script in a file is not.
    link = "mkdir sub; ln -s /proc/self/environ sub/AGENTS.md; echo plain > sub/plain.txt\n"
    return make_repository(tree.root / "repositories" / request.node.name, BROKEN | {"link.sh": link})


@pytest.mark.walks
def test_a_subagents_prompt_cannot_read_the_servers_files(tree: Tree, shop: Path) -> None:
    """OpenCode reads what a prompt mentions by `@` without asking any permission."""
    session = tree.wait(tree.create(prompt="Have it read by a subagent", repository=str(shop))["id"])
    assert session["status"] == "completed"
    assert tools(tree, session)[0]["status"] == "completed"
    assert not leaked(tree)


@pytest.mark.walks
def test_instructions_beside_a_file_are_no_way_out(tree: Tree, shop: Path) -> None:
    """OpenCode adds the AGENTS.md of a file's folder to what it reads."""
    session = tree.wait(tree.create(prompt="Have it read as instructions", repository=str(shop))["id"])
    assert "outside this session's worktree" in tools(tree, session)[1]["error"]
    assert not leaked(tree)


@pytest.mark.walks
def test_no_command_runs_while_a_file_tool_works(tree: Tree, shop: Path) -> None:
    """It could exchange a folder for a link between the check of a path and its use."""
    session = tree.wait(tree.create(prompt="Command and file tool at once", repository=str(shop))["id"])
    _, read, missing, refused, _, after = tools(tree, session)
    assert "late" in read["output"]
    assert (missing["status"], refused["status"]) == ("error", "error")
    assert "on" in after["output"], "a call that failed holds nothing up"


@pytest.mark.walks
def test_a_cancelled_sessions_verification_at_the_base_ends_with_it(tree: Tree, shop: Path) -> None:
    """It runs ahead of its need, and nobody needs it any more."""
    verify = ["sleep 613"]
    session = tree.create(prompt="Work for a while", repository=str(shop), verify=verify, timeout_seconds=86_400)
    until(lambda: sleeping("613"), 60)
    tree.request("POST", f"/sessions/{session['id']}/cancel")
    until(lambda: not sleeping("613"), 10)


@pytest.mark.walks
def test_of_two_sessions_that_share_a_verification_at_the_base_one_may_go(tree: Tree, shop: Path) -> None:
    wanted = {"prompt": "Work for a while", "repository": str(shop), "verify": ["sleep 6"]}
    first, second = tree.create(**wanted), tree.create(**wanted)
    until(lambda: sleeping("6"), 60)
    tree.request("POST", f"/sessions/{first['id']}/cancel")
    ended = tree.wait(second["id"])
    assert (ended["status"], ended["verification"]) == ("completed", "verified")


@pytest.mark.walks
def test_a_repository_that_is_gone_keeps_no_runtime_and_no_worktree(tree: Tree, shop: Path) -> None:
    wanted = {"verify": ["false"], "isolation": "session", "timeout_seconds": 50}
    session = tree.create(prompt="Come half way", repository=str(shop), **wanted)
    until(lambda: tree.request("GET", f"/sessions/{session['id']}/evidence")[1]["items"], 80)
    shutil.rmtree(shop)
    assert tree.wait(session["id"])["status"] == "timed_out"
    state = next(tree.data.glob("tenants/*/state"))
    until(lambda: not (state / session["id"]).exists(), 20)
    until(lambda: not runs(session["id"]), 10)


def tools(tree: Tree, session: dict[str, Any]) -> list[dict[str, Any]]:
    parts = tree.request("GET", f"/sessions/{session['id']}/transcript")[1]["items"]
    return [part["data"]["state"] for part in parts if part["type"] == "tool"]


def leaked(tree: Tree) -> list[str]:
    """What the conversations hold, those of subagents too, of what only the server may know."""
    found: list[str] = []
    for file in tree.data.glob("tenants/*/runtimes/shared/home/.local/share/opencode/opencode.db"):
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            parts = [data for (data,) in database.execute("select data from part")]
        assert parts
        found += [secret for secret in SECRETS if any(secret in part for part in parts)]
    return found


def sleeping(seconds: str) -> list[int]:
    processes = psutil.process_iter(["pid", "cmdline"])
    return [p.info["pid"] for p in processes if (p.info["cmdline"] or [])[-2:] == ["sleep", seconds]]


def runs(session_id: str) -> list[int]:
    processes = psutil.process_iter(["pid", "cmdline"])
    return [p.info["pid"] for p in processes if f"/runtimes/{session_id}/" in " ".join(p.info["cmdline"] or [])]


def until(condition: Callable[[], Any], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(LOOK_SECONDS)
