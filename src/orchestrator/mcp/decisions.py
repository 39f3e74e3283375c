"""Tells when people have decided: of all calls that wait in this process, one look a second."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

LOOK_SECONDS = 1.0
_GRACE_SECONDS = 60.0
"""So long after a deadline its node may take the default; when it has not, it is gone."""
_DECIDED = b"""
select tenant_id, id from approvals
where (tenant_id, id) in (select * from unnest(%(tenants)s::uuid[], %(ids)s::uuid[])) and status <> 'pending'
"""


class Decisions:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[tuple[UUID, UUID], list[asyncio.Event]] = {}
        self._wanted = asyncio.Event()

    async def run(self) -> None:
        while True:
            await self._wanted.wait()
            try:
                await self._look()
            except DATABASE_TROUBLE as error:
                log.warning("decisions_not_seen", problem=str(error).split("\n")[0])
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        keys = [*self._waiting]
        found: list[dict[str, Any]] = await self._database.look(
            _DECIDED, tenants=[tenant for tenant, _ in keys], ids=[one for _, one in keys]
        )
        for row in found:
            for event in self._waiting.get((row["tenant_id"], row["id"]), []):
                event.set()

    async def made(self, tenant_id: UUID, approval_id: UUID, deadline_at: datetime) -> bool:
        """False when it is overdue and nobody has taken its default."""
        key, event = (tenant_id, approval_id), asyncio.Event()
        self._waiting.setdefault(key, []).append(event)
        self._wanted.set()
        try:
            async with asyncio.timeout((deadline_at - now()).total_seconds() + _GRACE_SECONDS):
                await event.wait()
        except TimeoutError:
            return False
        finally:
            self._forget(key, event)
        return True

    def _forget(self, key: tuple[UUID, UUID], event: asyncio.Event) -> None:
        self._waiting[key].remove(event)
        if not self._waiting[key]:
            del self._waiting[key]
        if not self._waiting:
            self._wanted.clear()
