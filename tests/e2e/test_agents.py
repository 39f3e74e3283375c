"""A tenant's own agents on the real OpenCode: its words, its model's settings and its permissions are those of the file."""

from typing import Any

from tests.e2e.browser.team import Team
from tests.e2e.tree import Tree

READER = """---
description: Reads and never writes
mode: primary
temperature: 0.25
capabilities: [reading]
permission:
  edit: deny
---
You are the reader of the house of Ada.
"""


def bodies(team: Team, session: dict[str, Any]) -> list[dict[str, Any]]:
    """The requests of its model calls, the first one first."""
    calls = team.call("GET", f"/trajectories?session_id={session['id']}")["items"]
    return [team.call("GET", f"/trajectories/{call['request_id']}")["request"] for call in reversed(calls)]


def system_of(body: dict[str, Any]) -> str:
    return "\n".join(str(one["content"]) for one in body["messages"] if one["role"] == "system")


async def test_an_agent_of_the_tenant_works_as_its_file_says(tree: Tree) -> None:
    """In the server that was there before it was made, in its next version, and not in another tenant."""
    team = Team.make(tree)
    plain = await team.settled(team.start("Do nothing at all"))
    made = team.call("POST", "/agents/import", {"name": "reader", "document": READER})
    session = await team.settled(team.start("Try to write a file", agent="reader", verify=["true"]))
    assert session["status"] == "completed", session["failure"]
    assert (session["agent"], session["agent_version"]) == ("reader", 1)
    [first, second] = bodies(team, session)[:2]
    assert "You are the reader of the house of Ada." in system_of(first)
    assert "You are the reader" not in system_of(bodies(team, plain)[0])
    assert first["temperature"] == 0.25
    [result] = [one["content"] for one in second["messages"] if one["role"] == "tool"]
    assert "unavailable tool 'write'" in result, result
    assert session["changes"]["files"] == 0
    document = READER.replace("house of Ada", "house of Bea").replace("  edit: deny", "  webfetch: deny")
    team.call("POST", "/agents/import", {"name": "reader", "document": document})
    again = await team.settled(team.start("Try to write a file", capabilities=["reading"], verify=["true"]))
    assert (again["agent"], again["agent_version"]) == ("reader", 2)
    assert "You are the reader of the house of Bea." in system_of(bodies(team, again)[0])
    assert again["changes"]["files"] == 1
    why = team.call("GET", f"/agents/decisions/{again['routing_id']}")
    assert why["reason"].startswith("reader v2 was chosen for reading")
    versions = team.call("GET", f"/agents/{made['id']}/versions")["items"]
    assert [one["performance"]["sessions"] for one in versions] == [1, 1]
    other = Team.make(tree)
    assert "reader" not in {one["name"] for one in other.call("GET", "/agents")["items"]}
