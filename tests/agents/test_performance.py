"""What outcomes prove: the quantile against sums that are exact, and the tiers that follow from it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.agents.performance import Record, Tier, beta_below, beta_quantile

counts = st.integers(min_value=1, max_value=60)


@given(counts, counts, st.floats(min_value=0.001, max_value=0.999))
def test_the_distribution_is_that_of_the_binomial_sums(a: int, b: int, x: float) -> None:
    """For whole numbers I_x(a, b) is the chance of at least a successes in a + b - 1 tries (DLMF 8.17.5)."""
    tries = a + b - 1
    exact = sum(math.comb(tries, k) * x**k * (1 - x) ** (tries - k) for k in range(a, tries + 1))
    assert beta_below(a, b, x) == pytest.approx(exact, abs=1e-9)


@given(counts, counts, st.floats(min_value=0.01, max_value=0.99))
def test_a_quantile_has_its_share_below_it(a: int, b: int, share: float) -> None:
    assert beta_below(a, b, beta_quantile(a, b, share)) == pytest.approx(share, abs=1e-6)


@pytest.mark.parametrize(("a", "b", "x"), [(1, 1, 0.0), (1, 1, 1.0), (5, 2, -0.5), (5, 2, 1.5)])
def test_outside_of_the_unit_interval_there_is_nothing(a: int, b: int, x: float) -> None:
    assert beta_below(a, b, x) == min(max(x, 0.0), 1.0)


@pytest.mark.parametrize(
    ("successes", "failures", "tier"),
    [
        (0, 0, Tier.TRAINEE),
        (4, 0, Tier.TRAINEE),
        (0, 4, Tier.TRAINEE),
        (0, 5, Tier.DEGRADED),
        (57, 0, Tier.ADVANCED),
        (58, 0, Tier.ELITE),
        (1000, 20, Tier.ELITE),
        (20, 1, Tier.ADVANCED),
        (10, 0, Tier.COMPETENT),
        (9, 2, Tier.TRAINEE),
        (5, 5, Tier.DEGRADED),
    ],
)
def test_a_tier_is_what_is_sure(successes: int, failures: int, tier: Tier) -> None:
    assert Record(successes, failures).tier is tier


@given(counts, counts)
def test_one_more_success_never_makes_it_less_sure(successes: int, failures: int) -> None:
    record = Record(successes, failures)
    assert (record + Record(1, 0)).lower_bound >= record.lower_bound - 1e-9
    assert (record + Record(0, 1)).lower_bound <= record.lower_bound + 1e-9
    assert 0 < record.lower_bound < record.mean < 1
