"""Consent to training, runs of curation, datasets."""

from typing import Any, TypedDict


class Consent(TypedDict):
    granted: bool
    changed_by: str | None
    changed_at: str | None


class Curation(TypedDict):
    id: str
    name: str
    status: str
    stage: str
    counters: dict[str, Any]
    problem: dict[str, str] | None
    dataset_id: str | None
    created_by: str
    created_at: str


class DatasetItem(TypedDict):
    id: str
    name: str
    train_rows: int
    heldout_rows: int
    preference_rows: int
    tokens: int
    created_by: str
    created_at: str


class Dataset(DatasetItem):
    policy: dict[str, Any]
    counters: dict[str, Any]
    code_version: str


class DatasetRow(TypedDict):
    position: int
    digest: str
    kind: str
    split: str
    session_id: str | None
    tokens: int
    redactions: dict[str, int]
    content: dict[str, Any]


class Descendants(TypedDict):
    datasets: list[dict[str, Any]]
    jobs: list[dict[str, Any]]
    model_versions: list[dict[str, Any]]


class Exclusion(TypedDict):
    session_id: str
    reason: str
    descendants: Descendants
