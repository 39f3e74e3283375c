"""A conversation that comes back from a person's own OpenCode, before it is put into a server that a tenant shares."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orchestrator.opencode.errors import SnapshotUnreadable
from orchestrator.opencode.renaming import renamed
from orchestrator.opencode.schemas import Message
from orchestrator.opencode.snapshots import Exported, finished, parsed
from orchestrator.sessions.errors import ConversationOfAnother, HandoffUnreadable

_ID = re.compile(r"(ses|msg|prt)_[0-9A-Za-z]{1,60}")
_MESSAGES = TypeAdapter(list[Message])
_MOST_CHILDREN = 200
_DEEPEST = 200
_FOLDER = re.compile(r"(/|[A-Za-z]:[\\/]|\\\\)[^\x00-\x1f\x7f]+")
_OF_A_NEW_CHILD = ("id", "parentID", "title", "version", "time", "slug", "projectID")

Json = dict[str, Any]


def accepted(sent: Sequence[bytes], stored: Sequence[bytes], owner: object) -> Exported:
    """What is taken of it; the session comes first and its children after it, in `sent` and in `stored`.

    Permissions and sums are those of the stored session, not what the sender says. Ids that the stored one does not know
    become ids of this session's own: a server keeps those of all sessions in tables of one kind, and an id that another
    session has would change that one.
    """
    if len(sent) > _MOST_CHILDREN:
        raise HandoffUnreadable(problem=f"it has more than {_MOST_CHILDREN} child sessions")
    known = [_read(one) for one in stored]
    wanted, names = known[0].info["id"], frozenset(_ids(known))
    wholes = [_read(one) for one in sent]
    if wholes[0].info["id"] != wanted:
        raise ConversationOfAnother(sent=str(wholes[0].info["id"])[:60], wanted=wanted)
    _check_family(wholes, wanted)
    mine = [_read(one) for one in renamed([one.content for one in wholes], owner, keep=names)]
    infos = {one.info["id"]: one.info for one in known}
    main, *children = [Exported(_info(one.info, infos), finished(one.messages)) for one in mine]
    return Exported(main.info, main.messages, tuple(children))


def stored_again(stored: Sequence[bytes]) -> Exported:
    main, *children = [Exported(*parsed(one)) for one in stored]
    return Exported(main.info, main.messages, tuple(children))


def messages_of(exported: Exported) -> list[Message]:
    return _MESSAGES.validate_python(exported.messages)


def _read(content: bytes) -> Exported:
    try:
        info, messages = parsed(_plain(content))
        one = Exported(info, messages)
        _ = one.session, _MESSAGES.validate_python(messages)
    except (SnapshotUnreadable, ValidationError, ValueError, OverflowError, RecursionError) as problem:
        raise HandoffUnreadable(problem="its conversation is not what `opencode export` prints") from problem
    strange = [id_ for id_ in _ids([one]) if not _ID.fullmatch(id_)]
    owners = {message["info"]["sessionID"] for message in messages} | {
        (part["sessionID"], part["messageID"]) == (info["id"], message["info"]["id"])
        for message in messages
        for part in message["parts"]
    }
    if strange or not owners <= {info["id"], True}:
        raise HandoffUnreadable(problem="its conversation has messages or parts that are not its own")
    if not _FOLDER.fullmatch(one.session.directory):
        # It is looked for in all that was said, to put the node's own folder there.
        raise HandoffUnreadable(problem="its conversation names no folder by its whole path")
    return one


def _plain(content: bytes) -> bytes:
    """The same, when every program can read it: not too deep, with numbers alone that JSON has. Raises ValueError,
    OverflowError."""
    level: list[Any] = [json.loads(content)]
    for _ in range(_DEEPEST):
        if not all(math.isfinite(float(one)) for one in level if isinstance(one, (int, float))):
            raise ValueError("it has a number that is none")
        inner: list[Any] = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list))]
        level = [one for members in inner for one in members]
        if not level:
            return content
    raise ValueError("it is too deep")


def _check_family(wholes: Sequence[Exported], main: str) -> None:
    ids = [one.info["id"] for one in wholes]
    parents = {one.info.get("parentID") for one in wholes[1:]}
    if len(set(ids)) != len(ids) or not parents <= set(ids) or wholes[0].info.get("parentID"):
        raise HandoffUnreadable(problem=f"its child sessions do not belong to {main}")


def _info(sent: Json, stored: dict[str, Json]) -> Json:
    """Paths in it name the sender's folder, which is therefore kept; where it comes to is decided by the node."""
    ours = stored.get(sent["id"])
    if ours is None:
        ours = {name: sent[name] for name in _OF_A_NEW_CHILD if name in sent}
    return ours | {"directory": str(sent["directory"])}


def _ids(wholes: Sequence[Exported]) -> Iterator[str]:
    for whole in wholes:
        yield whole.info["id"]
        for message in whole.messages:
            yield message["info"]["id"]
            yield from (part["id"] for part in message["parts"])
