"""What command-line agents say, as events."""

import json
from typing import Any

import pytest

from orchestrator.client.command_news import own_words
from orchestrator.client.presets import PRESETS


@pytest.mark.parametrize(
    ("line", "kind", "text", "data"),
    [
        ({"kind": "text", "text": "I look."}, "text", "I look.", {}),
        ({"kind": "tool", "data": {"tool": "bash"}}, "tool", "", {"tool": "bash"}),
        ({"kind": "progress", "text": 3, "data": "none"}, "progress", "3", {}),
    ],
)
def test_lines_of_a_known_kind_are_events(line: dict[str, Any], kind: str, text: str, data: dict[str, Any]) -> None:
    assert own_words(line) == [{"kind": kind, "text": text, "data": data}]


def test_lines_of_no_known_kind_are_logs() -> None:
    assert own_words({"kind": "nonsense"}) == [{"kind": "log", "text": json.dumps({"kind": "nonsense"}), "data": {}}]


def test_claude_codes_and_codexs_own_lines() -> None:
    parts = [{"type": "text", "text": "I look."}, {"type": "tool_use", "name": "Bash", "input": {"command": "ls"}}]
    text, tool = PRESETS["claude-code"].translate({"type": "assistant", "message": {"content": parts}})
    assert (text["kind"], text["text"]) == ("text", "I look.")
    assert tool["data"] == {"tool": "Bash", "input": {"command": "ls"}, "output": ""}
    item = {"type": "command_execution", "command": "ls", "aggregated_output": "a\n"}
    [ran] = PRESETS["codex"].translate({"type": "item.completed", "item": item})
    assert ran["data"] == {"tool": "shell", "input": {"command": "ls"}, "output": "a\n"}
    assert PRESETS["codex"].translate({"type": "turn.failed", "error": {"message": "no"}})[0]["kind"] == "log"
    for preset in PRESETS.values():
        for odd in ({}, {"type": "assistant"}, {"type": "assistant", "message": 3}, {"type": "item.completed", "item": "x"}):
            assert preset.translate(odd) == []
