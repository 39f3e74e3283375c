"""The shapes of the API's answers, as a caller of the client sees them."""

from typing import Any, Generic, TypedDict, TypeVar

Item = TypeVar("Item")


class Page(TypedDict, Generic[Item]):
    items: list[Item]
    next_cursor: str | None


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
    created_at: str
    started_at: str | None
    finished_at: str | None


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


class Node(TypedDict):
    id: str
    hostname: str
    state: str
    slots: int
    sessions: int
    sandbox: str
    incarnation: int
    started_at: str
    heartbeat_at: str
    draining_since: str | None
    died_at: str | None


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


class UsageSums(TypedDict):
    requests: int
    input_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_micro_usd: int
    estimated_requests: int
    unpriced_requests: int


class UsageItem(UsageSums):
    key: str
    label: str


class UsageReport(TypedDict):
    group_by: str
    items: list[UsageItem]
    totals: UsageSums


class Budget(TypedDict):
    id: str
    scope: str
    subject: str
    label: str
    tokens_per_month: int | None
    cost_micro_usd_per_month: int | None
    updated_at: str


class BudgetAccount(TypedDict):
    scope: str
    subject: str
    period: str
    resets_at: str | None
    limit_tokens: int | None
    spent_tokens: int
    held_tokens: int
    left_tokens: int | None
    limit_micro_usd: int | None
    spent_micro_usd: int
    held_micro_usd: int
    left_micro_usd: int | None


class EventMessage(TypedDict):
    """`seq` is None for text that is being written: it is told once and not stored."""

    seq: int | None
    type: str
    data: dict[str, Any]


class Leftover(TypedDict):
    kind: str
    tenant_id: str
    name: str
    bytes: int
    reason: str
    removed: bool


class Push(TypedDict):
    repository: str
    branch: str
    commit: str
    moved: bool


class GitCredential(TypedDict):
    id: str
    name: str
    kind: str
    pattern: str
    username: str | None
    key_fingerprint: str | None
    public_key: str | None
    known_hosts: str | None
    app_id: str | None
    installation_id: int | None
    api_url: str | None
    created_by: str
    created_at: str


class Provider(TypedDict):
    """`id` is None for the one that the settings name."""

    id: str | None
    platform: bool
    name: str
    kind: str
    base_url: str
    formats: list[str]
    options: dict[str, Any]
    has_api_key: bool
    api_key_fingerprint: str | None
    requests_per_minute: int | None
    tokens_per_minute: int | None
    enabled: bool
    exhausted_until: str | None


class Prices(TypedDict):
    input_price: int | None
    output_price: int | None
    cached_input_price: int | None
    cache_write_price: int | None


class Target(Prices):
    provider: str
    platform: bool
    model: str
    weight: int
    context_tokens: int
    output_tokens: int


class Model(TypedDict):
    id: str | None
    name: str
    owner: str
    format: str
    usable: bool
    default: bool
    context_tokens: int | None
    output_tokens: int | None
    prices: Prices | None
    targets: list[Target] | None


class Tenant(TypedDict):
    id: str
    slug: str
    name: str
    weight: int
    clamp_output: bool
    capture_trajectories: bool
    trajectory_retention_days: int
    created_at: str


class NewTenant(Tenant):
    """`admin_key` is shown once: None when the answer repeats an earlier one."""

    admin_key: str | None
    repeated: bool


class User(TypedDict):
    id: str
    name: str
    email: str | None
    role: str
    issuer: str | None
    subject: str | None
    member_since: str


class Key(TypedDict):
    id: str
    name: str
    prefix: str
    role: str
    operator: bool
    user_id: str | None
    created_by: str | None
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    previous_until: str | None


class NewKey(Key):
    """`key` is shown once: None when the answer repeats an earlier one."""

    key: str | None
    repeated: bool


class AuditEntry(TypedDict):
    number: int
    at: str
    actor: str
    action: str
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    hash: str


class AuditVerdict(TypedDict):
    intact: bool
    entries: int
    head_hash: str
    broken_at: int | None
    problem: str | None


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
