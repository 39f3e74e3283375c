"""What is read often and may be a moment old: nobody waits for it while it is asked for all the time.

In the second half of its life a value is read anew behind the backs of those who ask; of many who find none, one reads.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """No value is older than `seconds`, counted from before it was read. A read that fails is not remembered."""

    def __init__(self, seconds: float, most: int = 10_000) -> None:
        self._seconds = seconds
        self._most = most
        self._known: dict[K, tuple[float, V]] = {}
        self._reading: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K, read: Callable[[], Awaitable[V]]) -> V:
        known = self._known.get(key)
        age = time.monotonic() - known[0] if known else self._seconds
        if known is None or age >= self._seconds:
            return await asyncio.shield(self._read(key, read))
        if age > self._seconds / 2:
            self._read(key, read)
        return known[1]

    def prefetch(self, key: K, read: Callable[[], Awaitable[V]]) -> None:
        """Begins to read what `get` will want in a moment."""
        known = self._known.get(key)
        if known is None or time.monotonic() - known[0] > self._seconds / 2:
            self._read(key, read)

    def peek(self, key: K) -> V | None:
        """What is remembered, however old."""
        known = self._known.get(key)
        return None if known is None else known[1]

    def forget(self, key: K) -> None:
        """What is being read at this moment may be of before, and is not remembered either."""
        self._known.pop(key, None)
        self._reading.pop(key, None)

    def clear(self) -> None:
        self._known.clear()
        self._reading.clear()

    def _read(self, key: K, read: Callable[[], Awaitable[V]]) -> "asyncio.Task[V]":
        task = self._reading.get(key)
        if task is None:
            task = self._reading[key] = asyncio.create_task(self._keep(key, read))
            task.add_done_callback(lambda done: self._done(key, done))
        return task

    async def _keep(self, key: K, read: Callable[[], Awaitable[V]]) -> V:
        read_at, me = time.monotonic(), asyncio.current_task()
        value = await read()
        if self._reading.get(key) is me:
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[key] = (read_at, value)
        return value

    def _done(self, key: K, task: "asyncio.Task[V]") -> None:
        """A failure is told to those who wait; when nobody does, the next to ask finds out."""
        if self._reading.get(key) is task:
            del self._reading[key]
        if not task.cancelled():
            task.exception()
