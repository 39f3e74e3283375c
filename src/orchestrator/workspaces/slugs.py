"""Names of branches."""

import re
import unicodedata
from uuid import UUID

MAX_LENGTH = 60
PREFIX = "orchestrator/"


def branch_name(title: str, session_id: UUID | str) -> str:
    """`orchestrator/<slug>-<8 hex>`; the end is from the random end of a UUIDv7, so that branches do not collide."""
    ending = UUID(str(session_id)).hex[-8:]
    room = MAX_LENGTH - len(PREFIX) - len(ending) - 1
    return f"{PREFIX}{slug(title, room) or 'session'}-{ending}"


def slug(text: str, max_length: int) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) > max_length:
        cut = words[: max_length + 1]
        words = cut.rpartition("-")[0] or cut[:max_length]
    return words
