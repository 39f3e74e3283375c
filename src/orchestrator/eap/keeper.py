"""Looks after agents that went silent and leases that are over. Every API process has one; they share the work by locks."""

import asyncio
import contextlib
import time
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.eap import liveness
from orchestrator.eap.assignments import cancel, give_back
from orchestrator.eap.models import Assignment, AssignmentStatus
from orchestrator.eap.news import AssignmentNews
from orchestrator.eap.outbound.driver import Driver
from orchestrator.eap.push import Pusher
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.logging import get_logger
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope

log = get_logger(__name__)

_LOOK_SECONDS, _TIDY_SECONDS = 0.5, 600.0
_OVER = text(
    "select tenant_id, id from assignments where status = 'leased' and lease_until < now() order by lease_until limit 200"
)
# A lease of nobody's session: its workflow cancels it when it can, and this when its node is gone.
_IDLE = text("""
    select distinct a.tenant_id, a.session_id from assignments a
    join sessions s on s.tenant_id = a.tenant_id and s.id = a.session_id
    where a.status in ('queued', 'leased')
        and s.status not in ('running', 'waiting', 'degraded', 'verifying', 'orphaned', 'queued')
    limit 200
""")
_SILENT = text("""
    with silent as (
        select tenant_id, id,
            case when heartbeat_at < now() - make_interval(secs => :lost) then 'lost' else 'suspect' end as now_is
        from external_agents
        where revoked_at is null and liveness <> 'lost' and heartbeat_at < now() - make_interval(secs => :suspect)
        for no key update skip locked
    )
    update external_agents e set liveness = silent.now_is from silent
    where e.tenant_id = silent.tenant_id and e.id = silent.id and e.liveness <> silent.now_is
    returning e.tenant_id, e.id
""")
_TIDY = (
    text("delete from external_agent_tokens where expires_at < now() - interval '1 minute'"),
    text("delete from external_agent_assertions where expires_at < now()"),
)


class EapKeeper:
    def __init__(self, database: Database, settings: Settings, news: AssignmentNews) -> None:
        self._database = database
        self._suspect_seconds = liveness.MISSED * settings.eap_heartbeat_seconds
        self._lost_seconds = max(self._suspect_seconds, settings.eap_lease_seconds)
        self._pusher = Pusher(database, settings, news)
        self._driver = Driver(database, settings, news)
        self._tidied_at = 0.0

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pusher.run())
            group.create_task(self._driver.run())
            while True:
                await self._look()
                await asyncio.sleep(_LOOK_SECONDS)

    async def _look(self) -> None:
        try:
            await end_leases(self._database)
            await self._notice_silence()
            await cancel_idle(self._database)
            await self._tidy()
        except DATABASE_TROUBLE as error:
            log.warning("external_agents_not_looked_after", problem=str(error).split("\n")[0])

    async def _notice_silence(self) -> None:
        values = {"suspect": self._suspect_seconds, "lost": self._lost_seconds}
        async with self._database.system_transaction() as db:
            found = [(tenant_id, member_id) for tenant_id, member_id in await db.execute(_SILENT, values)]
        for tenant_id, member_id in found:
            with tenant_scope(tenant_id):
                async with self._database.transaction() as db:
                    await liveness.came_or_went(db, member_id)

    async def _tidy(self) -> None:
        if time.monotonic() < self._tidied_at + _TIDY_SECONDS:
            return
        self._tidied_at = time.monotonic()
        async with self._database.system_transaction() as db:
            for statement in _TIDY:
                await db.execute(statement)


async def end_leases(database: Database) -> None:
    """What is leased for longer than it may be goes back into the line."""
    async with database.system_transaction() as db:
        over = [(tenant_id, assignment_id) for tenant_id, assignment_id in await db.execute(_OVER)]
    for tenant_id, assignment_id in over:
        with tenant_scope(tenant_id):
            async with database.transaction() as db:
                await _end_lease(db, assignment_id)


async def _end_lease(db: AsyncSession, assignment_id: UUID) -> None:
    own = Assignment.id == assignment_id, Assignment.status == AssignmentStatus.LEASED, Assignment.lease_until < now()
    query = IndustrialRepository(db).query(Assignment, *own).with_for_update(key_share=True, skip_locked=True)
    row = (await db.execute(query)).scalar_one_or_none()
    if row is not None:
        await give_back(db, row, "its agent let the lease run out")


async def cancel_idle(database: Database) -> None:
    async with database.system_transaction() as db:
        idle = [(tenant_id, session_id) for tenant_id, session_id in await db.execute(_IDLE)]
    for tenant_id, session_id in idle:
        with tenant_scope(tenant_id), contextlib.suppress(*DATABASE_TROUBLE):
            async with database.transaction() as db:
                await cancel(db, session_id, "its session has ended")
