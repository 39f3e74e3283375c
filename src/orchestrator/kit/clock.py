"""Time, always aware and in UTC; and whether the machine's clock was set."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

_LEAST_SECONDS = 5.0
"""Smaller differences are a clock that is kept right little by little."""


def now() -> datetime:
    return datetime.now(UTC)


class Jumps:
    """Tells from the monotonic clock when another one was set, or stood still while the machine slept."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._steady = wall, steady
        self._offset = wall() - steady()

    def take(self) -> float:
        """By how many seconds it has jumped since the last call: above 0 is ahead, 0 is not at all."""
        return self.compare(self._wall())

    def compare(self, wall_seconds: float) -> float:
        """The same for a clock that was read just now."""
        before, self._offset = self._offset, wall_seconds - self._steady()
        jumped = self._offset - before
        return jumped if abs(jumped) >= _LEAST_SECONDS else 0.0
