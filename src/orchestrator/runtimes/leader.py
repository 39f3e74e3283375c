"""One process of the cluster leads: it holds an advisory lock on a connection of its own.

The lock ends with the connection. PostgreSQL itself ends one that says nothing for `lease_seconds`, so that a leader that
was stopped, or that the network lost, leads no longer than that. What a leader does is compare-and-swap all the same: of
two that each take themselves for the leader for a moment, one finds the other's work done.
"""

from typing import Any

import psycopg
from psycopg import sql

from orchestrator.kit.db import SYSTEM_ROLE, connection_info
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

LOCK = 7_014_020_264


class Leadership:
    def __init__(self, url: str, lease_seconds: float) -> None:
        self._info = connection_info(url, SYSTEM_ROLE)
        self._lease_seconds = lease_seconds
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._held = False

    async def held(self) -> bool:
        """Whether this process leads now; asks for the lock when it does not. Call it well within the lease."""
        try:
            connection = self._connection or await self._connect()
            if self._held:
                await connection.execute("select 1")
            else:
                self._held = await self._try(connection)
        except (psycopg.Error, OSError) as error:
            log.warning("leadership_lost_connection", problem=str(error).strip().split("\n")[0])
            await self.give_up()
        return self._held

    @property
    def leads(self) -> bool:
        """As it was when `held` was asked last."""
        return self._held

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        self._connection = connection = await psycopg.AsyncConnection.connect(self._info, autocommit=True)
        timeout = sql.Literal(f"{int(self._lease_seconds * 1000)}ms")
        await connection.execute(sql.SQL("set idle_session_timeout = {}").format(timeout))
        return connection

    @staticmethod
    async def _try(connection: psycopg.AsyncConnection[Any]) -> bool:
        row = await (await connection.execute("select pg_try_advisory_lock(%s)", (LOCK,))).fetchone()
        leads = bool(row and row[0])
        if leads:
            log.info("leads_the_cluster")
        return leads

    async def give_up(self) -> None:
        self._held = False
        if self._connection is not None:
            await self._connection.close()
            self._connection = None
