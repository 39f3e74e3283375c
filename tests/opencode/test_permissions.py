"""Rules in which the first match wins, and what the real OpenCode makes of the two forms that it is given."""

import time
from pathlib import Path
from typing import Any

import pytest

from orchestrator.opencode.permissions import first_match, for_conversation, for_server, matches
from orchestrator.opencode.schemas import PermissionRequest, Rule
from orchestrator.opencode.scripted_files import parse_scenarios
from orchestrator.opencode.scripted_model import ScriptedModel
from orchestrator.opencode.turns import TurnState, abort_turn

from .conftest import REFUSED, OpenCode, Starting, bash, call, prompt, repository, run_turn, tools, turn_over, until


def rule(text: str) -> Rule:
    """As in "ask bash git push*"."""
    action, permission, pattern = text.split(" ", 2)
    return Rule.model_validate({"permission": permission, "pattern": pattern, "action": action})


def rules(*texts: str) -> tuple[Rule, ...]:
    return tuple(rule(text) for text in texts)


@pytest.mark.parametrize(
    ("pattern", "text", "is_match"),
    [
        ("*", "", True),
        ("git *", "git", True),
        ("git *", "git push\norigin", True),
        ("git *", "gitk", False),
        ("git push*", "git push", True),
        ("?.env", "a.env", True),
        ("?.env", "ab.env", False),
        ("a.b", "axb", False),
        ("[ab]", "a", False),
        ("src\\*", "src/a.py", True),
    ],
)
def test_patterns_match_as_those_of_opencode(pattern: str, text: str, is_match: bool) -> None:
    assert matches(pattern, text) is is_match


def test_many_stars_keep_nobody_waiting() -> None:
    """A rule is a tenant's and a command an agent's: both together held up the node for every other tenant."""
    began = time.process_time()
    assert not matches("*a" * 400 + "*c", "a" * 4_000 + "b")
    assert matches("*a" * 400 + "*b", "a" * 4_000 + "b")
    assert not matches("a*b*a", "aba" + "b")
    assert matches("ab*ab", "abab")
    assert not matches("ab*ab", "ab")
    assert time.process_time() - began < 1


def test_a_rule_for_every_tool_is_not_meant_for_the_guards() -> None:
    everything = rules("allow * *")
    assert first_match(everything, "bash", "rm -rf .") is not None
    assert first_match(everything, "external_directory", "/etc/*") is None
    assert first_match(rules("allow external_directory /data/*"), "external_directory", "/data/*") is not None


def test_the_first_rule_wins_in_both_forms() -> None:
    ours = rules("allow bash git status*", "ask bash git *", "deny * *.pem", "deny external_directory *", "ask question *")
    told = [(one.action, one.permission, one.pattern) for one in for_conversation(ours)]
    assert told == [
        ("deny", "*", "*.pem"),
        ("ask", "bash", "git *"),
        ("allow", "bash", "git status*"),
        ("allow", "question", "*"),
        ("deny", "external_directory", "*"),
    ]
    config = for_server(ours)
    assert list(config) == ["*", "bash", "question", "external_directory"]
    assert list(config["bash"].items()) == [("*.pem", "deny"), ("git *", "ask"), ("git status*", "allow")]
    assert config["external_directory"] == {"*": "deny"}
    assert config["question"] == "allow"
    assert for_server(rules("deny webfetch http://*"))["webfetch"] == "ask"


def test_of_a_pattern_that_comes_twice_the_first_rule_counts() -> None:
    assert for_server(rules("deny bash x", "ask bash y", "allow bash x"))["bash"] == {"y": "ask", "x": "deny"}
    assert list(for_server(rules("deny bash x", "ask bash y", "allow bash x"))["bash"]) == ["y", "x"]


