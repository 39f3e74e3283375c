"""HTTP of `/v1/fine_tuning/jobs` in the form of OpenAI's API."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.finetuning import job_reading, jobs
from orchestrator.finetuning.job_models import FineTuningJob
from orchestrator.finetuning.jobs_api import Bases
from orchestrator.finetuning.openai_job_schemas import OpenAiCheckpoint, OpenAiEvent, OpenAiJobCreate, OpenAiJobRead
from orchestrator.finetuning.openai_reading import models_of, page_of_jobs, page_of_notes
from orchestrator.finetuning.openai_schemas import EVENT, JOB, Listed, listed, row_id_of
from orchestrator.kit.errors import Invalid, NotFound
from orchestrator.tenancy.dependencies import Db, IdempotencyKeyHeader, require_permission
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/v1/fine_tuning/jobs", tags=["openai"])

Reader = Annotated[Principal, Depends(require_permission(Permission.TRAINING_READ))]
Trainer = Annotated[Principal, Depends(require_permission(Permission.TRAINING_WRITE))]
After = Annotated[str | None, Query(max_length=100, description="The last id of the page before.")]
Most = Annotated[int, Query(ge=1, le=1_000)]
_METADATA = re.compile(r"metadata\[([^\x00\]]{1,64})\]")
_MOST_FILTERS = 16


@router.post("", summary="Train a model on a file", status_code=201)
async def create(
    body: OpenAiJobCreate, principal: Trainer, db: Db, bases: Bases, key: IdempotencyKeyHeader = None
) -> OpenAiJobRead:
    async def make() -> UUID:
        job = await jobs.create(db, principal, body.wanted(), bases)
        job.labels = body.metadata or {}
        await db.flush()
        return job.id

    job_id, _ = await once(db, principal, key, Deed("POST /v1/fine_tuning/jobs", body.model_dump(mode="json")), make)
    return await _told(db, await jobs.get_job(db, job_id))


@router.get("", summary="List training jobs, the newest first")
async def index(_: Reader, request: Request, db: Db, after: After = None, limit: Most = 20) -> Listed[OpenAiJobRead]:
    """`metadata[name]=value` asks for those that have it written on them."""
    rows, more = await page_of_jobs(db, row_id_of(JOB, after) if after else None, limit, _metadata(request))
    models = await models_of(db, rows)
    return listed([OpenAiJobRead.of(row, models.get(row.id)) for row in rows], more)


@router.get("/{job_id}", summary="Read a training job")
async def read(job_id: str, _: Reader, db: Db) -> OpenAiJobRead:
    return await _told(db, await jobs.get_job(db, row_id_of(JOB, job_id)))


@router.post("/{job_id}/cancel", summary="End a job; no model comes of it")
async def cancel(job_id: str, principal: Trainer, db: Db) -> OpenAiJobRead:
    return await _told(db, await jobs.cancel(db, principal, row_id_of(JOB, job_id)))


@router.post("/{job_id}/pause", summary="Let a job keep a checkpoint and give up its place")
async def pause(job_id: str, principal: Trainer, db: Db) -> OpenAiJobRead:
    return await _told(db, await jobs.pause(db, principal, row_id_of(JOB, job_id)))


@router.post("/{job_id}/resume", summary="Let a job go on from its newest checkpoint")
async def resume(job_id: str, principal: Trainer, db: Db) -> OpenAiJobRead:
    return await _told(db, await jobs.resume(db, principal, row_id_of(JOB, job_id)))


@router.get("/{job_id}/events", summary="Read what a job said, the newest first")
async def events(job_id: str, _: Reader, db: Db, after: After = None, limit: Most = 20) -> Listed[OpenAiEvent]:
    last = row_id_of(EVENT, after) if after else None
    rows, more = await page_of_notes(db, row_id_of(JOB, job_id), last, limit)
    return listed([OpenAiEvent.of(row) for row in rows], more)


@router.get("/{job_id}/checkpoints", summary="List the checkpoints of a job that are kept, the newest first")
async def checkpoints(job_id: str, _: Reader, db: Db, after: After = None, limit: Most = 10) -> Listed[OpenAiCheckpoint]:
    job = await jobs.get_job(db, row_id_of(JOB, job_id))
    kept = [row for row in await job_reading.checkpoints(db, job.id) if row.dropped_at is None]
    told = [OpenAiCheckpoint.of(row, job) for row in kept]
    if after:
        place = next((number for number, one in enumerate(told, start=1) if one.id == after), None)
        if place is None:
            raise NotFound
        told = told[place:]
    return listed(told[:limit], len(told) > limit)


async def _told(db: AsyncSession, job: FineTuningJob) -> OpenAiJobRead:
    return OpenAiJobRead.of(job, (await models_of(db, [job])).get(job.id))


def _metadata(request: Request) -> dict[str, str] | None:
    """What OpenAI's client makes of `metadata={"team": "a"}`. Raises Invalid."""
    found = {match[1]: value for name, value in request.query_params.items() if (match := _METADATA.fullmatch(name))}
    if len(found) > _MOST_FILTERS or any("\0" in value for value in found.values()):
        raise Invalid(problem="metadata: at most 16 names, each with a text")
    return found or None
