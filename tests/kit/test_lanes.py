"""Turns at what is heavy."""

import asyncio
from uuid import UUID, uuid4

from orchestrator.kit.lanes import Lanes


async def test_so_many_of_a_name_at_once_and_of_others_too() -> None:
    lanes, mine, theirs = Lanes(2), uuid4(), uuid4()
    inside: list[UUID] = []
    three, go_on = asyncio.Event(), asyncio.Event()

    async def work(name: UUID) -> None:
        async with lanes.one(name):
            inside.append(name)
            if len(inside) == 3:
                three.set()
            await go_on.wait()
            assert sum(one == name for one in inside) <= 2
            inside.remove(name)

    tasks = [asyncio.create_task(work(name)) for name in (mine,) * 5 + (theirs,)]
    await three.wait()
    assert sorted(inside) == sorted([mine, mine, theirs])
    tasks[4].cancel()
    go_on.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (inside, lanes._open) == ([], {})
