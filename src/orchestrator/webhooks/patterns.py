"""Which kinds of events an endpoint takes. Pure rules."""

import re
from collections.abc import Sequence

from orchestrator.webhooks.bodies import OWN
from orchestrator.webhooks.errors import EventPatternInvalid

_PATTERN = re.compile(r"\*|[a-z][a-z_]*(\.[a-z][a-z_]*)*(\.\*)?")
MOST_PATTERNS, MOST_PATTERN_CHARACTERS = 50, 100


def checked(patterns: Sequence[str]) -> list[str]:
    """Each once. Raises EventPatternInvalid."""
    for pattern in patterns:
        if not _PATTERN.fullmatch(pattern) or len(pattern) > MOST_PATTERN_CHARACTERS:
            raise EventPatternInvalid(pattern=pattern[:MOST_PATTERN_CHARACTERS])
    return list(dict.fromkeys(patterns))


def takes(patterns: Sequence[str], kind: str) -> bool:
    return not kind.startswith(OWN) and any(takes_one(pattern, kind) for pattern in patterns)


def takes_one(pattern: str, kind: str) -> bool:
    return kind == pattern or (pattern.endswith("*") and kind.startswith(pattern[:-1]))