TASK = call("task", description="c", prompt="Childwork", subagent_type="general")
SCENARIOS: list[dict[str, Any]] = [
    {"name": "parent", "match": "Delegate", "steps": [TASK, {"text": "Done."}]},
    {"name": "child", "match": "Childwork", "steps": [bash("git status"), bash("git stash list"), {"text": "Child done."}]},
    {"name": "own", "match": "Own work", "steps": [bash("git status"), bash("git stash list"), {"text": "Own done."}]},
]


@pytest.mark.parametrize("text", ["Own work", "Delegate"])
async def test_what_must_be_asked_is_asked_by_the_agent_and_by_its_subagents(
    starting: Starting, tmp_path: Path, text: str
) -> None:
    model = ScriptedModel(parse_scenarios(SCENARIOS, "here"))
    await model.start()
    ours = (*rules("allow bash git status*", "ask bash git *"), *REFUSED)
    async with starting(tmp_path / "server", model_url=model.base_url, permissions=ours) as opencode:
        worktree = repository(tmp_path / "repo")
        session = await opencode.new_session(worktree, for_conversation(ours))
        mine = await prompt(opencode, worktree, session, text)
        asked = await until(lambda: first_request(opencode, worktree))
        assert (asked.permission, asked.patterns, asked.always) == ("bash", ("git stash list",), ("git stash list *",))
        assert (asked.session_id == session.id) is (text == "Own work")
        await opencode.server.client.reply_permission(str(worktree), asked.id, "reject", "Not now.")
        turn = await turn_over(opencode, worktree, session, mine)
        assert turn.text in ("Done.", "Own done.")
    await model.stop()


async def test_what_an_aborted_turn_asked_for_is_asked_no_more(starting: Starting, tmp_path: Path) -> None:
    """OpenCode itself lists it for as long as it runs, and the next session of the same worktree was told of it.

    Of a turn whose subagent waits it ends the subagent alone, and goes on with the turn.
    """
    question = {"question": "Which?", "header": "Which", "options": [{"label": "red", "description": "Red"}]}
    slow = {"text": "Went on.", "delay_seconds": 20}
    scenarios: list[dict[str, Any]] = [
        {"name": "parent", "match": "Delegate", "steps": [TASK, slow]},
        {"name": "child", "match": "Childwork", "steps": [bash("git stash list"), slow]},
        {"name": "own", "match": "Own work", "steps": [bash("git stash list"), slow]},
        {"name": "ask", "match": "Which", "steps": [call("question", questions=[question]), slow]},
        {"name": "talk", "match": "Only talk", "steps": [{"text": "Talked."}]},
    ]
    model = ScriptedModel(parse_scenarios(scenarios, "here"))
    await model.start()
    ours = rules("ask bash git *", "ask question *")
    async with starting(tmp_path / "server", model_url=model.base_url, permissions=ours) as opencode:
        worktree, client = repository(tmp_path / "repo"), opencode.server.client
        for text in ("Own work", "Delegate", "Which"):
            session = await opencode.new_session(worktree, for_conversation(ours))
            mine = await prompt(opencode, worktree, session, text)
            await until(lambda: asked_for(opencode, worktree))
            await abort_turn(client, str(worktree), session.id, 15)
            assert await asked_for(opencode, worktree) is None
            assert (await turn_over(opencode, worktree, session, mine)).state is TurnState.ABORTED
            assert (await run_turn(opencode, worktree, session, "Only talk")).text == "Talked."
    await model.stop()


async def asked_for(opencode: OpenCode, worktree: Path) -> list[object] | None:
    client = opencode.server.client
    return [*await client.list_permissions(str(worktree)), *await client.list_questions(str(worktree))] or None


async def first_request(opencode: OpenCode, worktree: Path) -> PermissionRequest | None:
    return next(iter(await opencode.server.client.list_permissions(str(worktree))), None)


async def test_a_refused_question_is_not_offered(opencode: OpenCode, worktree: Path) -> None:
    session = await opencode.new_session(worktree)
    turn = await run_turn(opencode, worktree, session, "Ask me")
    [(name, _, said)] = tools(turn)
    assert (name, "unavailable tool 'question'" in said) == ("invalid", True)
