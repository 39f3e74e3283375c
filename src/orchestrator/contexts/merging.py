"""Three-way merge of JSON values. Pure.

Objects are merged key by key, however deep. Everything else is whole: a list or a text that both sides changed collides,
unless both made the same of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, cast


class _Missing(Enum):
    MISSING = "missing"


MOST_PATHS, MOST_PATH_CHARS = 200, 500
"""Of long names and many values the places together would be thousands of times as long as the value."""

MISSING: Final = _Missing.MISSING
"""What is in the place of a value that is not there, or was removed."""


@dataclass(frozen=True)
class Merged:
    """`value` has the preferred side's where both changed the same: `paths`, as JSON pointers (RFC 6901).

    Of very many the first, and what has a very long name is named by the object that it is in.
    """

    value: Any
    paths: tuple[str, ...]


def merge(base: Any, theirs: Any, mine: Any, *, prefer_mine: bool = False) -> Merged:
    merging = _Merging(prefer_mine)
    return Merged(merging.of(base, theirs, mine, ""), merging.paths)


class _Merging:
    def __init__(self, prefer_mine: bool) -> None:
        self._prefer_mine = prefer_mine
        self._paths: dict[str, None] = {}

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self._paths)

    def of(self, base: Any, theirs: Any, mine: Any, path: str) -> Any:
        if same(mine, base) or same(mine, theirs):
            return theirs
        if same(theirs, base):
            return mine
        if _is_object(theirs) and _is_object(mine):
            return self._of_objects(_object(base), _object(theirs), _object(mine), path)
        if len(self._paths) < MOST_PATHS:
            self._paths[_short(path)] = None
        return mine if self._prefer_mine else theirs

    def _of_objects(
        self, base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any], path: str
    ) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for key in dict.fromkeys((*theirs, *mine)):
            sides = base.get(key, MISSING), theirs.get(key, MISSING), mine.get(key, MISSING)
            value = self.of(*sides, f"{path}/{_escaped(key)}")
            if value is not MISSING:
                merged[key] = value
        return merged


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _object(value: Any) -> Mapping[str, Any]:
    """Both sides made an object of what was none: then each of its keys is new."""
    return cast(Mapping[str, Any], value) if isinstance(value, dict) else {}


def _short(path: str) -> str:
    return path if len(path) <= MOST_PATH_CHARS else path[:MOST_PATH_CHARS].rpartition("/")[0]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def same(one: Any, other: Any) -> bool:
    """As JSON has it: true is not 1, and 1 is 1.0."""
    if isinstance(one, dict) and isinstance(other, dict):
        first, second = _object(one), _object(other)
        return first.keys() == second.keys() and all(same(value, second[key]) for key, value in first.items())
    if isinstance(one, list) and isinstance(other, list):
        items, others = cast(list[Any], one), cast(list[Any], other)
        return len(items) == len(others) and all(map(same, items, others))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
