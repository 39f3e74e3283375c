"""What the API takes and gives about plans."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.sessions.schemas import EvidenceItem, Usage
from orchestrator.sessions.states import Status, Verification
from orchestrator.tasks.forecast import Ranges, TaskAlike
from orchestrator.tasks.models import Plan, PlanMerge, PlanSession, PlanTask
from orchestrator.tasks.specs import PlanSettings
from orchestrator.tasks.states import MergeStatus, PlanStatus, PushState, TaskStatus, WorkRole


class TaskRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    key: str
    title: str
    prompt: str = Field(description="Empty where the plan was asked for with `prompts=false`.")
    depends_on: list[str]
    capabilities: list[str]
    paths: list[str]
    verify: list[str] | None
    agent: str | None
    model: str | None
    best_of: int
    added_by: str | None = Field(
        description="Who added it after the plan was handed in: `user:`, `key:`, or `session:` and the id of the session "
        "whose agent did."
    )
    status: TaskStatus
    status_reason: str | None
    attempt: int
    conflict_rounds: int
    session_id: UUID | None = Field(description="Whose result is the task's; null before it began.")
    started_at: datetime | None
    worked_at: datetime | None = Field(description="When its work was done: in this order tasks are merged.")
    finished_at: datetime | None

    @classmethod
    def without_prompt(cls, task: PlanTask) -> "TaskRead":
        return cls(prompt="", **{name: getattr(task, name) for name in cls.model_fields if name != "prompt"})


class Progress(BaseModel):
    done: int
    total: int


class PlanListed(BaseModel):
    id: UUID
    goal: str
    status: PlanStatus
    status_reason: str
    repository: str | None
    branch: str
    verification: Verification | None = Field(
        description="Of all that is on its branch, by the last merge. Null: nothing is there yet."
    )
    progress: Progress
    usage: Usage
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, plan: Plan, progress: Progress, usage: Usage, verification: Verification | None) -> "PlanListed":
        made = ("progress", "usage", "verification")
        own = {name: getattr(plan, name) for name in PlanListed.model_fields if name not in made}
        return cls(**own, progress=progress, usage=usage, verification=verification)


class PushReport(BaseModel):
    """What became of the push that the settings ask for."""

    state: PushState
    reason: str | None = None
    commit: str | None = None
    at: datetime | None = None


class PlanRead(PlanListed):
    revision: int
    base_ref: str | None
    base_commit: str | None
    head_commit: str | None = Field(description="What its branch holds; null before the first merge.")
    verify: list[str] | None
    settings: PlanSettings
    approved_by: str | None
    seen_at: datetime | None = Field(description="When somebody took note of what it came to; null: it is in the inbox.")
    seen_by: str | None
    push: PushReport | None = Field(description="Null: the settings ask for none, or the plan has not completed.")
    tasks: list[TaskRead]

    @classmethod
    def whole(cls, listed: PlanListed, plan: Plan, tasks: list[TaskRead]) -> "PlanRead":
        names = (
            "revision",
            "base_ref",
            "base_commit",
            "head_commit",
            "verify",
            "settings",
            "approved_by",
            "seen_at",
            "seen_by",
            "push",
        )
        own = {name: getattr(plan, name) for name in names}
        return cls(**listed.model_dump(), **own, tasks=tasks)


class RangeRead(BaseModel):
    """1 of 10 below `low`, 1 of 10 above `high`, half of them below `middle`."""

    model_config = ConfigDict(from_attributes=True)

    low: float
    middle: float
    high: float


class ExpectedRead(BaseModel):
    """What the sessions that were like the task took."""

    model_config = ConfigDict(from_attributes=True)

    seconds: RangeRead
    cost_micro_usd: RangeRead
    sessions: int = Field(description="So many of them there were.")
    alike: TaskAlike


class PlanForecastRead(BaseModel):
    """From now on, of what is left, of a large plan up to 10 seconds old. Null is what cannot be told yet."""

    model_config = ConfigDict(from_attributes=True)

    seconds: RangeRead | None
    one_by_one_seconds: RangeRead | None = Field(description="The same work without anything at once.")
    cost_micro_usd: RangeRead | None
    unknown: list[str] = Field(description="Tasks that nothing is known of: fewer than 5 sessions were like them.")

    @classmethod
    def of(cls, drawn: Ranges, unknown: Sequence[str]) -> Self:
        return cls.model_validate({**{name: getattr(drawn, name) for name in Ranges.__slots__}, "unknown": unknown})


class GraphNode(BaseModel):
    key: str
    title: str
    status: TaskStatus
    status_reason: str | None
    session_id: UUID | None
    critical: bool = Field(description="On the longest way through what is left.")
    expected: ExpectedRead | None = Field(description="Of a task that is not over; null: nothing is known of it yet.")


class GraphEdge(BaseModel):
    before: str
    after: str = Field(description="It depends on the other.")


class MergeRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    number: int
    session_id: UUID
    task_keys: list[str]
    status: MergeStatus
    reason: str | None
    commit: str | None
    created_at: datetime
    ended_at: datetime | None


class GraphRead(BaseModel):
    nodes: list[GraphNode]
    edges: list[GraphEdge]
    queue: list[str] = Field(description="Tasks whose work waits to be merged, in their order.")
    merges: list[MergeRead] = Field(description="The newest first.")
    forecast: PlanForecastRead | None = Field(description="Null of a plan that is over.")


class WorkRead(BaseModel):
    """One session that worked on a task."""

    session_id: UUID
    role: WorkRole
    attempt: int
    status: Status
    verification: Verification | None
    verification_reason: str | None
    agent: str
    model: str
    commit: str | None
    won: bool | None
    reason: str | None
    cost_micro_usd: int
    summary: str | None = Field(description="What its agent said at the end, in its own words: no evidence.")
    evidence: list[EvidenceItem]

    @classmethod
    def of(cls, one: PlanSession, session: Any, evidence: list[EvidenceItem], **facts: Any) -> "WorkRead":
        """`facts`: its cost and its summary."""
        names = ("status", "verification", "verification_reason", "agent", "model", "commit")
        own = {name: getattr(session, name) for name in names}
        told = {"session_id": one.session_id, "role": one.role, "attempt": one.attempt, "won": one.won, "reason": one.reason}
        return cls(**told, **own, **facts, evidence=evidence)


class TaskReport(BaseModel):
    key: str
    title: str
    status: TaskStatus
    status_reason: str | None
    work: list[WorkRead]


class MergeReport(MergeRead):
    verification: Verification | None
    verification_reason: str | None
    evidence: list[EvidenceItem]


class PlanReport(BaseModel):
    plan: PlanListed
    base_commit: str | None
    head_commit: str | None
    tasks: list[TaskReport]
    merges: list[MergeReport] = Field(description="In their order.")

    @staticmethod
    def merge_of(row: PlanMerge, session: Any, evidence: list[EvidenceItem]) -> MergeReport:
        own = MergeRead.model_validate(row).model_dump()
        return MergeReport(
            **own,
            verification=session.verification,
            verification_reason=session.verification_reason,
            evidence=evidence,
        )
