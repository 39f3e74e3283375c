"""When a split is taken back: from verified outcomes of both arms alone. Pure.

Of each arm there are sessions that were verified, and how many of them passed. The tuned arm is taken out as soon as it is
surely worse: when the upper end of the interval of tuned's share less base's, for independent shares, is below 0.

Who looks again and again finds sooner or later a difference where there is none. So nothing is decided below FEWEST
outcomes of an arm, and the interval is the wider the more often was looked: its sureness is 1 - 0.05 / looks, where each
doubling of the outcomes counts as a look.
"""

import math
from dataclasses import dataclass
from typing import Any

from orchestrator.finetuning.paired import Interval, difference_interval, wilson

FEWEST = 10
"""Verified sessions of each arm."""
_ERROR = 0.05


@dataclass(frozen=True)
class Outcomes:
    n: int
    successes: int

    @property
    def share(self) -> float:
        return self.successes / self.n if self.n else 0.0


@dataclass(frozen=True)
class Judgement:
    """`worse`: the tuned arm is to get no more traffic."""

    worse: bool
    words: str
    evidence: dict[str, Any]


def judge(base: Outcomes, tuned: Outcomes) -> Judgement:
    evidence = {"base": _told(base), "tuned": _told(tuned)}
    if min(base.n, tuned.n) < FEWEST:
        words = f"Too early to say: {tuned.n} verified sessions of tuned and {base.n} of base; {FEWEST} of each are needed."
        return Judgement(False, words, evidence)
    sureness = 1 - _ERROR / looks(min(base.n, tuned.n))
    interval = difference_interval(tuned.successes, tuned.n, base.successes, base.n, sureness)
    worse = interval.high < 0
    return Judgement(worse, _words(base, tuned, interval, sureness, worse), evidence | _interval(interval, sureness))


def looks(n: int) -> int:
    """How often there were twice as many outcomes as at the look before, the first at FEWEST."""
    return 1 + int(math.log2(n / FEWEST))


def _words(base: Outcomes, tuned: Outcomes, interval: Interval, sureness: float, worse: bool) -> str:
    verdict = "tuned is worse" if worse else "tuned is not surely worse"
    return (
        f"Tuned passed {tuned.successes} of {tuned.n} verified sessions ({tuned.share:.1%}), base {base.successes} of "
        f"{base.n} ({base.share:.1%}); the {sureness:.1%} interval of the difference is {interval.low:+.1%} to "
        f"{interval.high:+.1%}: {verdict}."
    )


def _told(one: Outcomes) -> dict[str, Any]:
    interval = wilson(one.successes, one.n)
    return {"n": one.n, "successes": one.successes, "low": interval.low, "high": interval.high}


def _interval(interval: Interval, sureness: float) -> dict[str, Any]:
    return {"difference": {"low": interval.low, "high": interval.high, "sureness": sureness}}
