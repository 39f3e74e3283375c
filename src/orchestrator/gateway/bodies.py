"""The text of a JSON object, changed in the few places that have to be: every other byte stays as the caller wrote it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from orchestrator.kit.errors import OrchestratorError

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


class BodyInvalid(OrchestratorError):
    """The request's body is not what the gateway can pass on: {problem}."""

    status = 400
    code = "invalid_body"
    hint = "Send one JSON object in UTF-8, as the provider's API describes it."


@dataclass(frozen=True)
class Member:
    """`start` and `end` enclose the text of the value."""

    value: Any
    start: int
    end: int


@dataclass(frozen=True)
class JsonObject:
    """`end` is the place of the closing brace."""

    text: str
    members: Mapping[str, Member]
    end: int

    @cached_property
    def values(self) -> dict[str, Any]:
        return {name: member.value for name, member in self.members.items()}

    def get(self, name: str) -> Any:
        member = self.members.get(name)
        return None if member is None else member.value

    def with_members(self, changes: Mapping[str, str]) -> str:
        """The text with these values, each given as JSON; members that are new stand at the end."""
        pieces: list[str] = []
        done = 0
        known = [(self.members[name], text) for name, text in changes.items() if name in self.members]
        for member, text in sorted(known, key=lambda one: one[0].start):
            pieces += self.text[done : member.start], text
            done = member.end
        pieces.append(self.text[done : self.end])
        separator = "," if self.members else ""
        for name, text in changes.items():
            if name not in self.members:
                pieces.append(f"{separator}{json.dumps(name)}:{text}")
                separator = ","
        return "".join((*pieces, self.text[self.end :]))


def parse_object(body: bytes) -> JsonObject:
    """Raises BodyInvalid; also for a name that stands twice, since providers differ in which of the two counts."""
    try:
        return _parse(body.decode())
    except UnicodeDecodeError:
        raise BodyInvalid(problem="it is no UTF-8") from None
    except RecursionError:
        raise BodyInvalid(problem="it is nested too deeply") from None
    except (ValueError, IndexError):
        raise BodyInvalid(problem="it is no JSON object") from None


def _parse(text: str) -> JsonObject:
    at = _skip(text, 0, "{")
    members: dict[str, Member] = {}
    seen = set[str]()
    if text[at] == "}":
        return _ended(text, members, at)
    while True:
        name, at = _DECODER.raw_decode(text, at)
        if not isinstance(name, str):
            raise ValueError
        if name.casefold() in seen:
            raise BodyInvalid(problem=f"{name[:100]!a} stands in it twice")
        seen.add(name.casefold())
        start = _skip(text, at, ":")
        value, end = _DECODER.raw_decode(text, start)
        members[name] = Member(value, start, end)
        at = _space(text, end)
        if text[at] == "}":
            return _ended(text, members, at)
        at = _skip(text, at, ",")


def _ended(text: str, members: dict[str, Member], at: int) -> JsonObject:
    if _space(text, at + 1) != len(text):
        raise ValueError
    return JsonObject(text, members, at)


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _skip(text: str, at: int, sign: str) -> int:
    """Behind the sign and the space around it."""
    at = _space(text, at)
    if text[at] != sign:
        raise ValueError
    return _space(text, at + 1)
