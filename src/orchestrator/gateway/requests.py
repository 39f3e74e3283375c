"""A model call as its caller wrote it, and the bytes that go to the provider: the same but for what has to differ."""

import json
import re
from dataclasses import dataclass
from functools import cached_property

from orchestrator.gateway.bodies import BodyInvalid, JsonObject, parse_object
from orchestrator.gateway.routing import OUTPUT_LIMITS, ApiFormat, ProviderKind, Route

_MOST_TOKENS = 2**31
_READ_HERE = frozenset(
    {"model", "stream", "stream_options", "n", "background", *(one for some in OUTPUT_LIMITS.values() for one in some)}
)
_CHOOSES_ANOTHER_MODEL = ("models", "fallbacks")
"""Gateways like OpenRouter and LiteLLM take from these what the caller has not been priced for."""
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class ModelRequest:
    format: ApiFormat
    body: JsonObject
    model: str
    streams: bool
    output_limit: int | None
    """The most output tokens of one answer that the caller asks for."""
    size_bytes: int

    @cached_property
    def answers(self) -> int:
        """How many answers it asks for: the output may be that many times as long."""
        asked = self.body.get("n") if self.format is ApiFormat.CHAT else None
        return asked if asked is not None else 1

    @property
    def injects_usage(self) -> bool:
        """A stream of chat completions tells what it used only when it is asked to."""
        if self.format is not ApiFormat.CHAT or not self.streams:
            return False
        options = self.body.get("stream_options")
        return not (isinstance(options, dict) and options.get("include_usage") is True)  # pyright: ignore[reportUnknownMemberType]

    def says(self, words: str) -> bool:
        """Whether the body has these lower-case words anywhere in it, however they are escaped."""
        return words in _ESCAPED.sub(lambda found: chr(int(found[1], 16)), self.body.text).lower()

    def to_send(self, route: Route, output_limit: int | None) -> bytes:
        """For the route's own model; `output_limit` stands in for what the caller asked for; None leaves that."""
        changes = {} if route.model == self.model else {"model": json.dumps(route.model)}
        if self.injects_usage:
            changes["stream_options"] = self._stream_options()
        if output_limit is not None:
            changes |= dict.fromkeys(self._limit_names(route), str(output_limit))
        return (self.body.with_members(changes) if changes else self.body.text).encode()

    def _stream_options(self) -> str:
        member = self.body.members.get("stream_options")
        if member is None or not isinstance(member.value, dict):
            return '{"include_usage":true}'
        own = parse_object(self.body.text[member.start : member.end].encode())
        return own.with_members({"include_usage": "true"})

    def _limit_names(self, route: Route) -> tuple[str, ...]:
        """Every one that the caller wrote; where there is none, the one that the provider knows."""
        names = OUTPUT_LIMITS[self.format]
        written = tuple(name for name in names if self.body.get(name) is not None)
        older = route.endpoint.kind is ProviderKind.OPENAI_COMPATIBLE
        return written or (names[-1] if older else names[0],)


def parse_request(format_: ApiFormat, body: bytes) -> ModelRequest:
    """Raises BodyInvalid."""
    parsed = parse_object(body)
    _check_names(parsed)
    model, streams = parsed.get("model"), parsed.get("stream")
    if not isinstance(model, str) or not model or not model.isprintable():
        raise BodyInvalid(problem="`model` is not the name of a model")
    if streams not in (True, False, None):
        raise BodyInvalid(problem="`stream` is neither true nor false")
    if format_ is ApiFormat.RESPONSES and parsed.get("background"):
        raise BodyInvalid(problem="`background` is not possible here: nobody would see what such a call uses")
    limits = [limit for name in OUTPUT_LIMITS[format_] if (limit := _count(parsed, name)) is not None]
    request = ModelRequest(format_, parsed, model, bool(streams), max(limits, default=None), len(body))
    _count(parsed, "n")
    return request


def _check_names(body: JsonObject) -> None:
    """Some providers read a name in any case: what counts here is not to be said to them in another way."""
    for name in body.members:
        if name in _CHOOSES_ANOTHER_MODEL or (name not in _READ_HERE and name.casefold() in _READ_HERE):
            raise BodyInvalid(problem=f"{name[:100]!a} may not stand in it: a call has one model, and lower-case names")
    options = body.members.get("stream_options")
    if options is not None and isinstance(options.value, dict):
        inner = parse_object(body.text[options.start : options.end].encode())
        if any(name != "include_usage" and name.casefold() == "include_usage" for name in inner.members):
            raise BodyInvalid(problem="`include_usage` is written in lower case")


def _count(body: JsonObject, name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _MOST_TOKENS:
        raise BodyInvalid(problem=f"`{name}` is not a count of 1 or more")
    return value
