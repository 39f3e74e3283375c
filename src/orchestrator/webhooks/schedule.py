"""When a delivery is tried again. Pure rules."""

import random
from datetime import datetime, timedelta

GIVEN_UP_AFTER = timedelta(hours=24)
"""Since its first try."""
_FIRST_SECONDS, _FACTOR, _MOST_SECONDS = 5.0, 4.0, 6 * 3600.0
_LEAST_OF_WAIT = 0.5
"""How much of the wait is not left to chance, which keeps those that failed together from coming again together."""


def wait_seconds(attempts: int, chance: float) -> float:
    """After so many tries. 5 s, 20 s, 80 s, 5 min, 21 min, 85 min, 5.7 h, then every 6 h; `chance` is from 0 to 1."""
    full = min(_FIRST_SECONDS * _FACTOR ** min(attempts - 1, 20), _MOST_SECONDS)
    return full * (_LEAST_OF_WAIT + (1 - _LEAST_OF_WAIT) * chance)


def next_attempt(first: datetime, attempts: int, moment: datetime, asked_seconds: float | None = None) -> datetime | None:
    """None gives it up. `asked_seconds` is what the receiver's Retry-After says."""
    wait = max(wait_seconds(attempts, random.random()), min(asked_seconds or 0.0, _MOST_SECONDS))  # noqa: S311 - no secret.
    again = moment + timedelta(seconds=wait)
    return again if again < first + GIVEN_UP_AFTER else None
