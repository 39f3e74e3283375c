"""What waits for the same thing goes together: while one group is under way, the next one gathers."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
R = TypeVar("R")

NextMayGo = Callable[[], None]
Run = Callable[[K, Sequence[V], NextMayGo], Awaitable[Sequence[R | Exception]]]


class Groups(Generic[K, V, R]):
    """`run` gets the values of one key in the order in which they came, at most `most` of them, and answers for each.

    A group of a key begins when the one before is over, or has said that the next may go. `gather_seconds`: how long a
    group waits for more, where nobody is in a hurry.
    """

    def __init__(self, run: Run[K, V, R], *, most: int = 64, gather_seconds: float = 0.0) -> None:
        self._run = run
        self._most = most
        self._gather_seconds = gather_seconds
        self._waiting: dict[K, list[tuple[V, asyncio.Future[R]]]] = defaultdict(list)
        self._tasks: dict[asyncio.Task[None], K] = {}
        self._busy: set[K] = set()

    async def add(self, key: K, value: V) -> R:
        """Who is cancelled after the group has begun leaves when it is over: then it is known what became of the value."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        entry = (value, future)
        self._waiting[key].append(entry)
        self._begin(key)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            if entry in self._waiting.get(key, ()):
                self._waiting[key].remove(entry)
                raise
            while not future.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait([future])
            if not future.cancelled():
                future.exception()  # Nobody else looks at it.
            raise

    def _begin(self, key: K) -> None:
        if key not in self._busy and self._waiting.get(key):
            self._busy.add(key)
            task = asyncio.create_task(self._go(key))
            self._tasks[task] = key
            task.add_done_callback(self._tasks.pop)

    async def _go(self, key: K) -> None:
        if self._gather_seconds:
            await asyncio.sleep(self._gather_seconds)
        waiting = self._waiting.pop(key, [])
        group, rest = waiting[: self._most], waiting[self._most :]
        if rest:
            self._waiting[key] = rest
        is_over = False

        def next_may_go() -> None:
            nonlocal is_over
            if not is_over:
                is_over = True
                self._busy.discard(key)
                self._begin(key)

        try:
            if group:
                self._answer(group, await self._run(key, [value for value, _ in group], next_may_go))
        except Exception as error:  # noqa: BLE001 - told to everyone who waits, as if each had made the call.
            self._answer(group, [error] * len(group))
        finally:
            next_may_go()
            for _, future in group:
                future.cancel()

    @staticmethod
    def _answer(group: Sequence[tuple[V, "asyncio.Future[R]"]], results: Sequence[R | Exception]) -> None:
        for (_, future), result in zip(group, results, strict=True):
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)
