"""Looks at every split, and takes back what is surely worse. The leader of the cluster does."""

import asyncio
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from orchestrator.finetuning import splits
from orchestrator.finetuning.split_rule import judge
from orchestrator.finetuning.version_models import SplitStatus, TrafficSplit
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes.leader import Leadership

log = get_logger(__name__)

_LOOK_SECONDS = 5.0


async def look(database: Database, tenant_id: UUID, split_id: UUID) -> None:
    """The numbers of both arms are kept at each look, so that people see what the rule saw."""
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            row = await IndustrialRepository(db).get(TrafficSplit, split_id, lock=True)
            if row.status is not SplitStatus.ACTIVE or await splits.lost_target(db, row):
                return
            base, tuned = await splits.outcomes(db, row)
            found = judge(base, tuned)
            if found.worse:
                await splits.roll_back(db, row, found)
                log.warning("split_rolled_back", alias=row.alias, reason=found.words)
            elif row.reason != found.words:
                row.reason, row.evidence, row.updated_at = found.words, {**row.evidence, **found.evidence}, now()


class SplitKeeper:
    def __init__(self, database: Database, leadership: Leadership) -> None:
        self._database = database
        self._leadership = leadership

    async def run(self) -> None:
        while True:
            try:
                if self._leadership.leads:
                    await self.look_at_all()
            except (DBAPIError, OSError) as error:
                log.warning("splits_not_looked_at", problem=str(error).split("\n")[0])
            await asyncio.sleep(_LOOK_SECONDS)

    async def look_at_all(self) -> None:
        async with self._database.system_transaction() as db:
            query = select(TrafficSplit.tenant_id, TrafficSplit.id).where(TrafficSplit.status == SplitStatus.ACTIVE)
            found = [(one[0], one[1]) for one in (await db.execute(query)).all()]
        for tenant_id, split_id in found:
            try:
                await look(self._database, tenant_id, split_id)
            except OrchestratorError as error:
                log.warning("split_not_looked_at", split_id=str(split_id), problem=error.message)
