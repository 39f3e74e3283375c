"""The base moves while a session is at rest: its work is put upon it, an agent solves conflicts, or a person decides."""

from pathlib import Path
from typing import Any

import pytest
from tests.e2e.test_control import items, post, shop  # noqa: F401 - a fixture of the tests here.
from tests.e2e.test_sessions import VERIFY
from tests.e2e.tree import Tree, git


def moved(shop: Path, name: str, content: str) -> str:  # noqa: F811 - above.
    (shop / name).write_text(content)
    git(shop, "add", "--all")
    git(shop, "-c", "user.name=t", "-c", "user.email=t@x", "commit", "-qm", "The team goes on")
    return git(shop, "rev-parse", "main")


def told(tree: Tree, session: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    log = tree.request("GET", f"/events/log?session_id={session['id']}&limit=500")[1]["items"]
    return [one["data"] for one in log if one["type"] == kind]


def test_a_follow_up_begins_on_the_base_as_it_is_now_and_a_conflict_is_a_turn(
    tree: Tree,
    shop: Path,  # noqa: F811 - above.
) -> None:
    session = tree.create(prompt="Fix the discount", repository=str(shop), verify=VERIFY)
    first = tree.wait(session["id"])
    new = moved(shop, "readme.md", "more\n")
    post(tree, session, "messages", {"text": "Write down why"})
    done = tree.wait(session["id"], ("completed", "failed"))
    assert (done["status"], done["base_commit"], done["verification"]) == ("completed", new, "verified"), done
    branch = done["branch"]
    assert git(shop, "diff", "--name-only", new, branch).split() == ["shop/price.py", "why.txt"]
    assert git(shop, "log", "--format=%s", f"{new}..{branch}").split("\n") == [done["title"]] * 2
    [fact] = told(tree, session, "session.rebased")
    assert (fact["from_base"], fact["to_base"], fact["conflicts"]) == (first["base_commit"], new, [])

    newer = moved(shop, "shop/price.py", "def total(items, discount=0):\n    return float(sum(items))\n")
    post(tree, session, "messages", {"text": "Write down why"})
    stayed = tree.wait(session["id"], ("completed", "failed"))
    assert (stayed["base_commit"], stayed["verification"]) == (new, "verified")
    assert told(tree, session, "session.not_rebased")[-1]["conflicts"] == ["shop/price.py"]

    post(tree, session, "rebase")
    solved = tree.wait(session["id"], ("completed", "failed"))
    assert (solved["status"], solved["base_commit"], solved["verification"]) == ("completed", newer, "verified"), solved
    assert (solved["rebase"], items(tree, session, "turns")[-1]["kind"]) == (None, "conflict")
    assert git(shop, "rev-parse", f"{branch}^") == newer
    assert git(shop, "diff", "--name-only", newer, branch).split() == ["shop/price.py", "why.txt"]
    assert "float(sum(items)) * (1 - discount)" in git(shop, "show", f"{branch}:shop/price.py")


@pytest.mark.walks
def test_a_conflict_that_the_agent_leaves_is_a_persons_to_decide(
    tree: Tree,
    shop: Path,  # noqa: F811 - above.
) -> None:
    session = tree.create(prompt="Begin a project", repository=str(shop), verify=[])
    before = tree.wait(session["id"])
    moved(shop, "hello.txt", "somebody else's\n")
    post(tree, session, "rebase")
    after = tree.wait(session["id"], ("completed", "failed"))
    assert after["status"] == "failed"
    assert "hello.txt" in after["failure"]["message"]
    assert (after["failure"]["class"], after["failure"]["retryable"]) == ("repository", False)
    assert [one["kind"] for one in items(tree, session, "turns")] == ["prompt", "conflict", "conflict"]
    assert (after["base_commit"], after["commit"], after["rebase"]) == (before["base_commit"], before["commit"], None)
    assert git(shop, "rev-parse", before["branch"]) == before["commit"]
    post(tree, session, "messages", {"text": "Write down why"})
    further = tree.wait(session["id"], ("completed", "failed"))
    assert further["status"] == "completed"
    assert git(shop, "diff", "--name-only", before["base_commit"], before["branch"]).split() == ["hello.txt", "why.txt"]
