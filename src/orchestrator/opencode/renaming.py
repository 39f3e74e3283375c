"""A conversation under new ids: a server keeps ids of sessions, messages and parts in tables of all its sessions."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

_ID = re.compile(r"(?<![0-9A-Za-z_])(?:ses|msg|prt)_[0-9A-Za-z]+")
_KIND, _TIME = 4, 12
"""How many characters name the kind, and how many after those the time: what OpenCode sorts by."""


def new_name(old: str, owner: object) -> str:
    """The same for the same owner; in the same place of the order."""
    digest = hashlib.sha256(f"{owner}:{old}".encode()).hexdigest()
    return f"{old[: _KIND + _TIME]}{digest[:14]}"


def renamed(snapshots: Sequence[bytes], owner: object, *, keep: frozenset[str] = frozenset()) -> list[bytes]:
    """A session and its children as `opencode export` prints them. Their ids are new wherever they are named: as ids,
    as parents, and in what a tool wrote. Ids of nothing that is in them stay, and those in `keep`."""
    wholes = [json.loads(snapshot) for snapshot in snapshots]
    names = {old: new_name(old, owner) for whole in wholes for old in _ids(whole) if old not in keep}
    return [json.dumps(_named(whole, names), separators=(",", ":")).encode() for whole in wholes]


def _ids(whole: dict[str, Any]) -> Iterator[str]:
    yield whole["info"]["id"]
    for message in whole["messages"]:
        yield message["info"]["id"]
        yield from (part["id"] for part in message["parts"])


def _named(value: Any, names: dict[str, str]) -> Any:
    match value:
        case str():
            return _ID.sub(lambda found: names.get(found[0], found[0]), value)
        case list():
            return [_named(one, names) for one in value]  # pyright: ignore[reportUnknownVariableType]
        case dict():
            return {name: _named(one, names) for name, one in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value
