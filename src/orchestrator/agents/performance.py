"""What an agent has proved. Pure: from counts of outcomes to a share of successes and how sure that is.

Each outcome that was judged is a success or a failure, and what is known of the true share after them, from knowing
nothing before, is the distribution Beta(1 + successes, 1 + failures). The tier comes from its 5 % quantile: with a
probability of 95 % the true share is higher. So few outcomes prove little, however good they are.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

SURENESS = 0.95
FEWEST = 5
"""With fewer outcomes an agent is a trainee, whatever they were."""

_STEPS, _SMALL, _PRECISION = 200, 1e-300, 1e-12


class Tier(StrEnum):
    """By the share of successes that is sure: above 95 %, above 80 %, above 65 %, from 50 % on, below."""

    ELITE = "elite"
    ADVANCED = "advanced"
    COMPETENT = "competent"
    TRAINEE = "trainee"
    DEGRADED = "degraded"


_FLOORS = ((0.95, Tier.ELITE), (0.80, Tier.ADVANCED), (0.65, Tier.COMPETENT))


@dataclass(frozen=True)
class Record:
    """Outcomes that say something about the agent."""

    successes: int = 0
    failures: int = 0

    @property
    def n(self) -> int:
        return self.successes + self.failures

    @property
    def mean(self) -> float:
        return (1 + self.successes) / (2 + self.n)

    @property
    def lower_bound(self) -> float:
        return beta_quantile(1 + self.successes, 1 + self.failures, 1 - SURENESS)

    @property
    def tier(self) -> Tier:
        if self.n < FEWEST:
            return Tier.TRAINEE
        sure = self.lower_bound
        for floor, tier in _FLOORS:
            if sure > floor:
                return tier
        return Tier.TRAINEE if sure >= 0.5 else Tier.DEGRADED

    def __add__(self, other: "Record") -> "Record":
        return Record(self.successes + other.successes, self.failures + other.failures)


NOTHING = Record()


@lru_cache(maxsize=16_384)
def beta_quantile(a: float, b: float, share: float) -> float:
    """The x below which Beta(a, b) has `share` of its weight; found by halving."""
    low, high = 0.0, 1.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        if beta_below(a, b, middle) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_below(a: float, b: float, x: float) -> float:
    """How much of Beta(a, b) lies below x: the regularized incomplete beta function (DLMF 8.17.22, by Lentz's method)."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS + 1):
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 / _not_zero(1 + factor * d), _not_zero(1 + factor / c)
            value *= d * c
        if abs(d * c - 1) < _PRECISION:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _SMALL else _SMALL
