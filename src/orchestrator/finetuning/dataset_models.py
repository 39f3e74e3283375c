"""Tables: who agreed that its work is learnt from, runs of curation, and the datasets that came of them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, Json, TenantOwned


class TrainingConsent(Base):
    """Whether a tenant's work may become training data; without a row it may not."""

    __tablename__ = "training_consents"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    granted: Mapped[bool]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


class TrainingExclusion(Base):
    """A session that no future dataset takes rows from."""

    __tablename__ = "training_exclusions"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    excluded_by: Mapped[str]
    excluded_at: Mapped[datetime]


class CurationStatus(StrEnum):
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Curation(TenantOwned, Base):
    """One run over the recorded calls. `counters`: what went into each stage, what came out, and why the rest did not."""

    __tablename__ = "curations"

    name: Mapped[str]
    policy: Mapped[Json]
    status: Mapped[CurationStatus] = mapped_column()
    stage: Mapped[str]
    counters: Mapped[Json]
    problem: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    dataset_id: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Dataset(Base):
    """It never changes: `id` is the SHA-256 of its manifest, in hex, and the manifest names every row by its digest.

    `path` is the folder below the artifact store with `manifest.json`, `train.jsonl`, `heldout.jsonl` and
    `preferences.jsonl`.
    """

    __tablename__ = "datasets"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    curation_id: Mapped[UUID | None]
    path: Mapped[str]
    train_rows: Mapped[int]
    heldout_rows: Mapped[int]
    preference_rows: Mapped[int]
    tokens: Mapped[int]
    policy: Mapped[Json]
    counters: Mapped[Json]
    code_version: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class RowKind(StrEnum):
    CHAT = "chat"
    PREFERENCE = "preference"


class Split(StrEnum):
    TRAIN = "train"
    HELDOUT = "heldout"


class DatasetRow(Base):
    """Where a row came from and what was done to it; what it says is in the dataset's files."""

    __tablename__ = "dataset_rows"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    dataset_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    kind: Mapped[RowKind] = mapped_column()
    split: Mapped[Split] = mapped_column()
    session_id: Mapped[UUID | None]
    request_id: Mapped[UUID | None]
    cluster: Mapped[str]
    """Near duplicates and rows of one task have the same, and are on one side of the split."""
    tokens: Mapped[int]
    redactions: Mapped[Json]
    """How many of each kind."""
    file_offset: Mapped[int]
    """Where in its file it begins, and how long its line is."""
    bytes: Mapped[int]
