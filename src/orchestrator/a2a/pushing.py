"""Keeps the news of tasks on its way. The log of events is the outbox: each configuration has a place in it, which moves
when the receiver has taken what is there. Every API process looks; what one has in hand, the others leave alone."""

import asyncio
import importlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text

from orchestrator.a2a.models import A2aPushConfig
from orchestrator.events.models import Event
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.logging import get_logger
from orchestrator.kit.sealing import Sealer
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.models import Session
from orchestrator.webhooks.guard import Guard
from orchestrator.webhooks.schedule import next_attempt
from orchestrator.webhooks.sending import TRY_SECONDS, Outcome, post

log = get_logger(__name__)

STATUS = "session.status"
_LOOK_SECONDS, _AT_ONCE, _TAKEN_SECONDS = 1.0, 32, 2 * TRY_SECONDS + 15
_TAKE = text("""
    with due as (
        select c.tenant_id, c.id from a2a_push_configs c
        where c.ended_at is null and c.next_attempt_at <= now() and exists (
            select from events e where e.tenant_id = c.tenant_id and e.session_id = c.session_id and e.seq > c.seq
                and e.type = 'session.status'
        )
        order by c.next_attempt_at limit :most for update skip locked
    )
    update a2a_push_configs c
    set next_attempt_at = now() + make_interval(secs => :seconds), attempts = c.attempts + 1,
        first_attempt_at = coalesce(c.first_attempt_at, now())
    from due where c.tenant_id = due.tenant_id and c.id = due.id
    returning c.tenant_id, c.id
""")


class PushKeeper:
    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._guard, self._sealer = database, Guard(settings), Sealer(settings)
        self._under_way = 0

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                if not await self._look(group):
                    await asyncio.sleep(_LOOK_SECONDS)

    async def _look(self, group: asyncio.TaskGroup) -> bool:
        """Begins what is due, as tasks of the group; whether there may be more."""
        free = _AT_ONCE - self._under_way
        if free <= 0:
            return False
        try:
            async with self._database.system_transaction() as db:
                taken = (await db.execute(_TAKE, {"most": free, "seconds": _TAKEN_SECONDS})).all()
        except DATABASE_TROUBLE as error:
            log.warning("a2a_push_not_looked_after", problem=str(error).split("\n")[0])
            return False
        for tenant_id, config_id in taken:
            self._under_way += 1
            group.create_task(self._tell(tenant_id, config_id))
        return len(taken) == free

    async def _tell(self, tenant_id: UUID, config_id: UUID) -> None:
        with tenant_scope(tenant_id):
            try:
                await self._told(tenant_id, config_id)
            except DATABASE_TROUBLE as error:  # It is taken up again when its time as taken is over.
                log.warning("a2a_push_not_recorded", config_id=str(config_id), problem=str(error).split("\n")[0])
            except Exception as error:
                # What is wrong with one must not end those of all. It is tried again like one whose process died.
                log.error("a2a_push_failed", config_id=str(config_id), exc_info=error)
            finally:
                self._under_way -= 1

    async def _told(self, tenant_id: UUID, config_id: UUID) -> None:
        # The SDK takes most of a second to import.
        await asyncio.to_thread(importlib.import_module, "orchestrator.a2a.push_bodies")
        from orchestrator.a2a.push_bodies import headers_of, news_of

        async with self._database.transaction() as db:
            row = await db.get(A2aPushConfig, (tenant_id, config_id))
            if row is None:
                return
            session = await db.get_one(Session, (tenant_id, row.session_id))
            query = select(Event).where(Event.tenant_id == tenant_id, Event.session_id == row.session_id)
            query = query.where(Event.seq > row.seq, Event.type == STATUS).order_by(Event.seq).limit(1)
            event = (await db.execute(query)).scalar_one()
            news = await news_of(db, session, event)
        try:
            outcome = await post(row.url, headers_of(self._sealer, row), news.body, self._guard)
        except OrchestratorError as error:  # The master key is missing, or another one.
            outcome = Outcome(None, error.message)
        async with self._database.transaction() as db:
            own = A2aPushConfig.tenant_id == tenant_id, A2aPushConfig.id == config_id
            found = (await db.execute(select(A2aPushConfig).where(*own).with_for_update())).scalar_one_or_none()
            if found is not None:
                write(found, event.seq, outcome, now(), is_over=news.is_over)


def write(row: A2aPushConfig, seq: int, outcome: Outcome, moment: datetime, *, is_over: bool) -> None:
    """What came of a try."""
    row.last_problem = outcome.problem
    if outcome.problem is None:
        row.seq, row.attempts, row.first_attempt_at, row.next_attempt_at = seq, 0, None, moment
        row.ended_at = moment if is_over else None
        return
    log.info("a2a_push_not_delivered", config_id=str(row.id), attempts=row.attempts, problem=outcome.problem)
    again = next_attempt(row.first_attempt_at or moment, row.attempts, moment, outcome.asked_seconds)
    if again is None or outcome.is_gone:
        row.ended_at = moment
    else:
        row.next_attempt_at = again
