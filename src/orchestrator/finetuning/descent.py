"""What came of a dataset: the jobs that learnt from it, and the versions of models that came of those, down to the last."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.finetuning.dataset_models import Dataset
from orchestrator.finetuning.job_models import FineTuningJob
from orchestrator.finetuning.version_models import ModelVersion
from orchestrator.kit.db import IndustrialRepository

# A version that was trained on another one has learnt what that had learnt.
_VERSIONS = text("""
    with recursive descended as (
        select v.tenant_id, v.id from model_versions v
        where v.tenant_id = :tenant_id and (v.dataset_id = any(:datasets) or v.job_id in (
            select j.id from finetuning_jobs j where j.tenant_id = v.tenant_id and j.dataset_id = any(:datasets)
        ))
        union
        select v.tenant_id, v.id from model_versions v
        join descended d on d.tenant_id = v.tenant_id and d.id = v.parent_id
    )
    select id from descended
""")


@dataclass(frozen=True)
class Descendants:
    datasets: Sequence[Dataset]
    jobs: Sequence[FineTuningJob]
    versions: Sequence[ModelVersion]


async def descendants_of(db: AsyncSession, dataset_ids: Sequence[str]) -> Descendants:
    if not dataset_ids:
        return Descendants([], [], [])
    rows = IndustrialRepository(db)
    query = select(Dataset).where(Dataset.tenant_id == rows.tenant_id, Dataset.id.in_(dataset_ids))
    datasets = (await db.execute(query.order_by(Dataset.created_at, Dataset.id))).scalars().all()
    asked = {"tenant_id": rows.tenant_id, "datasets": list(dataset_ids)}
    ids = list((await db.execute(_VERSIONS, asked)).scalars())
    order = [ModelVersion.name, ModelVersion.created_at, ModelVersion.id]
    versions = await rows.list(ModelVersion, ModelVersion.id.in_(ids), order=order)
    made_them = or_(FineTuningJob.dataset_id.in_(dataset_ids), FineTuningJob.id.in_([one.job_id for one in versions]))
    jobs = await rows.list(FineTuningJob, made_them, order=[FineTuningJob.created_at, FineTuningJob.id])
    return Descendants(datasets, jobs, versions)
