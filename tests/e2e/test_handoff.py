"""A session goes into a person's own clone and OpenCode, and comes back with what was done and said there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.person import Person
from tests.e2e.test_control import prompts_of, shop, tools_of, until  # noqa: F401 - a fixture of the tests here.
from tests.e2e.test_sessions import VERIFY
from tests.e2e.tree import Tree, git

MODEL = "own/scripted-model"
FIXED = "def total(items, discount=0):\n    return sum(items) * (1 - discount)\n"


@pytest.fixture
def person(tree: Tree, tmp_path: Path) -> Iterator[Person]:
    person = Person(tmp_path, tree)
    (tmp_path / ".gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.com\n[safe]\n\tdirectory = *\n")
    person.start_model()
    yield person
    person.stop()


def last_request_of(tree: Tree, session: dict[str, Any]) -> str:
    """What the model was sent in the last of its calls that has tools."""
    calls = tree.request("GET", f"/trajectories?session_id={session['id']}")[1]["items"]
    bodies = [tree.request("GET", f"/trajectories/{call['request_id']}")[1]["request"] for call in calls]
    return json.dumps(next(body["messages"] for body in bodies if body.get("tools")))


@pytest.mark.timeout(240)
def test_open_work_and_talk_there_send(tree: Tree, shop: Path, person: Person, tmp_path: Path) -> None:  # noqa: F811 - above.
    session = tree.create(prompt="Begin and wait", repository=str(shop), verify=VERIFY)
    mine = tmp_path / "mine"
    person.ok(tmp_path, "git", "clone", "--quiet", str(shop), str(mine))
    until(lambda: tools_of(tree, session) == ["bash"])
    opened = person.orchestrator(mine, "sessions", "open", session["id"])
    assert opened.returncode == 0, opened.stderr
    paused = tree.request("GET", f"/sessions/{session['id']}")[1]
    assert (paused["status"], git(mine, "branch", "--show-current")) == ("paused", session["branch"])
    assert (mine / "notes.txt").read_text() == "begun\n"
    conversation = opened.stdout.split("--session ")[1].split()[0]

    (mine / "shop/price.py").write_text(FIXED)
    person.ok(mine, "git", "commit", "--quiet", "-am", "My own fix")
    (mine / "extra.txt").write_text("not committed\n")
    dirty = person.orchestrator(mine, "sessions", "open", session["id"])
    assert (dirty.returncode, "clone_dirty" in dirty.stderr) == (1, True), dirty.stderr

    said = person.ok(mine, str(person.opencode), "run", "--session", conversation, "--model", MODEL, "Which word is it?")
    assert "heron" in said
    sent = person.orchestrator(mine, "sessions", "send", "--say", "Write down why")
    assert sent.returncode == 0, sent.stderr
    assert person.ok(mine, "git", "status", "--porcelain") == ""

    done = tree.wait(session["id"], ("completed", "failed"))
    assert (done["status"], done["verification"]) == ("completed", "verified"), done
    branch = done["branch"]
    assert "My own fix" in git(shop, "log", "--format=%s", branch)
    assert git(shop, "show", f"{branch}:extra.txt") == "not committed"
    assert git(shop, "show", f"{branch}:why.txt") == "because"
    assert git(shop, "merge-base", "--is-ancestor", git(mine, "rev-parse", "HEAD"), branch) == ""
    # `opencode run` puts what has spaces in it between quotes.
    assert [one.strip('"') for one in prompts_of(tree, session)] == ["Begin and wait", "Which word is it?", "Write down why"]
    assert "The word is heron." in last_request_of(tree, session)

    again = person.orchestrator(mine, "sessions", "send")
    assert "branch_moved" in again.stderr
    reopened = person.orchestrator(mine, "sessions", "open", session["id"])
    assert reopened.returncode == 0, reopened.stderr
    assert (mine / "why.txt").exists()
