"""Reads what a call used from the provider's own bytes while they pass by. Never raises, whatever comes.

Feed a reader every chunk of the answer's body. At the end, or when the stream breaks off, `usage` is what the provider
counted so far, and `output_bytes` is how much it wrote, for an estimate where it counted nothing.
"""

import json
import re
from abc import ABC, abstractmethod
from typing import Any

from orchestrator.gateway.routing import ApiFormat
from orchestrator.gateway.sse import SseSplitter, data_of
from orchestrator.gateway.usage_counts import Counts, Usage, counts_of, member, members, usage_of

MAX_PARSED_BYTES = 4 * 1024 * 1024
"""Longer bodies and events are not parsed: their usage is looked for in their last bytes."""
TAIL_BYTES = 64 * 1024
_MAX_STRIPPED_BYTES = 64 * 1024
"""A chunk with usage alone is short; one that is longer passes."""

_USAGE_KEY = re.compile(rb'(?<!\\)"usage"\s*:\s*(?=\{)')
_FINAL_RESPONSE = ("response.completed", "response.incomplete", "response.failed")


class UsageReader(ABC):
    def __init__(self, wire: ApiFormat) -> None:
        self._wire: ApiFormat = wire
        self._counts: Counts = {}
        self._output_bytes = 0
        self._finished = False

    @abstractmethod
    def feed(self, chunk: bytes) -> None: ...

    @property
    def usage(self) -> Usage | None:
        """None when the provider has not counted anything, or not yet."""
        return usage_of(self._wire, self._counts)

    @property
    def output_bytes(self) -> int:
        """UTF-8 bytes of text, reasoning and tool arguments that the provider wrote."""
        return self._output_bytes

    @property
    def finished(self) -> bool:
        """The answer said itself that it is complete."""
        return self._finished

    def _count(self, usage: object) -> None:
        self._counts |= counts_of(self._wire, usage)

    def _count_in_tail(self, tail: bytes) -> None:
        for found in _USAGE_KEY.finditer(tail):
            self._count(_leading_object(tail[found.end() :]))


class StreamReader(UsageReader):
    """Server-sent events."""

    def __init__(self, wire: ApiFormat) -> None:
        super().__init__(wire)
        self._events = SseSplitter(MAX_PARSED_BYTES)
        self._tail = b""

    def feed(self, chunk: bytes) -> None:
        for piece, whole in self._events.feed(chunk):
            if whole:
                self._read(piece)
            else:
                self._skim(piece)

    def _skim(self, piece: bytes) -> None:
        """An event too long to be parsed, piece by piece."""
        self._tail = (self._tail + piece)[-TAIL_BYTES:]
        self._output_bytes += len(piece) if len(piece) > 4 else 0
        if piece.endswith((b"\n", b"\r")):
            self._count_in_tail(self._tail)
            self._tail = b""

    def _read(self, event: bytes) -> None:
        data = data_of(event)
        if data is None:
            return
        if data.strip() == b"[DONE]":
            self._finished = True
            return
        content = _parsed(data)
        if self._wire == ApiFormat.CHAT:
            self._read_chat(content)
        elif self._wire == ApiFormat.RESPONSES:
            self._read_responses(content)
        else:
            self._read_messages(content)

    def _read_chat(self, chunk: object) -> None:
        self._count(member(chunk, "usage"))
        for choice in members(chunk, "choices"):
            self._output_bytes += _chat_bytes(member(choice, "delta"))

    def _read_responses(self, event: object) -> None:
        type_ = member(event, "type")
        response = member(event, "response")
        self._count(member(response, "usage"))
        if isinstance(type_, str) and type_.endswith(".delta"):
            self._output_bytes += _text_bytes(member(event, "delta"))
        if type_ in _FINAL_RESPONSE:
            self._finished = True
            if self._output_bytes == 0:
                self._output_bytes = _responses_bytes(response)

    def _read_messages(self, event: object) -> None:
        type_ = member(event, "type")
        if type_ == "message_start":
            self._count(member(member(event, "message"), "usage"))
        elif type_ == "message_delta":
            self._count(member(event, "usage"))
        elif type_ == "content_block_start":
            self._output_bytes += _block_bytes(member(event, "content_block"))
        elif type_ == "content_block_delta":
            delta = member(event, "delta")
            self._output_bytes += sum(_text_bytes(member(delta, name)) for name in ("text", "thinking", "partial_json"))
        elif type_ == "message_stop":
            self._finished = True


