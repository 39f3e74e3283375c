"""Statistics of two arms at the same tasks. Pure.

`only_tuned` and `only_base` are the pairs that one arm alone passed: they are all that tells the arms apart.

Sources: Q. McNemar, Psychometrika 12 (1947) 153-157, in its exact form, a sign test with Binomial(n, 1/2);
R. G. Newcombe, Statistics in Medicine 17 (1998) 2635-2650, method 10, for the interval of the paired difference, and
17 (1998) 873-890, method 10, for that of two independent shares; both are made of E. B. Wilson's score interval, JASA 22
(1927) 209-212.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

SURENESS = 0.95


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True)
class Pairs:
    both: int
    only_tuned: int
    only_base: int
    neither: int

    @property
    def n(self) -> int:
        return self.both + self.only_tuned + self.only_base + self.neither

    @property
    def tuned(self) -> int:
        return self.both + self.only_tuned

    @property
    def base(self) -> int:
        return self.both + self.only_base

    @property
    def difference(self) -> float:
        """Share of the tasks that tuned passed, less that of base."""
        return (self.only_tuned - self.only_base) / self.n

    @property
    def p(self) -> float:
        return mcnemar_exact(self.only_tuned, self.only_base)

    @property
    def interval(self) -> Interval:
        return paired_interval(self)


def mcnemar_exact(one: int, other: int) -> float:
    """Two-sided: how likely a split of the discordant pairs at least so uneven is when both arms are as good."""
    n = one + other
    tail = sum(math.comb(n, k) for k in range(min(one, other) + 1))
    return min(1.0, 2 * tail / 2**n)


def wilson(successes: int, n: int, sureness: float = SURENESS) -> Interval:
    if n == 0:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf((1 + sureness) / 2)
    share = successes / n
    middle, spread = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return Interval(max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole))


def paired_interval(pairs: Pairs, sureness: float = SURENESS) -> Interval:
    """Of tuned's share less base's. Newcombe's method 10: Wilson's intervals of both, joined with their correlation."""
    n, tuned, base = pairs.n, pairs.tuned / pairs.n, pairs.base / pairs.n
    of_tuned, of_base, phi = wilson(pairs.tuned, n, sureness), wilson(pairs.base, n, sureness), _phi(pairs)
    low = _distance(tuned - of_tuned.low, of_base.high - base, phi)
    high = _distance(of_tuned.high - tuned, base - of_base.low, phi)
    return Interval(pairs.difference - low, pairs.difference + high)


def _phi(pairs: Pairs) -> float:
    margins = pairs.tuned * (pairs.n - pairs.tuned) * pairs.base * (pairs.n - pairs.base)
    if margins == 0:
        return 0.0
    product = pairs.both * pairs.neither - pairs.only_tuned * pairs.only_base
    corrected = max(product - pairs.n / 2, 0.0) if product > 0 else float(product)
    return corrected / math.sqrt(margins)


def _distance(one: float, other: float, phi: float) -> float:
    return math.sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))


def difference_interval(successes: int, n: int, other_successes: int, other_n: int, sureness: float = SURENESS) -> Interval:
    """Of the first share less the other, of arms that had different work: Newcombe's method 10 for independent shares."""
    share, other_share = successes / n, other_successes / other_n
    own, others = wilson(successes, n, sureness), wilson(other_successes, other_n, sureness)
    difference = share - other_share
    low = _distance(share - own.low, others.high - other_share, 0.0)
    high = _distance(own.high - share, other_share - others.low, 0.0)
    return Interval(difference - low, difference + high)
