"""The agent of a session calls the orchestrator's own tools, in the real OpenCode and through the real sandbox."""

import os
from pathlib import Path

import pytest
from tests.e2e.browser.team import Team
from tests.e2e.tree import FINISHED, Tree


async def test_an_agent_shares_what_it_found_and_reads_what_others_did(tree: Tree) -> None:
    """With a token of its own session, by the way of its model calls; its word is kept and proves nothing."""
    team = Team.make(tree)
    theirs = {"scope": "GLOBAL", "key": "decisions/database", "value": {"use": "PostgreSQL"}}
    team.call("PUT", "/contexts", theirs)
    session = await team.settled(team.start("Write down what you found", verify=["false"], max_feedback_rounds=0))
    assert session["verification"] == "failed", "whatever its summary says"
    parts = team.call("GET", f"/sessions/{session['id']}/transcript")["items"]
    tools = [one["data"] for one in parts if one["type"] == "tool"]
    outputs = {one["tool"].removeprefix("orchestrator_"): str(one["state"].get("output")) for one in tools}
    assert len(tools) == 5, outputs
    assert "decisions/database" in outputs["context_search"]
    assert "(context_version_required)" in str(tools[2]["state"]), "it has not read what it would overwrite"
    own = team.call("GET", f"/contexts?scope=SESSION&scope_id={session['id']}")["items"]
    assert {one["key"]: one["author"] for one in own} == {
        "findings/port": f"session:{session['id']}",
        "summary": f"session:{session['id']}",
    }
    port = next(one for one in own if one["key"] == "findings/port")
    assert team.call("GET", f"/contexts/{port['id']}")["value"] == {"port": 5432}
    [untouched] = team.call("GET", "/contexts?scope=GLOBAL")["items"]
    assert (untouched["version"], untouched["preview"]) == (1, '{"use":"PostgreSQL"}')
    told = team.call("GET", f"/events/log?session_id={session['id']}&limit=500")["items"]
    [progress] = [one["data"] for one in told if one["type"] == "session.progress"]
    assert progress == {"message": "Half of it is done", "percent": 50}
    homes = tree.data / "tenants" / team.call("GET", "/me")["tenant_id"]
    files = [Path(folder, name) for folder, _, names in os.walk(homes) for name in names]
    assert len(files) > 10
    assert [path for path in files if b"oit_" in content_of(path)] == [], "the token lies in no file"


def content_of(file: Path) -> bytes:
    """Nothing of what is no file, or no longer there: a session's worktree goes some time after its end."""
    try:
        return file.read_bytes() if file.is_file() and not file.is_symlink() else b""
    except FileNotFoundError:
        return b""


@pytest.mark.walks
async def test_a_tenant_has_a_person_decide_what_is_written_for_all(tree: Tree) -> None:
    team = Team.make(tree)
    rule = {"tool": "orchestrator_context_put", "pattern": "*", "action": "ask"}
    team.call("PUT", "/approval-policy", {"rules": [rule], "deadline_seconds": 600})
    session = team.start("Write down what you found")
    asked = []
    while (now := await team.ended(session, ("waiting", *FINISHED)))["status"] == "waiting":
        for one in team.call("GET", f"/approvals?status=pending&session_id={session['id']}")["items"]:
            asked.append(one["tool"])
            tree.request("POST", f"/approvals/{one['id']}/{'allow' if len(asked) == 1 else 'deny'}", {}, team.key)
    assert now["status"] == "completed", now["failure"]
    assert asked == ["orchestrator_context_put"] * 2
    shared = team.call("GET", "/contexts")["items"]
    assert sorted(one["key"] for one in shared) == ["findings/port", "summary"]


@pytest.mark.walks
async def test_a_worker_can_be_told_to_offer_no_tools(own_tree: Tree) -> None:
    """ORCHESTRATOR_SESSION_TOOLS: what the model calls all the same is not there."""
    own_tree.env["ORCHESTRATOR_SESSION_TOOLS"] = "false"
    team = Team.make(own_tree.start())
    session = await team.settled(team.start("Write down what you found", verify=["false"], max_feedback_rounds=0))
    parts = team.call("GET", f"/sessions/{session['id']}/transcript")["items"]
    called = [one["data"] for one in parts if one["type"] == "tool"]
    assert called
    assert {one["tool"] for one in called} == {"invalid"}
    assert team.call("GET", f"/contexts?scope=SESSION&scope_id={session['id']}")["items"] == []
