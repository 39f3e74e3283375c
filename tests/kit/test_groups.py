"""What waits for the same thing goes together, in order, each with an outcome of its own."""

import asyncio
from collections.abc import Sequence

import pytest

from orchestrator.kit.groups import Groups, NextMayGo


class Ferry:
    """Carries numbers over, a group at a time; each trip lasts until `arrive`."""

    def __init__(self, *, lets_next_go: bool = False) -> None:
        self.trips: list[list[int]] = []
        self.left = asyncio.Event()
        self.arrive = asyncio.Event()
        self._lets_next_go = lets_next_go

    async def __call__(self, _key: str, numbers: Sequence[int], next_may_go: NextMayGo) -> list[int | Exception]:
        self.trips.append(list(numbers))
        if self._lets_next_go:
            next_may_go()
        self.left.set()
        await self.arrive.wait()
        return [ValueError(str(n)) if n < 0 else n * 10 for n in numbers]


async def _crowd(groups: Groups[str, int, int], *numbers: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(groups.add("k", n)) for n in numbers]
    await asyncio.sleep(0)
    return tasks


async def test_what_comes_meanwhile_goes_together_and_each_has_its_own_outcome() -> None:
    ferry = Ferry()
    groups = Groups[str, int, int](ferry, most=3)
    first = await _crowd(groups, 1)
    await ferry.left.wait()
    others = await _crowd(groups, 2, -3, 4, 5)
    ferry.arrive.set()
    assert await asyncio.gather(*first, *others, return_exceptions=True) == [10, 20, others[1].exception(), 40, 50]
    assert isinstance(others[1].exception(), ValueError)
    assert ferry.trips == [[1], [2, -3, 4], [5]]


async def test_the_next_may_go_before_the_first_is_over() -> None:
    ferry = Ferry(lets_next_go=True)
    groups = Groups[str, int, int](ferry)
    first = await _crowd(groups, 1)
    await ferry.left.wait()
    ferry.left.clear()
    second = await _crowd(groups, 2)
    await ferry.left.wait()
    ferry.arrive.set()
    assert await asyncio.gather(*first, *second) == [10, 20]


async def test_a_failure_of_all_is_everyones() -> None:
    async def fail(_key: str, _numbers: Sequence[int], _next: NextMayGo) -> list[int | Exception]:
        raise OSError("away")

    groups = Groups[str, int, int](fail)
    outcomes = await asyncio.gather(groups.add("k", 1), groups.add("k", 2), return_exceptions=True)
    assert [type(one) for one in outcomes] == [OSError, OSError]


async def test_who_leaves_before_the_group_begins_is_not_in_it() -> None:
    ferry = Ferry()
    groups = Groups[str, int, int](ferry)
    first = await _crowd(groups, 1)
    await ferry.left.wait()
    leaves, stays = await _crowd(groups, 2, 3)
    leaves.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaves
    ferry.arrive.set()
    assert await asyncio.gather(*first, stays) == [10, 30]
    assert ferry.trips == [[1], [3]]


async def test_who_leaves_in_the_middle_leaves_when_it_is_over() -> None:
    """A hold that is being made could otherwise be given back before it is there, and then stay."""
    ferry = Ferry()
    groups = Groups[str, int, int](ferry)
    (leaves,) = await _crowd(groups, 1)
    await ferry.left.wait()
    leaves.cancel()
    await asyncio.sleep(0)
    leaves.cancel()
    await asyncio.sleep(0)
    assert not leaves.done()
    ferry.arrive.set()
    with pytest.raises(asyncio.CancelledError):
        await leaves
