"""Training jobs, their curves, checkpoints and notes."""

from typing import Any, TypedDict


class TrainingProblem(TypedDict):
    code: str
    message: str
    hint: str


class FineTuningJob(TypedDict):
    id: str
    name: str
    base_model: str
    base_digest: str | None
    dataset_id: str | None
    training_file_id: str | None
    validation_file_id: str | None
    method: str
    adaptation: str
    trainer: str
    hyperparameters: dict[str, Any]
    status: str
    status_reason: str | None
    problem: TrainingProblem | None
    requested: str | None
    node_id: str | None
    attempt: int
    step: int
    total_steps: int | None
    latest: dict[str, Any]
    spent_seconds: int
    max_seconds: int | None
    model_version_id: str | None
    created_by: str
    created_at: str
    updated_at: str
    started_at: str | None
    finished_at: str | None


class TrainingPoint(TypedDict):
    seq: int
    step: int
    kind: str
    metrics: dict[str, Any]
    measured_at: str


class TrainingPoints(TypedDict):
    items: list[TrainingPoint]
    last_seq: int


class TrainingCheckpoint(TypedDict):
    step: int
    sha256: str
    bytes: int
    metrics: dict[str, Any]
    created_at: str
    dropped_at: str | None


class TrainingNote(TypedDict):
    id: str
    level: str
    message: str
    data: dict[str, Any]
    created_at: str
