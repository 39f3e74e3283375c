"""An external agent does a session: joined by token, its work verified by ourselves, mended after feedback, on a branch."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.test_sessions import BROKEN, VERIFY
from tests.e2e.tree import Tree, git, make_repository

from orchestrator.client.external_agent import ExternalAgent, Task

GOOD = "def total(items, discount=0):\n    return sum(items) * (1 - discount)\n"
BAD = "def total(items, discount=0):\n    return 0\n"


def join(tree: Tree, name: str, **enrolment: Any) -> ExternalAgent:
    status, told = tree.request("POST", "/agents/external/enrolments", enrolment)
    assert status == 201, told
    return ExternalAgent.join(tree.url, told["token"], name=name, capabilities=["bug-fix"])


def until(is_so: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.2)
    return False


class AtWork:
    """An agent that works in a thread, and counts what it did."""

    def __init__(self, agent: ExternalAgent, do: Any) -> None:
        self.agent, self.prompts = agent, list[str]()

        def doing(task: Task) -> dict[str, Any]:
            self.prompts.append(task.prompt)
            return do(task, len(self.prompts))

        self.thread = threading.Thread(target=agent.work, args=(doing,), kwargs={"wait": 1})
        self.thread.start()

    def stop(self) -> None:
        self.agent.stopping.set()
        self.thread.join(60)
        assert not self.thread.is_alive()
        self.agent.close()


@pytest.fixture
def at_work() -> Iterator[list[AtWork]]:
    working: list[AtWork] = []
    yield working
    for one in working:
        one.stop()


def change(task: Task, folder: Path, content: str) -> Path:
    clone = task.clone(folder)
    (clone / "shop/price.py").write_text(content)
    return clone


def test_its_work_is_verified_and_mended_like_any_other(tree: Tree, tmp_path: Path, at_work: list[AtWork]) -> None:
    shop = make_repository(tree.root / "repositories/external", BROKEN)

    def do(task: Task, number: int) -> dict[str, Any]:
        task.tell("I look at the price module.")
        task.tell("ran the tests", "tool", tool="bash", input={"command": "make"}, output="2 failed")
        clone = change(task, tmp_path / f"clone-{number}", BAD if number == 1 else GOOD)
        task.upload("notes.txt", b"What I did.\n", "text/plain")
        told = {"summary": f"Try {number}.", "artifacts": ["notes.txt"], "tokens_used": 1234}
        return task.result(patch=task.patch_of(clone), **told)

    at_work.append(AtWork(join(tree, "fixer"), do))
    created = tree.create(prompt="Fix the discount", repository=str(shop), agent="fixer", verify=VERIFY)
    session = tree.wait(created["id"], seconds=120)
    assert (session["status"], session["verification"]) == ("completed", "verified"), session
    assert len(at_work[0].prompts) == 2
    assert at_work[0].prompts[0] == "Fix the discount"
    assert "verification command" in at_work[0].prompts[1]
    assert git(shop, "show", f"{session['branch']}:shop/price.py") == GOOD.rstrip("\n")
    assert session["usage"] == {"input_tokens": 0, "output_tokens": 0, "cost_micro_usd": 0}, "its own count is kept apart"
    told = tree.request("GET", f"/agents/external/assignments?session_id={session['id']}")[1]["items"]
    assert [one["reported"]["tokens_used"] for one in told] == [1234, 1234]
    assert [one["status"] for one in told] == ["completed", "completed"]
    parts = tree.request("GET", f"/sessions/{session['id']}/transcript?limit=100")[1]["items"]
    assert [part["data"]["text"] for part in parts if part["type"] == "text"][:3] == [
        "Fix the discount",
        "I look at the price module.",
        "Try 1.",
    ]
    assert [part["data"]["state"]["output"] for part in parts if part["type"] == "tool"] == ["2 failed", "2 failed"]


def test_a_bundle_of_commits_keeps_them(tree: Tree, tmp_path: Path, at_work: list[AtWork]) -> None:
    shop = make_repository(tree.root / "repositories/bundled", BROKEN)

    def do(task: Task, _: int) -> dict[str, Any]:
        clone = change(task, tmp_path / "clone", GOOD)
        git(clone, "-c", "user.name=Me", "-c", "user.email=me@example.com", "commit", "-qam", "Take the discount off")
        branch = task.told["repository"]["branch"]
        git(clone, "bundle", "create", "-q", str(tmp_path / "work"), f"{task.told['repository']['commit']}..{branch}")
        task.upload("work.bundle", (tmp_path / "work").read_bytes())
        return task.result(bundle_artifact="work.bundle")

    at_work.append(AtWork(join(tree, "bundler"), do))
    created = tree.create(prompt="Fix the discount", repository=str(shop), agent="bundler", verify=VERIFY)
    session = tree.wait(created["id"], seconds=120)
    assert (session["status"], session["verification"]) == ("completed", "verified"), session
    assert git(shop, "log", "-1", "--format=%an: %s", session["branch"]) == "Me: Take the discount off"


def test_work_that_leads_out_of_the_tree_fails_its_session(tree: Tree, at_work: list[AtWork]) -> None:
    shop = make_repository(tree.root / "repositories/outside", BROKEN)
    outside = "diff --git a/../x b/../x\nnew file mode 100644\n--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n"
    inside = outside.replace("../x", ".git/hooks/pre-commit")
    patches = iter([outside, inside])
    at_work.append(AtWork(join(tree, "outsider"), lambda task, _: task.result(patch=next(patches))))
    for _ in range(2):
        created = tree.create(prompt="Fix the discount", repository=str(shop), agent="outsider", verify=VERIFY)
        session = tree.wait(created["id"], seconds=120)
        assert session["status"] == "failed", session
        assert session["failure"]["class"] == "verification", session["failure"]
        assert "cannot be taken in" in session["failure"]["message"]


def test_what_it_says_of_its_failure_is_the_sessions(tree: Tree, at_work: list[AtWork]) -> None:
    shop = make_repository(tree.root / "repositories/failing", BROKEN)

    def do(task: Task, _: int) -> dict[str, Any]:
        raise ValueError("I cannot do that")

    at_work.append(AtWork(join(tree, "quitter"), do))
    created = tree.create(prompt="Fix the discount", repository=str(shop), agent="quitter")
    session = tree.wait(created["id"], seconds=120)
    assert session["status"] == "failed"
    assert "I cannot do that" in session["failure"]["message"]


def test_a_session_waits_in_the_queue_for_an_agent_and_a_cancelled_one_is_taken_from_it(
    tree: Tree, at_work: list[AtWork]
) -> None:
    shop = make_repository(tree.root / "repositories/waiting", BROKEN)
    agent = join(tree, "sleeper")
    agent.heartbeat("offline")
    created = tree.create(prompt="Fix the discount", repository=str(shop), agent="sleeper")
    assert until(lambda: tree.request("GET", f"/sessions/{created['id']}")[1]["queue_reason"] == "agent")
    agent.heartbeat("healthy")
    task = agent.lease(30)
    assert task is not None
    assert tree.request("POST", f"/sessions/{created['id']}/cancel")[0] == 200
    assert until(lambda: agent.heartbeat()["cancel"] == [task.id])
    assert task.cancelled.is_set()
    agent.close()
