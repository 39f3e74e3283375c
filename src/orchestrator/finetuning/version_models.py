"""Tables: versions of tuned models, the steps each took, what the gate found, where one is served, and shared traffic."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, Json, TenantOwned


class VersionStage(StrEnum):
    CANDIDATE = "candidate"
    PRODUCTION = "production"
    RETIRED = "retired"


class ModelVersion(TenantOwned, Base):
    """`artifacts`: of each kind (`adapter`, `merged`, `gguf`) its path in the artifact store, its SHA-256 and bytes."""

    __tablename__ = "model_versions"

    name: Mapped[str]
    version: Mapped[str]
    """Semantic version."""
    base_model: Mapped[str]
    base_digest: Mapped[str]
    parent_id: Mapped[UUID | None]
    """The version that it was trained on, where its base is one."""
    dataset_id: Mapped[str | None]
    training_file_id: Mapped[UUID | None]
    job_id: Mapped[UUID | None]
    code_version: Mapped[str]
    metrics: Mapped[Json]
    artifacts: Mapped[Json]
    stage: Mapped[VersionStage] = mapped_column()
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class VersionStep(TenantOwned, Base):
    """A version went from one stage to another: by whom or by which gate, and on what evidence."""

    __tablename__ = "model_version_steps"

    version_id: Mapped[UUID]
    from_stage: Mapped[VersionStage] = mapped_column()
    to_stage: Mapped[VersionStage] = mapped_column()
    evaluation_id: Mapped[UUID | None]
    overridden: Mapped[bool]
    reason: Mapped[str]
    taken_by: Mapped[str]
    taken_at: Mapped[datetime]


class EvaluationStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PASSED = "passed"
    REFUSED = "refused"
    FAILED = "failed"
    """It could not be carried out; that is no verdict."""


class Evaluation(TenantOwned, Base):
    """Base and tuned at the same held-out tasks, paired."""

    __tablename__ = "model_evaluations"

    version_id: Mapped[UUID]
    suite: Mapped[Json]
    """What is asked: digest, kind, where the tasks are."""
    status: Mapped[EvaluationStatus] = mapped_column()
    verdict: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    """Pairs, exact McNemar p, interval of the difference, regressions, valid tool calls, cost, speed, reasons."""
    problem: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class EvaluationAnswer(Base):
    """What one arm (`base` or `tuned`) made of one task."""

    __tablename__ = "model_evaluation_answers"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    evaluation_id: Mapped[UUID] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(primary_key=True)
    arm: Mapped[str] = mapped_column(primary_key=True)
    passed: Mapped[bool]
    details: Mapped[Json]
    answered_at: Mapped[datetime]


class ServingStatus(StrEnum):
    WANTED = "wanted"
    STARTING = "starting"
    SERVING = "serving"
    STOPPED = "stopped"
    FAILED = "failed"


class ServedModel(TenantOwned, Base):
    """An endpoint of a version on a node; `provider_id` is how the gateway reaches it."""

    __tablename__ = "served_models"

    version_id: Mapped[UUID]
    arm: Mapped[str]
    """`tuned`, or `base`: the model that the version was made of, for the gate to compare with."""
    alias: Mapped[str]
    """The tenant's name for it."""
    engine: Mapped[str]
    status: Mapped[ServingStatus] = mapped_column()
    wanted: Mapped[bool]
    node_id: Mapped[UUID | None]
    base_url: Mapped[str | None]
    provider_id: Mapped[UUID | None]
    problem: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class SplitStatus(StrEnum):
    ACTIVE = "active"
    ROLLED_BACK = "rolled_back"
    ENDED = "ended"


class TrafficSplit(TenantOwned, Base):
    """An alias whose sessions are shared out between its own targets and a tuned version's, each session on one side."""

    __tablename__ = "model_splits"

    alias_id: Mapped[UUID]
    alias: Mapped[str]
    version_id: Mapped[UUID]
    target_id: Mapped[UUID]
    """The alias's target that leads to the tuned version."""
    percent: Mapped[int]
    status: Mapped[SplitStatus] = mapped_column()
    reason: Mapped[str | None]
    evidence: Mapped[Json]
    """Of each arm n, successes and interval, when it was looked at last."""
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
