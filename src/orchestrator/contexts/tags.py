"""`If-Match` of an entry: the number of the version that its writer had read."""

import re

from orchestrator.contexts.service import ANY_VERSION
from orchestrator.kit.versions import ChangedMeanwhile

_TAG = re.compile(r'"(\d{1,17})"')


def base_of(if_match: str | None) -> int | None:
    """Raises ChangedMeanwhile for a tag that no entry ever had."""
    if if_match is None:
        return None
    if if_match.strip() == "*":
        return ANY_VERSION
    found = _TAG.fullmatch(if_match.strip())
    if found is None or int(found[1]) == ANY_VERSION:
        raise ChangedMeanwhile
    return int(found[1])
