"""YAML whose every value knows its line, so that an error can say where it is.

Only what JSON has as well is read: no tags that make objects, no aliases, of which a few make gigabytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

MOST_CHARS = 1_000_000
_MOST_DEEP, _MOST_TOLD = 20, 3
_MOST_DIGITS = 100
"""A number in sixties, `1:1:1`, takes the square of its length to be read."""

_JSON = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float"))
_TAGS = _JSON | {f"tag:yaml.org,2002:{kind}" for kind in ("str", "timestamp", "map", "seq", "value")}

# The parser in C takes a hundredth of the time. That of Python kept a process of the API from everybody for seconds.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = tuple[str | int, ...]


class NotReadable(Exception):
    """Says what is wrong, with its line."""


@dataclass(frozen=True)
class Lined:
    """`lines` of all values, by the way to them; the first is 1."""

    value: dict[str, Any]
    lines: Mapping[Path, int]

    def line_of(self, path: Sequence[str | int]) -> int:
        """Of something that is not there it is that of what it is missing in."""
        way = tuple(path)
        while way not in self.lines:
            way = way[:-1]
        return self.lines[way]

    def told(self, problem: ValidationError) -> str:
        """The first of its errors, each with the line: a name with a slip is one too many and one too few."""
        errors = problem.errors(include_url=False, include_input=False)[:_MOST_TOLD]
        return "; ".join(map(self._told, errors))[:1_000]

    def _told(self, error: ErrorDetails) -> str:
        where, said = ".".join(map(str, error["loc"])), error["msg"].removeprefix("Value error, ")
        return f"line {self.line_of(error['loc'])}: {where}: {said}" if where else said


def read(text: str) -> Lined:
    """Raises NotReadable."""
    if len(text) > MOST_CHARS:
        raise NotReadable(f"it has {len(text):,} characters, {MOST_CHARS:,} are the most")
    lines: dict[Path, int] = {}
    try:
        text = text.removeprefix("\ufeff")
        _refuse_aliases_and_depth(text)
        loader = _Loader(text)
        value = _built(loader, loader.get_single_node(), (), lines)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise NotReadable(f"{f'line {mark.line + 1}: ' if mark else ''}{problem.problem or problem.context}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        raise NotReadable(f"it is no YAML: {' '.join(str(problem).split())[:200]}") from None
    if not isinstance(value, dict):
        raise NotReadable("it has to be a mapping of names to values")
    return Lined(value, lines)  # pyright: ignore[reportUnknownArgumentType]


def _refuse_aliases_and_depth(text: str) -> None:
    """Before anything is made of it: each of its parts is looked at once, whatever it refers to or stands in."""
    depth = 0
    for event in cast(Iterable[yaml.Event], yaml.parse(text, Loader=_Loader)):
        if isinstance(event, yaml.AliasEvent):
            raise _wrong(event, "aliases are not read here; write it out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MOST_DEEP + 1:
                raise _wrong(event, "it is nested too deeply")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _built(loader: Any, node: Any, path: Path, lines: dict[Path, int]) -> Any:
    if node is None:
        return None
    lines[path] = node.start_mark.line + 1
    if node.tag not in _TAGS:
        raise _wrong(node, f"the tag {node.tag[:80]} is not read here")
    if isinstance(node, yaml.SequenceNode):
        return [_built(loader, child, (*path, number), lines) for number, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, lines)
    return _scalar(loader, node)


def _mapping(loader: Any, node: yaml.MappingNode, path: Path, lines: dict[Path, int]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key, str):
            raise _wrong(key_node, "a name has to be text")
        if key in made:
            raise _wrong(key_node, f"{key[:80]} is there twice")
        made[key] = _built(loader, value_node, (*path, key), lines)
    return made


def _scalar(loader: Any, node: Any) -> Any:
    """What looks like a time is the text that it is written as."""
    if node.tag in _JSON:
        if len(node.value) > _MOST_DIGITS:
            raise _wrong(node, "the number is too long")
        return loader.construct_object(node)  # pyright: ignore[reportUnknownMemberType]
    return node.value


def _wrong(node: Any, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
