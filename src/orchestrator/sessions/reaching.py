"""Calls of tools that were refused because they reached for another session's worktree. Pure."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

_WORDS = re.compile(r"[^\s'\"`=:;|&<>(){},]+")


def reaching(refused: Iterable[Mapping[str, Any]], own: PurePosixPath) -> list[str]:
    """The paths, each once. `refused` are the states of tool calls that ended with an error, `own` is the worktree as the
    agent saw it.
    """
    found = (path for state in refused for path in _paths(state, own))
    return list(dict.fromkeys(str(path) for path in found if _is_anothers(path, own)))


def _paths(state: Mapping[str, Any], own: PurePosixPath) -> Iterator[PurePosixPath]:
    """What the call named, and where that led to as the refusal tells."""
    given: dict[str, Any] = state.get("input") or {}
    texts: list[Any] = [*given.values(), state.get("error")]
    for text in texts:
        if isinstance(text, str):
            words = (word.rstrip(".") for word in _WORDS.findall(text) if "/" in word)
            yield from (PurePosixPath(posixpath.normpath(own / word)) for word in words)


def _is_anothers(path: PurePosixPath, own: PurePosixPath) -> bool:
    return path.is_relative_to(own.parent) and path != own.parent and not path.is_relative_to(own)
