"""What the API takes and gives about consent, curation and datasets."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from orchestrator.finetuning.consent import Excluded
from orchestrator.finetuning.curation_policy import CurationPolicy
from orchestrator.finetuning.dataset_models import Curation, CurationStatus, Dataset, RowKind, Split, TrainingConsent
from orchestrator.finetuning.datasets import ShownRow
from orchestrator.finetuning.descent import Descendants
from orchestrator.finetuning.job_models import JobStatus
from orchestrator.finetuning.version_models import VersionStage

_Line = StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", strip_whitespace=True)
Name = Annotated[str, _Line]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class ConsentWrite(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"granted": True}]})

    granted: bool


class ConsentRead(BaseModel):
    granted: bool = Field(description="Whether the tenant's work may become training data. Nobody said so: false.")
    changed_by: str | None
    changed_at: datetime | None

    @classmethod
    def of(cls, row: TrainingConsent | None) -> Self:
        if row is None:
            return cls(granted=False, changed_by=None, changed_at=None)
        return cls(granted=row.granted, changed_by=row.changed_by, changed_at=row.changed_at)


class CurationCreate(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "verified-november", "policy": {}}]})

    name: Name
    policy: CurationPolicy = Field(default_factory=lambda: CurationPolicy.model_validate({}))


class StageCount(BaseModel):
    """What went into a stage, what came out, and why the rest did not, by reason code."""

    stage: str
    in_: int = Field(alias="in")
    out: int
    reasons: dict[str, int]


class CurationCounters(BaseModel):
    trajectories: int = Field(0, description="Last calls of recorded conversations that were looked at so far.")
    stages: list[StageCount] = Field(default_factory=list[StageCount])
    rows: dict[str, int] = Field(default_factory=dict[str, int], description="Of train, heldout, preferences.")
    pairs_not_made: dict[str, int] = Field(default_factory=dict[str, int], description="By reason code.")
    redactions: dict[str, int] = Field(default_factory=dict[str, int], description="By kind, at the end.")


class CurationRead(BaseModel):
    id: UUID
    name: str
    policy: CurationPolicy
    status: CurationStatus
    stage: str = Field(description="sources, prepare or finish.")
    counters: CurationCounters
    problem: dict[str, Any] | None = Field(description="Code, message and hint of what ended it.")
    dataset_id: str | None
    created_by: str
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, row: Curation) -> Self:
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class DatasetItem(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str = Field(description="SHA-256 of its manifest, in hex.")
    name: str
    curation_id: UUID | None
    train_rows: int
    heldout_rows: int
    preference_rows: int
    tokens: int = Field(description="An estimate over all rows.")
    code_version: str
    created_by: str
    created_at: datetime


class DatasetRead(DatasetItem):
    policy: CurationPolicy
    counters: CurationCounters

    @classmethod
    def of(cls, row: Dataset) -> Self:
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class DatasetRowRead(BaseModel):
    position: int
    digest: str
    kind: RowKind
    split: Split
    session_id: UUID | None
    request_id: UUID | None
    cluster: str = Field(description="Near duplicates and rows of one task have the same.")
    tokens: int
    redactions: dict[str, int] = Field(description="How many of each kind were taken out, where `[REDACTED:kind]` stands.")
    content: dict[str, Any] = Field(description="`messages` and `tools`; of a pair `prompt`, `tools`, `chosen`, `rejected`.")

    @classmethod
    def of(cls, shown: ShownRow) -> Self:
        fields = {name: getattr(shown.row, name) for name in cls.model_fields if name != "content"}
        return cls(**fields, content=shown.content)


class DescendantDataset(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str


class DescendantJob(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    status: JobStatus
    dataset_id: str | None


class DescendantVersion(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    version: str
    stage: VersionStage
    job_id: UUID | None


class DescendantsRead(BaseModel):
    datasets: list[DescendantDataset]
    jobs: list[DescendantJob]
    model_versions: list[DescendantVersion]

    @classmethod
    def of(cls, found: Descendants) -> Self:
        return cls(
            datasets=[DescendantDataset.model_validate(one) for one in found.datasets],
            jobs=[DescendantJob.model_validate(one) for one in found.jobs],
            model_versions=[DescendantVersion.model_validate(one) for one in found.versions],
        )


class ExclusionCreate(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"session_id": "01990000-0000-7000-8000-000000000001", "reason": "A customer's data."}]
        },
    )

    session_id: UUID
    reason: Reason


class ExclusionRead(BaseModel):
    session_id: UUID
    reason: str
    excluded_by: str
    excluded_at: datetime
    descendants: DescendantsRead = Field(description="What has learnt, or can learn, from the session all the same.")

    @classmethod
    def of(cls, made: Excluded) -> Self:
        fields = {name: getattr(made.exclusion, name) for name in cls.model_fields if name != "descendants"}
        return cls(**fields, descendants=DescendantsRead.of(made.descendants))
