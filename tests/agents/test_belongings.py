"""What an agent may bring, and what is refused before anybody works with it."""

from typing import Any

import pytest
from tests.actors import make_actor
from tests.api import Api, code_of

from orchestrator.agents.definitions import Definition
from orchestrator.agents.documents import parse, render, render_for_runtime, render_skills
from orchestrator.agents.errors import AgentInvalid
from orchestrator.kit.sealing import make_master_key
from orchestrator.tenancy.models import Role

SKILL = "---\nname: forms\ndescription: How forms are filled in\nlicense: MIT\n---\nUse blue ink.\n"
DOCUMENT = """---
description: Handles forms
mode: primary
mcp:
  tracker:
    type: remote
    url: https://mcp.example.com/mcp
    headers: {Authorization: "Bearer {env:TRACKER}", X-Team: shop}
  files:
    type: local
    command: [npx, -y, some-server]
    environment: {LEVEL: high}
    timeout: 5000
skills: [forms]
subagents: [tester]
---
You are the clerk.
"""
FILES = {"forms": {"SKILL.md": SKILL, "ink/colours.md": "blue\n"}}


def test_a_file_says_what_it_brings_and_says_the_same_when_it_is_written() -> None:
    found = parse(DOCUMENT, FILES)
    assert found.mcp["tracker"].secrets == {"TRACKER"}
    assert [(one.name, one.description, one.text, one.files) for one in found.skills] == [
        ("forms", "How forms are filled in", "Use blue ink.", {"ink/colours.md": "blue\n"})
    ]
    assert [(one.name, one.version) for one in found.subagents] == [("tester", None)]
    assert parse(render(found), render_skills(found)) == found
    told = render_for_runtime(found)
    assert "mcp" not in told
    assert "TRACKER" not in told


def test_a_definition_without_any_of_it_is_what_it_was() -> None:
    """Its digest tells whether there is a new version."""
    assert set(Definition.model_validate({"prompt": "x"}).stored()) == {
        "description",
        "prompt",
        "capabilities",
        "permissions",
        "limits",
    }


REMOTE = "type: remote, url: https://a.example/mcp"


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ("mcp: []", "mcp"),
        ("mcp: {a: {type: other}}", "type"),
        ("mcp: {a: {type: remote}}", "url"),
        ("mcp: {a: {type: remote, url: 'ftp://a.example'}}", "neither http"),
        ("mcp: {a: {type: remote, url: 'https://me:pw@a.example/'}}", "a user or a password"),
        ("mcp: {a: {type: remote, url: 'https://a.example/?key=x'}}", "question mark"),
        (f"mcp: {{a: {{{REMOTE}, oauth: {{}}}}}}", "oauth"),
        (f"mcp: {{a: {{{REMOTE}, headers: {{Authorization: Bearer abc}}}}}}", "looks like a secret"),
        (f"mcp: {{a: {{{REMOTE}, headers: {{X-Api-Key: abc}}}}}}", "looks like a secret"),
        (f"mcp: {{a: {{{REMOTE}, headers: {{Host: b.example}}}}}}", "cannot be set"),
        (f'mcp: {{a: {{{REMOTE}, headers: {{X-A: "b\\r\\nc"}}}}}}', "printable"),
        (f"mcp: {{orchestrator: {{{REMOTE}}}}}", "orchestrator's own"),
        (f"mcp: {{a: {{{REMOTE}}}, a_b: {{{REMOTE}}}}}", "could not be told"),
        (f"mcp: {{A b: {{{REMOTE}}}}}", "mcp"),
        ("mcp: {a: {type: local, command: []}}", "command"),
        ("mcp: {a: {type: local, command: [x], environment: {K: '{env:K}'}}}", "no secret comes into a sandbox"),
        (f"mcp: {{{', '.join(f'a{n}: {{{REMOTE}}}' for n in range(11))}}}", "mcp"),
        ("skills: forms", "a list of names"),
        ("skills: [other]", "did not come with it"),
        ("skills: [forms, forms]", "twice"),
        ("subagents: [1]", "a list of names"),
        ("subagents: [tester, tester]", "twice"),
        ("mode: some", "mode"),
    ],
)
def test_what_cannot_be_brought_is_refused_with_the_reason(head: str, problem: str) -> None:
    with pytest.raises(AgentInvalid) as caught:
        parse(f"---\n{head}\n---\nx", FILES)
    assert problem in caught.value.message


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"other.md": "x"}, "has no SKILL.md"),
        ({"SKILL.md": "Use blue ink."}, "description"),
        ({"SKILL.md": SKILL.replace("forms", "other")}, "calls itself other"),
        ({"SKILL.md": SKILL, "../up.md": "x"}, "no path of a file"),
        ({"SKILL.md": SKILL, "/etc/up.md": "x"}, "no path of a file"),
        ({"SKILL.md": SKILL, "a": "x", "a/b": "x"}, "a file and a folder"),
        ({"SKILL.md": SKILL, "a": "x" * 200_001}, "200000 is the most"),
    ],
)
def test_a_skill_that_is_none_is_refused(files: dict[str, str], problem: str) -> None:
    with pytest.raises(AgentInvalid) as caught:
        parse("---\nskills: [forms]\n---\nx", {"forms": files})
    assert problem in caught.value.message


