"""What a person is asked, and the rules of who is asked what."""

from typing import Any, TypedDict


class Approval(TypedDict):
    id: str
    session_id: str
    attempt: int
    kind: str
    asker: str
    tool: str
    patterns: list[str]
    always: list[str]
    detail: dict[str, Any]
    status: str
    default_action: str
    requested_at: str
    deadline_at: str
    decided_by: str | None
    decided_at: str | None
    reason: str | None
    answers: list[list[str]] | None
    remember: bool


class PolicyRule(TypedDict):
    tool: str
    pattern: str
    action: str


class ApprovalPolicy(TypedDict):
    """`built_in` come after the tenant's own `rules`."""

    rules: list[PolicyRule]
    built_in: list[PolicyRule]
    deadline_seconds: int
    default: str
