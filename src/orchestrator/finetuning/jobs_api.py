"""HTTP over training jobs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from orchestrator.finetuning import job_reading, jobs
from orchestrator.finetuning.job_models import JobStatus
from orchestrator.finetuning.job_schemas import (
    FineTuningJobCreate,
    FineTuningJobRead,
    FineTuningJobResume,
    TrainingBaseRead,
    TrainingCheckpointRead,
    TrainingNoteRead,
    TrainingPointRead,
    TrainingPoints,
)
from orchestrator.kit.pagination import Page
from orchestrator.tenancy.dependencies import Db, IdempotencyKeyHeader, Limit, require_permission
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/finetuning", tags=["finetuning"])

Reader = Annotated[Principal, Depends(require_permission(Permission.TRAINING_READ))]
Trainer = Annotated[Principal, Depends(require_permission(Permission.TRAINING_WRITE))]


async def bases_of(request: Request) -> dict[str, str]:
    return request.app.state.settings.training_bases


Bases = Annotated[dict[str, str], Depends(bases_of)]
Cursor = Annotated[str | None, Query(max_length=500)]
MOST_POINTS = 5_000


@router.get("/bases", summary="List the base models that can be trained on")
async def bases(_: Reader, known: Bases) -> Page[TrainingBaseRead]:
    return Page(items=[TrainingBaseRead(name=name) for name in sorted(known)])


@router.post("/jobs", status_code=201, summary="Train a model on a dataset or a file")
async def create(
    body: FineTuningJobCreate,
    principal: Trainer,
    db: Db,
    known: Bases,
    response: Response,
    key: IdempotencyKeyHeader = None,
) -> FineTuningJobRead:
    async def make() -> UUID:
        return (await jobs.create(db, principal, body.wanted(), known)).id

    deed = Deed("POST /finetuning/jobs", body.model_dump(mode="json"))
    job_id, _ = await once(db, principal, key, deed, make)
    response.headers["Location"] = f"/api/v1/finetuning/jobs/{job_id}"
    return FineTuningJobRead.of(await jobs.get_job(db, job_id))


@router.get("/jobs", summary="List training jobs, the newest first")
async def index(
    _: Reader,
    db: Db,
    status: Annotated[list[JobStatus] | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[FineTuningJobRead]:
    rows, next_cursor = await job_reading.listing(db, status or [], limit, cursor)
    return Page(items=[FineTuningJobRead.of(row) for row in rows], next_cursor=next_cursor)


@router.get("/jobs/{job_id}", summary="Read a training job")
async def read(job_id: UUID, _: Reader, db: Db) -> FineTuningJobRead:
    return FineTuningJobRead.of(await jobs.get_job(db, job_id))


@router.post("/jobs/{job_id}/pause", summary="Let a job keep a checkpoint and give up its place")
async def pause(job_id: UUID, principal: Trainer, db: Db) -> FineTuningJobRead:
    return FineTuningJobRead.of(await jobs.pause(db, principal, job_id))


@router.post("/jobs/{job_id}/resume", summary="Let a job that paused or failed go on from its newest checkpoint")
async def resume(job_id: UUID, principal: Trainer, db: Db, body: FineTuningJobResume | None = None) -> FineTuningJobRead:
    return FineTuningJobRead.of(await jobs.resume(db, principal, job_id, body.max_seconds if body else None))


@router.post("/jobs/{job_id}/cancel", summary="End a job; no version comes of it")
async def cancel(job_id: UUID, principal: Trainer, db: Db) -> FineTuningJobRead:
    return FineTuningJobRead.of(await jobs.cancel(db, principal, job_id))


@router.get("/jobs/{job_id}/points", summary="Read what a job measured, in the order in which it was written down")
async def points(
    job_id: UUID,
    _: Reader,
    db: Db,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="The `last_seq` of the answer before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_POINTS, description="Most points of one answer.")] = 1_000,
) -> TrainingPoints:
    found = await job_reading.points(db, job_id, after, limit)
    items = [TrainingPointRead.model_validate(row) for row in found]
    return TrainingPoints(items=items, last_seq=items[-1].seq if items else after)


@router.get("/jobs/{job_id}/checkpoints", summary="List the checkpoints of a job, the newest first")
async def checkpoints(job_id: UUID, _: Reader, db: Db) -> Page[TrainingCheckpointRead]:
    rows = await job_reading.checkpoints(db, job_id)
    return Page(items=[TrainingCheckpointRead.model_validate(row) for row in rows])


@router.get("/jobs/{job_id}/notes", summary="Read what a job said, the newest first")
async def notes(job_id: UUID, _: Reader, db: Db, limit: Limit = 100, cursor: Cursor = None) -> Page[TrainingNoteRead]:
    rows, next_cursor = await job_reading.notes(db, job_id, limit, cursor)
    return Page(items=[TrainingNoteRead.model_validate(row) for row in rows], next_cursor=next_cursor)
