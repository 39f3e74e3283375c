"""A recorded call, its history and its answer, as one conversation: whichever of the three formats it was sent in. Pure.

The result has the form of a dataset's rows: OpenAI's chat messages, but for arguments, which are objects and no strings, and
for the ids of calls, which are numbered, so that the same conversation is the same row.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from orchestrator.gateway.routing import ApiFormat

Fields = dict[str, Any]


class Unusable(Exception):
    """Why a call is no conversation to learn from: a reason code."""


@dataclass(frozen=True)
class Conversation:
    """`call_ids`: of each tool call, as the provider named it, in the order of `call_1`, `call_2`…

    `failed`: those of them whose result said by its own form that it was an error.
    """

    messages: list[Fields]
    tools: list[Fields]
    call_ids: list[str]
    failed: frozenset[str]


def conversation_of(format_: ApiFormat, request: Mapping[str, Any], answer: Mapping[str, Any]) -> Conversation:
    """`answer` is a message as gateway.assembly puts it together. Raises Unusable."""
    read = {ApiFormat.CHAT: _chat, ApiFormat.RESPONSES: _responses, ApiFormat.MESSAGES: _messages}[format_]
    failed: set[str] = set()
    messages = [*read(request, failed), _answer(answer)]
    tools = [_tool(one) for one in _all(request.get("tools"))]
    numbered = _number(messages)
    return Conversation(_together(messages), tools, numbered, frozenset(failed))


def _answer(answer: Mapping[str, Any]) -> Fields:
    calls = [_call(one.get("id"), one.get("name"), one.get("arguments")) for one in _all(answer.get("tool_calls"))]
    return _assistant(_text(answer.get("text")), calls)


def _assistant(text: str, calls: Sequence[Fields]) -> Fields:
    return {"role": "assistant", "content": text, **({"tool_calls": list(calls)} if calls else {})}


def _call(call_id: object, name: object, arguments: object) -> Fields:
    """Raises Unusable for arguments that are no JSON object."""
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except (ValueError, RecursionError):
            raise Unusable("arguments_invalid_json") from None
    if not isinstance(arguments, dict):
        raise Unusable("arguments_no_object")
    return {"id": _text(call_id), "type": "function", "function": {"name": _text(name), "arguments": arguments}}


def _tool(tool: Fields) -> Fields:
    """From any of the three forms: nested under `function`, flat, or with an `input_schema`."""
    inner = _fields(tool.get("function")) or tool
    parameters = (
        _fields(inner.get("parameters")) or _fields(inner.get("input_schema")) or {"type": "object", "properties": {}}
    )
    described = {"name": _text(inner.get("name")), "description": _text(inner.get("description")), "parameters": parameters}
    return {"type": "function", "function": described}


def _chat(request: Mapping[str, Any], _failed: set[str]) -> Iterator[Fields]:
    for message in _all(request.get("messages")):
        role, text = message.get("role"), _joined(message.get("content"))
        match role:
            case "system" | "developer":
                yield {"role": "system", "content": text}
            case "user":
                yield {"role": "user", "content": text}
            case "assistant":
                made = [(one.get("id"), _fields(one.get("function"))) for one in _all(message.get("tool_calls"))]
                yield _assistant(text, [_call(key, one.get("name"), one.get("arguments")) for key, one in made])
            case "tool":
                yield {"role": "tool", "tool_call_id": _text(message.get("tool_call_id")), "content": text}
            case _:
                raise Unusable("role_unknown")


def _messages(request: Mapping[str, Any], failed: set[str]) -> Iterator[Fields]:
    if system := _joined(request.get("system")):
        yield {"role": "system", "content": system}
    for message in _all(request.get("messages")):
        content = message.get("content")
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else _all(content)
        if message.get("role") == "assistant":
            calls = [
                _call(one.get("id"), one.get("name"), one.get("input")) for one in blocks if one.get("type") == "tool_use"
            ]
            yield _assistant(_joined([one for one in blocks if one.get("type") == "text"]), calls)
            continue
        for one in blocks:
            if one.get("type") == "tool_result":
                call_id = _text(one.get("tool_use_id"))
                if one.get("is_error") is True:
                    failed.add(call_id)
                yield {"role": "tool", "tool_call_id": call_id, "content": _joined(one.get("content"))}
        if text := _joined([one for one in blocks if one.get("type") != "tool_result"]):
            yield {"role": "user", "content": text}


def _responses(request: Mapping[str, Any], _failed: set[str]) -> Iterator[Fields]:
    if instructions := _text(request.get("instructions")):
        yield {"role": "system", "content": instructions}
    sent = request.get("input")
    for item in [{"role": "user", "content": sent}] if isinstance(sent, str) else _all(sent):
        match item.get("type", "message"):
            case "message":
                role = {"developer": "system"}.get(_text(item.get("role")), _text(item.get("role")))
                if role not in ("system", "user", "assistant"):
                    raise Unusable("role_unknown")
                yield {"role": role, "content": _joined(item.get("content"))}
            case "function_call":
                yield _assistant("", [_call(item.get("call_id"), item.get("name"), item.get("arguments"))])
            case "function_call_output":
                content = _joined(item.get("output"))
                yield {"role": "tool", "tool_call_id": _text(item.get("call_id")), "content": content}
            case "reasoning":
                pass
            case _:
                raise Unusable("item_unknown")


def _together(messages: Sequence[Fields]) -> list[Fields]:
    """One turn of the assistant is one message; the responses format has an item for each of its pieces."""
    joined: list[Fields] = []
    for message in messages:
        before = joined[-1] if joined else None
        if before is not None and before["role"] == message["role"] == "assistant":
            content = "\n".join(one for one in (before["content"], message["content"]) if one)
            calls = [*before.get("tool_calls", ()), *message.get("tool_calls", ())]
            joined[-1] = _assistant(content, calls)
        else:
            joined.append(message)
    return joined


def _number(messages: Sequence[Fields]) -> list[str]:
    """Names calls and their results anew; a result of no call keeps its name, and is found so."""
    known: dict[str, str] = {}
    order: list[str] = []
    for message in messages:
        for call in message.get("tool_calls", ()):
            order.append(call["id"])
            known[call["id"]] = call["id"] = f"call_{len(order)}"
        if message["role"] == "tool":
            message["tool_call_id"] = known.get(message["tool_call_id"], message["tool_call_id"])
    return order


def _joined(content: object) -> str:
    """Raises Unusable where a part is anything but text."""
    if content is None or isinstance(content, str):
        return content or ""
    pieces: list[str] = []
    for part in _all(content):
        if part.get("type") in ("thinking", "redacted_thinking"):
            continue
        if part.get("type") not in ("text", "input_text", "output_text"):
            raise Unusable("not_text")
        pieces.append(_text(part.get("text")))
    return "\n".join(pieces)


def mapped_strings(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(k): mapped_strings(v, change) for k, v in cast(Fields, value).items()}
    return [mapped_strings(one, change) for one in cast(list[Any], value)] if isinstance(value, list) else value


def _fields(value: object) -> Fields:
    return cast(Fields, value) if isinstance(value, dict) else {}


def _all(value: object) -> list[Fields]:
    return [_fields(one) for one in cast(list[object], value)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
