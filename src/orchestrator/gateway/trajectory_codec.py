"""How a recorded call is written: whole in the spool, compressed and without the repeated history in the artifact store.

Each turn sends the conversation again, so a file holds only the messages after those that it shares with the call before
it, and says which call that is. A file is one zstandard frame: a line of JSON, then bytes as they came.
"""

import hashlib
import json
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import zstandard

from orchestrator.gateway.assembly import Fields, assemble
from orchestrator.gateway.routing import ApiFormat

HISTORY = {ApiFormat.CHAT: "messages", ApiFormat.RESPONSES: "input", ApiFormat.MESSAGES: "messages"}
"""The member of a request that grows from turn to turn."""
_MAGIC = b"OTJ1"
_FRAME_BYTES = 32
_LEVEL = 3
_MOST_BYTES = 1 << 30


@dataclass(frozen=True)
class RecordedCall:
    """One call that a provider answered. `request` is the body as the caller sent it, `response` the provider's bytes.

    Neither headers nor keys are a part of it. `usage` counts tokens. `complete`: the answer came to its own end.
    """

    request_id: UUID
    tenant_id: UUID
    session_id: UUID | None
    conversation: str | None
    format: ApiFormat
    alias: str
    provider: str
    model: str
    http_status: int
    complete: bool
    finished_at: datetime
    duration_ms: int
    first_byte_ms: int | None
    price_version: str
    usage: Mapping[str, int] = field(default_factory=dict[str, int])
    request: bytes = field(default=b"", repr=False)
    response: bytes = field(default=b"", repr=False)

    @property
    def facts(self) -> Fields:
        """Everything but the two bodies."""
        named = {name: value for name, value in vars(self).items() if name not in ("request", "response")}
        strings = {"request_id": str(self.request_id), "tenant_id": str(self.tenant_id), "format": self.format.value}
        session = str(self.session_id) if self.session_id else None
        return (
            named
            | strings
            | {
                "session_id": session,
                "finished_at": self.finished_at.isoformat(),
                "usage": dict(self.usage),
            }
        )


def call_of(facts: Fields, request: bytes, response: bytes) -> RecordedCall:
    session = facts["session_id"]
    named: Fields = facts | {
        "request_id": UUID(facts["request_id"]),
        "tenant_id": UUID(facts["tenant_id"]),
        "session_id": UUID(session) if session else None,
        "format": ApiFormat(facts["format"]),
        "finished_at": datetime.fromisoformat(facts["finished_at"]),
    }
    return RecordedCall(**named, request=request, response=response)


def to_spool(call: RecordedCall) -> bytes:
    head = json.dumps(call.facts).encode()
    sizes = b"".join(len(part).to_bytes(8) for part in (head, call.request, call.response))
    check = zlib.crc32(call.response, zlib.crc32(call.request, zlib.crc32(head)))
    return b"".join((_MAGIC, check.to_bytes(4), sizes, head, call.request, call.response))


def calls_of_spool(data: bytes) -> list[RecordedCall]:
    """Without one that was not written to its end: that call's answer did not reach its caller whole either."""
    calls: list[RecordedCall] = []
    at = 0
    while (found := _from_spool(data, at)) is not None:
        call, at = found
        calls.append(call)
    return calls


def _from_spool(data: bytes, at: int) -> tuple[RecordedCall, int] | None:
    """The call that begins there, and where the next one does."""
    if data[at : at + 4] != _MAGIC or len(data) < at + _FRAME_BYTES:
        return None
    check = int.from_bytes(data[at + 4 : at + 8])
    head, request, response = (int.from_bytes(data[at + place : at + place + 8]) for place in (8, 16, 24))
    at += _FRAME_BYTES
    end = at + head + request + response
    body = data[at:end]
    if end > len(data) or zlib.crc32(body) != check:
        return None
    return call_of(json.loads(body[:head]), body[head : head + request], body[head + request :]), end


@dataclass(frozen=True)
class Base:
    """A call that later ones may build upon. `marks` stand for the messages of its history; `depth` counts bases."""

    request_id: UUID
    depth: int
    finished_at: datetime
    marks: tuple[bytes, ...]


