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


Failure = TypedDict("Failure", {"class": str, "message": str, "hint": str})


class Session(TypedDict):
    id: str
    title: str
    prompt: str
    status: str
    status_reason: str | None
    queue_reason: str | None
    queue_detail: str | None
    pause_reason: str | None
    repository: str | None
    branch: str
    base_ref: str | None
    base_commit: str | None
    commit: str | None
    agent: str
    model: str
    attempt: int
    verify: list[str] | None
    verification: str | None
    verification_reason: str | None
    usage: Usage
    failure: Failure | None
    parent_id: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None


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


class EventMessage(TypedDict):
    """`seq` is None for text that is being written: it is told once and not stored."""

    seq: int | None
    type: str
    data: dict[str, Any]


class Provider(TypedDict):
    id: str
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
