"""`ETag` and `If-Match`, where two people can write the same thing: what a writer has not seen is not overwritten."""

import hashlib
import json
import re

from orchestrator.kit.errors import OrchestratorError

_TAG = re.compile(r'(W/)?"[^"]*"')


class ChangedMeanwhile(OrchestratorError):
    """It has changed since you read it, and nothing was written."""

    status = 412
    code = "changed_meanwhile"
    hint = "Read it again, make your change to what stands there now, and send it with the new ETag."


def etag_of(content: object) -> str:
    """A strong tag of anything that JSON can hold; what JSON cannot is taken by its text."""
    text = json.dumps(content, sort_keys=True, default=str, separators=(",", ":"))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def check_match(if_match: str | None, etag: str) -> None:
    """Raises ChangedMeanwhile. Without the header everything matches; a weak tag matches nothing (RFC 9110, 13.1.1)."""
    if if_match is None or if_match.strip() == "*":
        return
    if etag not in (found.group() for found in _TAG.finditer(if_match)):
        raise ChangedMeanwhile
