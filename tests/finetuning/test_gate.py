"""The statistics against published values, and the gate's verdicts."""

from dataclasses import replace
from math import comb

import pytest

from orchestrator.finetuning.gate import Answered, Limits, TaskPair, judge
from orchestrator.finetuning.paired import Pairs, difference_interval, mcnemar_exact, paired_interval, wilson

RIGHT, WRONG = Answered(True, calls=1, valid_calls=1), Answered(False)


@pytest.mark.parametrize(
    ("one", "other", "p"),
    [(12, 2, 0.012939453125), (6, 16, 0.052478790283203125), (59, 6, 4.964650327128617e-12), (0, 0, 1.0), (5, 5, 1.0)],
)
def test_mcnemars_exact_test(one: int, other: int, p: float) -> None:
    """The first two as `binom.test(2, 14)` and `binom.test(6, 22)` of R."""
    assert mcnemar_exact(one, other) == pytest.approx(p)


def test_mcnemars_test_is_the_binomials_two_tails() -> None:
    for n in range(1, 30):
        for k in range(n + 1):
            most = comb(n, k)
            tails = sum(comb(n, i) for i in range(n + 1) if comb(n, i) <= most) / 2**n
            assert mcnemar_exact(k, n - k) == pytest.approx(tails)


def test_wilsons_interval() -> None:
    """Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    for (successes, n), (low, high) in {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }.items():
        found = wilson(successes, n)
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_of_a_paired_difference() -> None:
    """Newcombe 1998, paired differences, method 10: 36, 12, 2, 0 gives 0.0569 to 0.3404."""
    found = paired_interval(Pairs(36, 12, 2, 0))
    assert (found.low, found.high) == pytest.approx((0.0569, 0.3404), abs=5e-5)
    turned = paired_interval(Pairs(36, 2, 12, 0))
    assert (turned.low, turned.high) == pytest.approx((-0.3404, -0.0569), abs=5e-5)


def test_the_interval_of_an_unpaired_difference() -> None:
    """Newcombe 1998, independent proportions, table II, method 10."""
    for cells, (low, high) in {
        (56, 70, 48, 80): (0.0524, 0.3339),
        (9, 10, 3, 10): (0.1705, 0.8090),
        (10, 10, 0, 20): (0.6791, 1.0000),
        (5, 56, 0, 29): (-0.0381, 0.1926),
    }.items():
        found = difference_interval(*cells)
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def pairs(both: int = 0, tuned: int = 0, base: int = 0, neither: int = 0, regression: bool = False) -> list[TaskPair]:
    kinds = [(RIGHT, RIGHT)] * both + [(WRONG, RIGHT)] * tuned + [(RIGHT, WRONG)] * base + [(WRONG, WRONG)] * neither
    prefix = "r" if regression else "t"
    return [TaskPair(f"{prefix}{n}", one, other, regression) for n, (one, other) in enumerate(kinds)]


def test_a_version_that_learnt_passes_and_every_number_is_told() -> None:
    found = judge(pairs(tuned=58, neither=2), Limits())
    assert (found.passed, list(found.refusals)) == (True, [])
    assert found.words[0] == (
        "Of 60 held-out tasks tuned passed 58 and base 0; 58 tuned alone and 0 base alone. The difference is +96.7% "
        "(95 % interval +86.6% to +99.1%), exact McNemar p = 6.9e-18."
    )
    assert found.numbers["pairs"] == {"both": 0, "only_tuned": 58, "only_base": 0, "neither": 2}
    assert found.numbers["tool_calls"] == {"made": 58, "valid": 58}


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (pairs(both=30, neither=30), "the training made no difference"),  # A learning rate of zero.
        (pairs(base=2, neither=58), "tuned passed none of 60 tasks"),  # Shuffled labels; DPO that raised rewards alone.
        (pairs(both=10, tuned=3, base=5, neither=2), "tuned passed no more tasks than base: 13 against 15"),
        (pairs(both=10, tuned=5, base=1, neither=14), "may be chance: exact McNemar p = 0.22"),
        (pairs(tuned=19), "19 tasks prove too little: at least 20 are needed"),
        ([], "0 tasks prove too little"),
        (pairs(tuned=40) + pairs(both=5, base=1, regression=True), "regression set got worse, 5 against 6; lost: r5"),
    ],
)
def test_what_the_gate_refuses(given: list[TaskPair], refusal: str) -> None:
    found = judge(given, Limits())
    assert not found.passed
    assert any(refusal in one for one in found.refusals), found.refusals


def changed(given: list[TaskPair], **of_tuned: float) -> list[TaskPair]:
    return [
        replace(one, base=replace(one.base, seconds=1, cost_micro_usd=100), tuned=replace(one.tuned, **of_tuned))
        for one in given
    ]


def test_calls_that_cannot_be_made_and_answers_that_cost_too_much_are_refused() -> None:
    good = pairs(tuned=40)
    for of_tuned, refusal in {
        ("calls", 2): "50.0% of tuned's tool calls were valid, below 95.0%",
        ("cost_micro_usd", 151): "the mean cost of a task is 1.51 times base's, above 1.5 times",
        ("seconds", 4): "the mean time of a task is 4.00 times base's, above 3 times",
    }.items():
        found = judge(changed(good, **dict([of_tuned])), Limits())
        assert list(found.refusals) == [refusal]
    assert judge(changed(good, seconds=3, cost_micro_usd=150), Limits()).passed
    assert judge(changed(good, seconds=99), Limits(most_seconds_ratio=None)).passed


def test_the_regression_set_proves_no_gain() -> None:
    found = judge(pairs(neither=20) + pairs(tuned=40, regression=True), Limits())
    assert not found.passed
    assert found.numbers["regression"] == {"tasks": 40, "base_passed": 0, "tuned_passed": 40}
