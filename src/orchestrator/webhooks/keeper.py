"""Keeps news on its way. Every API process has one; what one has taken in hand, the others leave alone."""

import asyncio
import contextlib
import time
from datetime import timedelta

from sqlalchemy import text

from orchestrator.kit.db import Database
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.logging import get_logger
from orchestrator.kit.sealing import Sealer
from orchestrator.kit.settings import Settings
from orchestrator.webhooks.dispatch import Dispatcher
from orchestrator.webhooks.fan_out import fan_out
from orchestrator.webhooks.guard import Guard
from orchestrator.webhooks.schedule import GIVEN_UP_AFTER

log = get_logger(__name__)

DELIVERED_KEPT, DEAD_KEPT = timedelta(days=7), timedelta(days=30)
_LOOK_SECONDS, _TIDY_SECONDS, _TIDIED_AT_ONCE = 1.0, 600.0, 5_000
_TIDY = text("""
    delete from webhook_deliveries d using (
        select tenant_id, id from webhook_deliveries
        where status <> 'pending' and created_at < now() - :delivered and case status
            when 'delivered' then delivered_at < now() - :delivered else first_attempt_at < now() - :tried end
        limit :most
    ) old where d.tenant_id = old.tenant_id and d.id = old.id
""")


class WebhookKeeper:
    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._dispatcher = Dispatcher(database, Guard(settings), Sealer(settings))
        self._tidied_at = 0.0

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                more = await self._try_to_look(group)
                if not more:
                    await self._pause()

    async def _try_to_look(self, group: asyncio.TaskGroup) -> bool:
        try:
            self._dispatcher.finished.clear()
            behind = await fan_out(self._database)
            due = await self._dispatcher.dispatch(group)
            await self._tidy()
        except DATABASE_TROUBLE as error:
            log.warning("webhooks_not_looked_after", problem=str(error).split("\n")[0])
            return False
        return behind or due

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._dispatcher.finished.wait()

    async def _tidy(self) -> None:
        if time.monotonic() < self._tidied_at + _TIDY_SECONDS:
            return
        self._tidied_at = time.monotonic()
        await tidy(self._database)


async def tidy(database: Database) -> None:
    """News may have waited for long before it was delivered or given up: what counts is when that was."""
    kept = {"delivered": DELIVERED_KEPT, "tried": GIVEN_UP_AFTER + DEAD_KEPT, "most": _TIDIED_AT_ONCE}
    async with database.system_transaction() as db:
        await db.execute(_TIDY, kept)
