"""Training jobs in the form of OpenAI's API. What only we have goes into `extra_body`, and stands beside what it has."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from orchestrator.finetuning.hyperparameters import checked
from orchestrator.finetuning.job_models import (
    Adaptation,
    FineTuningJob,
    JobStatus,
    Method,
    TrainerKind,
    TrainingCheckpoint,
    TrainingNote,
)
from orchestrator.finetuning.jobs import JobWanted
from orchestrator.finetuning.openai_schemas import EVENT, FILE, JOB, OpenAiObject, openai_id, row_id_of, seconds_of

_STATUS = {JobStatus.PENDING: "validating_files"}
"""Of the other states the words are the same; `paused` is ours."""
_METHODS = {"supervised": Method.SFT, "dpo": Method.DPO}
_NO_NAME = re.compile(r"[^a-z0-9._-]+")

Auto = Literal["auto"]
_Short = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
_Metadata = Annotated[
    dict[
        Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00]*$")],
        Annotated[str, StringConstraints(max_length=512, pattern=r"^[^\x00]*$")],
    ],
    Field(max_length=16),
]


class OpenAiHyperparameters(BaseModel):
    """OpenAI's three and `beta`; any other name is one of ours, see docs/reference/fine-tuning.md."""

    model_config = ConfigDict(extra="allow")

    n_epochs: int | Auto | None = Field(default=None, description="`auto`: three.")
    batch_size: int | Auto | None = Field(default=None, description="`auto`: eight.")
    learning_rate_multiplier: float | Auto | None = Field(
        default=None, description="Of the rate that the method and the adaptation have when none is given."
    )
    beta: float | Auto | None = None


class OpenAiOfMethod(BaseModel):
    hyperparameters: OpenAiHyperparameters | None = None


class OpenAiMethod(BaseModel):
    type: Literal["supervised", "dpo"]
    supervised: OpenAiOfMethod | None = None
    dpo: OpenAiOfMethod | None = None

    @property
    def hyperparameters(self) -> OpenAiHyperparameters | None:
        own = self.supervised if self.type == "supervised" else self.dpo
        return own.hyperparameters if own else None


class OpenAiJobCreate(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "model": "qwen3-4b",
                    "training_file": "file-0198c0ffee007000800000000000dead",
                    "suffix": "fixer",
                    "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2}}},
                }
            ]
        },
    )

    model: _Short = Field(description="A base that the operator named, or a version of your own: `name@1.2.3`.")
    training_file: _Short
    validation_file: _Short | None = None
    suffix: _Short | None = Field(default=None, description="The name of the model; unset: that of the base, with `-tuned`.")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    method: OpenAiMethod | None = None
    hyperparameters: OpenAiHyperparameters | None = Field(default=None, description="The older place of those of a method.")
    metadata: _Metadata | None = None
    integrations: None = Field(default=None, description="There are none here.")
    adaptation: Adaptation = Field(default=Adaptation.LORA, description="Ours: send it in `extra_body`.")
    trainer: TrainerKind = Field(default=TrainerKind.LOCAL, description="Ours.")
    max_seconds: Annotated[int, Field(ge=1, le=365 * 24 * 3600)] | None = Field(default=None, description="Ours.")

    def wanted(self) -> JobWanted:
        """Raises NotFound for what is no file's id, HyperparametersInvalid."""
        method = _METHODS[self.method.type] if self.method else Method.SFT
        given = (self.method and self.method.hyperparameters) or self.hyperparameters or OpenAiHyperparameters()
        seed = {} if self.seed is None else {"seed": self.seed}
        return JobWanted(
            name=_name_of(self.suffix or f"{self.model.partition('@')[0]}-tuned"),
            base_model=self.model,
            training_file_id=row_id_of(FILE, self.training_file),
            validation_file_id=row_id_of(FILE, self.validation_file) if self.validation_file else None,
            method=method,
            adaptation=self.adaptation,
            trainer=self.trainer,
            hyperparameters=_ours(given, method, self.adaptation) | seed,
            max_seconds=self.max_seconds,
        )


def _name_of(told: str) -> str:
    """A model's name; OpenAI's suffixes may have blanks and capitals."""
    return _NO_NAME.sub("-", told.lower()).strip("-._")[:63] or "tuned"


