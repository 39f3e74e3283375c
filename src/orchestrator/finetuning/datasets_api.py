"""HTTP over datasets."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path as File
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import StreamingResponse

from orchestrator.finetuning import datasets
from orchestrator.finetuning.dataset_exports import ExportFormat, Part, check_format, export
from orchestrator.finetuning.dataset_models import RowKind, Split
from orchestrator.finetuning.dataset_schemas import DatasetItem, DatasetRead, DatasetRowRead, DescendantsRead
from orchestrator.finetuning.descent import descendants_of
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.pagination import Page
from orchestrator.tenancy.dependencies import CallerDep, Db, Limit, require_permission
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/datasets", tags=["fine-tuning"])

Reader = Annotated[Principal, Depends(require_permission(Permission.DATASETS_READ))]
DatasetId = Annotated[str, Path(max_length=200, pattern=r"^[^\x00]*$", description="SHA-256 of its manifest, in hex.")]
_PIECE = 1 << 20
_TYPES = {ExportFormat.OPENAI: "application/jsonl", ExportFormat.PARQUET: "application/vnd.apache.parquet"}


async def store_of(request: Request) -> ArtifactStore:
    return request.app.state.trajectories.store


StoreDep = Annotated[ArtifactStore, Depends(store_of)]


@router.get("", summary="List datasets, the newest first")
async def index(_: Reader, db: Db, limit: Limit = 50, cursor: str | None = None) -> Page[DatasetItem]:
    rows, next_cursor = await datasets.listing(db, limit, cursor)
    return Page(items=[DatasetItem.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.get("/{dataset_id}", summary="Read a dataset: its policy, and what each stage dropped and why")
async def read(dataset_id: DatasetId, _: Reader, db: Db) -> DatasetRead:
    return DatasetRead.of(await datasets.reading(db, dataset_id))


@router.get("/{dataset_id}/rows", summary="Read the rows of a dataset, as they are learnt")
async def rows(
    dataset_id: DatasetId,
    _: Reader,
    caller: CallerDep,
    store: StoreDep,
    kind: RowKind | None = None,
    split: Split | None = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Most items of one page.")] = 20,
    cursor: str | None = None,
) -> Page[DatasetRowRead]:
    async with caller.database.transaction() as db:
        dataset = await datasets.reading(db, dataset_id)
        found, next_cursor = await datasets.page_of_rows(db, dataset, kind, split, limit, cursor)
    items = [DatasetRowRead.of(one) for one in await datasets.shown(store, dataset, found)]
    return Page(items=items, next_cursor=next_cursor)


@router.get(
    "/{dataset_id}/export",
    summary="A dataset as a file: OpenAI's JSON lines of one part, or Parquet",
    response_class=StreamingResponse,
    responses={200: {"content": {one: {"schema": {"type": "string", "format": "binary"}} for one in _TYPES.values()}}},
)
async def download(
    dataset_id: DatasetId,
    _: Reader,
    caller: CallerDep,
    store: StoreDep,
    format: ExportFormat = ExportFormat.OPENAI,
    part: Annotated[Part | None, Query(description="Unset: train for openai, everything for parquet.")] = None,
) -> StreamingResponse:
    check_format(format)
    async with caller.database.transaction() as db:
        dataset = await datasets.reading(db, dataset_id)
    wanted = Part.TRAIN if part is None and format is ExportFormat.OPENAI else part
    file = await asyncio.to_thread(export, store, dataset, format, wanted)
    name = f"{dataset_id[:12]}-{wanted or 'all'}{file.suffix}"
    headers = {"content-length": str(file.stat().st_size), "content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_content(file), media_type=_TYPES[format], headers=headers)


@router.get("/{dataset_id}/descendants", summary="What came of a dataset: jobs, and versions of models down to the last")
async def descendants(dataset_id: DatasetId, _: Reader, db: Db) -> DescendantsRead:
    await datasets.reading(db, dataset_id)
    return DescendantsRead.of(await descendants_of(db, [dataset_id]))


async def _content(file: File) -> AsyncIterator[bytes]:
    try:
        with file.open("rb") as source:
            file.unlink()
            while piece := await asyncio.to_thread(source.read, _PIECE):
                yield piece
    finally:
        file.unlink(missing_ok=True)
