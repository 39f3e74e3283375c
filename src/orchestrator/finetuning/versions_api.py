"""HTTP over model versions: what there is, where it came from, and its files."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from orchestrator.finetuning import artifact_files, promoting, versions
from orchestrator.finetuning.artifact_files import DigestWrong, StoredArtifact
from orchestrator.finetuning.version_errors import ArtifactDamaged
from orchestrator.finetuning.version_models import ModelVersion, VersionStage
from orchestrator.finetuning.version_schemas import PromotionWanted, RetirementWanted, VersionDetail, VersionRead
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.kit.pagination import Page, encode_cursor, newest_page
from orchestrator.tenancy.dependencies import Db, Limit, require_permission
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/models/versions", tags=["model versions"])

VersionReader = Annotated[Principal, Depends(require_permission(Permission.VERSIONS_READ))]
VersionWriter = Annotated[Principal, Depends(require_permission(Permission.VERSIONS_WRITE))]
VersionPromoter = Annotated[Principal, Depends(require_permission(Permission.VERSIONS_PROMOTE))]

_PIECE = 1 << 20


@router.get("", summary="List model versions, the newest first")
async def index(
    _: VersionReader,
    db: Db,
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    stage: VersionStage | None = None,
) -> Page[VersionRead]:
    query = select(ModelVersion).where(ModelVersion.tenant_id == IndustrialRepository(db).tenant_id)
    if stage is not None:
        query = query.where(ModelVersion.stage == stage)
    rows, more = await newest_page(db, query, ModelVersion.created_at, ModelVersion.id, limit, cursor)
    following = encode_cursor(rows[-1].created_at, rows[-1].id) if more else None
    return Page(items=[VersionRead.of(row) for row in rows], next_cursor=following)


@router.get("/{model_name}", summary="List the versions of one name, the highest first")
async def of_name(model_name: str, _: VersionReader, db: Db) -> Page[VersionRead]:
    rows = await versions.of_name(db, model_name)
    if not rows:
        raise NotFound
    return Page(items=[VersionRead.of(row) for row in rows])


@router.get("/{model_name}/{model_version}", summary="Read one version, or `latest`, or `production`, with its lineage")
async def read(model_name: str, model_version: str, _: VersionReader, db: Db) -> VersionDetail:
    row = await versions.get(db, model_name, model_version)
    return VersionDetail.with_lineage(await versions.lineage(db, row))


@router.post(
    "/{model_name}/{model_version}/promote", summary="Put a version that passed the gate into production; the former retires"
)
async def promote(
    model_name: str, model_version: str, body: PromotionWanted, principal: VersionPromoter, db: Db
) -> VersionRead:
    row = await versions.get(db, model_name, model_version)
    promoted = await promoting.promote(db, principal.actor, row, reason=body.reason, override=body.override)
    return VersionRead.of(promoted)


@router.post("/{model_name}/{model_version}/retire", summary="Retire a version: it gets no work any more")
async def retire(
    model_name: str, model_version: str, body: RetirementWanted, principal: VersionPromoter, db: Db
) -> VersionRead:
    row = await versions.get(db, model_name, model_version)
    return VersionRead.of(await promoting.retire(db, principal.actor, row, body.reason))


@router.get(
    "/{model_name}/{model_version}/artifacts/{artifact}",
    summary="Download an artifact, its digest verified before the first byte",
    response_class=StreamingResponse,
)
async def download(
    model_name: str, model_version: str, artifact: str, _: VersionWriter, db: Db, request: Request
) -> StreamingResponse:
    row = await versions.get(db, model_name, model_version)
    stored: StoredArtifact | None = row.artifacts.get(artifact)
    if stored is None:
        raise NotFound
    file = await _fetched(ArtifactStore(request.app.state.settings.artifact_store_url), stored, artifact, row)
    named = f"{row.name}-{row.version}-{artifact}{Path(stored['path']).suffix}"
    headers = {
        "content-length": str(file.stat().st_size),
        "content-disposition": f'attachment; filename="{named}"',
        "x-content-sha256": stored["sha256"],
    }
    return StreamingResponse(_content(file), media_type="application/octet-stream", headers=headers)


async def _fetched(store: ArtifactStore, stored: StoredArtifact, kind: str, row: ModelVersion) -> Path:
    descriptor, name = await asyncio.to_thread(tempfile.mkstemp, prefix="orchestrator-download-")
    os.close(descriptor)
    file = Path(name)
    with contextlib.ExitStack() as unless_whole:
        unless_whole.callback(file.unlink, missing_ok=True)
        try:
            await asyncio.to_thread(artifact_files.get, store, stored, file)
        except FileNotFoundError:
            raise NotFound from None
        except DigestWrong as error:
            raise ArtifactDamaged(kind=kind, version=versions.label(row), found=error) from None
        unless_whole.pop_all()
    return file


async def _content(file: Path) -> AsyncIterator[bytes]:
    try:
        with file.open("rb") as source:
            file.unlink()
            while piece := await asyncio.to_thread(source.read, _PIECE):
                yield piece
    finally:
        file.unlink(missing_ok=True)
