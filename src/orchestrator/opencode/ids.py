"""Ids of messages and their parts that are made from a key of ours: what is sent again is stored once.

A message id is the key of one table for all sessions of a server: an id used in a second session attaches the new part
to the first session's message. And an id is no idempotency key for its parts: the same prompt sent twice stores its
text twice, unless the part has an id too. So both ids are made from a key of ours that names session, attempt, turn
and try. Sent again with the same ids, a prompt whose turn has ended runs no model call, one whose turn runs starts no
second turn, and one whose turn was interrupted goes on where it was. OpenCode orders messages by their creation time
and looks at ids only to break a tie, so ids need not ascend; ours sort before its own, a prompt before its answer.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

_UNITS_PER_MS, _ID_TIMES = 0x1000, 1 << 48
"""An id of OpenCode begins with 12 hexadecimal digits: the low 48 bits of milliseconds times 4,096."""


def message_id(*key: object) -> str:
    return f"msg_0{_digest(key)}"


def part_id(*key: object, at: datetime) -> str:
    """It begins with the moment as OpenCode's own ids do, so that parts in the order of their ids tell the conversation."""
    units = int(at.timestamp() * 1000) * _UNITS_PER_MS % _ID_TIMES
    return f"prt_{units:012x}{_digest(key)[:14]}"


def _digest(key: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps([str(item) for item in key]).encode()).hexdigest()[:25]
