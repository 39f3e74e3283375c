"""Training jobs: made, paused, resumed and cancelled by people. Nodes carry them out, see running.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.finetuning.bases import find_base
from orchestrator.finetuning.dataset_models import Dataset
from orchestrator.finetuning.hyperparameters import checked
from orchestrator.finetuning.job_errors import (
    TrainerNotOffered,
    TrainingBudgetSpent,
    TrainingDataEmpty,
    TrainingDataNotNamed,
    TrainingDataUnknown,
)
from orchestrator.finetuning.job_models import Adaptation, FineTuningJob, JobStatus, Method, TrainerKind, TrainingFile
from orchestrator.finetuning.job_moves import not_open, tell_nodes, transition
from orchestrator.finetuning.job_states import OVER
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal

OFFERED = (TrainerKind.LOCAL,)
BUDGET = "budget"
"""Why a job paused by itself."""


@dataclass(frozen=True)
class JobWanted:
    """`name` becomes that of the model, whose next version comes of it."""

    name: str
    base_model: str
    dataset_id: str | None = None
    training_file_id: UUID | None = None
    validation_file_id: UUID | None = None
    method: Method = Method.SFT
    adaptation: Adaptation = Adaptation.LORA
    trainer: TrainerKind = TrainerKind.LOCAL
    hyperparameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    max_seconds: int | None = None


async def create(db: AsyncSession, principal: Principal, wanted: JobWanted, bases: Mapping[str, str]) -> FineTuningJob:
    """`bases`: the setting of that name. Raises HyperparametersInvalid, TrainingDataNotNamed, TrainingDataUnknown,
    TrainingDataEmpty, BaseUnknown, TrainerNotOffered."""
    if wanted.trainer not in OFFERED:
        raise TrainerNotOffered(trainer=wanted.trainer.value, offered=", ".join(OFFERED))
    hyperparameters = checked(wanted.hyperparameters, wanted.method, wanted.adaptation)
    await _check_data(db, wanted)
    await find_base(db, bases, wanted.base_model)
    moment = now()
    job = FineTuningJob(
        id=new_id(),
        name=wanted.name,
        base_model=wanted.base_model,
        dataset_id=wanted.dataset_id,
        training_file_id=wanted.training_file_id,
        validation_file_id=wanted.validation_file_id,
        method=wanted.method,
        adaptation=wanted.adaptation,
        trainer=wanted.trainer,
        hyperparameters=hyperparameters,
        status=JobStatus.PENDING,
        status_reason="its data is being looked at",
        attempt=0,
        step=0,
        latest={},
        spent_seconds=0,
        max_seconds=wanted.max_seconds,
        created_by=principal.actor,
        created_at=moment,
        updated_at=moment,
    )
    IndustrialRepository(db).add(job)
    await db.flush()
    told: dict[str, Any] = {
        "job_id": str(job.id),
        "name": job.name,
        "from": None,
        "to": job.status.value,
        "reason": job.status_reason,
    }
    events.append(db, job.tenant_id, "finetuning.job", actor=principal.actor, **told)
    _record(db, principal, "finetuning.create", job, after={"name": job.name, "base_model": job.base_model})
    await tell_nodes(db, job)
    return job


async def pause(db: AsyncSession, principal: Principal, job_id: UUID) -> FineTuningJob:
    """One that runs keeps a checkpoint first. Repeating it does nothing."""
    job = await get_job(db, job_id, lock=True)
    if job.status is JobStatus.PAUSED or job.requested == "pause":
        return job
    _record(db, principal, "finetuning.pause", job)
    if job.status is JobStatus.RUNNING and job.requested is None:
        return await _ask(db, principal, job, "pause")
    await transition(db, job, JobStatus.PAUSED, "a person paused it", actor=principal.actor)
    return job


async def resume(db: AsyncSession, principal: Principal, job_id: UUID, max_seconds: int | None = None) -> FineTuningJob:
    """One that was paused, or that failed, goes on from its newest checkpoint. Raises TrainingBudgetSpent."""
    job = await get_job(db, job_id, lock=True)
    if job.status not in (JobStatus.PAUSED, JobStatus.FAILED):
        raise not_open(job.status, "to resume it")
    most = job.max_seconds if max_seconds is None else max_seconds
    if most is not None and job.spent_seconds >= most:
        raise TrainingBudgetSpent(spent=job.spent_seconds, most=most)
    _record(db, principal, "finetuning.resume", job, after={"max_seconds": most})
    await transition(db, job, JobStatus.QUEUED, "a person resumed it", actor=principal.actor, max_seconds=most)
    return job


async def cancel(db: AsyncSession, principal: Principal, job_id: UUID) -> FineTuningJob:
    """Its checkpoints are kept until then, and no version comes of it. Repeating it does nothing."""
    job = await get_job(db, job_id, lock=True)
    if job.status is JobStatus.CANCELLED or job.requested == "cancel":
        return job
    if job.status in OVER:
        raise not_open(job.status, "to cancel it")
    _record(db, principal, "finetuning.cancel", job)
    if job.status is JobStatus.RUNNING:
        return await _ask(db, principal, job, "cancel")
    await transition(db, job, JobStatus.CANCELLED, "a person cancelled it", actor=principal.actor)
    return job


async def get_job(db: AsyncSession, job_id: UUID, *, lock: bool = False) -> FineTuningJob:
    """Raises NotFound."""
    return await IndustrialRepository(db).get(FineTuningJob, job_id, lock=lock)


async def _ask(db: AsyncSession, principal: Principal, job: FineTuningJob, deed: str) -> FineTuningJob:
    """Its node does it, and then says so."""
    job.requested, job.updated_at = deed, now()
    events.append(db, job.tenant_id, "finetuning.requested", actor=principal.actor, job_id=str(job.id), deed=deed)
    await db.flush()
    await tell_nodes(db, job)
    return job


async def _check_data(db: AsyncSession, wanted: JobWanted) -> None:
    if (wanted.dataset_id is None) == (wanted.training_file_id is None):
        raise TrainingDataNotNamed
    if wanted.dataset_id is not None:
        if wanted.validation_file_id is not None:
            raise TrainingDataNotNamed
        await _check_dataset(db, wanted.dataset_id, wanted.method)
        return
    for file_id in (wanted.training_file_id, wanted.validation_file_id):
        if file_id is not None:
            await _check_file(db, file_id)


async def _check_dataset(db: AsyncSession, dataset_id: str, method: Method) -> None:
    dataset = await db.get(Dataset, (IndustrialRepository(db).tenant_id, dataset_id))
    if dataset is None:
        raise TrainingDataUnknown(what="dataset", name=dataset_id)
    rows = dataset.preference_rows if method is Method.DPO else dataset.train_rows
    if not rows:
        raise TrainingDataEmpty(what="dataset", rows="preferences" if method is Method.DPO else "chats to train on")


async def _check_file(db: AsyncSession, file_id: UUID) -> None:
    file = await IndustrialRepository(db).find(TrainingFile, TrainingFile.id == file_id)
    if file is None or file.deleted_at is not None:
        raise TrainingDataUnknown(what="file", name=file_id)
    if not file.rows:
        raise TrainingDataEmpty(what="file", rows="rows")


def _record(
    db: AsyncSession, principal: Principal, action: str, job: FineTuningJob, after: dict[str, Any] | None = None
) -> None:
    audit.record(db, job.tenant_id, principal.actor, action, f"finetuning_job:{job.id}", None, after)
