"""OpenCode's own files of agents: read, written, and refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.agents.builtin import built_in
from orchestrator.agents.capabilities import VOCABULARY
from orchestrator.agents.definitions import Definition, Limits
from orchestrator.agents.documents import parse, render
from orchestrator.agents.errors import AgentInvalid
from orchestrator.opencode.permissions import first_match
from orchestrator.opencode.schemas import Rule

REVIEWER = """---
description: Reads a change
mode: subagent
model: large
temperature: 0.1
steps: 12
tools:
  write: false
  webfetch: true
permission:
  bash:
    "*": ask
    "git *": allow
  read: allow
capabilities: [review, django]
color: "#ff0000"
---

You read changes.

---
Not the end.
"""


def test_a_file_of_opencode_is_read() -> None:
    found = parse(REVIEWER)
    assert found.prompt == "You read changes.\n\n---\nNot the end."
    assert (found.description, found.model, found.temperature) == ("Reads a change", "large", 0.1)
    assert found.limits == Limits(max_steps=12)  # pyright: ignore[reportCallIssue]
    assert found.capabilities == ["django", "review"]
    assert [(one.permission, one.pattern, one.action) for one in found.permissions] == [
        ("edit", "*", "deny"),
        ("read", "*", "allow"),
        ("bash", "git *", "allow"),
        ("bash", "*", "ask"),
    ]


def test_a_file_without_frontmatter_is_a_prompt() -> None:
    assert parse("You mend bugs.\n") == Definition(prompt="You mend bugs.")  # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("---\nmodel: [\n---\nx", "no YAML"),
        ("---\n- a\n---\nx", "no mapping"),
        ("---\nservers: {}\n---\nx", "servers, which is not known here"),
        ("---\nmode: other\n---\nx", "'primary', 'subagent' or 'all'"),
        ("---\ntools: [bash]\n---\nx", "tools: it has to be a mapping"),
        ("---\ntools: {bash: maybe}\n---\nx", "tools.bash"),
        ("---\npermission: {bash: sometimes}\n---\nx", "allow"),
        ("---\npermission: [x]\n---\nx", "permission: it has to be"),
        ("---\npermission: {doom_loop: allow}\n---\nx", "approval policy alone"),
        ("---\ntemperature: 9\n---\nx", "temperature"),
        ("---\nsteps: 0\n---\nx", "max_steps"),
        ("---\ncapabilities: [UPPER]\n---\nx", "UPPER"),
        ("---\na: !!timestamp x\n---\nx", "no YAML"),
        ("x" * 200_001, "200000 is the most"),
        ("---\ndescription: a\n---\n" + "x" * 100_001, "prompt"),
        ("nul \0 byte", "prompt"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(document: str, problem: str) -> None:
    with pytest.raises(AgentInvalid) as caught:
        parse(document)
    assert problem in caught.value.message


rules = st.lists(
    st.builds(
        Rule,
        permission=st.sampled_from(["*", "bash", "edit", "read"]),
        pattern=st.sampled_from(["*", "git *", "src/*", "a?c"]),
        action=st.sampled_from(["allow", "ask", "deny"]),
    ),
    max_size=6,
)


@given(rules)
def test_what_is_written_means_the_same_when_it_is_read(wanted: list[Rule]) -> None:
    made = Definition(prompt="x", description="d", permissions=wanted)  # pyright: ignore[reportCallIssue]
    again = parse(render(made))
    for permission in ("bash", "edit", "read", "grep"):
        for pattern in ("git push", "src/a.py", "abc", "else"):
            before, after = (first_match(one.permissions, permission, pattern) for one in (made, again))
            assert (before and before.action) == (after and after.action), (permission, pattern)


def test_the_built_in_agents_use_the_vocabulary() -> None:
    assert set(built_in()) == {"architect", "docs", "implementer", "reviewer", "security", "tester"}
    for name, definition in built_in().items():
        assert definition.description, name
        assert definition.capabilities, name
        assert set(definition.capabilities) <= VOCABULARY.keys()
        assert parse(render(definition)) == definition
