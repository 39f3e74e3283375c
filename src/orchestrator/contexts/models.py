"""Tables: entries as they are now, their history, and the writes that collided."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, TenantOwned


class Scope(StrEnum):
    """Who shares an entry: the tenant, what has to do with one session, one agent, or one plan that it goes with."""

    GLOBAL = "GLOBAL"
    SESSION = "SESSION"
    AGENT = "AGENT"
    TEMPORARY = "TEMPORARY"


class Policy(StrEnum):
    """What becomes of two writes that collide."""

    CONFLICT = "conflict"
    LAST_WRITE_WINS = "last_write_wins"


class Resolution(StrEnum):
    MINE = "mine"
    THEIRS = "theirs"
    VALUE = "value"


class ContextEntry(TenantOwned, Base):
    __tablename__ = "context_entries"

    scope: Mapped[Scope] = mapped_column()
    scope_id: Mapped[UUID | None]
    key: Mapped[str]
    version: Mapped[int]
    """The number of its newest version."""
    value: Mapped[Any] = mapped_column(JSONB(none_as_null=True))
    policy: Mapped[Policy] = mapped_column()
    deleted: Mapped[bool]
    size_bytes: Mapped[int]
    author: Mapped[str]
    """Who wrote the newest version."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    @property
    def etag(self) -> str:
        return etag_of_version(self.version)


class ContextVersion(Base):
    """It never changes. One that is deleted has no value."""

    __tablename__ = "context_versions"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB(none_as_null=True))
    deleted: Mapped[bool]
    merged_from: Mapped[int | None]
    """The version that its writer had read, when others had written since."""
    size_bytes: Mapped[int]
    author: Mapped[str]
    created_at: Mapped[datetime]


class ContextConflict(TenantOwned, Base):
    """A write that was refused, whole, until somebody decides."""

    __tablename__ = "context_conflicts"

    entry_id: Mapped[UUID]
    base_version: Mapped[int]
    current_version: Mapped[int]
    value: Mapped[Any] = mapped_column(JSONB(none_as_null=True))
    paths: Mapped[list[str]] = mapped_column(JSONB)
    """JSON pointers (RFC 6901) to what both sides changed."""
    author: Mapped[str]
    created_at: Mapped[datetime]
    resolution: Mapped[Resolution | None] = mapped_column()
    resolved_by: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    resolved_version: Mapped[int | None]


def etag_of_version(number: int) -> str:
    """The number itself, because a writer's `If-Match` has to say from which version it is merged."""
    return f'"{number}"'
