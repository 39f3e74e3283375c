"""HTTP over API keys."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from orchestrator.kit.pagination import Page, encode_cursor
from orchestrator.tenancy import api_keys
from orchestrator.tenancy.api_keys import NewKey
from orchestrator.tenancy.dependencies import CanUseOwnKeys, Db, IdempotencyKeyHeader, Limit
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.schemas import KeyCreate, KeyCreated, KeyRead, KeyRotate

router = APIRouter(prefix="/api-keys", tags=["keys"])


@router.post("", status_code=201, summary="Make a key; its text is shown once")
async def create(
    body: KeyCreate,
    principal: CanUseOwnKeys,
    db: Db,
    response: Response,
    idempotency_key: IdempotencyKeyHeader = None,
) -> KeyCreated:
    text: str | None = None

    async def make() -> UUID:
        nonlocal text
        key, text = await api_keys.create_key(db, principal, NewKey(**body.model_dump()))
        return key.id

    deed = Deed("POST /api-keys", body.model_dump(mode="json"))
    key_id, repeated = await once(db, principal, idempotency_key, deed, make)
    response.headers["Location"] = f"/api/v1/api-keys/{key_id}"
    return KeyCreated.of(await api_keys.find_key(db, key_id), key=text, repeated=repeated)


@router.get("", summary="List keys, the newest first: yours, or with keys:read all of the tenant")
async def index(
    principal: CanUseOwnKeys,
    db: Db,
    mine: Annotated[bool, Query(description="True: yours alone, whatever your role.")] = False,
    limit: Limit = 50,
    cursor: str | None = None,
) -> Page[KeyRead]:
    rows, more = await api_keys.list_keys(db, principal, limit, cursor, only_own=mine)
    next_cursor = encode_cursor(rows[-1].created_at, rows[-1].id) if more else None
    return Page(items=[KeyRead.of(row) for row in rows], next_cursor=next_cursor)


@router.post("/{key_id}/rotate", summary="Give a key another secret; the one before works for the grace time")
async def rotate(key_id: UUID, principal: CanUseOwnKeys, db: Db, body: KeyRotate | None = None) -> KeyCreated:
    grace = timedelta(seconds=(body or KeyRotate()).grace_seconds)
    key, text = await api_keys.rotate_key(db, principal, key_id, grace)
    return KeyCreated.of(key, key=text)


@router.post("/{key_id}/revoke", summary="End a key, on every process at once")
async def revoke(key_id: UUID, principal: CanUseOwnKeys, db: Db) -> KeyRead:
    return KeyRead.of(await api_keys.revoke_key(db, principal, key_id))
