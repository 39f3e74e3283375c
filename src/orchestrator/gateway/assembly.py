"""What a model said, put together from the provider's own bytes: one JSON object or server-sent events, in three formats.

Never raises: of an answer that broke off, or is in no known form, it gives what can be read.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, cast

from orchestrator.gateway.routing import ApiFormat

Fields = dict[str, Any]


@dataclass
class ToolCall:
    """`arguments` is the JSON text as the model wrote it."""

    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class Message:
    """`finish_reason` is None for an answer that broke off."""

    text: str = ""
    reasoning: str = ""
    tool_calls: list[ToolCall] = field(default_factory=list[ToolCall])
    finish_reason: str | None = None

    def as_fields(self) -> Fields:
        return asdict(self)


def assemble(format_: ApiFormat, raw: bytes) -> list[Message]:
    """The choices of a chat completion, else one message."""
    text = raw.decode("utf-8", "replace")
    whole = _parsed(text)
    read = {ApiFormat.CHAT: _Chat, ApiFormat.RESPONSES: _Responses, ApiFormat.MESSAGES: _Messages}[format_]()
    if whole is not None:
        read.whole(whole)
    else:
        for event in _events(text):
            read.event(event)
    return [message for _, message in sorted(read.messages.items())]


def _events(text: str) -> Iterator[Fields]:
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line[5:].removeprefix(" ") for line in block.split("\n") if line.startswith("data:")]
        if (parsed := _parsed("\n".join(lines))) is not None:
            yield parsed


def _parsed(text: str) -> Fields | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return cast(Fields, found) if isinstance(found, dict) else None


def _fields(value: object) -> Fields:
    return cast(Fields, value) if isinstance(value, dict) else {}


def _all(value: object) -> list[Fields]:
    return [_fields(one) for one in cast(list[object], value)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


class _Reading(ABC):
    def __init__(self) -> None:
        self.messages: dict[int, Message] = {}

    def _message(self, index: int = 0) -> Message:
        return self.messages.setdefault(index, Message())

    @abstractmethod
    def whole(self, answer: Fields) -> None: ...

    @abstractmethod
    def event(self, event: Fields) -> None: ...


class _Chat(_Reading):
    def __init__(self) -> None:
        super().__init__()
        self._calls: dict[tuple[int, int], ToolCall] = {}

    def whole(self, answer: Fields) -> None:
        for choice in _all(answer.get("choices")):
            self._take(choice, _fields(choice.get("message")))

    def event(self, event: Fields) -> None:
        for choice in _all(event.get("choices")):
            self._take(choice, _fields(choice.get("delta")))

    def _take(self, choice: Fields, said: Fields) -> None:
        index = _number(choice.get("index"))
        message = self._message(index)
        message.text += _text(said.get("content")) or _text(said.get("refusal"))
        message.reasoning += _text(said.get("reasoning_content")) or _text(said.get("reasoning"))
        message.finish_reason = _text(choice.get("finish_reason")) or message.finish_reason
        for place, call in enumerate(_all(said.get("tool_calls"))):
            self._take_call(message, (index, _number(call.get("index", place))), call)

    def _take_call(self, message: Message, key: tuple[int, int], piece: Fields) -> None:
        if key not in self._calls:
            self._calls[key] = ToolCall()
            message.tool_calls.append(self._calls[key])
        call, function = self._calls[key], _fields(piece.get("function"))
        call.id = call.id or _text(piece.get("id"))
        call.name = call.name or _text(function.get("name"))
        call.arguments += _text(function.get("arguments"))


class _Messages(_Reading):
    def __init__(self) -> None:
        super().__init__()
        self._calls: dict[int, ToolCall] = {}

    def whole(self, answer: Fields) -> None:
        message = self._message()
        for index, block in enumerate(_all(answer.get("content"))):
            self._begin(index, block)
        message.finish_reason = _text(answer.get("stop_reason")) or None

    def event(self, event: Fields) -> None:
        index, delta = _number(event.get("index")), _fields(event.get("delta"))
        match event.get("type"):
            case "message_start":
                self._message()
            case "content_block_start":
                self._begin(index, _fields(event.get("content_block")))
            case "content_block_delta":
                self._go_on(index, delta)
            case "message_delta":
                self._message().finish_reason = _text(delta.get("stop_reason")) or None
            case _:
                pass

    def _begin(self, index: int, block: Fields) -> None:
        message = self._message()
        message.text += _text(block.get("text"))
        message.reasoning += _text(block.get("thinking"))
        if block.get("type") in ("tool_use", "server_tool_use"):
            given = block.get("input")
            arguments = json.dumps(given, ensure_ascii=False) if given else ""
            self._calls[index] = ToolCall(_text(block.get("id")), _text(block.get("name")), arguments)
            message.tool_calls.append(self._calls[index])

    def _go_on(self, index: int, delta: Fields) -> None:
        message = self._message()
        message.text += _text(delta.get("text"))
        message.reasoning += _text(delta.get("thinking"))
        if index in self._calls:
            self._calls[index].arguments += _text(delta.get("partial_json"))


class _Responses(_Reading):
    """The last event repeats the whole answer; the pieces before it matter only when it is missing."""

    def __init__(self) -> None:
        super().__init__()
        self._calls: dict[int, ToolCall] = {}

    def whole(self, answer: Fields) -> None:
        message = self.messages[0] = Message(finish_reason=_text(answer.get("status")) or None)
        for item in _all(answer.get("output")):
            self._take(message, item)

    def _take(self, message: Message, item: Fields) -> None:
        match item.get("type"):
            case "message":
                message.text += "".join(_text(p.get("text")) or _text(p.get("refusal")) for p in _all(item.get("content")))
            case "reasoning":
                pieces = _all(item.get("content")) or _all(item.get("summary"))
                message.reasoning += "".join(_text(p.get("text")) for p in pieces)
            case "function_call" | "custom_tool_call":
                arguments = _text(item.get("arguments")) or _text(item.get("input"))
                message.tool_calls.append(ToolCall(_text(item.get("call_id")), _text(item.get("name")), arguments))
            case _:
                pass

    def event(self, event: Fields) -> None:
        message, index, delta = self._message(), _number(event.get("output_index")), _text(event.get("delta"))
        match event.get("type"):
            case "response.completed" | "response.incomplete" | "response.failed":
                self.whole(_fields(event.get("response")))
            case "response.output_text.delta" | "response.refusal.delta":
                message.text += delta
            case "response.reasoning_text.delta" | "response.reasoning_summary_text.delta":
                message.reasoning += delta
            case "response.output_item.added":
                self._begin(message, index, _fields(event.get("item")))
            case "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta":
                if index in self._calls:
                    self._calls[index].arguments += delta
            case _:
                pass

    def _begin(self, message: Message, index: int, item: Fields) -> None:
        if item.get("type") in ("function_call", "custom_tool_call"):
            self._calls[index] = ToolCall(_text(item.get("call_id")), _text(item.get("name")))
            message.tool_calls.append(self._calls[index])
