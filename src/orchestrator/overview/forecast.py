"""What a month will come to, pure: what is spent, and for what is left of the month the mean of the last days.

    expected = spent + m·d        low, high = expected ∓ 1.28·s·√d        low ≥ spent

m and s are mean and sample standard deviation of the last 14 whole days (UTC), fewer when the first call is younger; days
without any call count as 0. d is how many days are left of the month, with the rest of today as a part of one. If days are
alike and independent, 4 of 5 months end between low and high. Under 3 whole days there is no forecast.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev

FEWEST_DAYS, MOST_DAYS = 3, 14
_EIGHTY_PERCENT = 1.28


@dataclass(frozen=True)
class Forecast:
    expected: int
    low: int
    high: int


def forecast(spent: int, days: Sequence[int], days_left: float) -> Forecast | None:
    """`days`: what each of the last whole days came to, at most MOST_DAYS of them."""
    if len(days) < FEWEST_DAYS:
        return None
    expected = spent + mean(days) * days_left
    around = _EIGHTY_PERCENT * stdev(days) * sqrt(days_left)
    return Forecast(round(expected), max(spent, round(expected - around)), round(expected + around))
