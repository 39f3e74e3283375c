"""HTTP over runs of curation."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from orchestrator.finetuning import curations
from orchestrator.finetuning.dataset_schemas import CurationCreate, CurationRead
from orchestrator.kit.pagination import Page, encode_cursor
from orchestrator.tenancy.dependencies import Db, IdempotencyKeyHeader, Limit, require_permission
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/datasets/curations", tags=["fine-tuning"])

Reader = Annotated[Principal, Depends(require_permission(Permission.DATASETS_READ))]
Curator = Annotated[Principal, Depends(require_permission(Permission.DATASETS_WRITE))]


@router.post("", status_code=202, summary="Curate a dataset of verified work, in the background")
async def create(
    body: CurationCreate, principal: Curator, db: Db, response: Response, key: IdempotencyKeyHeader = None
) -> CurationRead:
    async def make() -> UUID:
        return (await curations.create(db, principal, body.name, body.policy)).id

    made, _ = await once(db, principal, key, Deed("POST /datasets/curations", body.model_dump(mode="json")), make)
    response.headers["Location"] = f"/api/v1/datasets/curations/{made}"
    return CurationRead.of(await curations.reading(db, made))


@router.get("", summary="List runs of curation, the newest first")
async def index(_: Reader, db: Db, limit: Limit = 50, cursor: str | None = None) -> Page[CurationRead]:
    rows, more = await curations.listing(db, limit, cursor)
    next_cursor = encode_cursor(rows[-1].created_at, rows[-1].id) if more else None
    return Page(items=[CurationRead.of(row) for row in rows], next_cursor=next_cursor)


@router.get("/{curation_id}", summary="Read a run of curation: how far it is, and what each stage dropped and why")
async def read(curation_id: UUID, _: Reader, db: Db) -> CurationRead:
    return CurationRead.of(await curations.reading(db, curation_id))


@router.post("/{curation_id}/cancel", summary="Cancel a run of curation")
async def cancel(curation_id: UUID, principal: Curator, db: Db) -> CurationRead:
    return CurationRead.of(await curations.cancel(db, principal, curation_id))
