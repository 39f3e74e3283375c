"""Agents, and how one is chosen."""

from typing import Any, TypedDict


class Record(TypedDict):
    n: int
    successes: int
    failures: int
    mean: float
    lower_bound: float
    tier: str


class Performance(TypedDict):
    overall: Record
    by_capability: dict[str, Record]
    sessions: int
    mean_cost_micro_usd: int | None
    mean_seconds: int | None
    mean_feedback_rounds: float | None
    reverted: int


class AgentVersion(TypedDict):
    id: str
    number: int
    definition: dict[str, Any]
    created_by: str
    created_at: str
    performance: Performance


class Agent(TypedDict):
    id: str
    name: str
    kind: str
    built_in: bool
    enabled: bool
    version: AgentVersion
    created_by: str
    created_at: str
    updated_at: str


class AgentDocument(TypedDict):
    name: str
    version: int
    document: str
    skills: dict[str, dict[str, str]]


class AgentSecret(TypedDict):
    name: str
    updated_by: str
    updated_at: str


class Candidate(TypedDict):
    agent: str
    version: int
    version_id: str
    excluded: str | None
    successes: int
    failures: int
    mean: float
    quality: float
    cost: float
    load: float
    recent: float
    score: float
    cost_micro_usd: int | None
    live: int
    limit: int | None


class Routing(TypedDict):
    chosen: Candidate | None
    reason: str
    capabilities: list[str]
    model: str | None
    seed: int
    candidates: list[Candidate]
