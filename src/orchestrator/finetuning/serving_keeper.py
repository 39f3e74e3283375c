"""Each node's own: takes endpoints that are wanted, keeps them running, and ends those that are wanted no longer."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.exc import DBAPIError

from orchestrator.finetuning import engines, serving, splits
from orchestrator.finetuning.bases import find_base
from orchestrator.finetuning.endpoint import Endpoint, Node, Plan, told
from orchestrator.finetuning.version_models import ModelVersion, ServedModel, ServingStatus
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope

log = get_logger(__name__)

_LOOK_SECONDS = 1.0
_OVER = (ServingStatus.FAILED, ServingStatus.STOPPED)

_ORPHANS = text("""
    select s.tenant_id, s.id from served_models s
    where s.wanted and s.status <> 'failed'
        and (s.node_id is null or s.node_id in (select id from nodes where died_at is not null))
    order by s.created_at
""")


@dataclass
class _Kept:
    tenant_id: UUID
    task: asyncio.Task[None]


class ServingKeeper:
    def __init__(self, node: Node) -> None:
        self._node = node
        self._kept: dict[UUID, _Kept] = {}

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    try:
                        await self._look(group)
                    except (DBAPIError, OSError) as error:
                        log.warning("serving_not_looked_at", problem=str(error).split("\n")[0])
                    await asyncio.sleep(_LOOK_SECONDS)
        finally:
            self._kept.clear()

    async def _look(self, group: asyncio.TaskGroup) -> None:
        await self._take()
        async with self._node.database.system_transaction() as db:
            mine = ServedModel.node_id == self._node.node_id
            query = select(ServedModel).where(mine, or_(ServedModel.wanted.is_(True), ServedModel.status.not_in(_OVER)))
            rows = (await db.execute(query)).scalars().all()
        for row in rows:
            kept = self._kept.get(row.id)
            if row.wanted and row.status is not ServingStatus.FAILED and (kept is None or kept.task.done()):
                self._kept[row.id] = _Kept(row.tenant_id, group.create_task(self._keep(row)))
            elif not row.wanted:
                await self._end(row, self._kept.pop(row.id, None))

    async def _take(self) -> None:
        """Those that no node has, or that a dead one had."""
        async with self._node.database.system_transaction() as db:
            found = (await db.execute(_ORPHANS)).all()
        for tenant_id, served_id in found:
            with tenant_scope(tenant_id):
                async with self._node.database.transaction() as db:
                    row = await IndustrialRepository(db).get(ServedModel, served_id, lock=True)
                    if row.wanted and engines.fits(row.engine, self._node.env):
                        row.node_id, row.updated_at = self._node.node_id, now()

    async def _keep(self, row: ServedModel) -> None:
        with tenant_scope(row.tenant_id):
            try:
                await Endpoint(self._node, await self._plan(row)).run()
            except OrchestratorError as error:
                log.warning("endpoint_failed", alias=row.alias, code=error.code, problem=error.message)
                await self._failed(row, error)
            except (DBAPIError, OSError) as error:
                log.warning("endpoint_not_kept", alias=row.alias, problem=str(error).split("\n")[0])

    async def _plan(self, row: ServedModel) -> Plan:
        """Raises BaseUnknown."""
        async with self._node.database.transaction() as db:
            version = await IndustrialRepository(db).get(ModelVersion, row.version_id)
            if row.arm == "tuned" and "merged" in version.artifacts:
                return Plan(row, version, version.base_model)
            base = await find_base(db, self._node.bases, version.base_model)
            served = version if row.arm == "tuned" else base.version
            return Plan(row, served, base.location or "")

    async def _failed(self, row: ServedModel, error: OrchestratorError) -> None:
        async with self._node.database.transaction() as db:
            kept = await IndustrialRepository(db).get(ServedModel, row.id, lock=True)
            await splits.abandon(db, kept, f"the endpoint of the tuned version failed: {error.message}")
            await serving.withdraw(db, kept)
            kept.wanted = False
            serving.set_status(db, kept, ServingStatus.FAILED, told(error))

    async def _end(self, row: ServedModel, kept: _Kept | None) -> None:
        if kept is not None and not kept.task.done():
            kept.task.cancel()
            await asyncio.wait({kept.task})
        with tenant_scope(row.tenant_id):
            async with self._node.database.transaction() as db:
                ended = await IndustrialRepository(db).get(ServedModel, row.id, lock=True)
                if not ended.wanted and ended.status not in _OVER:
                    serving.set_status(db, ended, ServingStatus.STOPPED)
