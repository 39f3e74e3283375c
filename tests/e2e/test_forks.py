"""A fork goes its own way from an earlier checkpoint, beside its parent in the same OpenCode server."""

import json
from pathlib import Path
from typing import Any

from tests.e2e.test_control import items, post, prompts_of, shop  # noqa: F401 - a fixture of the tests here.
from tests.e2e.test_sessions import VERIFY
from tests.e2e.tree import Tree, git


def first_request_of(tree: Tree, session: dict[str, Any]) -> str:
    """What the model was sent in the first of its calls that has tools."""
    calls = tree.request("GET", f"/trajectories?session_id={session['id']}")[1]["items"]
    bodies = [tree.request("GET", f"/trajectories/{call['request_id']}")[1]["request"] for call in reversed(calls)]
    return json.dumps(next(body["messages"] for body in bodies if body.get("tools")))


def test_a_fork_has_the_files_and_the_conversation_of_its_checkpoint(tree: Tree, shop: Path) -> None:  # noqa: F811 - above.
    parent = tree.create(prompt="Fix the discount", repository=str(shop), verify=VERIFY)
    first = tree.wait(parent["id"])
    at = items(tree, parent, "checkpoints")[-1]["number"]
    post(tree, parent, "messages", {"text": "Fix it slowly"})
    tree.wait(parent["id"], ("running",))
    beside = post(tree, parent, "fork", {"checkpoint": at, "prompt": "Write down why"})
    assert tree.request("GET", f"/sessions/{parent['id']}")[1]["status"] == "running"
    done = tree.wait(parent["id"], ("completed", "failed"))
    assert (done["verification"], items(tree, parent, "checkpoints")[-1]["number"] > at) == ("verified", True)
    later = post(tree, parent, "fork", {"checkpoint": at, "prompt": "Begin a project"})
    for fork, file in ((beside, "why.txt"), (later, "hello.txt")):
        ended = tree.wait(fork["id"])
        assert (ended["status"], ended["verification"]) == ("completed", "verified"), ended
        assert (ended["parent_id"], ended["base_commit"]) == (parent["id"], done["base_commit"])
        assert git(shop, "rev-parse", f"{ended['branch']}^") == first["commit"]
        assert git(shop, "diff", "--name-only", first["commit"], ended["branch"]) == file
        sent = first_request_of(tree, fork)
        assert "The discount is taken off now." in sent
        assert sent.index("Fix the discount") < sent.index(fork["prompt"])
        assert "Fix it slowly" not in sent
        assert prompts_of(tree, fork) == ["Fix the discount", fork["prompt"]]
    assert prompts_of(tree, parent) == ["Fix the discount", "Fix it slowly"]
    assert git(shop, "rev-parse", done["branch"]) == done["commit"]
