"""What OpenAI's lists give of training jobs: pages that go on after an id."""

from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from orchestrator.finetuning.job_models import FineTuningJob, TrainingNote
from orchestrator.finetuning.jobs import get_job
from orchestrator.finetuning.version_models import ModelVersion
from orchestrator.kit.db import IndustrialRepository, TenantOwned

Row = TypeVar("Row", bound=TenantOwned)


async def page_of_jobs(
    db: AsyncSession, after: UUID | None, limit: int, labels: Mapping[str, str] | None
) -> tuple[Sequence[FineTuningJob], bool]:
    """The newest first, and whether there are more. `labels`: with all of these; None: with any. Raises NotFound."""
    where = [] if labels is None else [FineTuningJob.labels.contains(dict(labels))]
    return await _page(db, FineTuningJob, FineTuningJob.created_at, after, limit, *where)


async def page_of_notes(
    db: AsyncSession, job_id: UUID, after: UUID | None, limit: int
) -> tuple[Sequence[TrainingNote], bool]:
    """The newest first, and whether there are more. Raises NotFound."""
    job = await get_job(db, job_id)
    return await _page(db, TrainingNote, TrainingNote.created_at, after, limit, TrainingNote.job_id == job.id)


async def models_of(db: AsyncSession, jobs: Sequence[FineTuningJob]) -> dict[UUID, str]:
    """By the id of its job, what each model is called: `name@1.2.3`."""
    wanted = [job.model_version_id for job in jobs if job.model_version_id]
    if not wanted:
        return {}
    rows = await IndustrialRepository(db).list(ModelVersion, ModelVersion.id.in_(wanted))
    return {row.job_id: f"{row.name}@{row.version}" for row in rows if row.job_id}


async def _page(
    db: AsyncSession,
    model: type[Row],
    at: InstrumentedAttribute[object],
    after: UUID | None,
    limit: int,
    *where: ColumnElement[bool],
) -> tuple[Sequence[Row], bool]:
    rows = IndustrialRepository(db)
    conditions = [*where]
    if after is not None:
        last = await rows.get(model, after)
        conditions.append(tuple_(at, model.id) < (getattr(last, at.key), last.id))
    found = await rows.list(model, *conditions, order=(at.desc(), model.id.desc()), limit=limit + 1)
    return found[:limit], len(found) > limit
