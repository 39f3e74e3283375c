"""When each key was last used, to the minute: requests tell it to this process alone, which writes it behind them."""

import asyncio
import time
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.logging import get_logger
from orchestrator.tenancy.principal import Principal

log = get_logger(__name__)

EVERY_SECONDS = 60
"""A key's row is written at most so often, by all processes together."""
GATHER_SECONDS = 0.5

# A key that is being changed is left out rather than waited for: two processes write many keys each.
_WRITE = text(
    """
    with stale as (
        select k.tenant_id, k.id, used.at
        from unnest(cast(:tenants as uuid[]), cast(:keys as uuid[]), cast(:moments as timestamptz[]))
            as used (tenant_id, id, at)
        join api_keys k using (tenant_id, id)
        where k.last_used_at is null or k.last_used_at <= used.at - make_interval(secs => :every)
        for no key update of k skip locked
    )
    update api_keys k set last_used_at = stale.at from stale where k.tenant_id = stale.tenant_id and k.id = stale.id
    """
)

_Key = tuple[UUID, UUID]
"""Tenant and id."""


class KeyUses:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._unwritten: dict[_Key, datetime] = {}
        self._written_at: dict[_Key, float] = {}
        self._told = asyncio.Event()

    def note(self, principal: Principal) -> None:
        """Costs a look into a table in memory; whoever is no key is passed over."""
        if principal.key_id is None:
            return
        key = principal.tenant_id, principal.key_id
        if key in self._unwritten or _is_recent(self._written_at.get(key)):
            return
        self._unwritten[key] = now()
        self._told.set()

    async def run(self) -> None:
        """Keys that are used within the same moment are written with one statement."""
        while True:
            await self._told.wait()
            await asyncio.sleep(GATHER_SECONDS)
            await self.write()

    async def write(self) -> None:
        """What was told and is not written yet."""
        self._told.clear()
        used, self._unwritten = self._unwritten, {}
        values: dict[str, Any] = {
            "tenants": [tenant_id for tenant_id, _ in used],
            "keys": [key_id for _, key_id in used],
            "moments": list(used.values()),
            "every": EVERY_SECONDS,
        }
        try:
            async with self._database.system_transaction() as db:
                await db.execute(_WRITE, values)
        except DATABASE_TROUBLE as error:
            # The next use of each is told again.
            log.warning("key_uses_unwritten", keys=len(used), problem=str(error).split("\n")[0])
            return
        recent = {key: at for key, at in self._written_at.items() if _is_recent(at)}
        self._written_at = recent | dict.fromkeys(used, time.monotonic())


def _is_recent(written_at: float | None) -> bool:
    return written_at is not None and time.monotonic() - written_at < EVERY_SECONDS