def _ours(given: OpenAiHyperparameters, method: Method, adaptation: Adaptation) -> dict[str, Any]:
    told = {name: value for name, value in given.model_dump(exclude_none=True).items() if value != "auto"}
    if "n_epochs" in told:
        told["epochs"] = told.pop("n_epochs")
    if "learning_rate_multiplier" in told:
        usual: float = checked({}, method, adaptation)["learning_rate"]
        told["learning_rate"] = told.pop("learning_rate_multiplier") * usual
    return told


class OpenAiError(BaseModel):
    code: str
    message: str
    param: str | None = None


class OpenAiJobRead(OpenAiObject):
    id: str = Field(examples=["ftjob-0198c0ffee007000800000000000dead"])
    object: Literal["fine_tuning.job"] = "fine_tuning.job"
    created_at: int = Field(description="Seconds since 1970.")
    finished_at: int | None
    model: str
    fine_tuned_model: str | None = Field(description="`name@1.2.3` once it is trained.")
    organization_id: str = Field(description="The tenant's id.")
    status: Literal["validating_files", "queued", "running", "paused", "succeeded", "failed", "cancelled"]
    training_file: str = Field(description="`dataset-…` when it is trained on a dataset.")
    validation_file: str | None
    hyperparameters: dict[str, Any]
    method: dict[str, Any]
    seed: int
    result_files: list[str]
    trained_tokens: int | None
    error: OpenAiError | None
    metadata: dict[str, str]
    adaptation: Adaptation
    step: int
    total_steps: int | None

    @classmethod
    def of(cls, row: FineTuningJob, fine_tuned_model: str | None) -> "OpenAiJobRead":
        kind = next(name for name, method in _METHODS.items() if method is row.method)
        told = {"n_epochs": row.hyperparameters.get("epochs") or "auto", **row.hyperparameters}
        problem = row.problem
        tokens: object = row.latest.get("tokens")
        return cls(
            id=openai_id(JOB, row.id),
            created_at=seconds_of(row.created_at),
            finished_at=seconds_of(row.finished_at) if row.finished_at else None,
            model=row.base_model,
            fine_tuned_model=fine_tuned_model,
            organization_id=str(row.tenant_id),
            status=_STATUS.get(row.status, row.status.value),  # pyright: ignore[reportArgumentType] - Pydantic checks it.
            training_file=_file(row.training_file_id) or f"dataset-{row.dataset_id}",
            validation_file=_file(row.validation_file_id),
            hyperparameters=told,
            method={"type": kind, kind: {"hyperparameters": told}},
            seed=row.hyperparameters.get("seed", 0),
            result_files=[],
            trained_tokens=tokens if isinstance(tokens, int) else None,
            error=OpenAiError(code=problem["code"], message=problem["message"]) if problem else None,
            metadata=row.labels,
            adaptation=row.adaptation,
            step=row.step,
            total_steps=row.total_steps,
        )


def _file(file_id: UUID | None) -> str | None:
    return openai_id(FILE, file_id) if file_id else None


class OpenAiEvent(OpenAiObject):
    object: Literal["fine_tuning.job.event"] = "fine_tuning.job.event"
    created_at: int
    level: str
    message: str
    type: Literal["message"] = "message"
    data: dict[str, Any]

    @classmethod
    def of(cls, row: TrainingNote) -> "OpenAiEvent":
        return cls(
            id=openai_id(EVENT, row.id),
            created_at=seconds_of(row.created_at),
            level=row.level,
            message=row.message,
            data=row.data,
        )


class OpenAiCheckpoint(OpenAiObject):
    object: Literal["fine_tuning.job.checkpoint"] = "fine_tuning.job.checkpoint"
    created_at: int
    fine_tuned_model_checkpoint: str
    fine_tuning_job_id: str
    step_number: int
    metrics: dict[str, Any]

    @classmethod
    def of(cls, row: TrainingCheckpoint, job: FineTuningJob) -> "OpenAiCheckpoint":
        return cls(
            id=checkpoint_id(row),
            created_at=seconds_of(row.created_at),
            fine_tuned_model_checkpoint=f"{job.name}:step-{row.step}",
            fine_tuning_job_id=openai_id(JOB, job.id),
            step_number=row.step,
            metrics=_metrics(row.metrics) | {"step": row.step},
        )


def checkpoint_id(row: TrainingCheckpoint) -> str:
    return f"ftckpt-{row.job_id.hex}-{row.step}"


def _metrics(measured: Mapping[str, Any]) -> dict[str, Any]:
    """With the names that OpenAI has for the losses."""
    names = {"loss": "train_loss", "heldout_loss": "valid_loss"}
    return {names.get(name, name): value for name, value in measured.items()}
