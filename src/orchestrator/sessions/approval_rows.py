"""What an agent asked for: the table, and the closing of what nobody can answer any more."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import Base, Json, TenantOwned


class ApprovalKind(StrEnum):
    PERMISSION = "permission"
    QUESTION = "question"


class ApprovalStatus(StrEnum):
    """`expired`: nobody answered before the deadline, so its default was taken. `superseded`: what asked has ended."""

    PENDING = "pending"
    ALLOWED = "allowed"
    DENIED = "denied"
    ANSWERED = "answered"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class Approval(TenantOwned, Base):
    __tablename__ = "approvals"

    session_id: Mapped[UUID]
    attempt: Mapped[int]
    conversation: Mapped[str]
    """The OpenCode session that asks: the session's own, or that of a subagent."""
    request_id: Mapped[str]
    kind: Mapped[ApprovalKind] = mapped_column()
    asker: Mapped[str]
    tool: Mapped[str]
    patterns: Mapped[list[str]]
    always: Mapped[list[str]]
    """What else a remembered answer is for, as OpenCode proposes it."""
    detail: Mapped[Json]
    status: Mapped[ApprovalStatus] = mapped_column()
    default_action: Mapped[str]
    requested_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    answers: Mapped[list[list[str]] | None] = mapped_column(JSONB(none_as_null=True))
    remember: Mapped[bool] = mapped_column(default=False)
    applied_at: Mapped[datetime | None]
    """When OpenCode was told."""


def decided(
    db: AsyncSession, approval: Approval, status: ApprovalStatus, actor: str, reason: str | None, **changes: Any
) -> None:
    """Of a row that the caller has locked."""
    approval.status, approval.decided_by, approval.decided_at, approval.reason = status, actor, now(), reason
    for name, value in changes.items():
        setattr(approval, name, value)
    events.append(
        db,
        approval.tenant_id,
        "approval.decided",
        actor=actor,
        session_id=approval.session_id,
        approval_id=str(approval.id),
        status=status.value,
        tool=approval.tool,
        reason=reason,
    )


async def supersede_pending(db: AsyncSession, tenant_id: UUID, session_id: UUID, actor: str, reason: str) -> None:
    """Its session goes on without the answer, or ends."""
    query = (
        select(Approval)
        .where(Approval.tenant_id == tenant_id, Approval.session_id == session_id)
        .where(Approval.status == ApprovalStatus.PENDING)
        .with_for_update()
    )
    for approval in (await db.execute(query)).scalars():
        decided(db, approval, ApprovalStatus.SUPERSEDED, actor, reason)
