"""Takes secrets and personal data out of a conversation, and looks again whether any are left."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from orchestrator.finetuning.secret_finders import Finder, finders

Fields = dict[str, Any]

_PLACEHOLDER = "[REDACTED:{kind}]"
PLACEHOLDER = re.compile(r"\[REDACTED:[a-z0-9-]+\]")
_KIND = re.compile(r"[^a-z0-9]+")
_NO_WORD = re.compile(r"[^A-Za-z_-]")
_LEAST, _LEAST_WORD = 4, 12
"""Shorter values, and shorter ones of nothing but letters, are words such as `secret` that a pattern took for one."""
_REMEMBERED = 4096
"""Texts, of at most so many characters, which many conversations share."""
_LONGEST_REMEMBERED = 20_000
_FORM = frozenset({"role", "id", "tool_call_id", "type"})
"""Words of a row's own form, which are ours; not of what stands in arguments or schemas."""
_FREE = frozenset({"arguments", "parameters"})


@dataclass(frozen=True)
class Redacted:
    """`kinds`: how often each was taken out. `left`: what a second look still found, by kind."""

    content: Fields
    kinds: Mapping[str, int]
    left: Mapping[str, int]


def redact(content: Mapping[str, Any]) -> Redacted:
    """What is found anywhere in the row is taken out everywhere in it."""
    found = _found(content)
    if not found:
        return Redacted(dict(content), {}, {})
    taken: Counter[str] = Counter()
    values = sorted(found, key=lambda value: (-len(value), value))
    pattern = re.compile("|".join(map(re.escape, values)))

    def replaced(match: re.Match[str]) -> str:
        kind = found[match.group()]
        taken[kind] += 1
        return _PLACEHOLDER.format(kind=kind)

    clean = _mapped(content, lambda text: pattern.sub(replaced, text))
    left = Counter(_found(clean).values())
    return Redacted(clean, dict(sorted(taken.items())), dict(sorted(left.items())))


def redacted_text(text: str) -> str:
    return cast(str, redact({"text": text}).content["text"])


def _found(content: Mapping[str, Any]) -> dict[str, str]:
    """Kind by value."""
    found: dict[str, str] = {}
    for text in _texts(content):
        for value, kind in _find(text):
            found.setdefault(value, kind)
    return found


def _find(text: str) -> Sequence[tuple[str, str]]:
    return _find_short(text) if len(text) <= _LONGEST_REMEMBERED else _find_now(text)


@lru_cache(_REMEMBERED)
def _find_short(text: str) -> Sequence[tuple[str, str]]:
    return _find_now(text)


def _find_now(text: str) -> Sequence[tuple[str, str]]:
    return [one for finder in finders() for one in _by(finder, text)]


def _by(finder: Finder, text: str) -> Iterator[tuple[str, str]]:
    for kind, value in finder(text):
        plain = PLACEHOLDER.sub("", value).strip(" \t\n\"'`,;=:")
        if len(plain) < _LEAST or (len(plain) < _LEAST_WORD and not _NO_WORD.search(plain)):
            continue
        name = _KIND.sub("-", kind.lower()).strip("-")
        for one in PLACEHOLDER.split(value):
            yield from ((form, name) for form in _forms(one) if len(form) >= _LEAST)


def _forms(value: str) -> Sequence[str]:
    """As it stands in the text, and as it is when the text is JSON."""
    if "\\" not in value:
        return (value,)
    try:
        return value, cast(str, json.loads(f'"{value}"'))
    except ValueError:
        return (value,)


def _texts(content: Mapping[str, Any]) -> Iterator[str]:
    """One for each message, so that what belongs together is seen together; arguments by their names as well."""
    for value in content.values():
        for part in cast(list[object], value) if isinstance(value, list) else [value]:
            yield "\n".join(_leaves(part, free=False))
            if isinstance(part, dict):
                for call in cast(Fields, part).get("tool_calls", ()):
                    yield json.dumps(call["function"]["arguments"], ensure_ascii=False, separators=(",\n", ": "))


def _leaves(value: object, *, free: bool) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in cast(Fields, value).items():
            if free:
                yield name
            if free or name not in _FORM:
                yield from _leaves(one, free=free or name in _FREE)
    elif isinstance(value, list):
        for one in cast(list[object], value):
            yield from _leaves(one, free=free)


def _mapped(value: Any, change: Callable[[str], str], *, free: bool = False) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {
            change(name) if free else name: one
            if name in _FORM and not free
            else _mapped(one, change, free=free or name in _FREE)
            for name, one in cast(Fields, value).items()
        }
    return [_mapped(one, change, free=free) for one in cast(list[Any], value)] if isinstance(value, list) else value
