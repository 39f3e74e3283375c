"""The evaluation gate: what two arms made of the same tasks, to a verdict in words. Pure.

Nothing that was measured in training counts here, neither loss nor reward: a version passes by what it does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from orchestrator.finetuning.paired import Interval, Pairs

FEWEST = 20
"""Pairs; with fewer no verdict is given."""
_NAMED_AT_MOST = 10


@dataclass(frozen=True)
class Limits:
    """What a version has to keep. Of the ratios 1 is as much as the base; None looks at no limit."""

    fewest_tasks: int = FEWEST
    most_p: float = 0.05
    fewest_valid_calls: float = 0.95
    most_cost_ratio: float | None = 1.5
    most_seconds_ratio: float | None = 3.0


@dataclass(frozen=True)
class Answered:
    """What one arm made of one task. `calls` are the tool calls in the answer, `valid_calls` those that could be made."""

    passed: bool
    calls: int = 0
    valid_calls: int = 0
    cost_micro_usd: float = 0.0
    seconds: float = 0.0
    output_tokens: int = 0


@dataclass(frozen=True)
class TaskPair:
    """`regression`: a task of the set that must not get worse, which is not among those that show what was gained."""

    task: str
    base: Answered
    tuned: Answered
    regression: bool = False


@dataclass(frozen=True)
class Verdict:
    """`refusals` is empty when the version passed; `words` tell all of it, `numbers` with every figure."""

    passed: bool
    refusals: Sequence[str]
    words: Sequence[str]
    numbers: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "refusals": list(self.refusals), "words": list(self.words)}


@dataclass(frozen=True)
class _Rule:
    """One thing that is looked at: what was found, and why that is not enough, if it is not."""

    words: str
    refusal: str | None = None


def judge(pairs: Sequence[TaskPair], limits: Limits) -> Verdict:
    asked = [one for one in pairs if not one.regression]
    kept = [one for one in pairs if one.regression]
    if len(asked) < limits.fewest_tasks:
        problem = f"{len(asked)} tasks prove too little: at least {limits.fewest_tasks} are needed"
        return Verdict(False, [problem], [problem], {"tasks": len(asked)})
    counted = paired(asked)
    rules = [
        _gained(counted, limits),
        _regressions(kept),
        _validity(pairs, limits),
        _ratio("cost", "micro-USD", _means(pairs, "cost_micro_usd"), limits.most_cost_ratio),
        _ratio("time", "s", _means(pairs, "seconds"), limits.most_seconds_ratio),
    ]
    refusals = [rule.refusal for rule in rules if rule.refusal]
    return Verdict(not refusals, refusals, [rule.words for rule in rules], _numbers(counted, kept, pairs, limits))


def paired(pairs: Sequence[TaskPair]) -> Pairs:
    def of(tuned: bool, base: bool) -> int:
        return sum(one.tuned.passed is tuned and one.base.passed is base for one in pairs)

    return Pairs(both=of(True, True), only_tuned=of(True, False), only_base=of(False, True), neither=of(False, False))


def _gained(counted: Pairs, limits: Limits) -> _Rule:
    interval, p = counted.interval, counted.p
    words = (
        f"Of {counted.n} held-out tasks tuned passed {counted.tuned} and base {counted.base}; "
        f"{counted.only_tuned} tuned alone and {counted.only_base} base alone. The difference is {counted.difference:+.1%} "
        f"(95 % interval {_span(interval)}), exact McNemar p = {p:.2g}."
    )
    return _Rule(words, _not_gained(counted, interval, p, limits))


def _not_gained(counted: Pairs, interval: Interval, p: float, limits: Limits) -> str | None:
    if counted.tuned == 0:
        return f"tuned passed none of {counted.n} tasks; what was measured in training counts for nothing here"
    if counted.only_tuned + counted.only_base == 0:
        return "base and tuned passed the same tasks: the training made no difference"
    if counted.difference <= 0:
        return f"tuned passed no more tasks than base: {counted.tuned} against {counted.base}"
    if p > limits.most_p:
        return f"the difference may be chance: exact McNemar p = {p:.2g}, above {limits.most_p:g}"
    if interval.low <= 0:
        return f"the 95 % interval of the difference, {_span(interval)}, reaches down to no difference"
    return None


def _regressions(kept: Sequence[TaskPair]) -> _Rule:
    if not kept:
        return _Rule("No regression set was given, so nothing is said about what the version may have unlearnt.")
    counted = paired(kept)
    lost = [one.task for one in kept if one.base.passed and not one.tuned.passed]
    words = f"Of {counted.n} tasks of the regression set tuned passed {counted.tuned} and base {counted.base}."
    if counted.tuned >= counted.base:
        return _Rule(words)
    named = ", ".join(lost[:_NAMED_AT_MOST])
    return _Rule(words, f"the regression set got worse, {counted.tuned} against {counted.base}; lost: {named}")


def _validity(pairs: Sequence[TaskPair], limits: Limits) -> _Rule:
    calls, valid = _calls(pairs)
    if calls == 0:
        return _Rule("Tuned made no tool calls.")
    words = f"Of {calls} tool calls that tuned made {valid} were valid ({valid / calls:.1%})."
    if valid / calls < limits.fewest_valid_calls:
        return _Rule(words, f"{valid / calls:.1%} of tuned's tool calls were valid, below {limits.fewest_valid_calls:.1%}")
    return _Rule(words)


def _calls(pairs: Sequence[TaskPair]) -> tuple[int, int]:
    return sum(one.tuned.calls for one in pairs), sum(one.tuned.valid_calls for one in pairs)


def _means(pairs: Sequence[TaskPair], name: str) -> tuple[float, float]:
    """Base, tuned."""
    return fmean(getattr(one.base, name) for one in pairs), fmean(getattr(one.tuned, name) for one in pairs)


def _ratio(what: str, unit: str, means: tuple[float, float], most: float | None) -> _Rule:
    base, tuned = means
    words = f"Mean {what} of a task: tuned {tuned:.4g} {unit}, base {base:.4g} {unit}."
    if most is not None and base > 0 and tuned > most * base:
        return _Rule(words, f"the mean {what} of a task is {tuned / base:.2f} times base's, above {most:g} times")
    return _Rule(words)


def _span(interval: Interval) -> str:
    return f"{interval.low:+.1%} to {interval.high:+.1%}"


def _numbers(counted: Pairs, kept: Sequence[TaskPair], pairs: Sequence[TaskPair], limits: Limits) -> dict[str, Any]:
    calls, valid = _calls(pairs)
    regression = paired(kept)
    names = ("cost_micro_usd", "seconds", "output_tokens")
    means = {name: dict(zip(("base", "tuned"), _means(pairs, name), strict=True)) for name in names}
    return {
        "tasks": counted.n,
        "pairs": asdict(counted),
        "base_passed": counted.base,
        "tuned_passed": counted.tuned,
        "difference": counted.difference,
        "interval": asdict(counted.interval),
        "mcnemar_p": counted.p,
        "regression": {"tasks": regression.n, "base_passed": regression.base, "tuned_passed": regression.tuned},
        "tool_calls": {"made": calls, "valid": valid},
        "means": means,
        "limits": asdict(limits),
    }
