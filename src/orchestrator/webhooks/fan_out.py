"""From the log of events to deliveries: the log is the outbox, written in one transaction with every change.

Each endpoint has a place in the log that moves in the same transaction in which its deliveries are written, so that after
a crash nothing is missing and nothing is there twice.
"""

from uuid import UUID

from sqlalchemy import select, text

from orchestrator.events.log import read_after
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.ids import new_id
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.webhooks.bodies import body_of_event, subject_of
from orchestrator.webhooks.models import EndpointStatus, WebhookEndpoint
from orchestrator.webhooks.patterns import takes
from orchestrator.webhooks.service import pending

log = get_logger(__name__)

MOST_WAITING = 1_000
"""Of one endpoint. What comes after stays in the log until some of them are through."""
_EVENTS_AT_ONCE, _ENDPOINTS_AT_ONCE = 500, 100
_BEHIND = text("""
    select e.tenant_id, e.id from webhook_endpoints e join event_counters c on c.tenant_id = e.tenant_id
    where e.status = 'active' and c.last_seq > e.seq and :most > (
        select count(*) from webhook_deliveries d
        where d.tenant_id = e.tenant_id and d.endpoint_id = e.id and d.status = 'pending'
    )
    order by e.seq limit :limit
""")


async def fan_out(database: Database) -> bool:
    """Every endpoint once; whether any may have more."""
    async with database.system_transaction() as db:
        behind = (await db.execute(_BEHIND, {"most": MOST_WAITING, "limit": _ENDPOINTS_AT_ONCE})).all()
    more = [await _try_to_advance(database, tenant_id, endpoint_id) for tenant_id, endpoint_id in behind]
    return any(more)


async def _try_to_advance(database: Database, tenant_id: UUID, endpoint_id: UUID) -> bool:
    try:
        return await _advance(database, tenant_id, endpoint_id)
    except DATABASE_TROUBLE:
        raise
    except Exception as error:
        # What is wrong with one tenant's event must not end the news of all.
        log.error("webhook_not_advanced", tenant_id=str(tenant_id), webhook_id=str(endpoint_id), exc_info=error)
        return False


async def _advance(database: Database, tenant_id: UUID, endpoint_id: UUID) -> bool:
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            own = WebhookEndpoint.tenant_id == tenant_id, WebhookEndpoint.id == endpoint_id
            # Another process that is at it has it in hand.
            query = select(WebhookEndpoint).where(*own).with_for_update(skip_locked=True)
            endpoint = (await db.execute(query)).scalar_one_or_none()
            if endpoint is None or endpoint.status is not EndpointStatus.ACTIVE:
                return False
            events = await read_after(db, endpoint.seq, limit=_EVENTS_AT_ONCE)
            moment = now()
            db.add_all(
                pending(endpoint, one.type, subject_of(one), one.seq, body_of_event(one), moment, new_id())
                for one in events
                if takes(endpoint.events, one.type)
            )
            endpoint.seq = events[-1].seq if events else endpoint.seq
            return len(events) == _EVENTS_AT_ONCE
