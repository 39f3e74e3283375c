"""What a tenant shares."""

from typing import Any, TypedDict


class ContextItem(TypedDict):
    id: str
    scope: str
    scope_id: str | None
    key: str
    version: int
    preview: str
    policy: str
    deleted: bool
    size_bytes: int
    author: str
    created_at: str
    updated_at: str


class Context(ContextItem):
    value: Any


class WrittenContext(Context):
    merged: bool


class ContextVersion(TypedDict):
    number: int
    preview: str
    deleted: bool
    merged_from: int | None
    size_bytes: int
    author: str
    created_at: str


class ContextConflict(TypedDict):
    id: str
    context_id: str
    scope: str
    scope_id: str | None
    key: str
    base_version: int
    current_version: int
    newest_version: int
    value: Any
    paths: list[str]
    author: str
    created_at: str
    resolution: str | None
    resolved_by: str | None
    resolved_at: str | None
    resolved_version: int | None
