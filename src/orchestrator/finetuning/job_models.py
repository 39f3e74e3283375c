"""Tables: training jobs, what each measured, its checkpoints, what it said, and files that were sent for training."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, Json, TenantOwned


class JobStatus(StrEnum):
    PENDING = "pending"
    """Its data is being looked at."""
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Method(StrEnum):
    SFT = "sft"
    DPO = "dpo"


class Adaptation(StrEnum):
    LORA = "lora"
    QLORA = "qlora"
    FULL = "full"


class TrainerKind(StrEnum):
    LOCAL = "local"
    OPENAI_COMPATIBLE = "openai_compatible"
    RAY = "ray"


class TrainingFile(TenantOwned, Base):
    """What was sent to `/v1/files`: JSON lines of chats or of preferences."""

    __tablename__ = "training_files"

    filename: Mapped[str]
    purpose: Mapped[str]
    bytes: Mapped[int]
    sha256: Mapped[str]
    path: Mapped[str]
    rows: Mapped[int]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class FineTuningJob(TenantOwned, Base):
    """Its data is a dataset or a file. `requested` is what it has been asked to do, until that is done."""

    __tablename__ = "finetuning_jobs"

    name: Mapped[str]
    base_model: Mapped[str]
    """A base that the operator named, or a model version of the tenant as `name@1.2.3`."""
    base_digest: Mapped[str | None]
    dataset_id: Mapped[str | None]
    training_file_id: Mapped[UUID | None]
    validation_file_id: Mapped[UUID | None]
    method: Mapped[Method] = mapped_column()
    adaptation: Mapped[Adaptation] = mapped_column()
    trainer: Mapped[TrainerKind] = mapped_column()
    hyperparameters: Mapped[Json]
    labels: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    """What people wrote on it."""
    status: Mapped[JobStatus] = mapped_column()
    status_reason: Mapped[str | None]
    problem: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    """Code, message and hint of what ended it."""
    requested: Mapped[str | None]
    node_id: Mapped[UUID | None]
    attempt: Mapped[int]
    takeups: Mapped[int] = mapped_column(default=0)
    """How often it was taken up again since its last checkpoint."""
    remote_id: Mapped[str | None]
    """Its name at the provider or the cluster that trains it."""
    step: Mapped[int]
    total_steps: Mapped[int | None]
    latest: Mapped[Json]
    """What was measured last: loss, held-out loss, tokens a second."""
    spent_seconds: Mapped[int]
    max_seconds: Mapped[int | None]
    model_version_id: Mapped[UUID | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class TrainingPoint(Base):
    """What was measured at a step: once, however often the step was done."""

    __tablename__ = "finetuning_points"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """`train` or `heldout`."""
    seq: Mapped[int]
    """Counted within the job; what is measured anew has a new one, so that who reads on by it misses nothing."""
    metrics: Mapped[Json]
    measured_at: Mapped[datetime]


class TrainingCheckpoint(Base):
    """`sha256` is of its manifest, which is written last and names every file with its digest."""

    __tablename__ = "finetuning_checkpoints"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    bytes: Mapped[int]
    path: Mapped[str | None]
    """Its file in the artifact store, for another node."""
    metrics: Mapped[Json]
    created_at: Mapped[datetime]
    dropped_at: Mapped[datetime | None]


class TrainingNote(TenantOwned, Base):
    """What a job said, in the order in which it said it."""

    __tablename__ = "finetuning_notes"

    job_id: Mapped[UUID]
    level: Mapped[str]
    message: Mapped[str]
    data: Mapped[Json]
    created_at: Mapped[datetime]
