"""Plans, their tasks and merges, and the templates that they are made of."""

from typing import Any, TypedDict

from orchestrator.client.types.sessions import Evidence, Usage


class Progress(TypedDict):
    done: int
    total: int


class PlanListed(TypedDict):
    id: str
    goal: str
    status: str
    status_reason: str
    repository: str | None
    branch: str
    verification: str | None
    progress: Progress
    usage: Usage
    created_by: str
    created_at: str
    started_at: str | None
    finished_at: str | None


class Task(TypedDict):
    key: str
    title: str
    prompt: str
    depends_on: list[str]
    capabilities: list[str]
    paths: list[str]
    verify: list[str] | None
    agent: str | None
    model: str | None
    best_of: int
    added_by: str | None
    status: str
    status_reason: str | None
    attempt: int
    conflict_rounds: int
    session_id: str | None
    started_at: str | None
    worked_at: str | None
    finished_at: str | None


class PushReport(TypedDict):
    state: str
    reason: str | None
    commit: str | None
    at: str | None


class Plan(PlanListed):
    revision: int
    base_ref: str | None
    base_commit: str | None
    head_commit: str | None
    verify: list[str] | None
    settings: dict[str, Any]
    approved_by: str | None
    seen_at: str | None
    seen_by: str | None
    push: PushReport | None
    tasks: list[Task]


class Range(TypedDict):
    low: float
    middle: float
    high: float


class Expected(TypedDict):
    seconds: Range
    cost_micro_usd: Range
    sessions: int
    alike: str


class GraphNode(TypedDict):
    key: str
    title: str
    status: str
    status_reason: str | None
    session_id: str | None
    critical: bool
    expected: Expected | None


class GraphEdge(TypedDict):
    before: str
    after: str


class Merge(TypedDict):
    number: int
    session_id: str
    task_keys: list[str]
    status: str
    reason: str | None
    commit: str | None
    created_at: str
    ended_at: str | None


class Forecast(TypedDict):
    seconds: Range | None
    one_by_one_seconds: Range | None
    cost_micro_usd: Range | None
    unknown: list[str]


class PlanGraph(TypedDict):
    nodes: list[GraphNode]
    edges: list[GraphEdge]
    queue: list[str]
    merges: list[Merge]
    forecast: Forecast | None


class Work(TypedDict):
    session_id: str
    role: str
    attempt: int
    status: str
    verification: str | None
    verification_reason: str | None
    agent: str
    model: str
    commit: str | None
    won: bool | None
    reason: str | None
    cost_micro_usd: int
    summary: str | None
    evidence: list[Evidence]


class TaskReport(TypedDict):
    key: str
    title: str
    status: str
    status_reason: str | None
    work: list[Work]


class MergeReport(Merge):
    verification: str | None
    verification_reason: str | None
    evidence: list[Evidence]


class PlanReport(TypedDict):
    plan: PlanListed
    base_commit: str | None
    head_commit: str | None
    tasks: list[TaskReport]
    merges: list[MergeReport]


class Parameter(TypedDict):
    description: str
    many: bool
    default: str | list[str] | None


class TemplateListed(TypedDict):
    name: str
    description: str
    parameters: dict[str, Parameter]
    tasks: int
    built_in: bool
    created_by: str | None
    updated_at: str | None


class Template(TemplateListed):
    document: str
