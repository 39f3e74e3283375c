"""Lists of webhooks and of their deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.kit.pagination import newest_page
from orchestrator.webhooks.models import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from orchestrator.webhooks.service import MOST_ENDPOINTS


@dataclass(frozen=True)
class Counted:
    """An endpoint, and how many of its deliveries stand where."""

    endpoint: WebhookEndpoint
    counts: dict[DeliveryStatus, int]


async def endpoints(db: AsyncSession) -> list[Counted]:
    rows = IndustrialRepository(db)
    found = await rows.list(WebhookEndpoint, order=(WebhookEndpoint.created_at,), limit=MOST_ENDPOINTS)
    counts = await _counts(db, rows.tenant_id)
    return [Counted(one, counts.get(one.id, {})) for one in found]


async def endpoint(db: AsyncSession, endpoint_id: UUID) -> Counted:
    rows = IndustrialRepository(db)
    found = await rows.get(WebhookEndpoint, endpoint_id)
    return Counted(found, (await _counts(db, rows.tenant_id)).get(endpoint_id, {}))


async def _counts(db: AsyncSession, tenant_id: UUID) -> dict[UUID, dict[DeliveryStatus, int]]:
    query = (
        select(WebhookDelivery.endpoint_id, WebhookDelivery.status, func.count())
        .where(WebhookDelivery.tenant_id == tenant_id)
        .group_by(WebhookDelivery.endpoint_id, WebhookDelivery.status)
    )
    found: dict[UUID, dict[DeliveryStatus, int]] = {}
    for endpoint_id, status, count in await db.execute(query):
        found.setdefault(endpoint_id, {})[status] = count
    return found


async def deliveries(
    db: AsyncSession, endpoint_id: UUID, status: DeliveryStatus | None, limit: int, cursor: str | None
) -> tuple[Sequence[WebhookDelivery], bool]:
    """The newest first. Raises NotFound and CursorInvalid."""
    rows = IndustrialRepository(db)
    await rows.get(WebhookEndpoint, endpoint_id)
    query = rows.query(WebhookDelivery, WebhookDelivery.endpoint_id == endpoint_id)
    if status is not None:
        query = query.where(WebhookDelivery.status == status)
    return await newest_page(db, query, WebhookDelivery.created_at, WebhookDelivery.id, limit, cursor)


async def delivery(db: AsyncSession, endpoint_id: UUID, delivery_id: UUID) -> WebhookDelivery:
    rows = IndustrialRepository(db)
    found = await rows.find(WebhookDelivery, WebhookDelivery.id == delivery_id, WebhookDelivery.endpoint_id == endpoint_id)
    if found is None:
        raise NotFound
    return found
