"""Who is chosen: the better one mostly, the worse one now and then, the same one for the same seed."""

import random
from dataclasses import replace
from uuid import UUID

import pytest

from orchestrator.agents.performance import Record
from orchestrator.agents.routing import Candidate, Wanted, route

BUG_FIX = Wanted(("bug-fix",))


def candidate(number: int, *, capabilities: tuple[str, ...] = ("bug-fix",), **facts: object) -> Candidate:
    made = Candidate(UUID(int=number), f"agent-{number}", 1, frozenset(capabilities))
    return replace(made, **facts)  # pyright: ignore[reportArgumentType]


def proved(number: int, successes: int, failures: int, **facts: object) -> Candidate:
    record = Record(successes, failures)
    return candidate(number, overall=record, records={"bug-fix": record}, **facts)


def test_the_better_one_gets_most_of_the_work_and_the_worse_is_still_tried() -> None:
    """From nothing on: each outcome is drawn at the agent's true rate, and counts from then on."""
    chance = random.Random(11)
    rates = {1: 0.9, 2: 0.6}
    records = {1: Record(), 2: Record()}
    chosen = {1: 0, 2: 0}
    for seed in range(400):
        decision = route([proved(n, r.successes, r.failures) for n, r in records.items()], BUG_FIX, seed)
        assert decision.chosen is not None
        number = decision.chosen.candidate.version_id.int
        chosen[number] += 1
        records[number] += Record(1, 0) if chance.random() < rates[number] else Record(0, 1)
    assert chosen[1] > 300
    assert chosen[2] >= 5


def test_one_that_is_new_is_tried_beside_one_that_has_proved_itself() -> None:
    known, new = proved(1, 30, 6), candidate(2)
    chosen = [route([known, new], BUG_FIX, seed).chosen for seed in range(200)]
    tried = sum(1 for one in chosen if one is not None and one.candidate is new)
    assert 20 < tried < 120


def test_the_same_seed_gives_the_same_choice_whatever_the_order() -> None:
    candidates = [proved(n, n % 7, n % 5) for n in range(1, 30)]
    first = route(candidates, BUG_FIX, 42)
    shuffled = candidates[:]
    random.Random(3).shuffle(shuffled)
    assert route(shuffled, BUG_FIX, 42) == first
    assert any(route(candidates, BUG_FIX, seed) != first for seed in range(43, 50))


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"enabled": False}, "it is switched off"),
        ({"capabilities": frozenset({"review"})}, "it lacks bug-fix"),
        ({"live": 2, "limit": 2}, "it is full: 2 of 2 sessions"),
        ({"model": "gone"}, "its model gone cannot be called"),
    ],
)
def test_who_cannot_do_it_is_left_out_and_the_reason_said(facts: dict[str, object], why: str) -> None:
    decision = route([candidate(1, **facts), candidate(2)], Wanted(("bug-fix",), frozenset({"here"})), 1)
    assert decision.chosen is not None
    assert decision.chosen.candidate.agent == "agent-2"
    assert [(one.candidate.agent, one.excluded) for one in decision.scored] == [("agent-2", None), ("agent-1", why)]
    assert "1 left out" in decision.reason


def test_nobody_fits() -> None:
    decision = route([candidate(1, enabled=False)], BUG_FIX, 1)
    assert decision.chosen is None
    assert decision.reason == "No agent can take it for bug-fix: agent-1: it is switched off."
    assert route([], Wanted(), 1).reason == "No agent can take it: there is none."


def test_of_two_that_are_as_good_the_cheaper_and_the_idle_one_is_chosen_more_often() -> None:
    good = {"overall": Record(50, 5), "records": {"bug-fix": Record(50, 5)}}
    for better, worse in (
        ({"cost_micro_usd": 1_000}, {"cost_micro_usd": 90_000}),
        ({"live": 0}, {"live": 9}),
        ({"recent": Record(10, 0)}, {"recent": Record(2, 8)}),
    ):
        pair = [candidate(1, **good, **worse), candidate(2, **good, **better)]
        won = sum(1 for seed in range(100) if (one := route(pair, BUG_FIX, seed).chosen) and one.candidate is pair[1])
        assert won > 85, (better, won)


def test_the_weakest_capability_counts() -> None:
    record = {"a": Record(50, 0), "b": Record(0, 50)}
    split = candidate(1, capabilities=("a", "b"), records=record)
    steady = candidate(2, capabilities=("a", "b"), records={"a": Record(20, 10), "b": Record(20, 10)})
    chosen = [route([split, steady], Wanted(("a", "b")), seed).chosen for seed in range(50)]
    assert all(one is not None and one.candidate is steady for one in chosen)


def test_the_reason_names_the_numbers() -> None:
    decision = route([proved(1, 30, 1, live=2), proved(2, 1, 9)], BUG_FIX, 5)
    assert decision.reason.startswith("agent-1 v1 was chosen for bug-fix, at 0.")
    assert "30 of 31 succeeded" in decision.reason
    assert "2 at work" in decision.reason
    assert "Next was agent-2 v1" in decision.reason
