"""A whole OpenCode session as bytes, and back into any server: with a commit of the worktree, a checkpoint.

The bytes are what `opencode export` prints and `opencode import` reads, {info, messages}; made from two HTTP answers,
they cost milliseconds instead of the two seconds of a new process. The way back replays the session as events, which a
running server takes in 0.1 s. Not in it: child sessions of the `task` tool, and the to-do list.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from orchestrator.opencode.client import OpenCodeClient
from orchestrator.opencode.errors import SnapshotUnreadable
from orchestrator.opencode.schemas import Session

Json: TypeAlias = dict[str, Any]

_NO_TOKENS = {"input": 0, "output": 0, "reasoning": 0, "cache": {"read": 0, "write": 0}}


async def export_session(client: OpenCodeClient, directory: str, session_id: str) -> bytes:
    """Call it while the session is idle: a turn that runs would be caught half way."""
    info = await client.raw_session(directory, session_id)
    messages = await client.raw_messages(directory, session_id)
    return json.dumps({"info": info, "messages": messages}, separators=(",", ":")).encode()


async def import_session(client: OpenCodeClient, directory: str, snapshot: bytes) -> Session:
    """The session goes on in `directory` under its old id.

    A server that has the session keeps what it has, which is never older than a snapshot of it, and moves it here.
    """
    info, messages = _parsed(snapshot)
    present = await client.find_session(directory, info["id"])
    if present is not None and present.directory == directory:
        return present
    if present is not None:
        info, messages = _parsed(await export_session(client, directory, present.id))
        await client.delete_session(directory, present.id)
    here = info | {"directory": directory, "projectID": (await client.project(directory)).id}
    await client.replay(directory, list(_events(here, messages)))
    return await client.get_session(directory, info["id"])


def _parsed(snapshot: bytes) -> tuple[Json, list[Json]]:
    try:
        whole = json.loads(snapshot)
        info, messages = whole["info"], whole["messages"]
        if not isinstance(info["id"], str) or any("info" not in m or "parts" not in m for m in messages):
            raise SnapshotUnreadable(problem="it is no {info, messages} of a session")
    except (ValueError, KeyError, TypeError) as problem:
        raise SnapshotUnreadable(problem=f"it is cut short or no JSON ({problem})") from problem
    return info, messages


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
