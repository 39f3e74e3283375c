"""Who waits for work, and who waits for its end, is woken by PostgreSQL's notifications; they also look by themselves."""

import asyncio
import contextlib
from collections import defaultdict, deque
from collections.abc import Generator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events.listener import Listener

ASSIGNMENTS_CHANNEL = "orchestrator_assignments"
_NOTIFY = text("select pg_notify(:channel, :told)")


class AssignmentNews:
    """Of one process. A piece of news wakes one of those who wait for it: a task goes to one, and all of a crowd that
    looked at once would be in each other's way."""

    def __init__(self, listener: Listener) -> None:
        self._waiting: dict[str, deque[asyncio.Event]] = defaultdict(deque)
        listener.subscribe(ASSIGNMENTS_CHANNEL, self._on_news)

    @contextmanager
    def of(self, subject: UUID) -> Generator[asyncio.Event]:
        """Set with a piece of news of the agent (there is work) or of the assignment (it has ended)."""
        event, key = asyncio.Event(), str(subject)
        self._waiting[key].append(event)
        try:
            yield event
        finally:
            self._waiting[key].remove(event)
            if not self._waiting[key]:
                del self._waiting[key]

    def wake_one(self, subject: UUID) -> None:
        """There may be more of what somebody has just been woken for."""
        self._wake(str(subject))

    def _on_news(self, payload: str) -> None:
        for subject in [payload] if payload else list(self._waiting):
            self._wake(subject)

    def _wake(self, subject: str) -> None:
        """Who has waited longest goes to the end of the line."""
        line = self._waiting.get(subject)
        if line:
            line.rotate(-1)
            line[-1].set()


async def tell(db: AsyncSession, subject: UUID) -> None:
    await db.execute(_NOTIFY, {"channel": ASSIGNMENTS_CHANNEL, "told": str(subject)})


async def woken(event: asyncio.Event, seconds: float) -> None:
    """When there is news, or after so long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    event.clear()
