"""Bytes on their way from a provider to who asked: the writer waits for the reader, until the reader leaves."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

_MOST_PIECES = 16


class BrokenOff(Exception):
    """The provider's answer ended in the middle."""


class Channel:
    """One writer, one reader. After `abandon` what is written goes nowhere, and the writer waits no more."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._abandoned = False
        self._ended = False
        self._broken = False

    @property
    def complete(self) -> bool:
        """All of the answer has been written."""
        return self._ended and not self._broken

    async def put(self, piece: bytes) -> None:
        if self._abandoned:
            return
        self._pieces.append(piece)
        self._news.set()
        if len(self._pieces) >= _MOST_PIECES:
            self._room.clear()
            await self._room.wait()

    def end(self, *, broken: bool = False) -> None:
        """The first time it is called counts."""
        if not self._ended:
            self._ended, self._broken = True, broken
        self._news.set()

    def abandon(self) -> None:
        self._abandoned = True
        self._pieces.clear()
        self._room.set()

    async def begun(self) -> None:
        """Until there is a piece, or the end."""
        while not self._pieces and not self._ended:
            self._news.clear()
            await self._news.wait()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Raises BrokenOff after the last piece of an answer that did not come to its end."""
        while True:
            while self._pieces:
                piece = self._pieces.popleft()
                self._room.set()
                yield piece
            if self._ended:
                break
            await self.begun()
        if self._broken:
            raise BrokenOff
