"""What people read of model versions."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.finetuning.version_models import EvaluationStatus, ModelVersion, VersionStage
from orchestrator.finetuning.versions import Lineage, label


class ModelArtifactRead(BaseModel):
    """A folder is one tar."""

    sha256: str
    bytes: int


class VersionRead(BaseModel):
    id: UUID
    name: str
    version: str
    label: str = Field(description="name@version, as the CLI and a job's base name it.")
    stage: VersionStage
    base_model: str
    base_digest: str
    parent_id: UUID | None = Field(description="The version that it was trained on, where its base is one.")
    dataset_id: str | None
    training_file_id: UUID | None
    job_id: UUID | None
    code_version: str
    metrics: dict[str, Any]
    artifacts: dict[str, ModelArtifactRead]
    created_by: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: ModelVersion) -> Self:
        same = {name: getattr(row, name) for name in cls.model_fields if name not in ("label", "artifacts")}
        artifacts = {
            kind: ModelArtifactRead(sha256=one["sha256"], bytes=one["bytes"]) for kind, one in row.artifacts.items()
        }
        return cls(**same, label=label(row), artifacts=artifacts)


class VersionStepRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    from_stage: VersionStage
    to_stage: VersionStage
    evaluation_id: UUID | None
    overridden: bool = Field(description="An ADMIN promoted it without a passed evaluation.")
    reason: str
    taken_by: str
    taken_at: datetime


class EvaluationRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version_id: UUID
    suite: dict[str, Any]
    status: EvaluationStatus
    verdict: dict[str, Any] | None
    problem: dict[str, Any] | None
    created_by: str
    created_at: datetime
    finished_at: datetime | None


class LineageJob(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    method: str
    adaptation: str
    trainer: str
    created_by: str
    created_at: datetime


class VersionDetail(VersionRead):
    """With its lineage, both ways."""

    parent: VersionRead | None
    children: list[VersionRead]
    job: LineageJob | None
    evaluations: list[EvaluationRead]
    steps: list[VersionStepRead]

    @classmethod
    def with_lineage(cls, found: Lineage) -> Self:
        return cls(
            **VersionRead.of(found.version).model_dump(),
            parent=VersionRead.of(found.parent) if found.parent else None,
            children=[VersionRead.of(one) for one in found.children],
            job=LineageJob.model_validate(found.job) if found.job else None,
            evaluations=[EvaluationRead.model_validate(one) for one in found.evaluations],
            steps=[VersionStepRead.model_validate(one) for one in found.steps],
        )


class PromotionWanted(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "Passed with 58 of 60 against 0."}]},
    )

    reason: str | None = Field(None, max_length=2_000)
    override: bool = Field(
        False, description="Promote it without a passed evaluation; needs a reason, and is written into the audit log."
    )


class RetirementWanted(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Its base is no longer kept."}]})

    reason: str = Field(min_length=1, max_length=2_000)
