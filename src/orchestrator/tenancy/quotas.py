"""A tenant's quotas, as the paths read them that every request takes."""

from functools import partial
from uuid import UUID

from sqlalchemy import select

from orchestrator.kit.db import Database
from orchestrator.kit.remembered import Remembered
from orchestrator.tenancy.models import Quotas

_FRESH_SECONDS = 1.0
"""A changed quota holds everywhere after this time at the latest."""


class QuotaReader:
    """One a process. Of many requests at once, one asks the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known = Remembered[UUID, Quotas](_FRESH_SECONDS)

    async def of(self, tenant_id: UUID) -> Quotas:
        return await self._known.get(tenant_id, partial(self._read, tenant_id))

    async def _read(self, tenant_id: UUID) -> Quotas:
        async with self._database.system_transaction() as db:
            return (await db.execute(select(Quotas).where(Quotas.tenant_id == tenant_id))).scalar_one()
