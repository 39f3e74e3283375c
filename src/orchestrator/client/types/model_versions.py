"""What the API tells of versions of tuned models."""

from typing import Any, Literal, TypedDict

Stage = Literal["candidate", "production", "retired"]


class ModelVersion(TypedDict):
    id: str
    name: str
    version: str
    label: str
    stage: Stage
    base_model: str
    base_digest: str
    dataset_id: str | None
    job_id: str | None
    metrics: dict[str, Any]
    artifacts: dict[str, dict[str, Any]]
    created_by: str
    created_at: str


class ModelEvaluation(TypedDict):
    """`verdict` has `refusals`, `words` and `numbers`."""

    id: str
    version_id: str
    suite: dict[str, Any]
    status: Literal["queued", "running", "passed", "refused", "failed"]
    verdict: dict[str, Any] | None
    problem: dict[str, Any] | None
    created_at: str


class ModelVersionStep(TypedDict):
    from_stage: Stage
    to_stage: Stage
    evaluation_id: str | None
    overridden: bool
    reason: str
    taken_by: str
    taken_at: str


class ModelVersionDetail(ModelVersion):
    parent: ModelVersion | None
    children: list[ModelVersion]
    evaluations: list[ModelEvaluation]
    steps: list[ModelVersionStep]


class ServedModel(TypedDict):
    id: str
    arm: str
    alias: str
    engine: str
    status: Literal["wanted", "starting", "serving", "stopped", "failed"]
    wanted: bool
    node_id: str | None
    problem: dict[str, Any] | None


class TrafficSplit(TypedDict):
    id: str
    alias: str
    version_id: str
    percent: int
    status: Literal["active", "rolled_back", "ended"]
    reason: str | None
    evidence: dict[str, Any]
