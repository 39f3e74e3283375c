"""What the model said, from the bytes of three formats, whole, in pieces and cut off."""

import json
from typing import Any

import pytest

from orchestrator.gateway.assembly import Message, ToolCall, assemble
from orchestrator.gateway.routing import ApiFormat

SAID = Message("Hé 世界", "Let me think.", [ToolCall("c1", "read", '{"path": "a"}'), ToolCall("c2", "ls", "")], "done")


def sse(*events: dict[str, Any], named: bool = False) -> bytes:
    lines = [
        (f"event: {event['type']}\n" if named else "") + f"data: {json.dumps(event, ensure_ascii=False)}\n\n"
        for event in events
    ]
    return "".join(lines).encode()


def chat(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def call(index: int, arguments: str, **first: Any) -> dict[str, Any]:
    name = first.pop("name", None)
    function = {"arguments": arguments} | ({"name": name} if name else {})
    return {"tool_calls": [{"index": index, "function": function, **first}]}


CHAT_STREAM = (
    sse(
        chat({"role": "assistant", "content": ""}),
        chat({"reasoning_content": "Let me "}),
        chat({"reasoning": "think."}),
        chat({"content": "Hé "}),
        chat({"content": "世界"}),
        chat(call(0, "", id="c1", type="function", name="read")),
        chat(call(0, '{"path"')),
        chat(call(1, "", id="c2", name="ls")),
        chat(call(0, ': "a"}')),
        chat({}, "done"),
        {"choices": [], "usage": {"prompt_tokens": 1}},
    )
    + b"data: [DONE]\n\n"
)
CHAT_WHOLE = json.dumps(
    {
        "choices": [
            {
                "index": 0,
                "finish_reason": "done",
                "message": {
                    "content": "Hé 世界",
                    "reasoning_content": "Let me think.",
                    "tool_calls": [
                        {"id": "c1", "function": {"name": "read", "arguments": '{"path": "a"}'}},
                        {"id": "c2", "function": {"name": "ls", "arguments": ""}},
                    ],
                },
            }
        ]
    }
).encode()


def block(index: int, content: dict[str, Any], *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"type": "content_block_start", "index": index, "content_block": content},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


MESSAGES_STREAM = sse(
    {"type": "message_start", "message": {"content": [], "usage": {"input_tokens": 3}}},
    *block(
        0,
        {"type": "thinking", "thinking": ""},
        {"type": "thinking_delta", "thinking": "Let me think."},
        {"type": "signature_delta", "signature": "s"},
    ),
    {"type": "ping"},
    *block(1, {"type": "text", "text": ""}, {"type": "text_delta", "text": "Hé "}, {"type": "text_delta", "text": "世界"}),
    *block(
        2,
        {"type": "tool_use", "id": "c1", "name": "read", "input": {}},
        {"type": "input_json_delta", "partial_json": '{"path"'},
        {"type": "input_json_delta", "partial_json": ': "a"}'},
    ),
    *block(3, {"type": "tool_use", "id": "c2", "name": "ls", "input": {}}),
    {"type": "message_delta", "delta": {"stop_reason": "done"}, "usage": {"output_tokens": 9}},
    {"type": "message_stop"},
    named=True,
)
MESSAGES_WHOLE = json.dumps(
    {
        "type": "message",
        "content": [
            {"type": "thinking", "thinking": "Let me think.", "signature": "s"},
            {"type": "text", "text": "Hé 世界"},
            {"type": "tool_use", "id": "c1", "name": "read", "input": {"path": "a"}},
            {"type": "tool_use", "id": "c2", "name": "ls", "input": {}},
        ],
        "stop_reason": "done",
    }
).encode()
RESPONSE: dict[str, Any] = {
    "status": "done",
    "output": [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Let me think."}]},
        {"type": "message", "content": [{"type": "output_text", "text": "Hé 世界"}]},
        {"type": "function_call", "call_id": "c1", "name": "read", "arguments": '{"path": "a"}'},
        {"type": "function_call", "call_id": "c2", "name": "ls", "arguments": ""},
    ],
}
RESPONSES_PIECES: tuple[dict[str, Any], ...] = (
    {"type": "response.created", "response": {"status": "in_progress", "output": []}},
    {"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "Let me think."},
    {"type": "response.output_text.delta", "output_index": 1, "delta": "Hé "},
    {"type": "response.output_text.delta", "output_index": 1, "delta": "世界"},
    {
        "type": "response.output_item.added",
        "output_index": 2,
        "item": {"type": "function_call", "call_id": "c1", "name": "read", "arguments": ""},
    },
    {"type": "response.function_call_arguments.delta", "output_index": 2, "delta": '{"path"'},
    {
        "type": "response.output_item.added",
        "output_index": 3,
        "item": {"type": "function_call", "call_id": "c2", "name": "ls"},
    },
    {"type": "response.function_call_arguments.delta", "output_index": 2, "delta": ': "a"}'},
)
RESPONSES_STREAM = sse(*RESPONSES_PIECES, {"type": "response.completed", "response": RESPONSE}, named=True)

WAYS = {
    "chat stream": (ApiFormat.CHAT, CHAT_STREAM),
    "chat": (ApiFormat.CHAT, CHAT_WHOLE),
    "messages stream": (ApiFormat.MESSAGES, MESSAGES_STREAM),
    "messages": (ApiFormat.MESSAGES, MESSAGES_WHOLE),
    "responses stream": (ApiFormat.RESPONSES, RESPONSES_STREAM),
    "responses": (ApiFormat.RESPONSES, json.dumps(RESPONSE).encode()),
}


@pytest.mark.parametrize("way", WAYS)
def test_text_reasoning_and_tool_calls_come_together(way: str) -> None:
    format_, raw = WAYS[way]
    assert assemble(format_, raw) == [SAID]
    assert assemble(format_, raw.replace(b"\n", b"\r\n")) == [SAID]


def test_pieces_suffice_when_the_last_event_is_missing() -> None:
    (said,) = assemble(ApiFormat.RESPONSES, sse(*RESPONSES_PIECES))
    assert said == Message(SAID.text, SAID.reasoning, SAID.tool_calls, None)


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_cut_off_anywhere_gives_a_beginning(way: str) -> None:
    format_, raw = WAYS[way]
    for place in range(len(raw)):
        for said in assemble(format_, raw[:place]):
            assert SAID.text.startswith(said.text)
            assert SAID.reasoning.startswith(said.reasoning)


def test_every_choice_of_a_completion_is_a_message() -> None:
    choices = [{"index": n, "message": {"content": str(n)}, "finish_reason": "stop"} for n in (1, 0)]
    assert [one.text for one in assemble(ApiFormat.CHAT, json.dumps({"choices": choices}).encode())] == ["0", "1"]


@pytest.mark.parametrize("format_", ApiFormat)
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b"data: 1\n\n",
        b'data: {"choices": [1, {"delta": 3, "index": "x"}]}\n\n',
        b"[" * 100_000,
        b'{"choices": {"a": 1}, "content": 5, "output": [[]]}',
        b'data: {"type": []}\n\n',
    ],
)
def test_what_is_in_no_form_is_read_as_nothing(format_: ApiFormat, raw: bytes) -> None:
    assert [one for one in assemble(format_, raw) if one.text or one.tool_calls] == []
