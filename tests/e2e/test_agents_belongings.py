"""What an agent brings, on the real OpenCode: MCP servers, skills and subagents, for its own sessions and no others."""

import json
import sys
from pathlib import Path
from typing import Any

from tests.e2e.browser.team import Team
from tests.e2e.test_agents import bodies, system_of
from tests.e2e.tree import Tree
from tests.kit.waiting import eventually
from tests.mcp.made_servers import LOCAL, Remote, remote_server

CHECKER = "---\ndescription: Checks\nmode: subagent\npermission: {edit: deny}\n---\nYou are the checker of the house.\n"
SKILL = "---\nname: forms\ndescription: How forms are filled in\n---\nUse blue ink.\n"


def clerk(remote: Remote, mark: str) -> str:
    command = json.dumps(["python3", "-c", LOCAL, mark])
    return f"""---
description: Handles forms
mcp:
  tracker:
    type: remote
    url: {remote.url}
    headers: {{X-Tracker: "Bearer {{env:TRACKER_TOKEN}}"}}
  around:
    type: local
    command: {command}
    environment: {{TOLD: "it's $HOME"}}
  nowhere:
    type: remote
    url: http://127.0.0.1:1/mcp
    timeout: 2000
skills: [forms]
subagents: [checker]
permission: {{bash: {{"rm *": deny}}}}
---
You are the clerk of the house.
"""


def running(mark: str) -> list[str]:
    """Processes that were started with that word."""
    found: list[str] = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if mark in words:
            found.append(file.parent.name)
    return found


def outputs(team: Team, session: dict[str, Any]) -> dict[str, str]:
    parts = team.call("GET", f"/sessions/{session['id']}/transcript")["items"]
    tools = [one["data"] for one in parts if one["type"] == "tool"]
    return {one["tool"]: str(one["state"].get("output") or one["state"].get("error")) for one in tools}


async def test_an_agents_servers_skills_and_subagents_work_in_its_sessions_alone(tree: Tree) -> None:
    """A rule of the tenant's counts for the tools of servers as for all others."""
    team, mark = Team.make(tree), f"mark-{id(tree)}-{sys.version_info.minor}"
    refusing = [{"tool": "tracker_close", "pattern": "*", "action": "deny"}]
    team.call("PUT", "/approval-policy", {"rules": refusing, "deadline_seconds": 600})
    async with remote_server() as remote:
        team.call("PUT", "/agent-secrets", {"name": "TRACKER_TOKEN", "value": "hush-hush"})
        team.call("POST", "/agents/import", {"name": "checker", "document": CHECKER})
        document, skills = clerk(remote, mark), {"forms": {"SKILL.md": SKILL, "ink/colours.md": "blue is #00f\n"}}
        made = team.call("POST", "/agents/import", {"name": "clerk", "document": document, "skills": skills})
        newer = CHECKER.replace("of the house", "of another house")
        team.call("POST", "/agents/import", {"name": "checker", "document": newer})

        session = await team.settled(team.start("Use all that you brought", agent="clerk"))
        assert session["status"] == "completed", session["failure"]
        said = outputs(team, session)
        assert said["tracker_find"] == "TICKET-7 is about discounts"
        assert "unavailable tool 'tracker_close'" in said["invalid"]
        seen = json.loads(said["around_look"])
        assert (seen["worktree"], seen["tmp"], seen["told"]) == ("Read-only file system", "written", "it's $HOME")
        assert (seen["secret"], seen["mark"]) == ([], mark)
        assert seen["processes"] < 6, "it sees its own sandbox"
        assert "Use blue ink." in said["skill"]
        assert "blue is #00f" in said["bash"], "a skill's files are there for commands"
        assert "Checked." in said["task"]
        systems = [system_of(body) for body in bodies(team, session)]
        assert "You are the clerk of the house." in systems[0]
        assert any("You are the checker of the house." in one for one in systems), "in the version of that time"
        assert session["changes"]["files"] == 0, "nothing of it is in the worktree"

        told = team.call("GET", f"/events/log?session_id={session['id']}&limit=500")["items"]
        assert {one["data"]["server"] for one in told if one["type"] == "session.mcp_server_missing"} == {"nowhere"}
        eventually(lambda: running(mark) == [])
        exported = team.call("GET", f"/agents/{made['id']}/document")
        assert "{env:TRACKER_TOKEN}" in exported["document"]
        assert exported["skills"]["forms"]["ink/colours.md"] == "blue is #00f\n"
        homes = tree.data / "tenants" / team.call("GET", "/me")["tenant_id"]
        files = [path for path in homes.rglob("*") if path.is_file() and not path.is_symlink()]
        assert [path for path in files if b"hush-hush" in path.read_bytes()] == [], "the secret lies in no file"

        plain = outputs(team, await team.settled(team.start("Use all that you brought")))
        assert "blue" not in json.dumps(plain)
        assert "Unknown agent type" in plain["task"]
        assert "tracker_find" not in plain
        assert "around_look" not in plain
