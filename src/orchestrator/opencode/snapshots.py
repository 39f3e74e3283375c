"""A whole OpenCode session as bytes, and back into any server: with a commit of the worktree, a checkpoint.

The bytes are what `opencode export` prints and `opencode import` reads, {info, messages}; made from two HTTP answers,
they cost milliseconds instead of the two seconds of a new process. The way back replays the session as events, which a
running server takes in 0.1 s. Child sessions of the `task` tool come along; the to-do list does not: OpenCode takes none
in, and what the agent wrote on it stands in the conversation.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from orchestrator.opencode.client import OpenCodeClient
from orchestrator.opencode.errors import SnapshotUnreadable
from orchestrator.opencode.schemas import Session

Json: TypeAlias = dict[str, Any]

_NO_TOKENS = {"input": 0, "output": 0, "reasoning": 0, "cache": {"read": 0, "write": 0}}


@dataclass(frozen=True)
class Exported:
    """`info` is the session with its sums, as the server shows it; `children` are those of the `task` tool."""

    info: Json
    messages: list[Json]
    children: tuple["Exported", ...] = ()

    @property
    def content(self) -> bytes:
        return json.dumps({"info": self.info, "messages": self.messages}, separators=(",", ":")).encode()

    @property
    def session(self) -> Session:
        return Session.model_validate(self.info)

    def has_step(self, part_id: str) -> bool:
        """Whether the step that ends with this part is in it."""
        return any(part["id"] == part_id for message in self.messages for part in message["parts"])


async def export(client: OpenCodeClient, directory: str, session_id: str) -> Exported:
    """Up to the last finished step: of a step that is under way, nothing. Its children are as finished as they are."""
    whole, children = await asyncio.gather(
        _export_one(client, directory, session_id), client.children(directory, session_id)
    )
    exported = [await _export_one(client, directory, child.id) for child in children]
    return Exported(whole.info, finished(whole.messages), tuple(exported))


async def _export_one(client: OpenCodeClient, directory: str, session_id: str) -> Exported:
    info = await client.raw_session(directory, session_id)
    return Exported(info, await client.raw_messages(directory, session_id))


def finished(messages: list[Json]) -> list[Json]:
    """The last of the assistant's messages are those of the step that is under way; each is completed with its tools."""
    end = len(messages)
    while (
        end and messages[end - 1]["info"]["role"] == "assistant" and not messages[end - 1]["info"]["time"].get("completed")
    ):
        end -= 1
    return messages[:end]


async def import_session(client: OpenCodeClient, directory: str, snapshot: bytes, *, exact: bool = False) -> Session:
    """The session goes on in `directory` under its old id; where its parts name its old directory, they name the new one.

    A server that has the session keeps what it has and moves it here. With `exact` the snapshot takes its place: the
    session has gone on elsewhere since, or the worktree has been set back.
    """
    info, messages = parsed(snapshot)
    present = await client.find_session(directory, info["id"])
    if present is not None:
        own = await _export_one(client, directory, present.id)
        if present.directory == directory and (not exact or own.messages == messages):
            return present
        if not exact:
            info, messages = own.info, own.messages
        await client.delete_session(directory, present.id)
    here = info | {"directory": directory, "projectID": (await client.project(directory)).id}
    await client.replay(directory, list(_events(here, moved(messages, info["directory"], directory))))
    return await client.get_session(directory, info["id"])


def parsed(snapshot: bytes) -> tuple[Json, list[Json]]:
    try:
        whole = json.loads(snapshot)
        info, messages = whole["info"], whole["messages"]
        if not isinstance(info["id"], str) or any("info" not in m or "parts" not in m for m in messages):
            raise SnapshotUnreadable(problem="it is no {info, messages} of a session")
    except (ValueError, KeyError, TypeError) as problem:
        raise SnapshotUnreadable(problem=f"it is cut short or no JSON ({problem})") from problem
    return info, messages


def moved(messages: list[Json], old: str, new: str) -> list[Json]:
    """Tools name files by their whole paths, and a model goes on with those that it reads in its conversation."""
    if old == new:
        return messages
    path = re.compile(rf"(?<![\w./-]){re.escape(old)}(?![\w.-])")
    return [message | {"parts": _replaced(message["parts"], path, new)} for message in messages]


def _replaced(value: Any, path: re.Pattern[str], new: str) -> Any:
    match value:
        case str():
            return path.sub(lambda _: new, value)
        case list():
            return [_replaced(one, path, new) for one in value]  # pyright: ignore[reportUnknownVariableType]
        case dict():
            return {name: _replaced(one, path, new) for name, one in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value


def _events(info: Json, messages: list[Json]) -> Iterator[Json]:
    for number, (kind, data) in enumerate(_facts(info, messages)):
        yield {
            "id": _event_id(info["id"], number),
            "aggregateID": info["id"],
            "seq": number,
            "type": kind,
            "data": {"sessionID": info["id"], **data},
        }


def _facts(info: Json, messages: list[Json]) -> Iterator[tuple[str, Json]]:
    # Each step-finish part adds its tokens and cost to the session's sums.
    yield "session.created.1", {"info": info | {"tokens": _NO_TOKENS, "cost": 0}}
    for message in messages:
        yield "message.updated.1", {"info": message["info"]}
        for part in message["parts"]:
            yield "message.part.updated.1", {"part": part, "time": message["info"]["time"]["created"]}


def _event_id(session_id: str, number: int) -> str:
    return f"evt_{number:012x}{hashlib.sha256(session_id.encode()).hexdigest()[:14]}"
