"""Finds work for A2A agents and tasks that nobody follows, in all tenants, and looks at their cards. Every API process
has one; they share the work by locks, and what one leaves behind by a crash another goes on with."""

import asyncio
import importlib
from uuid import UUID

from sqlalchemy import text

from orchestrator.eap.models import RemoteCard
from orchestrator.eap.news import AssignmentNews
from orchestrator.eap.outbound import cards, runs
from orchestrator.eap.outbound.beating import beat
from orchestrator.eap.outbound.enrolling import LOOK_SECONDS
from orchestrator.eap.outbound.errors import CardInvalid, CardUnreachable
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.ids import new_id
from orchestrator.kit.logging import get_logger
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.webhooks.guard import Guard

log = get_logger(__name__)

_LOOK_SECONDS = 0.5
_MOST_RUNS, _MOST_LOOKS = 100, 16
_TO_LOOK_AT = text("""
    with due as (
        select c.tenant_id, c.id from a2a_cards c
        join external_agents e on e.tenant_id = c.tenant_id and e.id = c.id
        where c.next_look_at <= now() and e.revoked_at is null
        order by c.next_look_at limit :most for update of c skip locked
    )
    update a2a_cards c set next_look_at = now() + make_interval(secs => :seconds)
    from due where c.tenant_id = due.tenant_id and c.id = due.id returning c.tenant_id, c.id
""")


class Driver:
    def __init__(self, database: Database, settings: Settings, news: AssignmentNews) -> None:
        self._database, self._settings, self._news = database, settings, news
        self._id = new_id()
        self._runs, self._looks = 0, 0

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    await self._look(group)
                except DATABASE_TROUBLE as error:
                    log.warning("a2a_agents_not_looked_after", problem=str(error).split("\n")[0])
                await asyncio.sleep(_LOOK_SECONDS)

    async def _look(self, group: asyncio.TaskGroup) -> None:
        free = {"most": max(0, _MOST_RUNS - self._runs)}
        async with self._database.system_transaction() as db:
            left = (await db.execute(runs.ABANDONED, {**free, "driver": self._id, "seconds": runs.CLAIM_SECONDS})).all()
        for tenant_id, remote_id in left:
            self._begin(group, tenant_id, remote_id)
        async with self._database.system_transaction() as db:
            due = (await db.execute(runs.DUE, {"most": max(0, _MOST_RUNS - self._runs)})).all()
            looks = {"most": _MOST_LOOKS - self._looks, "seconds": self._look_seconds}
            to_look_at = (await db.execute(_TO_LOOK_AT, looks)).all()
        for tenant_id, member_id in due:
            with tenant_scope(tenant_id):
                async with self._database.transaction() as db:
                    taken = await runs.take(db, member_id, self._settings.eap_lease_seconds, self._id)
            if taken is not None:
                self._begin(group, tenant_id, taken.id)
        for tenant_id, member_id in to_look_at:
            self._looks += 1
            group.create_task(self._look_at_card(tenant_id, member_id))

    @property
    def _look_seconds(self) -> float:
        return min(LOOK_SECONDS, self._settings.eap_heartbeat_seconds)

    def _begin(self, group: asyncio.TaskGroup, tenant_id: UUID, remote_id: UUID) -> None:
        self._runs += 1
        group.create_task(self._drive(tenant_id, remote_id))

    async def _drive(self, tenant_id: UUID, remote_id: UUID) -> None:
        with tenant_scope(tenant_id):
            try:
                # The SDK takes most of a second to import.
                await asyncio.to_thread(importlib.import_module, "orchestrator.eap.outbound.driving")
                from orchestrator.eap.outbound.driving import Driving

                async with self._database.transaction() as db:
                    run = await runs.read(db, remote_id)
                keeping = runs.Keeping(self._database, run, self._id)
                await Driving(self._database, self._settings, self._news, keeping).drive()
            except (OrchestratorError, *DATABASE_TROUBLE) as error:  # Its claim runs out, and it is taken up again.
                log.warning("a2a_task_not_followed", remote_task=str(remote_id), problem=str(error).split("\n")[0])
            except Exception as error:
                # What is wrong with one must not end those of all. It is taken up again as after a crash.
                log.error("a2a_task_failed", remote_task=str(remote_id), exc_info=error)
            finally:
                self._runs -= 1

    async def _look_at_card(self, tenant_id: UUID, member_id: UUID) -> None:
        """An agent whose card answers lives. A card that changed is for a person to take."""
        with tenant_scope(tenant_id):
            try:
                async with self._database.transaction() as db:
                    card = await IndustrialRepository(db).get(RemoteCard, member_id)
                fetched = await cards.fetch(Guard(self._settings), card.card_url)
                if fetched.sha256 != card.seen_sha256:
                    async with self._database.transaction() as db:
                        row = await IndustrialRepository(db).get(RemoteCard, member_id, lock=True)
                        row.seen_sha256 = fetched.sha256
                await beat(self._database, self._settings, member_id)
            except (CardUnreachable, CardInvalid) as error:  # Silent for longer, it is suspect and then lost.
                log.info("a2a_agent_silent", external_agent_id=str(member_id), problem=error.message)
            except (OrchestratorError, *DATABASE_TROUBLE) as error:
                log.warning("a2a_card_not_looked_at", external_agent_id=str(member_id), problem=str(error).split("\n")[0])
            finally:
                self._looks -= 1
