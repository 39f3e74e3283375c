"""Datasets as they are read: lists, pages of rows with what they say, and what came of them."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.finetuning.dataset_files import (
    HELDOUT,
    PREFERENCES,
    TRAIN,
    DatasetDamaged,
    Fields,
    RowOfAnotherTenant,
    content_of,
    digest_of,
)
from orchestrator.finetuning.dataset_models import Dataset, DatasetRow, RowKind, Split
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.kit.pagination import CursorInvalid, decode_moment, decode_parts, encode_parts, page_of

_MOST_BYTES = 4_000_000
"""Of the rows of a page; one is shown in any case."""


@dataclass(frozen=True)
class ShownRow:
    row: DatasetRow
    content: Fields


async def reading(db: AsyncSession, dataset_id: str) -> Dataset:
    """Raises NotFound."""
    found = await db.get(Dataset, (IndustrialRepository(db).tenant_id, dataset_id))
    if found is None:
        raise NotFound
    return found


async def listing(db: AsyncSession, limit: int, cursor: str | None) -> tuple[Sequence[Dataset], str | None]:
    """The newest first, and the cursor of the next page."""
    query = select(Dataset).where(Dataset.tenant_id == IndustrialRepository(db).tenant_id)
    if cursor:
        created_at, dataset_id = decode_parts(cursor, 2)
        query = query.where(tuple_(Dataset.created_at, Dataset.id) < (decode_moment(created_at), dataset_id))
    rows, more = await page_of(db, query.order_by(Dataset.created_at.desc(), Dataset.id.desc()), limit)
    return rows, encode_parts(rows[-1].created_at.isoformat(), rows[-1].id) if more else None


async def page_of_rows(
    db: AsyncSession, dataset: Dataset, kind: RowKind | None, split: Split | None, limit: int, cursor: str | None
) -> tuple[Sequence[DatasetRow], str | None]:
    """In their order, no more than fit into an answer; and the cursor of the next page."""
    query = select(DatasetRow).where(DatasetRow.tenant_id == dataset.tenant_id, DatasetRow.dataset_id == dataset.id)
    if kind is not None:
        query = query.where(DatasetRow.kind == kind)
    if split is not None:
        query = query.where(DatasetRow.split == split)
    if cursor:
        query = query.where(DatasetRow.position > _position(cursor))
    rows, more = await page_of(db, query.order_by(DatasetRow.position), limit)
    fit, size = 0, 0
    while fit < len(rows) and (not fit or size + rows[fit].bytes <= _MOST_BYTES):
        size += rows[fit].bytes
        fit += 1
    next_cursor = encode_parts(str(rows[fit - 1].position)) if more or fit < len(rows) else None
    return rows[:fit], next_cursor


def _position(cursor: str) -> int:
    [part] = decode_parts(cursor, 1)
    if not part.isdecimal() or len(part) > 18:
        raise CursorInvalid
    return int(part)


async def shown(store: ArtifactStore, dataset: Dataset, rows: Sequence[DatasetRow]) -> list[ShownRow]:
    """With what each says. Raises DatasetDamaged, RowOfAnotherTenant."""
    return await asyncio.to_thread(_shown, store, dataset, rows)


def _shown(store: ArtifactStore, dataset: Dataset, rows: Sequence[DatasetRow]) -> list[ShownRow]:
    return [ShownRow(row, content_of(_content(store, dataset, row))) for row in rows]


def _content(store: ArtifactStore, dataset: Dataset, row: DatasetRow) -> Fields:
    name = file_of(row.kind, row.split)
    try:
        line = store.read_part(f"{dataset.path}/{name}", row.file_offset, row.file_offset + row.bytes)
        content: Fields = json.loads(line)
    except FileNotFoundError:
        raise DatasetDamaged(dataset=dataset.id, problem=f"{name} is missing") from None
    except ValueError:
        raise DatasetDamaged(dataset=dataset.id, problem=f"row {row.position} cannot be read") from None
    if content.get("tenant_id") != str(dataset.tenant_id):
        raise RowOfAnotherTenant(dataset=dataset.id, place=f"row {row.position}")
    if digest_of(content) != row.digest:
        raise DatasetDamaged(dataset=dataset.id, problem=f"row {row.position} is another one")
    return content


def file_of(kind: RowKind, split: Split) -> str:
    if kind is RowKind.PREFERENCE:
        return PREFERENCES
    return TRAIN if split is Split.TRAIN else HELDOUT
