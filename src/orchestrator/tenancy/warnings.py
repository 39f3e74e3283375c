"""Soft warnings: an event when a quota is used up to four fifths."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR

WARNING_PERCENT = 80


def crossed(before: int, after: int, limit: int) -> bool:
    """Whether this step, and none before it, went over the line."""
    line = limit * WARNING_PERCENT
    return before * 100 < line <= after * 100


def warn(db: AsyncSession, tenant_id: UUID, quota: str, used: int, limit: int, **more: Any) -> None:
    events.append(db, tenant_id, "quota.warning", actor=ORCHESTRATOR, quota=quota, used=used, limit=limit, **more)
