"""External agents, the tokens that they join with, and what was given to them."""

from typing import Any, TypedDict


class A2aCard(TypedDict):
    card_url: str
    card_sha256: str
    interface_url: str
    binding: str
    protocol_version: str
    streaming: bool
    auth: str
    auth_header: str | None
    changed: bool
    read_at: str


class ExternalAgent(TypedDict):
    id: str
    agent_id: str
    version_id: str
    name: str
    agent_type: str
    version: str
    protocol_version: str
    transport: str
    endpoint_url: str | None
    metadata: dict[str, Any]
    max_tasks: int
    proven: bool
    status: str
    current_load: float
    metrics: dict[str, Any]
    desired: str
    liveness: str
    heartbeat_at: str | None
    a2a: A2aCard | None
    leases: int
    last_error: str | None
    last_error_at: str | None
    revoked_at: str | None
    created_by: str
    created_at: str


class Enrolment(TypedDict):
    id: str
    agent_name: str | None
    capabilities: list[str] | None
    expires_at: str
    used_at: str | None
    revoked_at: str | None
    external_agent_id: str | None
    created_by: str
    created_at: str


class NewEnrolment(Enrolment):
    token: str | None


class Assignment(TypedDict):
    id: str
    session_id: str
    turn: int
    agent_id: str
    external_agent_id: str | None
    task_type: str
    status: str
    reason: str | None
    attempt: int
    lease_epoch: int
    lease_until: str | None
    commit: str
    events: int
    reported: dict[str, Any] | None
    artifacts: list[dict[str, Any]]
    created_at: str
    leased_at: str | None
    ended_at: str | None