async def importing(api: Api, name: str, head: str, **more: Any) -> Any:
    return await api.call(
        "POST", "/agents/import", api.actors.admin, json={"name": name, "document": f"---\n{head}\n---\nx", **more}
    )


async def test_subagents_are_kept_in_the_version_of_that_time(api: Api) -> None:
    assert (await importing(api, "helper", "mode: subagent")).status_code == 201
    made = (await importing(api, "lead", "subagents: [helper, tester]")).json()
    pinned = [{"name": "helper", "version": 1}, {"name": "tester", "version": 1}]
    assert made["version"]["definition"]["subagents"] == pinned
    await importing(api, "helper", "description: another")
    again = (await api.call("GET", f"/agents/{made['id']}")).json()
    assert again["version"]["definition"]["subagents"] == pinned
    renewed = (await importing(api, "lead", "subagents: [helper, tester]")).json()
    assert renewed["version"]["number"] == 2, "imported again, it has what is the newest now"
    assert renewed["version"]["definition"]["subagents"][0]["version"] == 2
    await importing(api, "chief", "mode: primary")
    for head, problem in (
        ("subagents: [nobody]", "there is no agent nobody"),
        ("subagents: [chief]", "is primary"),
        ("subagents: [lead]", "of its own"),
        ("subagents: [other]", "its own subagent"),
    ):
        answer = await importing(api, "other", head)
        assert code_of(answer) == (422, "agent_invalid"), head
        assert problem in answer.json()["error"]["message"]


async def test_another_tenants_agent_is_nobodys_subagent(api: Api) -> None:
    await api.call("POST", "/agents", api.actors.other, json={"name": "theirs", "definition": {"prompt": "x"}})
    assert "there is no agent theirs" in (await importing(api, "lead", "subagents: [theirs]")).json()["error"]["message"]


async def test_a_secret_goes_in_and_never_comes_out(api: Api) -> None:
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)
    lead = await make_actor(api.database, api.actors.admin.tenant_id, api.actors.admin.slug, Role.LEAD)
    head = f"mcp: {{tracker: {{{REMOTE}, headers: {{Authorization: 'Bearer {{env:TRACKER}}'}}}}}}"
    assert code_of(await importing(api, "clerk", head)) == (422, "agent_secret_missing")
    kept = await api.call("PUT", "/agent-secrets", lead, json={"name": "TRACKER", "value": "hush-hush"})
    assert (kept.status_code, kept.json()["name"]) == (200, "TRACKER")
    made = await importing(api, "clerk", head)
    listed = await api.call("GET", "/agent-secrets", api.actors.viewer)
    assert [one["name"] for one in listed.json()["items"]] == ["TRACKER"]
    document = await api.call("GET", f"/agents/{made.json()['id']}/document")
    audit = await api.call("GET", "/audit", api.actors.admin)
    for answer in (kept, made, listed, document, audit):
        assert "hush" not in answer.text
    assert "{env:TRACKER}" in document.json()["document"]
    assert "agent_secret.set" in audit.text
    for path in ("TRACKER", "NOTHING"):
        assert code_of(await api.call("DELETE", f"/agent-secrets/{path}", api.actors.other)) == (404, "not_found")
    assert (await api.call("GET", "/agent-secrets", api.actors.other)).json()["items"] == []
    for wrong in ("", "a\nb", "ü"):
        assert (await api.call("PUT", "/agent-secrets", lead, json={"name": "TRACKER", "value": wrong})).status_code == 422
    assert (await api.call("PUT", "/agent-secrets", lead, json={"name": "BAD-NAME", "value": "x"})).status_code == 422
    assert code_of(await api.call("PUT", "/agent-secrets", api.actors.member, json={"name": "X", "value": "x"}))[0] == 403
    assert (await api.call("DELETE", "/agent-secrets/TRACKER", lead)).status_code == 204
