"""Pushing work to agents that have an address: a lease is taken for the agent and sent there, signed.

The lease is what makes it safe: an agent that says yes keeps it, one that says no or nothing gives it back at once, and
what a crash leaves between the two runs out by itself. Each lease has its own `webhook-id`, which is signed.
"""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from orchestrator.eap.assignments import give_back
from orchestrator.eap.handing import Handing
from orchestrator.eap.messages import AssignmentMessage
from orchestrator.eap.models import Assignment, AssignmentStatus, ExternalAgent
from orchestrator.eap.news import AssignmentNews
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.logging import get_logger
from orchestrator.kit.printable import printable
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.webhooks.guard import Guard
from orchestrator.webhooks.sending import Message, Outcome, send

log = get_logger(__name__)

_LOOK_SECONDS, _MOST_AT_ONCE = 0.5, 16
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 5.0, 300.0
# Members that work can be pushed to at this moment.
_DUE = text("""
    select e.tenant_id, e.id from external_agents e
    where e.transport = 'push' and e.revoked_at is null and e.proven_at is not null and e.desired = 'continue'
        and e.liveness <> 'lost' and e.status <> 'offline'
        and exists (
            select from assignments a where a.tenant_id = e.tenant_id and a.agent_id = e.agent_id and a.status = 'queued'
                and (a.not_before is null or a.not_before <= now())
        )
        and e.max_tasks > (
            select count(*) from assignments a
            where a.tenant_id = e.tenant_id and a.external_agent_id = e.id and a.status = 'leased'
        )
    order by e.current_load, e.id limit 100
""")


@dataclass(frozen=True)
class _Push:
    tenant_id: UUID
    member_id: UUID
    work: AssignmentMessage
    message: Message


class Pusher:
    def __init__(self, database: Database, settings: Settings, news: AssignmentNews) -> None:
        self._database = database
        self._settings = settings
        self._sealer = Sealer(settings)
        self._guard = Guard(settings)
        self._news = news
        self._at_once = asyncio.Semaphore(_MOST_AT_ONCE)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                await self._look(group)
                await asyncio.sleep(_LOOK_SECONDS)

    async def _look(self, group: asyncio.TaskGroup) -> None:
        try:
            async with self._database.system_transaction() as db:
                due = [(tenant_id, member_id) for tenant_id, member_id in await db.execute(_DUE)]
            for tenant_id, member_id in due:
                await self._at_once.acquire()
                group.create_task(self._push_one(tenant_id, member_id))
        except DATABASE_TROUBLE as error:
            log.warning("assignments_not_pushed", problem=str(error).split("\n")[0])

    async def _push_one(self, tenant_id: UUID, member_id: UUID) -> None:
        with tenant_scope(tenant_id):
            try:
                push = await self._taken(tenant_id, member_id)
                if push is not None:
                    await self._record(push, await send(push.message, self._guard, now()))
            except (OrchestratorError, *DATABASE_TROUBLE) as error:  # Its lease, if it has one, runs out by itself.
                log.warning("assignment_not_pushed", external_agent_id=str(member_id), problem=str(error).split("\n")[0])
            finally:
                self._at_once.release()

    async def _taken(self, tenant_id: UUID, member_id: UUID) -> _Push | None:
        base = self._settings.public_url or f"http://{self._settings.host}:{self._settings.port}"
        work = await Handing(self._database, self._settings, self._news, base.rstrip("/")).lease(member_id)
        if work is None:
            return None
        async with self._database.transaction() as db:
            member = await IndustrialRepository(db).get(ExternalAgent, member_id)
        if member.endpoint_url is None or member.secret_sealed is None:
            raise AssertionError("whom work is pushed to has an address and a secret")
        secret = self._sealer.open(Sealed(tenant_id, member_id), member.secret_sealed)
        name = f"{work.task_id}.{work.lease_epoch}"
        message = Message(name, member.endpoint_url, work.model_dump_json(), (secret,))
        return _Push(tenant_id, member_id, work, message)

    async def _record(self, push: _Push, outcome: Outcome) -> None:
        if outcome.problem is None:
            return
        async with self._database.transaction() as db:
            rows = IndustrialRepository(db)
            member = await rows.get(ExternalAgent, push.member_id, lock=True)
            member.last_error, member.last_error_at = printable(f"work could not be pushed: {outcome.problem}"), now()
            row = await rows.get(Assignment, push.work.task_id, lock=True)
            if row.status is AssignmentStatus.LEASED and row.lease_epoch == push.work.lease_epoch:
                # It was not the work's fault: a try that nobody began does not count.
                row.tries -= 1
                failures = row.lease_epoch - row.tries
                wait = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** min(failures, 10))
                await give_back(db, row, f"its agent could not be reached: {outcome.problem}", wait_seconds=wait)
