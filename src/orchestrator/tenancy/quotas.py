"""A tenant's quotas, as the paths read them that every request takes."""

import asyncio
import time
from collections import defaultdict
from uuid import UUID

from sqlalchemy import select

from orchestrator.kit.db import Database
from orchestrator.tenancy.models import Quotas

_FRESH_SECONDS = 1.0
"""A changed quota holds everywhere after this time at the latest."""


class QuotaReader:
    """One a process. Of many requests at once, one asks the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[UUID, tuple[float, Quotas]] = {}
        self._reading: defaultdict[UUID, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of(self, tenant_id: UUID) -> Quotas:
        if (known := self._fresh(tenant_id)) is not None:
            return known
        async with self._reading[tenant_id]:
            if (known := self._fresh(tenant_id)) is not None:
                return known
            asked_at = time.monotonic()
            async with self._database.system_transaction() as db:
                quotas = (await db.execute(select(Quotas).where(Quotas.tenant_id == tenant_id))).scalar_one()
            self._known[tenant_id] = (asked_at, quotas)
            return quotas

    def _fresh(self, tenant_id: UUID) -> Quotas | None:
        asked_at, quotas = self._known.get(tenant_id, (0.0, None))
        return quotas if time.monotonic() - asked_at < _FRESH_SECONDS else None
