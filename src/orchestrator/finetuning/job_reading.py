"""What is read of training jobs: lists of them, their curves, their checkpoints and what they said."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.finetuning.job_models import FineTuningJob, JobStatus, TrainingCheckpoint, TrainingNote, TrainingPoint
from orchestrator.finetuning.jobs import get_job
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.pagination import encode_cursor, newest_page


async def listing(
    db: AsyncSession, status: Sequence[JobStatus], limit: int, cursor: str | None
) -> tuple[Sequence[FineTuningJob], str | None]:
    """The newest first, with the cursor of the next page."""
    query = IndustrialRepository(db).query(FineTuningJob)
    if status:
        query = query.where(FineTuningJob.status.in_(status))
    rows, more = await newest_page(db, query, FineTuningJob.created_at, FineTuningJob.id, limit, cursor)
    return rows, encode_cursor(rows[-1].created_at, rows[-1].id) if more else None


async def points(db: AsyncSession, job_id: UUID, after: int, limit: int) -> Sequence[TrainingPoint]:
    """In the order in which they were written down: all with a `seq` above `after`. Raises NotFound."""
    job = await get_job(db, job_id)
    query = select(TrainingPoint).where(TrainingPoint.tenant_id == job.tenant_id, TrainingPoint.job_id == job.id)
    return (
        (await db.execute(query.where(TrainingPoint.seq > after).order_by(TrainingPoint.seq).limit(limit))).scalars().all()
    )


async def checkpoints(db: AsyncSession, job_id: UUID) -> Sequence[TrainingCheckpoint]:
    """The newest first; those that were dropped since as well. Raises NotFound."""
    job = await get_job(db, job_id)
    mine = (TrainingCheckpoint.tenant_id == job.tenant_id, TrainingCheckpoint.job_id == job.id)
    return (
        (await db.execute(select(TrainingCheckpoint).where(*mine).order_by(TrainingCheckpoint.step.desc()))).scalars().all()
    )


async def notes(
    db: AsyncSession, job_id: UUID, limit: int, cursor: str | None = None
) -> tuple[Sequence[TrainingNote], str | None]:
    """The newest first, with the cursor of the next page. Raises NotFound."""
    job = await get_job(db, job_id)
    query = IndustrialRepository(db).query(TrainingNote, TrainingNote.job_id == job.id)
    rows, more = await newest_page(db, query, TrainingNote.created_at, TrainingNote.id, limit, cursor)
    return rows, encode_cursor(rows[-1].created_at, rows[-1].id) if more else None
