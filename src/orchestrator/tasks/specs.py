"""A plan as it is handed in and kept: its tasks, and how it is run."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from orchestrator.sessions.schemas import Command, NoNul
from orchestrator.tasks.graph import MOST_TASKS
from orchestrator.tasks.states import Overlap


def _said(goal: str) -> str:
    """Pydantic's white space is less than Python's, by which the goal's first line is found."""
    if not goal.strip():
        raise ValueError("it says nothing")
    return goal


Goal = Annotated[
    str,
    StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$"),
    AfterValidator(_said),
]
TaskKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]


class TaskNew(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"key": "docs", "prompt": "Tell of discounts in README.md.", "depends_on": ["price"]}]
        },
    )

    key: TaskKey = Field(description="Its name within the plan.")
    title: NoNul | None = Field(None, max_length=200, description="Unset: the key.")
    prompt: NoNul = Field(max_length=1_000_000, description="What the agent is to do.")
    depends_on: list[TaskKey] = Field([], max_length=MOST_TASKS, description="Tasks that have to be on the branch before.")
    capabilities: list[NoNul] = Field([], max_length=20, description="What it asks for: routing finds the agent.")
    paths: list[NoNul] = Field([], max_length=200, description="Files or globs that it will change.")
    verify: list[Command] | None = Field(None, max_length=20, description="Unset: the plan's. Empty: none before its merge.")
    agent: NoNul | None = Field(None, max_length=100)
    model: NoNul | None = Field(None, max_length=200)
    best_of: int = Field(1, ge=1, le=8, description="So many sessions work on it at once; the best result is taken.")


class ReviewWish(BaseModel):
    """Whose approval the work of each task needs before it is merged."""

    model_config = ConfigDict(extra="forbid")

    agent: NoNul = Field("reviewer", max_length=100)
    model: NoNul | None = Field(None, max_length=200, description="Unset: the agent's own, else the tenant's default.")
    another_model: bool = Field(False, description="It has to be another model than the one that did the work.")


class PlanSettings(BaseModel):
    """How a plan is run."""

    model_config = ConfigDict(extra="forbid")

    max_parallel: int = Field(8, ge=1, le=500, description="Most tasks at work at once; quotas hold besides.")
    max_conflict_rounds: int = Field(
        2, ge=0, le=10, description="How often a task's session may work on what its merge came to, before it fails."
    )
    review: ReviewWish | None = Field(None, description="Unset: nobody but the verification judges.")
    overlap: Overlap = Field(Overlap.SERIALISE, description="What is done about tasks that will change the same files.")
    push: Literal["verified", "always"] | None = Field(
        None,
        description="Push the branch to where the repository came from once the plan completed: `verified` only what its "
        "verification leaves no doubt about, `always` whatever it says. Unset: a person pushes.",
    )
    isolation: Literal["tenant", "session"] = "tenant"
    priority: int = Field(0, ge=-100, le=100)
    timeout_seconds: int = Field(3600, ge=10, le=7 * 86_400, description="Of each session.")
    max_feedback_rounds: int = Field(2, ge=0, le=20)
    max_tokens: int | None = Field(None, ge=1, le=10**15, description="Of each session.")
    max_cost_micro_usd: int | None = Field(None, ge=1, le=10**15, description="Of each session.")


class PlannerWish(BaseModel):
    """Who splits the goal into tasks."""

    model_config = ConfigDict(extra="forbid")

    agent: NoNul | None = Field(None, max_length=100, description="Unset: whom routing finds for `architecture`.")
    model: NoNul | None = Field(None, max_length=200)


class PlanNew(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "goal": "Discounts in the shop",
                    "repository": "/home/ada/shop",
                    "tasks": [
                        {"key": "price", "prompt": "Make total() take a discount."},
                        {"key": "docs", "prompt": "Tell of discounts in README.md.", "depends_on": ["price"]},
                    ],
                    "verify": ["python3 -m unittest -q"],
                }
            ]
        },
    )

    goal: Goal
    repository: NoNul | None = Field(None, max_length=4_000, description="As of a session. Unset: a fresh empty one.")
    base_ref: NoNul | None = Field(None, max_length=500)
    tasks: list[TaskNew] = Field(min_length=1, max_length=MOST_TASKS)
    verify: list[Command] | None = Field(
        None, max_length=20, description="Judges every merge. Unset: `.orchestrator.yml` at the base commit."
    )
    planner: PlannerWish | None = Field(None, description="Its task `plan` makes the others.")
    require_approval: bool = Field(False, description="It waits, and can be edited, until POST /plans/{id}/approve.")
    settings: PlanSettings = Field(default_factory=lambda: PlanSettings.model_validate({}))


class TaskEdit(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"prompt": "Make total() take a discount."}]})

    title: NoNul | None = Field(None, max_length=200)
    prompt: NoNul | None = Field(None, max_length=1_000_000)
    depends_on: list[TaskKey] | None = Field(None, max_length=MOST_TASKS)
    capabilities: list[NoNul] | None = Field(None, max_length=20)
    paths: list[NoNul] | None = Field(None, max_length=200)
    verify: list[Command] | None = Field(None, max_length=20)
    agent: NoNul | None = Field(None, max_length=100)
    model: NoNul | None = Field(None, max_length=200)
    best_of: int | None = Field(None, ge=1, le=8)
