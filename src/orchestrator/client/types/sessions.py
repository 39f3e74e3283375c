"""Sessions, and what belongs to one."""

from typing import Any, TypedDict


class Usage(TypedDict):
    input_tokens: int
    output_tokens: int
    cost_micro_usd: int


Failure = TypedDict(
    "Failure",
    {"class": str, "message": str, "hint": str, "retryable": bool, "retries": int, "retry_at": str | None},
)


class Session(TypedDict):
    id: str
    title: str
    prompt: str
    """In lists its beginning; `prompt_truncated` says whether it goes on."""
    prompt_truncated: bool
    status: str
    status_reason: str | None
    queue_reason: str | None
    queue_detail: str | None
    pause_reason: str | None
    requested: str | None
    repository: str | None
    branch: str
    base_ref: str | None
    base_commit: str | None
    commit: str | None
    agent: str
    agent_version: int | None
    capabilities: list[str]
    routing_id: str | None
    model: str
    attempt: int
    rebase: dict[str, Any] | None
    verify: list[str] | None
    verification: str | None
    verification_reason: str | None
    usage: Usage
    failure: Failure | None
    parent_id: str | None
    forked_checkpoint: str | None
    decision: str | None
    decided_by: str | None
    decided_at: str | None
    decision_reason: str | None
    rating: dict[str, Any] | None
    reverted: dict[str, Any] | None
    changes: dict[str, int] | None
    owner: str
    owner_name: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    last_activity_at: str


class Message(TypedDict):
    """`turn` is the turn that took it: None while it waits."""

    id: str
    session_id: str
    kind: str
    author: str
    text: str
    details: dict[str, Any]
    created_at: str
    turn: int | None


class Turn(TypedDict):
    number: int
    attempt: int
    kind: str
    author: str
    text: str
    began_at: str
    ended_at: str | None
    outcome: str | None


class Evidence(TypedDict):
    command: str
    exit_code: int
    duration_ms: int
    commit: str
    output: str
    round: int
    timed_out: bool
    flaky: bool
    pre_existing: bool


class Checkpoint(TypedDict):
    id: str
    number: int
    commit: str
    ref: str
    changed: bool
    created_at: str


class OpenedSession(TypedDict):
    """`common`: those commits of the clone that the session's repository has as well."""

    session_id: str
    checkpoint: int
    commit: str
    branch: str
    base_commit: str
    repository: str | None
    conversation: str | None
    common: list[str]


class Conversation(TypedDict):
    """As `opencode export` prints them."""

    session: dict[str, Any]
    children: list[dict[str, Any]]


class TranscriptPart(TypedDict):
    part_id: str
    message_id: str
    role: str
    type: str
    model: str | None
    data: dict[str, Any]
    created_at: str


class FileDiff(TypedDict):
    path: str
    old_path: str | None
    status: str
    additions: int
    deletions: int
    binary: bool
    patch: str


class Push(TypedDict):
    repository: str
    branch: str
    commit: str
    moved: bool


class EventMessage(TypedDict):
    """`seq` is None for text that is being written: it is told once and not stored."""

    seq: int | None
    type: str
    data: dict[str, Any]
