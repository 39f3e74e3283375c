"""What an entry may be called, and what it may hold."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from orchestrator.contexts.errors import ContextKeyInvalid, ContextValueInvalid

MOST_BYTES = 64_000
MOST_LEVELS = 32
_PREVIEW_CHARS = 200
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,127}")


def check_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise ContextKeyInvalid(key=key[:200])


def check_value(value: Any) -> int:
    """Its size in bytes, as JSON."""
    _check_part(value, 1)
    try:
        size = len(written(value).encode())
    except UnicodeEncodeError:
        raise ContextValueInvalid(problem="it holds a lone surrogate") from None
    except ValueError:
        raise ContextValueInvalid(problem="it holds a number that JSON has not") from None
    if size > MOST_BYTES:
        raise ContextValueInvalid(problem=f"it has {size:,} bytes, and {MOST_BYTES:,} are the most")
    return size


def _check_part(value: Any, level: int) -> None:
    if level > MOST_LEVELS:
        raise ContextValueInvalid(problem=f"it is nested deeper than {MOST_LEVELS} levels")
    if isinstance(value, str) and "\0" in value:
        raise ContextValueInvalid(problem="it holds the character U+0000")
    if isinstance(value, dict):
        for key, one in cast(Mapping[str, Any], value).items():
            _check_part(key, level)
            _check_part(one, level + 1)
    if isinstance(value, list):
        for one in cast(list[Any], value):
            _check_part(one, level + 1)


def written(value: Any) -> str:
    """Raises ValueError for a number such as NaN."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def preview(value: Any) -> str:
    """The first of it, for lists."""
    text = value if isinstance(value, str) else written(value)
    return text if len(text) <= _PREVIEW_CHARS else f"{text[:_PREVIEW_CHARS]}…"
