"""What a plan will take, from what sessions took: known, unknown, and how wide it may go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from orchestrator.tasks.forecast import (
    FEWEST,
    Expected,
    PastSession,
    Range,
    TaskAlike,
    Work,
    alike,
    makespan,
    outlook,
    quantiles,
    ranges,
)
from orchestrator.tasks.graph import Graph, Node

SHOP, OTHER = "shop", "other"


@dataclass(frozen=True)
class Forecast:
    """What is told of the tasks, and of all of them together."""

    tasks: Mapping[str, Expected]
    unknown: tuple[str, ...]
    critical_path: tuple[str, ...]
    seconds: Range | None
    one_by_one_seconds: Range | None
    cost_micro_usd: Range | None


def forecast(
    works: Sequence[Work],
    past: Sequence[PastSession],
    repository_key: str,
    slots: int,
    *,
    merge_seconds: Sequence[float] = (),
    seed: int = 0,
) -> Forecast:
    ahead = outlook(works, past, repository_key)
    drawn = ranges(ahead, slots, merge_seconds=merge_seconds, seed=seed)
    path = ahead.critical_path
    return Forecast(ahead.tasks, ahead.unknown, path, drawn.seconds, drawn.one_by_one_seconds, drawn.cost_micro_usd)


def past(count: int, seconds: float, **changes: object) -> list[PastSession]:
    facts: dict[str, object] = {"repository_key": SHOP, "agent": "implementer", "capabilities": frozenset({"testing"})}
    facts |= {"seconds": seconds, "cost_micro_usd": round(seconds * 10)} | changes
    return [PastSession(**facts)] * count  # pyright: ignore[reportArgumentType]


def works(count: int) -> list[Work]:
    return [Work(f"t{number}") for number in range(count)]


def test_without_sessions_nothing_is_known() -> None:
    told = forecast([Work("a"), Work("b", ("a",))], past(FEWEST - 1, 60), SHOP, 4)
    assert (told.seconds, told.one_by_one_seconds, told.cost_micro_usd) == (None, None, None)
    assert told.unknown == ("a", "b")
    assert told.critical_path == ("a", "b")


def test_without_anybody_to_work_there_is_no_end() -> None:
    told = forecast([Work("a")], past(FEWEST, 60), SHOP, 0)
    assert told.seconds is None
    assert told.tasks["a"].seconds == Range(60, 60, 60)


def test_nothing_left_takes_no_time() -> None:
    told = forecast([], [], SHOP, 4)
    assert told.seconds == told.cost_micro_usd == Range(0, 0, 0)


@pytest.mark.parametrize(
    ("work", "level", "seconds"),
    [
        (Work("a", agent="implementer"), TaskAlike.REPOSITORY_AND_WORK, 10),
        (Work("a", agent="tester"), TaskAlike.WORK, 20),
        (Work("a", agent="docs"), TaskAlike.REPOSITORY, 10),
        (Work("a", capabilities=frozenset({"security"})), TaskAlike.WORK, 30),
    ],
)
def test_the_closest_sessions_are_taken(work: Work, level: TaskAlike, seconds: float) -> None:
    sessions = [
        *past(FEWEST, 10),
        *past(FEWEST, 20, agent="tester", repository_key=OTHER),
        *past(FEWEST, 30, agent="security", capabilities=frozenset({"security", "review"}), repository_key=OTHER),
    ]
    found = alike(work, sessions, SHOP)
    assert found is not None
    assert (found[0], {one.seconds for one in found[1]}) == (level, {seconds})
    assert alike(Work("a"), past(FEWEST, 10, repository_key=OTHER), SHOP) == (
        TaskAlike.WORK,
        past(FEWEST, 10, repository_key=OTHER),
    )


def test_what_always_took_the_same_is_foreseen_exactly() -> None:
    told = forecast(works(4), past(FEWEST, 60), SHOP, 2, merge_seconds=[5.0])
    assert told.seconds == Range(125, 125, 125)
    assert told.one_by_one_seconds == Range(260, 260, 260)
    assert told.cost_micro_usd == Range(2400, 2400, 2400)


def test_what_varied_is_foreseen_as_a_range_and_the_same_each_time() -> None:
    sessions = [one for seconds in (10, 20, 40, 80, 160) for one in past(2, seconds)]
    told = forecast(works(6), sessions, SHOP, 2, seed=7)
    assert told.seconds is not None
    assert told.one_by_one_seconds is not None
    assert told.seconds.low < told.seconds.middle < told.seconds.high
    assert told.seconds.high < told.one_by_one_seconds.high
    assert forecast(works(6), sessions, SHOP, 2, seed=7) == told
    assert forecast(works(6), sessions, SHOP, 2, seed=8) != told


def test_one_that_works_already_has_less_left() -> None:
    told = forecast([Work("a", elapsed_seconds=45)], past(FEWEST, 60), SHOP, 1)
    assert told.seconds == Range(15, 15, 15)
    assert told.cost_micro_usd == Range(150, 150, 150)
    assert forecast([Work("a", elapsed_seconds=90)], past(FEWEST, 60), SHOP, 1).seconds == Range(0, 0, 0)


def test_the_best_of_several_costs_as_many() -> None:
    told = forecast([Work("a", best_of=3)], past(FEWEST, 60), SHOP, 3)
    assert told.seconds == Range(60, 60, 60)
    assert told.cost_micro_usd == Range(1800, 1800, 1800)


def test_what_is_done_is_waited_for_no_more() -> None:
    assert forecast([Work("b", ("done",))], past(FEWEST, 60), SHOP, 1).critical_path == ("b",)


def test_the_largest_plan_is_foreseen() -> None:
    told = forecast([Work(f"t{n}", (f"t{n - 10}",) if n >= 10 else ()) for n in range(2000)], past(FEWEST, 60), SHOP, 10)
    assert told.seconds == Range(12_000, 12_000, 12_000)


def test_a_slot_is_free_again_while_the_work_is_merged() -> None:
    graph = Graph.of([Node("a"), Node("b"), Node("c", ("a",))])
    jobs = {"a": [10.0], "b": [4.0], "c": [1.0]}
    assert makespan(graph, jobs, {"a": 3.0, "b": 0.0, "c": 0.0}, 1) == 15.0
    assert makespan(graph, jobs, {"a": 3.0, "b": 0.0, "c": 0.0}, 2) == 14.0
    assert makespan(graph, {**jobs, "a": [10.0, 2.0]}, {"a": 0.0, "b": 0.0, "c": 0.0}, 1) == 17.0


@pytest.mark.parametrize(
    ("values", "told"),
    [([5], Range(5, 5, 5)), ([0, 10], Range(1, 5, 9)), (range(101), Range(10, 50, 90))],
)
def test_quantiles_are_those_of_the_database(values: list[float], told: Range) -> None:
    assert quantiles(values) == told
