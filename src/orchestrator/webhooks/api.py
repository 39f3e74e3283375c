"""HTTP over webhooks: where news of the tenant goes, and what came of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from orchestrator.kit.pagination import Page, encode_cursor
from orchestrator.kit.sealing import Sealer
from orchestrator.kit.settings import Settings
from orchestrator.tenancy.dependencies import Db, IdempotencyKeyHeader, IfMatchHeader, Limit, require_permission
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal
from orchestrator.webhooks import reading
from orchestrator.webhooks.guard import Guard
from orchestrator.webhooks.models import DeliveryStatus
from orchestrator.webhooks.schemas import (
    DeadAgain,
    DeliveryItem,
    DeliveryRead,
    WebhookChange,
    WebhookCreate,
    WebhookCreated,
    WebhookRead,
    WebhookRotate,
)
from orchestrator.webhooks.service import NewEndpoint, Webhooks

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

Reader = Annotated[Principal, Depends(require_permission(Permission.WEBHOOKS_READ))]
Writer = Annotated[Principal, Depends(require_permission(Permission.WEBHOOKS_WRITE))]


async def _webhooks(request: Request, principal: Writer, db: Db) -> AsyncIterator[Webhooks]:
    settings: Settings = request.app.state.settings
    yield Webhooks(db, principal, Guard(settings), Sealer(settings))


Kept = Annotated[Webhooks, Depends(_webhooks, scope="function")]


@router.get("", summary="List webhooks")
async def index(_: Reader, db: Db) -> Page[WebhookRead]:
    return Page(items=[WebhookRead.of(one) for one in await reading.endpoints(db)])


@router.post("", status_code=201, summary="Add a webhook; its secret is shown once")
async def create(
    body: WebhookCreate, principal: Writer, db: Db, kept: Kept, response: Response, key: IdempotencyKeyHeader = None
) -> WebhookCreated:
    """It is told of what happens from now on, each piece signed (Standard Webhooks) and sent until it arrives."""
    secret: str | None = None

    async def make() -> UUID:
        nonlocal secret
        row, secret = await kept.create(NewEndpoint(body.url, body.events, body.description))
        return row.id

    webhook_id, _ = await once(db, principal, key, Deed("POST /webhooks", body.model_dump(mode="json")), make)
    found = await reading.endpoint(db, webhook_id)
    response.headers["Location"] = f"/api/v1/webhooks/{webhook_id}"
    response.headers["ETag"] = found.endpoint.etag
    return WebhookCreated.with_secret(found, secret)


@router.get("/{webhook_id}", summary="Read one webhook")
async def read(webhook_id: UUID, _: Reader, db: Db, response: Response) -> WebhookRead:
    found = await reading.endpoint(db, webhook_id)
    response.headers["ETag"] = found.endpoint.etag
    return WebhookRead.of(found)


@router.patch("/{webhook_id}", summary="Change a webhook, or switch it on or off; what is left out stays")
async def change(
    webhook_id: UUID, body: WebhookChange, db: Db, kept: Kept, response: Response, if_match: IfMatchHeader = None
) -> WebhookRead:
    row = await kept.change(webhook_id, body.model_dump(exclude_unset=True), if_match)
    response.headers["ETag"] = row.etag
    return WebhookRead.of(await reading.endpoint(db, webhook_id))


@router.delete("/{webhook_id}", status_code=204, summary="Remove a webhook, and what was on its way")
async def remove(webhook_id: UUID, kept: Kept, if_match: IfMatchHeader = None) -> None:
    await kept.remove(webhook_id, if_match)


@router.post("/{webhook_id}/rotate", summary="Give it another secret; the former signs as well for the grace time")
async def rotate(
    webhook_id: UUID, db: Db, kept: Kept, response: Response, body: WebhookRotate | None = None
) -> WebhookCreated:
    row, secret = await kept.rotate(webhook_id, timedelta(seconds=(body or WebhookRotate()).grace_seconds))
    response.headers["ETag"] = row.etag
    return WebhookCreated.with_secret(await reading.endpoint(db, webhook_id), secret)


@router.post("/{webhook_id}/test", status_code=202, summary="Send it news of nothing, to try its receiver")
async def test(webhook_id: UUID, kept: Kept) -> DeliveryItem:
    return DeliveryItem.of(await kept.test(webhook_id))


@router.get("/{webhook_id}/deliveries", summary="List what was and is to be delivered, the newest first")
async def deliveries(
    webhook_id: UUID,
    _: Reader,
    db: Db,
    status: DeliveryStatus | None = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> Page[DeliveryItem]:
    rows, more = await reading.deliveries(db, webhook_id, status, limit, cursor)
    following = encode_cursor(rows[-1].created_at, rows[-1].id) if more else None
    return Page(items=[DeliveryItem.of(row) for row in rows], next_cursor=following)


@router.post("/{webhook_id}/deliveries/send-dead-again", summary="Send everything again that was given up")
async def send_dead_again(webhook_id: UUID, kept: Kept) -> DeadAgain:
    return DeadAgain(sent_again=await kept.send_dead_again(webhook_id))


@router.get("/{webhook_id}/deliveries/{delivery_id}", summary="Read one delivery with what it says")
async def delivery(webhook_id: UUID, delivery_id: UUID, _: Reader, db: Db) -> DeliveryRead:
    return DeliveryRead.model_validate(await reading.delivery(db, webhook_id, delivery_id)).as_it_stands()


@router.post("/{webhook_id}/deliveries/{delivery_id}/send-again", summary="Send it again, under the same webhook-id")
async def send_again(webhook_id: UUID, delivery_id: UUID, kept: Kept) -> DeliveryItem:
    return DeliveryItem.of(await kept.send_again(webhook_id, delivery_id))
