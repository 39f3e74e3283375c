"""LISTEN on PostgreSQL channels and hand each notification to whoever subscribed; reconnects by itself."""

import asyncio
from collections import defaultdict
from collections.abc import Callable

import psycopg
from psycopg import sql

from orchestrator.kit.db import SYSTEM_ROLE, connection_info
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

Callback = Callable[[str], None]
_RECONNECT_SECONDS = 1.0


class Listener:
    """One connection a process. After a reconnect every callback gets an empty payload: look again."""

    def __init__(self, url: str) -> None:
        self._info = connection_info(url, SYSTEM_ROLE)
        self._callbacks: dict[str, list[Callback]] = defaultdict(list)
        self.connected = asyncio.Event()

    def subscribe(self, channel: str, callback: Callback) -> None:
        self._callbacks[channel].append(callback)

    async def run(self) -> None:
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                log.warning("listener_lost_connection", problem=str(error).strip().split("\n")[0])
            self.connected.clear()
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(self._info, autocommit=True, keepalives_idle=30)
        async with connection:
            for channel in self._callbacks:
                await connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
            self.connected.set()
            self._tell_all()
            async for notification in connection.notifies():
                for callback in self._callbacks[notification.channel]:
                    callback(notification.payload)

    def _tell_all(self) -> None:
        for callbacks in self._callbacks.values():
            for callback in callbacks:
                callback("")
