"""A session's time-out counts the time it worked, whatever somebody sets the machine's clock to."""

import asyncio
from uuid import UUID

from sqlalchemy import text

from orchestrator.kit.clock import Jumps
from orchestrator.kit.db import Database
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

# What waits for a person or is paused counts no time, however long that seems to be.
_LEAVE_OUT = text(
    "update sessions set idle_seconds = idle_seconds + :seconds "
    "where node_id = :node_id and status in ('running', 'degraded', 'verifying')"
)


class ClockJumps:
    """One a node: how far its clock jumped is left out of the time of the sessions that ran there."""

    def __init__(self, database: Database, node_id: UUID, jumps: Jumps | None = None) -> None:
        self._database, self._node_id = database, node_id
        self._jumps = jumps or Jumps()
        self._open_seconds = 0.0
        self._lock = asyncio.Lock()

    async def settle(self) -> None:
        """Before anybody asks how much time a session has left."""
        async with self._lock:
            self._open_seconds += self._jumps.take()
            if not self._open_seconds:
                return
            async with self._database.system_transaction() as db:
                await db.execute(_LEAVE_OUT, {"seconds": round(self._open_seconds), "node_id": self._node_id})
            log.warning("clock_jumped", seconds=round(self._open_seconds))
            self._open_seconds = 0.0
