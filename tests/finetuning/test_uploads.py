"""What people send for training is read line by line, put into one form, and refused with the line's number."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.finetuning.training_lines import called, chat, lines, preference

from orchestrator.finetuning.dataset_models import RowKind
from orchestrator.finetuning.uploads import (
    MOST_LINE_BYTES,
    TrainingFileEmpty,
    TrainingFileInvalid,
    TrainingFileMixed,
    row_of,
    take,
)

USER = {"role": "user", "content": "Hello."}


def taken(tmp_path: Path, content: bytes) -> tuple[RowKind, list[dict[str, Any]]]:
    source, target = tmp_path / "sent", tmp_path / "rows"
    source.write_bytes(content)
    found = take(source, target)
    rows = [json.loads(line) for line in target.read_bytes().splitlines()]
    assert (found.rows, found.bytes) == (len(rows), target.stat().st_size)
    return found.kind, rows


def test_arguments_of_tool_calls_become_objects(tmp_path: Path) -> None:
    """As strings, most chat templates encode them twice or drop the call without a word."""
    kind, (row,) = taken(tmp_path, lines(chat()))
    assert kind is RowKind.CHAT
    assert row["messages"][1]["tool_calls"][0]["function"] == {"name": "read", "arguments": {"path": "a.py"}}
    assert row["tools"][0]["function"]["name"] == "read"


def test_tools_and_arguments_keep_their_order(tmp_path: Path) -> None:
    """Learnt sorted and asked unsorted, a tuned model put each value under the other name: 19 of 60 calls were right."""
    schema = {"type": "object", "properties": {"item": {"type": "string"}, "city": {"type": "string"}}}
    tool = {"function": {"parameters": schema, "description": "Price.", "name": "price"}, "type": "function"}
    sent = chat(USER, called({"item": "rope", "city": "Oslo"}, "price"), tools=(tool,))
    _, (row,) = taken(tmp_path, lines(sent))
    assert json.dumps(row["tools"]) == json.dumps([tool])
    assert list(row["messages"][1]["tool_calls"][0]["function"]["arguments"]) == ["item", "city"]


def test_the_same_row_has_the_same_digest_however_it_was_written(tmp_path: Path) -> None:
    as_string, as_object = chat(), chat()
    as_object["messages"][1] = dict(reversed(called({"path": "a.py"}).items()))
    _, rows = taken(tmp_path, lines(as_string, as_object, chat(USER, {"role": "assistant", "content": "Hi."})))
    assert rows[0]["digest"] == rows[1]["digest"] != rows[2]["digest"]


def test_weights_texts_in_parts_and_developers_are_understood(tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo."}]
    messages = (
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": parts},
        {"role": "assistant", "content": "No.", "weight": 0},
        {"role": "user", "content": "Again."},
        {"role": "assistant", "content": "Yes.", "weight": 1},
    )
    _, (row,) = taken(tmp_path, lines(chat(*messages)))
    assert [(one["role"], one["content"], one.get("weight")) for one in row["messages"]] == [
        ("system", "Be brief.", None),
        ("user", "Hello.", None),
        ("assistant", "No.", 0),
        ("user", "Again.", None),
        ("assistant", "Yes.", 1),
    ]


def test_preferences_have_a_prompt_and_two_answers(tmp_path: Path) -> None:
    kind, (row,) = taken(tmp_path, lines(preference()))
    assert kind is RowKind.PREFERENCE
    assert (row["prompt"][0]["content"], row["chosen"][0]["content"], row["rejected"][0]["content"]) == (
        "Two and two?",
        "Four.",
        "Five.",
    )


WEIGHTLESS = {"role": "assistant", "content": "a", "weight": 0}
UNUSABLE = {
    "no JSON": (b"{", "no JSON"),
    "not UTF-8": (b'{"messages": "\xff"}', "no JSON"),
    "NaN": (b'{"messages": NaN}', "no JSON"),
    "an array": (b"[]", "no JSON object"),
    "no messages": (lines({"prompt": "a", "completion": "b"}), "messages: Field required"),
    "an empty conversation": (lines({"messages": []}), "messages:"),
    "an unknown role": (lines(chat({"role": "robot", "content": "x"})), "messages.0.role"),
    "nothing to learn": (lines(chat(USER)), "no message of the assistant"),
    "all of weight 0": (
        lines(chat(USER, {"role": "assistant", "content": "a", "weight": 0})),
        "no message of the assistant",
    ),
    "a picture": (lines(chat({"role": "user", "content": [{"type": "image_url", "image_url": {}}]})), "messages.0.content"),
    "an answer to no call": (
        lines(chat(USER, {"role": "tool", "tool_call_id": "call-9", "content": "x"})),
        "'call-9' answers no tool call",
    ),
    "a tool that nobody described": (lines(chat(USER, called(), tools=())), "'read' is called and not described"),
    "arguments that are no JSON": (lines(chat(USER, called("{path"))), "the arguments of 'read' are no JSON"),
    "arguments that are no object": (lines(chat(USER, called("[1]"))), "no JSON object"),
    "a user who calls tools": (lines(chat(called() | {"role": "user"})), "only the assistant calls tools"),
    "a preference without a choice": (lines(preference() | {"non_preferred_output": []}), "non_preferred_output"),
    "a lone surrogate": (b'{"messages": [{"role": "assistant", "content": "\\ud800"}]}', ""),
    "a number that no JSON keeps": (lines(chat(USER, called({"n": 2**60}))), ""),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, name: str) -> None:
    line, told = UNUSABLE[name]
    with pytest.raises(TrainingFileInvalid) as refused:
        taken(tmp_path, lines(chat()) + b"\n" + line)
    assert "Line 3 " in refused.value.message
    assert told in refused.value.message


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingFileInvalid, match="Line 1 "):
        taken(tmp_path, b" " * (MOST_LINE_BYTES + 1))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingFileEmpty):
        taken(tmp_path, b"\n\n  \n")


def test_chats_and_preferences_do_not_mix(tmp_path: Path) -> None:
    with pytest.raises(TrainingFileMixed, match="Line 2 "):
        taken(tmp_path, lines(chat(), preference()))


WORDS = ("messages", "role", "content", "tool_calls", "function", "arguments", "assistant", "input", "tools")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(), inner, max_size=4),
    max_leaves=15,
)


@given(st.binary() | JSON.map(lambda found: json.dumps(found).encode()))
def test_whatever_comes_is_a_row_or_a_clear_refusal(line: bytes) -> None:
    assert digest_or_refusal(line)


def digest_or_refusal(line: bytes) -> bool:
    try:
        return len(row_of(1, line)[1]["digest"]) == 64
    except TrainingFileInvalid as refused:
        return refused.message.startswith("Line 1 ")
