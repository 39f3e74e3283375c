"""What people ask of the gate, and read of it."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from orchestrator.finetuning.gate import Limits
from orchestrator.finetuning.suites import MOST_TASKS, SuiteTask
from orchestrator.gateway.catalog_schemas import ModelName


class GateLimits(BaseModel):
    """What the version has to keep; what is left out is the gate's own."""

    model_config = ConfigDict(extra="forbid")

    fewest_tasks: int = Field(Limits.fewest_tasks, ge=Limits.fewest_tasks, le=MOST_TASKS)
    most_p: float = Field(Limits.most_p, gt=0, le=Limits.most_p, description="May be stricter than 0.05, not looser.")
    fewest_valid_calls: float = Field(Limits.fewest_valid_calls, ge=Limits.fewest_valid_calls, le=1)
    most_cost_ratio: float | None = Field(Limits.most_cost_ratio, gt=0, description="Null: the cost is told, not judged.")
    most_seconds_ratio: float | None = Field(
        Limits.most_seconds_ratio, gt=0, description="Null: the time is told, not judged."
    )


class EvaluationCreate(BaseModel):
    """The tasks are those of the dataset's held-out chats, or the ones given."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"most_tasks": 200}]})

    kind: Literal["tool_calls"] = "tool_calls"
    dataset_id: str | None = Field(
        None, pattern="^[0-9a-f]{64}$", description="Whose held-out chats are asked. Unset: the version's own dataset."
    )
    turns: Literal["first", "all"] = Field("first", description="Of each held-out chat the first answer, or all of them.")
    most_tasks: int = Field(MOST_TASKS, ge=1, le=MOST_TASKS)
    tasks: list[SuiteTask] | None = Field(None, min_length=1, max_length=MOST_TASKS, description="Instead of a dataset's.")
    base_model: ModelName | None = Field(None, description="Unset: the name under which the base of the version is served.")
    tuned_model: ModelName | None = Field(None, description="Unset: the version's own name, `name@1.2.3`.")
    max_tokens: int = Field(1_024, ge=1, le=100_000, description="Most tokens of one answer, of both arms alike.")
    limits: GateLimits = GateLimits.model_validate({})

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.tasks is not None and self.dataset_id is not None:
            raise ValueError("give either tasks or dataset_id")
        return self


class EvaluationAnswerRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    task: str
    arm: Literal["base", "tuned"]
    passed: bool
    details: dict[str, Any] = Field(description="What was said, its tool calls and how many were valid, seconds, tokens.")
    answered_at: datetime