class BodyReader(UsageReader):
    """One JSON document, parsed when somebody asks."""

    def __init__(self, wire: ApiFormat) -> None:
        super().__init__(wire)
        self._body = bytearray()
        self._length = 0
        self._is_read = False

    def feed(self, chunk: bytes) -> None:
        self._length += len(chunk)
        self._body += chunk
        if self._length > MAX_PARSED_BYTES and len(self._body) > 2 * TAIL_BYTES:
            del self._body[:-TAIL_BYTES]
        self._is_read = False

    @property
    def usage(self) -> Usage | None:
        self._read()
        return super().usage

    @property
    def output_bytes(self) -> int:
        self._read()
        return self._output_bytes

    @property
    def finished(self) -> bool:
        self._read()
        return self._finished

    def _read(self) -> None:
        if self._is_read:
            return
        self._is_read, self._counts = True, {}
        if self._length > MAX_PARSED_BYTES:
            self._count_in_tail(bytes(self._body))
            self._output_bytes = self._length
            self._finished = self._body.rstrip().endswith(b"}")
            return
        content = _parsed(bytes(self._body))
        self._finished = isinstance(content, dict)
        self._count(member(content, "usage"))
        self._output_bytes = _body_bytes(self._wire, content)


def usage_reader(wire: ApiFormat, streaming: bool) -> UsageReader:
    """`streaming`: the answer is text/event-stream, whatever the request asked for."""
    return StreamReader(wire) if streaming else BodyReader(wire)


class ChatUsageStripper:
    """Takes the chunk that has usage alone out of a chat stream whose client did not ask for it.

    Everything else passes byte by byte; an event is given out when it is whole.
    """

    def __init__(self) -> None:
        self._events = SseSplitter(_MAX_STRIPPED_BYTES)
        self._stripped_cr = False

    def feed(self, chunk: bytes) -> bytes:
        return b"".join(self._pass(piece, whole) for piece, whole in self._events.feed(chunk))

    def finish(self) -> bytes:
        """What is left when the stream ends: half an event passes as it is."""
        return self._pass(self._events.rest(), False)

    def _pass(self, piece: bytes, whole: bool) -> bytes:
        if whole and _has_usage_alone(piece):
            self._stripped_cr = piece.endswith(b"\r")
            return b""
        # The line end of the chunk that was taken out may have come in two halves.
        if self._stripped_cr and piece:
            self._stripped_cr = False
            return piece.removeprefix(b"\n")
        return piece


def _has_usage_alone(event: bytes) -> bool:
    if len(event) > _MAX_STRIPPED_BYTES or b'"usage"' not in event or (data := data_of(event)) is None:
        return False
    chunk = _parsed(data)
    return isinstance(member(chunk, "usage"), dict) and member(chunk, "choices") == []


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _leading_object(data: bytes) -> Any:
    try:
        return json.JSONDecoder().raw_decode(data[:TAIL_BYTES].decode("utf-8", "replace"))[0]
    except (ValueError, RecursionError):
        return None


def _text_bytes(value: object) -> int:
    if not isinstance(value, str):
        return 0
    return len(value) if value.isascii() else len(value.encode("utf-8", "replace"))


def _chat_bytes(message: object) -> int:
    """Of a message or of a delta of one."""
    names = ("content", "reasoning_content", "reasoning", "refusal")
    total = sum(_text_bytes(member(message, name)) for name in names)
    calls = [member(call, "function") for call in members(message, "tool_calls")] + [member(message, "function_call")]
    return total + sum(_text_bytes(member(call, name)) for call in calls for name in ("name", "arguments"))


def _block_bytes(block: object) -> int:
    """A content block of Anthropic's; the input of a tool is an object."""
    total = sum(_text_bytes(member(block, name)) for name in ("text", "thinking", "name", "data"))
    given = member(block, "input")
    return total + (len(json.dumps(given, ensure_ascii=False).encode("utf-8", "replace")) if given else 0)


def _responses_bytes(response: object) -> int:
    total = 0
    for item in members(response, "output"):
        total += sum(_text_bytes(member(item, name)) for name in ("name", "arguments", "input"))
        for part in (*members(item, "content"), *members(item, "summary")):
            total += sum(_text_bytes(member(part, name)) for name in ("text", "refusal"))
    return total


def _body_bytes(wire: ApiFormat, body: object) -> int:
    if wire == ApiFormat.CHAT:
        return sum(_chat_bytes(member(choice, "message")) for choice in members(body, "choices"))
    if wire == ApiFormat.MESSAGES:
        return sum(_block_bytes(block) for block in members(body, "content"))
    return _responses_bytes(body)
