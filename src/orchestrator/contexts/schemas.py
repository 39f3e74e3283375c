"""What the API takes and gives about contexts."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from orchestrator.contexts.conflicts import Found
from orchestrator.contexts.models import ContextEntry, ContextVersion, Policy, Resolution, Scope
from orchestrator.contexts.service import Place
from orchestrator.contexts.values import preview

Key = Annotated[str, StringConstraints(max_length=1_000, pattern=r"^[^\x00]*$")]


class ContextPut(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"scope": "GLOBAL", "key": "decisions/database", "value": {"use": "PostgreSQL", "since": 15}}]
        },
    )

    scope: Scope
    scope_id: UUID | None = Field(None, description="Of SESSION, AGENT and TEMPORARY: the session, the agent, the plan.")
    key: Key
    value: Any = Field(description="Any JSON of up to 64,000 bytes.")
    policy: Policy | None = Field(None, description="What becomes of writes that collide. Unset: as the entry has it.")

    @property
    def place(self) -> Place:
        return Place(self.scope, self.scope_id)


class ContextItem(BaseModel):
    """An entry in a list: the first 200 characters of its value stand for it."""

    id: UUID
    scope: Scope
    scope_id: UUID | None
    key: str
    version: int
    preview: str
    policy: Policy
    deleted: bool
    size_bytes: int
    author: str = Field(description="Who wrote the newest version.")
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: ContextEntry) -> Self:
        return cls.model_validate(_fields(row))


class ContextRead(ContextItem):
    value: Any


class ContextWritten(ContextRead):
    merged: bool = Field(description="Others had written since the version that was read, and both are in this one.")

    @classmethod
    def after(cls, row: ContextEntry, *, merged: bool) -> Self:
        return cls.model_validate(_fields(row) | {"merged": merged})


def _fields(row: ContextEntry) -> dict[str, Any]:
    names = ("id", "scope", "scope_id", "key", "version", "value", "policy", "deleted", "size_bytes", "author")
    fields = {name: getattr(row, name) for name in (*names, "created_at", "updated_at")}
    return fields | {"preview": "" if row.deleted else preview(row.value)}


class ContextVersionItem(BaseModel):
    number: int
    preview: str
    deleted: bool
    merged_from: int | None = Field(description="The version that its writer had read, when others had written since.")
    size_bytes: int
    author: str
    created_at: datetime

    @classmethod
    def of(cls, row: ContextVersion) -> Self:
        names = ("number", "value", "deleted", "merged_from", "size_bytes", "author", "created_at")
        fields = {name: getattr(row, name) for name in names}
        return cls.model_validate(fields | {"preview": "" if row.deleted else preview(row.value)})


class ContextVersionRead(ContextVersionItem):
    value: Any


class ContextConflictRead(BaseModel):
    id: UUID
    context_id: UUID
    scope: Scope
    scope_id: UUID | None
    key: str
    base_version: int = Field(description="What the writer had read.")
    current_version: int = Field(description="What stood there when the write was refused.")
    newest_version: int = Field(description="What stands there now.")
    value: Any = Field(description="What was refused.")
    paths: list[str] = Field(description="JSON pointers to what both sides changed; an empty one is the whole value.")
    author: str
    created_at: datetime
    resolution: Resolution | None
    resolved_by: str | None
    resolved_at: datetime | None
    resolved_version: int | None

    @classmethod
    def of(cls, found: Found) -> Self:
        row, entry = found.conflict, found.entry
        kept = ("id", "base_version", "current_version", "value", "paths", "author", "created_at", "resolution")
        fields = {name: getattr(row, name) for name in (*kept, "resolved_by", "resolved_at", "resolved_version")}
        of_entry = {"scope": entry.scope, "scope_id": entry.scope_id, "key": entry.key, "newest_version": entry.version}
        return cls.model_validate(fields | of_entry | {"context_id": entry.id})


class ContextResolve(BaseModel):
    """Either of both."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"take": "mine"}, {"value": {"use": "PostgreSQL", "since": 16}}]}
    )

    take: Annotated[
        Resolution | None,
        Field(description="Whose changes count where both sides changed the same: `mine` are those that were refused."),
    ] = None
    value: Any = Field(None, description="In the place of both.")

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.take is None) is ("value" not in self.model_fields_set) or self.take is Resolution.VALUE:
            raise ValueError("give either take, as mine or theirs, or value")
        return self
