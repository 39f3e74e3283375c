"""What a provider means by an answer that is no success: wait a little, wait for a new quota, or nothing of the kind."""

import email.utils
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from orchestrator.kit.clock import now

FAR_AWAY = timedelta(minutes=10)
"""A provider that wants a longer wait than this is out of quota, not busy."""
_MOST_WAIT = timedelta(days=62)
_EPOCH_2001 = 1_000_000_000

# As OpenAI, Anthropic and gateways like them write it. Prose is looked at last, and only where the status fits.
_OUT_OF_QUOTA_CODES = ("insufficient_quota", "billing_error", "billing_hard_limit_reached", "usage_limit_reached")
_TOO_LARGE_WORDS = "request too large"
_OUT_OF_QUOTA_WORDS = ("credit balance is too low", "exceeded your current quota", "reached your specified api usage limits")


@dataclass(frozen=True)
class OutOfQuota:
    """`reset_at` is None where the provider does not tell."""

    problem: str
    reset_at: datetime | None


@dataclass(frozen=True)
class Busy:
    """`wait` is None where the provider does not tell."""

    wait: timedelta | None


@dataclass(frozen=True)
class KeyRefused:
    pass


@dataclass(frozen=True)
class NeverFits:
    """OpenAI's 429 for one request that is larger than all the tokens of a minute: to wait for it helps nobody."""


Meaning = OutOfQuota | Busy | KeyRefused | NeverFits | None


def meaning(status: int, headers: Mapping[str, str], body: bytes, is_callers: Callable[[str], bool]) -> Meaning:
    """None: the caller's own business. `is_callers`: whether the request had these words in it. Then they prove nothing:
    providers repeat what they do not understand, and a caller must not have a provider closed to all the others."""
    if status in (401, 403):
        return KeyRefused()
    if status not in (400, 402, 429):
        return None
    error = _error_of(body)
    wait = _wait(headers, error)
    reset_at = now() + wait if wait is not None else None
    if _is_out_of_quota(error, status, is_callers):
        return OutOfQuota(_problem(error, status), reset_at)
    if status != 429:
        return None
    if wait is None and str(error.get("message", "")).lower().startswith(_TOO_LARGE_WORDS):
        return NeverFits()
    if wait is not None and wait > FAR_AWAY:
        return OutOfQuota(_problem(error, status), reset_at)
    return Busy(wait)


def _error_of(body: bytes) -> dict[str, Any]:
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    error = cast("dict[str, Any]", told).get("error") if isinstance(told, dict) else None
    return cast("dict[str, Any]", error) if isinstance(error, dict) else {}


def _is_out_of_quota(error: Mapping[str, Any], status: int, is_callers: Callable[[str], bool]) -> bool:
    if status == 402 or error.get("code") in _OUT_OF_QUOTA_CODES or error.get("type") in _OUT_OF_QUOTA_CODES:
        return True
    message = str(error.get("message", "")).lower()
    return any(words in message and not is_callers(words) for words in _OUT_OF_QUOTA_WORDS)


def _problem(error: Mapping[str, Any], status: int) -> str:
    """A code, and not the provider's prose: that may hold anything."""
    code = error.get("code") or error.get("type")
    return code[:100] if isinstance(code, str) and code.replace("_", "").isalnum() else f"status {status}"


def _wait(headers: Mapping[str, str], error: Mapping[str, Any]) -> timedelta | None:
    lower = {name.lower(): value for name, value in headers.items()}
    seconds = (
        _number(lower.get("retry-after-ms"), 0.001)
        or _retry_after(lower.get("retry-after"))
        or _until(lower.get("anthropic-ratelimit-unified-reset"))
        or _number(error.get("resets_in_seconds"))
        or _until(error.get("resets_at"))
    )
    return None if seconds is None else timedelta(seconds=seconds)


def _number(value: object, factor: float = 1.0) -> float | None:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value) * factor
    except (ValueError, OverflowError):
        return None
    return min(number, _MOST_WAIT.total_seconds()) if number > 0 else None


def _retry_after(value: str | None) -> float | None:
    """Seconds, or the date of HTTP."""
    if value is None:
        return None
    if (number := _number(value)) is not None:
        return number
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return _number((moment.astimezone(UTC) - now()).total_seconds())


def _until(value: object) -> float | None:
    """From seconds since 1970."""
    try:
        moment = float(value) if isinstance(value, str | int | float) else 0.0
    except ValueError:
        return None
    return _number(moment - now().timestamp()) if moment > _EPOCH_2001 else None
