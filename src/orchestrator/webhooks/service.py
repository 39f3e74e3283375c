"""What people do with webhooks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events.log import last_number
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, lock_until_commit
from orchestrator.kit.errors import NotFound
from orchestrator.kit.ids import new_id
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.kit.versions import check_match
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal
from orchestrator.webhooks.bodies import TEST, body_of
from orchestrator.webhooks.errors import DeliveryUnderWay, TooManyWebhooks
from orchestrator.webhooks.guard import Guard
from orchestrator.webhooks.models import DeliveryStatus, EndpointStatus, WebhookDelivery, WebhookEndpoint
from orchestrator.webhooks.patterns import checked
from orchestrator.webhooks.signing import new_secret

MOST_ENDPOINTS = 20
"""Of one tenant."""


@dataclass(frozen=True)
class NewEndpoint:
    url: str
    events: list[str]
    description: str


class Webhooks:
    """Of the tenant of the principal, in one transaction."""

    def __init__(self, db: AsyncSession, principal: Principal, guard: Guard, sealer: Sealer) -> None:
        self._db = db
        self._principal = principal
        self._guard = guard
        self._sealer = sealer
        self._rows = IndustrialRepository(db)

    async def create(self, wanted: NewEndpoint) -> tuple[WebhookEndpoint, str]:
        """With the secret, which is told this once. It is told of what happens from now on."""
        await self._guard.check(wanted.url)
        await lock_until_commit(self._db, f"{self._rows.tenant_id}:webhooks")
        mine = WebhookEndpoint.tenant_id == self._rows.tenant_id
        count = (await self._db.execute(select(func.count()).select_from(WebhookEndpoint).where(mine))).scalar_one()
        if count >= MOST_ENDPOINTS:
            raise TooManyWebhooks(most=MOST_ENDPOINTS)
        endpoint_id, secret, moment = new_id(), new_secret(), now()
        row = self._rows.add(
            WebhookEndpoint(
                id=endpoint_id,
                url=wanted.url,
                description=wanted.description,
                events=checked(wanted.events),
                secret_sealed=self._sealer.seal(Sealed(self._rows.tenant_id, endpoint_id), secret),
                status=EndpointStatus.ACTIVE,
                seq=await last_number(self._db),
                created_by=self._principal.actor,
                created_at=moment,
                updated_at=moment,
            )
        )
        await self._db.flush()
        self._audit("webhook.add", row, after=_facts(row))
        return row, secret

    async def change(self, endpoint_id: UUID, wanted: dict[str, Any], if_match: str | None) -> WebhookEndpoint:
        """`wanted`: any of url, events, description, enabled. One that is switched on again is told what it missed."""
        row = await self._locked(endpoint_id)
        check_match(if_match, row.etag)
        before = _facts(row)
        if "url" in wanted:
            await self._guard.check(wanted["url"])
            row.url = wanted["url"]
        if "events" in wanted:
            row.events = checked(wanted["events"])
        if "description" in wanted:
            row.description = wanted["description"]
        if "enabled" in wanted:
            await self._switch(row, wanted["enabled"])
        row.updated_at = now()
        await self._db.flush()
        self._audit("webhook.change", row, before, _facts(row))
        return row

    async def _switch(self, row: WebhookEndpoint, enabled: bool) -> None:
        if enabled == (row.status is EndpointStatus.ACTIVE):
            return
        row.status = EndpointStatus.ACTIVE if enabled else EndpointStatus.DISABLED
        row.disabled_reason = None if enabled else f"switched off by {self._principal.actor}"
        if enabled:
            # What waited through the pause is not given up for the time that it could not be tried.
            waiting = update(WebhookDelivery).where(
                WebhookDelivery.tenant_id == row.tenant_id,
                WebhookDelivery.endpoint_id == row.id,
                WebhookDelivery.status == DeliveryStatus.PENDING,
            )
            await self._db.execute(waiting.values(attempts=0, first_attempt_at=None, next_attempt_at=now()))

    async def remove(self, endpoint_id: UUID, if_match: str | None) -> None:
        row = await self._locked(endpoint_id)
        check_match(if_match, row.etag)
        mine = WebhookEndpoint.tenant_id == row.tenant_id, WebhookEndpoint.id == row.id
        await self._db.execute(delete(WebhookEndpoint).where(*mine))
        self._audit("webhook.remove", row, before=_facts(row))

    async def rotate(self, endpoint_id: UUID, grace: timedelta) -> tuple[WebhookEndpoint, str]:
        """Both secrets sign for the grace time."""
        row, secret, moment = await self._locked(endpoint_id), new_secret(), now()
        row.former_secret_sealed, row.former_secret_until = row.secret_sealed, moment + grace
        row.secret_sealed = self._sealer.seal(Sealed(row.tenant_id, row.id), secret)
        row.updated_at = moment
        await self._db.flush()
        self._audit("webhook.rotate", row, after={"former_secret_until": row.former_secret_until})
        return row, secret

    async def test(self, endpoint_id: UUID) -> WebhookDelivery:
        """News of nothing, sent like any other, so that a receiver can be tried."""
        row, moment, delivery_id = await self._rows.get(WebhookEndpoint, endpoint_id), now(), new_id()
        subject = str(delivery_id)
        data = {"webhook_id": str(row.id), "sent_by": self._principal.actor}
        body = body_of(TEST, moment, row.tenant_id, self._principal.actor, data)
        made = self._rows.add(pending(row, TEST, subject, 0, body, moment, delivery_id))
        await self._db.flush()
        return made

    async def send_again(self, endpoint_id: UUID, delivery_id: UUID) -> WebhookDelivery:
        """Under the same webhook-id. Raises DeliveryUnderWay."""
        where = WebhookDelivery.id == delivery_id, WebhookDelivery.endpoint_id == endpoint_id
        query = self._rows.query(WebhookDelivery, *where).with_for_update()
        row = (await self._db.execute(query)).scalar_one_or_none()
        if row is None:
            raise NotFound
        if row.status is DeliveryStatus.PENDING:
            raise DeliveryUnderWay(next_attempt_at=row.next_attempt_at.isoformat())
        row.status, row.attempts, row.first_attempt_at, row.delivered_at = DeliveryStatus.PENDING, 0, None, None
        row.next_attempt_at = now()
        await self._db.flush()
        return row

    async def send_dead_again(self, endpoint_id: UUID) -> int:
        """All that was given up; how many there were."""
        await self._locked(endpoint_id)
        dead = update(WebhookDelivery).where(
            WebhookDelivery.tenant_id == self._rows.tenant_id,
            WebhookDelivery.endpoint_id == endpoint_id,
            WebhookDelivery.status == DeliveryStatus.DEAD,
        )
        again = dead.values(status=DeliveryStatus.PENDING, attempts=0, first_attempt_at=None, next_attempt_at=now())
        return len((await self._db.execute(again.returning(WebhookDelivery.id))).all())

    async def _locked(self, endpoint_id: UUID) -> WebhookEndpoint:
        return await self._rows.get(WebhookEndpoint, endpoint_id, lock=True)

    def _audit(
        self,
        action: str,
        row: WebhookEndpoint,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        audit.record(self._db, row.tenant_id, self._principal.actor, action, f"webhook:{row.id}", before, after)


def pending(
    endpoint: WebhookEndpoint, kind: str, subject: str, number: int, body: str, moment: datetime, delivery_id: UUID
) -> WebhookDelivery:
    return WebhookDelivery(
        tenant_id=endpoint.tenant_id,
        id=delivery_id,
        endpoint_id=endpoint.id,
        number=number,
        type=kind,
        subject=subject,
        body=body,
        status=DeliveryStatus.PENDING,
        attempts=0,
        next_attempt_at=moment,
        created_at=moment,
    )


def _facts(row: WebhookEndpoint) -> dict[str, Any]:
    return {"url": row.url, "events": ", ".join(row.events), "description": row.description, "status": row.status.value}
