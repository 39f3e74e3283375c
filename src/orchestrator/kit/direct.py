"""Single statements past SQLAlchemy, each a transaction of its own in one round trip: for what every model call does.

A session's five round trips would be most of the time there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from psycopg_pool import PoolTimeout as NoConnection
from sqlalchemy.exc import OperationalError

T = TypeVar("T")
Connection = psycopg.AsyncConnection[Any]
_Pool = AsyncConnectionPool[Connection]


class DirectConnections:
    """At most `size` connections of one role; the first is made when it is needed, and waited for so long."""

    def __init__(self, connection_info: str, size: int, wait_seconds: float) -> None:
        self._connection_info = connection_info
        self._size = size
        self._wait_seconds = wait_seconds
        self._pool: _Pool | None = None
        self._opening = asyncio.Lock()

    async def run(self, name: str, work: Callable[[Connection], Awaitable[T]]) -> T:
        """When the connection breaks it is done once more, so it has to bear that. Raises OperationalError."""
        try:
            return await self._run(work)
        except (psycopg.OperationalError, psycopg.InterfaceError, NoConnection) as error:
            raise OperationalError(name, None, error, hide_parameters=True) from error

    async def _run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Looking at a connection before each use would be a round trip more. After a restart of the server the first
        look at one fails, so all are looked at, and then it is tried once more."""
        pool = self._pool or await self._open()
        async with pool.connection() as connection:
            try:
                return await work(connection)
            except psycopg.OperationalError:
                if not connection.broken:
                    raise
        await pool.check()
        async with pool.connection() as connection:
            return await work(connection)

    async def _open(self) -> _Pool:
        async with self._opening:
            if self._pool is not None:
                return self._pool
            pool: _Pool = AsyncConnectionPool(
                self._connection_info,
                kwargs={"autocommit": True, "prepare_threshold": 0},
                min_size=1,
                max_size=self._size,
                timeout=self._wait_seconds,
                open=False,
            )
            await pool.open()
            self._pool = pool
            return pool

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()


async def rows(connection: Connection, query: bytes, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        return await (await cursor.execute(query, values)).fetchall()
