"""Turns at what is heavy: at most so many of one name at once, and the others wait."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID


class Lanes:
    """In one process. A tenant whose callers come all at once waits for itself, and nobody else does."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: dict[UUID, tuple[asyncio.Semaphore, int]] = {}

    @asynccontextmanager
    async def one(self, name: UUID) -> AsyncGenerator[None]:
        """Nothing that others wait for, such as a connection, should be held on the way in."""
        lane, users = self._open.get(name, (asyncio.Semaphore(self._most), 0))
        self._open[name] = lane, users + 1
        try:
            async with lane:
                yield
        finally:
            lane, users = self._open.pop(name)
            if users > 1:
                self._open[name] = lane, users - 1
