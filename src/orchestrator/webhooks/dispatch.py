"""Deliveries that are due are taken, sent, and what came of it is written down.

Taking one moves its next try to when its taker must be dead: whoever is killed in between leaves it to the others, and
the receiver may then see it twice, under the same `webhook-id`.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.logging import get_logger
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.webhooks.bodies import DISABLED, GIVEN_UP
from orchestrator.webhooks.guard import Guard
from orchestrator.webhooks.models import DeliveryStatus, EndpointStatus, WebhookDelivery, WebhookEndpoint
from orchestrator.webhooks.schedule import next_attempt
from orchestrator.webhooks.sending import TRY_SECONDS, Message, Outcome, send

log = get_logger(__name__)

MOST_AT_ONCE, MOST_OF_ONE_ENDPOINT = 32, 4
_TAKEN_SECONDS = 2 * TRY_SECONDS + 15
_TAKE = text("""
    with due as (
        select d.tenant_id, d.id from webhook_endpoints e cross join lateral (
            select one.tenant_id, one.id from webhook_deliveries one
            where one.tenant_id = e.tenant_id and one.endpoint_id = e.id and one.status = 'pending'
                and one.next_attempt_at <= now() and not exists (
                    select from webhook_deliveries before
                    where before.tenant_id = one.tenant_id and before.endpoint_id = one.endpoint_id
                        and before.subject = one.subject and before.status = 'pending' and before.number < one.number
                )
            order by one.next_attempt_at limit :each for update skip locked
        ) d
        where e.status = 'active' and e.id <> all(:busy)
        limit :most
    )
    update webhook_deliveries taken
    set next_attempt_at = now() + make_interval(secs => :seconds), attempts = taken.attempts + 1,
        first_attempt_at = coalesce(taken.first_attempt_at, now())
    from due where taken.tenant_id = due.tenant_id and taken.id = due.id
    returning taken.tenant_id, taken.endpoint_id, taken.id
""").bindparams(bindparam("busy", type_=ARRAY(Uuid)))


@dataclass(frozen=True)
class Taken:
    tenant_id: UUID
    endpoint_id: UUID
    id: UUID


class Dispatcher:
    """Of one process. A slow receiver holds up its own news, and nobody else's."""

    def __init__(self, database: Database, guard: Guard, sealer: Sealer) -> None:
        self._database = database
        self._guard = guard
        self._sealer = sealer
        self._under_way: Counter[UUID] = Counter()
        self.finished = asyncio.Event()
        """Set when a try ends: there is room for another."""

    async def dispatch(self, group: asyncio.TaskGroup) -> bool:
        """Begins what is due, as tasks of the group; whether there may be more."""
        free = MOST_AT_ONCE - self._under_way.total()
        if free <= 0:
            return False
        taken = await self._take(free)
        for one in taken:
            self._under_way[one.endpoint_id] += 1
            group.create_task(self._deliver(one))
        return len(taken) == free

    async def _take(self, most: int) -> list[Taken]:
        busy = [endpoint_id for endpoint_id, count in self._under_way.items() if count >= MOST_OF_ONE_ENDPOINT]
        values = {"most": most, "each": MOST_OF_ONE_ENDPOINT, "busy": busy, "seconds": _TAKEN_SECONDS}
        async with self._database.system_transaction() as db:
            return [Taken(*row) for row in await db.execute(_TAKE, values)]

    async def _deliver(self, taken: Taken) -> None:
        with tenant_scope(taken.tenant_id):
            try:
                outcome = await self._tried(taken)
                if outcome is not None:
                    await self._record(taken, outcome)
            except DATABASE_TROUBLE as error:  # It is taken up again when its time as taken is over.
                log.warning("webhook_not_recorded", delivery_id=str(taken.id), problem=str(error).split("\n")[0])
            except Exception as error:
                # What is wrong with one delivery must not end those of all. It is tried again like one whose process died.
                log.error("webhook_failed", delivery_id=str(taken.id), exc_info=error)
            finally:
                self._under_way[taken.endpoint_id] -= 1
                self._under_way += Counter()  # Forgets those at zero.
                self.finished.set()

    async def _tried(self, taken: Taken) -> Outcome | None:
        """None when it was removed meanwhile."""
        try:
            message = await self._message(taken)
        except OrchestratorError as error:  # The master key is missing, or another one.
            return Outcome(None, error.message)
        return None if message is None else await send(message, self._guard, now())

    async def _message(self, taken: Taken) -> Message | None:
        async with self._database.transaction() as db:
            rows = IndustrialRepository(db)
            delivery = await rows.find(WebhookDelivery, WebhookDelivery.id == taken.id)
            endpoint = await rows.find(WebhookEndpoint, WebhookEndpoint.id == taken.endpoint_id)
        if delivery is None or endpoint is None:
            return None
        sealed = [endpoint.secret_sealed]
        former, until = endpoint.former_secret_sealed, endpoint.former_secret_until
        if former is not None and until is not None and until > now():
            sealed.append(former)
        whose = Sealed(endpoint.tenant_id, endpoint.id)
        return Message(str(delivery.id), endpoint.url, delivery.body, tuple(self._sealer.open(whose, one) for one in sealed))

    async def _record(self, taken: Taken, outcome: Outcome) -> None:
        async with self._database.transaction() as db:
            if outcome.is_gone:  # First, for whoever changes an endpoint locks it before its deliveries.
                await self._disable(db, taken)
            own = WebhookDelivery.tenant_id == taken.tenant_id, WebhookDelivery.id == taken.id
            row = (await db.execute(select(WebhookDelivery).where(*own).with_for_update())).scalar_one_or_none()
            if row is not None and row.status is DeliveryStatus.PENDING:
                write(db, row, outcome, now())

    async def _disable(self, db: AsyncSession, taken: Taken) -> None:
        """The receiver says that it is no more."""
        own = WebhookEndpoint.tenant_id == taken.tenant_id, WebhookEndpoint.id == taken.endpoint_id
        row = (await db.execute(select(WebhookEndpoint).where(*own).with_for_update())).scalar_one_or_none()
        if row is not None and row.status is EndpointStatus.ACTIVE:
            reason = "its receiver answered 410 Gone"
            row.status, row.disabled_reason, row.updated_at = EndpointStatus.DISABLED, reason, now()
            events.append(db, row.tenant_id, DISABLED, actor=ORCHESTRATOR, webhook_id=str(row.id), reason=reason)


def write(db: AsyncSession, row: WebhookDelivery, outcome: Outcome, moment: datetime) -> None:
    """What came of a try."""
    row.last_status_code, row.last_problem = outcome.status_code, outcome.problem
    if outcome.problem is None:
        row.status, row.delivered_at = DeliveryStatus.DELIVERED, moment
        return
    log.info("webhook_not_delivered", delivery_id=str(row.id), attempts=row.attempts, problem=outcome.problem)
    again = next_attempt(row.first_attempt_at or moment, row.attempts, moment, outcome.asked_seconds)
    if again is not None:
        row.next_attempt_at = again
        return
    row.status = DeliveryStatus.DEAD
    events.append(
        db,
        row.tenant_id,
        GIVEN_UP,
        actor=ORCHESTRATOR,
        webhook_id=str(row.endpoint_id),
        delivery_id=str(row.id),
        kind=row.type,
        problem=outcome.problem,
    )
