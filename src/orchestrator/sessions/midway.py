"""Checkpoints inside of a turn: taken beside it at the end of a step, as often as they are cheap."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.opencode.schemas import Part
from orchestrator.sessions.listening import StepFinished

log = get_logger(__name__)

_QUIET_SECONDS = 10.0
"""A turn that is over by then has none: what it would save is not worth the work."""
_SHARE = 0.02
"""How much of a turn's time may go to its checkpoints, unless the last one is longer ago than the setting says."""
_AT_ONCE = 2
"""So many on a node; others wait for their turn."""

Take = Callable[[Part], Awaitable[None]]


@dataclass
class Pace:
    """When a turn's next checkpoint is due. Times are those of a monotonic clock, in seconds."""

    longest_seconds: float
    last_at: float
    took_seconds: float = 0.0

    @property
    def due_at(self) -> float:
        cheap = max(_QUIET_SECONDS, self.took_seconds / _SHARE)
        return self.last_at + min(self.longest_seconds, cheap)

    def took(self, began: float, ended: float) -> None:
        self.last_at, self.took_seconds = ended, ended - began


class MidwayCheckpoints:
    """Of all turns of a node."""

    def __init__(self, longest_seconds: float) -> None:
        self._longest_seconds = longest_seconds
        self._room = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def during(self, take: Take) -> AsyncGenerator[StepFinished]:
        """What the listener of the turn calls. One that is under way when the turn ends is given up for the last one."""
        turn = _Turn(Pace(self._longest_seconds, time.monotonic()), take, self._room)
        task = asyncio.create_task(turn.run())
        try:
            yield turn.on_step_finished
        finally:
            task.cancel()
            await asyncio.wait((task,))
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("checkpoints_in_turn_ended", exc_info=error)


class _Turn:
    def __init__(self, pace: Pace, take: Take, room: asyncio.Semaphore) -> None:
        self._pace = pace
        self._take = take
        self._room = room
        self._step: Part | None = None
        self._stepped = asyncio.Event()

    async def on_step_finished(self, step: Part) -> None:
        self._step = step
        self._stepped.set()

    async def run(self) -> None:
        """Also in the middle of a long step: what is saved then are the steps before it."""
        while True:
            await self._stepped.wait()
            await asyncio.sleep(max(0.0, self._pace.due_at - time.monotonic()))
            async with self._room:
                await self._take_one()

    async def _take_one(self) -> None:
        self._stepped.clear()
        began = time.monotonic()
        if self._step is not None:
            try:
                await self._take(self._step)
            except (OrchestratorError, DBAPIError, OSError) as error:
                log.warning("checkpoint_in_turn_failed", problem=str(error).split("\n")[0])
        self._pace.took(began, time.monotonic())
