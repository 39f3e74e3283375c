"""What is remembered is never older than it may be, and of many who ask one reads."""

import asyncio

from orchestrator.kit.remembered import Remembered


class Source:
    def __init__(self) -> None:
        self.reads = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def read(self) -> int:
        self.reads += 1
        mine = self.reads
        await self.may_answer.wait()
        return mine


async def test_of_many_who_find_nothing_one_reads() -> None:
    source, remembered = Source(), Remembered[str, int](60)
    assert await asyncio.gather(*(remembered.get("key", source.read) for _ in range(20))) == [1] * 20
    assert (await remembered.get("key", source.read), source.reads) == (1, 1)


async def test_what_is_read_ahead_is_there_when_it_is_asked_for() -> None:
    source, remembered = Source(), Remembered[str, int](60)
    source.may_answer.clear()
    remembered.prefetch("key", source.read)
    remembered.prefetch("key", source.read)
    asked = asyncio.create_task(remembered.get("key", source.read))
    source.may_answer.set()
    assert (await asked, source.reads) == (1, 1)
    remembered.prefetch("key", source.read)
    assert (await remembered.get("key", source.read), source.reads) == (1, 1)


async def test_what_was_forgotten_while_it_was_read_ahead_is_read_again() -> None:
    source, remembered = Source(), Remembered[str, int](60)
    source.may_answer.clear()
    remembered.prefetch("key", source.read)
    await asyncio.sleep(0)
    remembered.forget("key")
    source.may_answer.set()
    assert await remembered.get("key", source.read) == 2
    assert await remembered.get("key", source.read) == 2
