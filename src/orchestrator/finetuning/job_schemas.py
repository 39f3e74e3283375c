"""What the API takes and gives about training jobs."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from orchestrator.finetuning.hyperparameters import Hyperparameters
from orchestrator.finetuning.job_models import Adaptation, FineTuningJob, JobStatus, Method, TrainerKind
from orchestrator.finetuning.jobs import JobWanted

MOST_SECONDS = 365 * 24 * 3600


def _plain(told: object) -> object:
    """`/v1/files` names a file in OpenAI's form."""
    return told.removeprefix("file-") if isinstance(told, str) else told


FileId = Annotated[UUID, BeforeValidator(_plain)]
ModelName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
DatasetId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
BaseName = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Budget = Annotated[int, Field(ge=1, le=MOST_SECONDS)]


class FineTuningJobCreate(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"name": "fixer", "base_model": "qwen3-4b", "dataset_id": "0" * 64, "hyperparameters": {"epochs": 3}}
            ]
        },
    )

    name: ModelName = Field(description="Of the model: its next version comes of the job.")
    base_model: BaseName = Field(description="As `GET /finetuning/bases` lists it, or a version of your own: `name@1.2.3`.")
    dataset_id: DatasetId | None = None
    training_file_id: FileId | None = Field(
        None, description="In place of a dataset: a file that was sent to `/v1/files`, with or without its `file-`."
    )
    validation_file_id: FileId | None = Field(None, description="With a training file: held-out rows.")
    method: Method = Method.SFT
    adaptation: Adaptation = Adaptation.LORA
    trainer: TrainerKind = TrainerKind.LOCAL
    hyperparameters: Hyperparameters = Hyperparameters.model_validate({})
    max_seconds: Budget | None = Field(None, description="Training time after which it pauses, over all its attempts.")

    def wanted(self) -> JobWanted:
        given = self.hyperparameters.model_dump(exclude_unset=True)
        fields = {name: getattr(self, name) for name in type(self).model_fields if name != "hyperparameters"}
        return JobWanted(hyperparameters=given, **fields)


class FineTuningJobResume(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"max_seconds": 7200}]})

    max_seconds: Budget | None = Field(None, description="A larger budget; unset: as it is.")


class FineTuningProblem(BaseModel):
    code: str
    message: str
    hint: str


class FineTuningJobRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    base_model: str
    base_digest: str | None = Field(description="SHA-256 over the base's files; known once it was trained on.")
    dataset_id: str | None
    training_file_id: UUID | None
    validation_file_id: UUID | None
    method: Method
    adaptation: Adaptation
    trainer: TrainerKind
    hyperparameters: dict[str, Any]
    status: JobStatus
    status_reason: str | None
    problem: FineTuningProblem | None = Field(description="What ended it.")
    requested: str | None = Field(description="`pause` or `cancel`, until its node has done that.")
    node_id: UUID | None
    attempt: int = Field(description="How often it was begun or taken up again.")
    step: int
    total_steps: int | None
    latest: dict[str, Any] = Field(description="What was measured last.")
    spent_seconds: int
    max_seconds: int | None
    model_version_id: UUID | None
    created_by: str
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, row: FineTuningJob) -> Self:
        return cls.model_validate(row)


class TrainingPointRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    seq: int = Field(description="To read on from: `?after=`.")
    step: int
    kind: str = Field(description="`train` or `heldout`.")
    metrics: dict[str, Any]
    measured_at: datetime


class TrainingPoints(BaseModel):
    items: list[TrainingPointRead]
    last_seq: int = Field(description="What to send as `after` for the next ones.")


class TrainingCheckpointRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    step: int
    sha256: str = Field(description="Of its manifest, which names every file with its digest.")
    bytes: int
    metrics: dict[str, Any]
    created_at: datetime
    dropped_at: datetime | None = Field(description="When newer ones took its place.")


class TrainingNoteRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    level: str
    message: str
    data: dict[str, Any]
    created_at: datetime


class TrainingBaseRead(BaseModel):
    name: str