@dataclass(frozen=True)
class Packed:
    """`base` is what the next call of the conversation may build upon; None when the request has no history."""

    data: bytes
    base_request_id: UUID | None
    base: Base | None


def pack(call: RecordedCall, earlier: Base | None, most_depth: int) -> Packed:
    head: Fields = {
        "version": 1,
        "call": call.facts,
        "messages": [m.as_fields() for m in assemble(call.format, call.response)],
    }
    body = parse_request(call.request)
    if body is None:
        head["request"] = {"raw_bytes": len(call.request)}
        return Packed(_compressed(head, call.request + call.response), None, None)
    member = HISTORY[call.format]
    history = body.get(member)
    if not isinstance(history, list):
        head["request"] = {"body": body, "base": None, "kept": 0}
        return Packed(_compressed(head, call.response), None, None)
    messages = cast(list[Any], history)
    marks = tuple(mark_of(message) for message in messages)
    kept = shared(earlier.marks, marks) if earlier and earlier.depth < most_depth else 0
    upon = earlier if kept else None
    head["request"] = {
        "body": body | {member: messages[kept:]},
        "base": str(upon.request_id) if upon else None,
        "kept": kept,
    }
    base = Base(call.request_id, upon.depth + 1 if upon else 0, call.finished_at, marks)
    return Packed(_compressed(head, call.response), upon.request_id if upon else None, base)


def parse_request(request: bytes) -> Fields | None:
    """None for what is no JSON object, which is then kept as it came."""
    try:
        found = json.loads(request, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return cast(Fields, found) if isinstance(found, dict) else None


def _no_constant(name: str) -> None:
    """Python reads NaN and Infinity, which are no JSON."""
    raise ValueError(name)


def mark_of(message: object) -> bytes:
    """Of the message with its order of keys; 16 bytes, so that long conversations take little memory."""
    return hashlib.blake2b(json.dumps(message).encode(), digest_size=16).digest()


def shared(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    """How many messages both begin with."""
    for count, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            return count
    return min(len(one), len(other))


@dataclass(frozen=True)
class Unpacked:
    """`request` is None where the body was no JSON: then `raw_request` has it. `base`: whose history it begins with."""

    call: Fields
    request: Fields | None
    raw_request: bytes
    response: bytes
    messages: list[Fields]
    base: UUID | None
    kept: int

    @property
    def history(self) -> list[Any]:
        member = HISTORY[ApiFormat(self.call["format"])]
        found = (self.request or {}).get(member)
        return cast(list[Any], found) if isinstance(found, list) else []

    def upon(self, earlier: Sequence[Any]) -> Fields:
        """The request as it was sent, with the history of the base put before its own messages."""
        member = HISTORY[ApiFormat(self.call["format"])]
        body = dict(self.request or {})
        if self.kept:
            body[member] = [*earlier[: self.kept], *self.history]
        return body


def unpack(data: bytes) -> Unpacked:
    """Raises ValueError for what is no such file."""
    try:
        plain = zstandard.ZstdDecompressor().decompress(data, max_output_size=_MOST_BYTES)
        line, _, rest = plain.partition(b"\n")
        head: Fields = json.loads(line)
        request: Fields = head["request"]
        raw = int(request.get("raw_bytes", 0))
        base = request.get("base")
        return Unpacked(
            call=head["call"],
            request=request.get("body"),
            raw_request=rest[:raw],
            response=rest[raw:],
            messages=head["messages"],
            base=UUID(base) if base else None,
            kept=request.get("kept", 0),
        )
    except (zstandard.ZstdError, KeyError, TypeError) as error:
        raise ValueError(f"no trajectory: {type(error).__name__}") from error


class _Compressors(threading.local):
    """One a thread: to make one takes three times as long as to compress a call with it."""

    def __init__(self) -> None:
        self.mine = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)


_COMPRESSORS = _Compressors()


def _compressed(head: Fields, rest: bytes) -> bytes:
    return _COMPRESSORS.mine.compress(json.dumps(head).encode() + b"\n" + rest)
