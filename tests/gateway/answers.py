"""Answers of providers, in the three formats, streaming and whole; and what a reader must make of each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from orchestrator.gateway.routing import ApiFormat
from orchestrator.gateway.usage_counts import Usage


@dataclass(frozen=True)
class Answer:
    name: str
    wire: ApiFormat
    streaming: bool
    body: bytes
    usage: Usage | None
    output: str = "Grüße, 世界 🌍"
    finished: bool = True


TEXT = "Grüße, 世界 🌍"


def sse(*events: Any, end: str = "\n", named: bool = False) -> bytes:
    out = ""
    for event in events:
        data = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
        if named and isinstance(event, dict):
            out += f"event: {event['type']}{end}"
        out += f"data: {data}{end}{end}"
    return out.encode()


def chat_chunk(delta: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}], **more}


def chat_usage(read: int, wrote: int, **details: Any) -> dict[str, Any]:
    return {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote, **details}


def chat_stream(*usages: Any, end: str = "\n", done: bool = True) -> bytes:
    """`usages`: one chunk each, after the text."""
    chunks: list[Any] = [chat_chunk({"content": TEXT[:5]}, usage=None), chat_chunk({"content": TEXT[5:]})]
    chunks += [{"id": "c", "object": "chat.completion.chunk", "choices": [], "usage": usage} for usage in usages]
    return sse(*chunks, *(["[DONE]"] if done else []), end=end)


def chat_body(usage: Any) -> bytes:
    message = {"role": "assistant", "content": TEXT}
    return json.dumps({"choices": [{"message": message}]} | ({"usage": usage} if usage is not None else {})).encode()


def responses_usage(read: int, wrote: int, cached: int = 0, reasoning: int = 0) -> dict[str, Any]:
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": cached},
        "output_tokens": wrote,
        "output_tokens_details": {"reasoning_tokens": reasoning},
    }


def responses_stream(usage: Any, last: str = "response.completed", end: str = "\n") -> bytes:
    output = [{"type": "message", "content": [{"type": "output_text", "text": TEXT}]}]
    return sse(
        {"type": "response.created", "response": {"id": "r", "usage": None}},
        {"type": "response.output_text.delta", "delta": TEXT[:4]},
        {"type": "response.output_text.delta", "delta": TEXT[4:]},
        {"type": "response.output_text.done", "text": TEXT},
        {"type": last, "response": {"id": "r", "output": output, "usage": usage}},
        end=end,
        named=True,
    )


def messages_stream(start: Any, *deltas: Any, end: str = "\n", stop: bool = True) -> bytes:
    events: list[Any] = [
        {"type": "message_start", "message": {"id": "m", "content": []} | ({"usage": start} if start is not None else {})},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": TEXT[:6]}},
        {"type": "ping"},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": TEXT[6:]}},
        {"type": "content_block_stop", "index": 0},
    ]
    events += [{"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": usage} for usage in deltas]
    return sse(*events, *([{"type": "message_stop"}] if stop else []), end=end, named=True)


def answers() -> Iterator[Answer]:
    yield from _chat()
    yield from _responses()
    yield from _messages()


def _chat() -> Iterator[Answer]:
    details = {
        "prompt_tokens_details": {"cached_tokens": 40, "cache_write_tokens": 5},
        "completion_tokens_details": {"reasoning_tokens": 7},
    }
    cases = {
        "plain": (chat_usage(100, 20), Usage(100, 0, 0, 20, 0)),
        "cache and reasoning": (chat_usage(100, 20, **details), Usage(100, 40, 5, 20, 7)),
        "null details": (chat_usage(9, 1, prompt_tokens_details=None), Usage(9, 0, 0, 1, 0)),
        "zero": (chat_usage(0, 0), Usage()),
        "hits of a cache, in other words": (chat_usage(50, 5, prompt_cache_hit_tokens=30), Usage(50, 30, 0, 5, 0)),
        "parts above their whole": (
            chat_usage(10, 2, prompt_tokens_details={"cached_tokens": 99}),
            Usage(10, 10, 0, 2, 0),
        ),
    }
    for name, (usage, expected) in cases.items():
        yield Answer(f"chat stream, {name}", "chat", True, chat_stream(usage), expected)
        yield Answer(f"chat body, {name}", "chat", False, chat_body(usage), expected)
    for name, usage in {"absent": None, "garbled": {"prompt_tokens": "12", "completion_tokens": True}}.items():
        yield Answer(f"chat stream, {name}", "chat", True, chat_stream(usage), None)
        yield Answer(f"chat body, {name}", "chat", False, chat_body(usage), None)
    totals = chat_stream(chat_usage(100, 1), chat_usage(100, 9), chat_usage(100, 20))
    yield Answer("chat stream, totals so far", "chat", True, totals, Usage(100, 0, 0, 20, 0))
    yield Answer("chat stream, broken off", "chat", True, chat_stream(done=False), None, finished=False)
    crlf = chat_stream(chat_usage(100, 20), end="\r\n")
    yield Answer("chat stream, CRLF", "chat", True, b": hello\r\n\r\n" + crlf, Usage(100, 0, 0, 20, 0))
    yield Answer("chat stream, CR", "chat", True, chat_stream(chat_usage(1, 2), end="\r"), Usage(1, 0, 0, 2, 0))
    call = {"index": 0, "id": "t", "function": {"name": "bash", "arguments": ""}}
    more = {"index": 0, "function": {"arguments": '{"command": "ls"}'}}
    tools = sse(
        chat_chunk({"reasoning_content": "hm"}),
        chat_chunk({"tool_calls": [call]}),
        chat_chunk({"tool_calls": [more]}),
        {"choices": [], "usage": chat_usage(3, 4)},
        "[DONE]",
    )
    yield Answer("chat stream, tools", "chat", True, tools, Usage(3, 0, 0, 4, 0), 'hmbash{"command": "ls"}')
    message = {"content": None, "tool_calls": [{"function": {"name": "bash", "arguments": '{"a": 1}'}}]}
    body = json.dumps({"choices": [{"message": message}], "usage": chat_usage(3, 4)}).encode()
    yield Answer("chat body, tools", "chat", False, body, Usage(3, 0, 0, 4, 0), 'bash{"a": 1}')


def _responses() -> Iterator[Answer]:
    cases = {
        "plain": (responses_usage(100, 20), Usage(100, 0, 0, 20, 0)),
        "cache and reasoning": (responses_usage(100, 20, 64, 12), Usage(100, 64, 0, 20, 12)),
        "zero": (responses_usage(0, 0), Usage()),
        "absent": (None, None),
    }
    for name, (usage, expected) in cases.items():
        yield Answer(f"responses stream, {name}", "responses", True, responses_stream(usage), expected)
        output = [{"type": "message", "content": [{"type": "output_text", "text": TEXT}]}]
        body = json.dumps({"object": "response", "output": output, "usage": usage}).encode()
        yield Answer(f"responses body, {name}", "responses", False, body, expected)
    for last in ("response.incomplete", "response.failed"):
        stream = responses_stream(responses_usage(5, 6), last, end="\r\n")
        yield Answer(last, "responses", True, stream, Usage(5, 0, 0, 6, 0))
    calls = sse(
        {"type": "response.reasoning_summary_text.delta", "delta": "so"},
        {"type": "response.function_call_arguments.delta", "delta": '{"x"'},
        {"type": "response.function_call_arguments.delta", "delta": ":1}"},
        {"type": "response.completed", "response": {"usage": responses_usage(5, 6)}},
    )
    yield Answer("responses stream, tools", "responses", True, calls, Usage(5, 0, 0, 6, 0), 'so{"x":1}')


def _messages() -> Iterator[Answer]:
    start = {"input_tokens": 10, "cache_read_input_tokens": 60, "cache_creation_input_tokens": 30, "output_tokens": 1}
    hour = start | {"cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20}}
    whole = Usage(100, 60, 30, 50, 0)
    cases: dict[str, tuple[bytes, Usage | None]] = {
        "output on the delta": (messages_stream(start, {"output_tokens": 50}), whole),
        "totals so far": (messages_stream(start, *({"output_tokens": n} for n in (7, 20, 50))), whole),
        "all of it again on the delta": (messages_stream(start, start | {"output_tokens": 50}), whole),
        "input only on the delta": (messages_stream({"input_tokens": 0}, start | {"output_tokens": 50}), whole),
        "no usage at the start": (messages_stream(None, start | {"output_tokens": 50}), whole),
        "an hour's cache": (messages_stream(hour, {"output_tokens": 50}), Usage(100, 60, 30, 50, 0, 20)),
        "nulls on the delta": (
            messages_stream(start, {"input_tokens": None, "cache_read_input_tokens": None, "output_tokens": 50}),
            whole,
        ),
        "zero": (messages_stream({"input_tokens": 0, "output_tokens": 0}, {"output_tokens": 0}), Usage()),
        "absent": (messages_stream(None), None),
        "CRLF": (messages_stream(start, {"output_tokens": 50}, end="\r\n"), whole),
    }
    for name, (body, expected) in cases.items():
        yield Answer(f"messages stream, {name}", "messages", True, body, expected)
    broken = messages_stream(start, stop=False)
    yield Answer("messages stream, broken off", "messages", True, broken, Usage(100, 60, 30, 1, 0), finished=False)
    content = [{"type": "text", "text": TEXT}]
    for name, usage, expected in (("whole", start | {"output_tokens": 50}, whole), ("absent", None, None)):
        body = json.dumps({"type": "message", "content": content, "usage": usage}).encode()
        yield Answer(f"messages body, {name}", "messages", False, body, expected)
    tools = sse(
        {"type": "message_start", "message": {"usage": start}},
        {"type": "content_block_start", "content_block": {"type": "tool_use", "name": "bash", "input": {}}},
        {"type": "content_block_delta", "delta": {"type": "thinking_delta", "thinking": "hm"}},
        {"type": "content_block_delta", "delta": {"type": "input_json_delta", "partial_json": '{"a": 1}'}},
        {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 50}},
        {"type": "message_stop"},
        named=True,
    )
    yield Answer("messages stream, tools", "messages", True, tools, whole, 'bashhm{"a": 1}')
