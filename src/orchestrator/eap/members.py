"""Agents that have joined, as everything below finds them, and what is recorded of them."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.eap.models import ExternalAgent
from orchestrator.events import log as events
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.tenancy import audit


async def member(db: AsyncSession, agent_id: UUID, *, lock: bool = False) -> ExternalAgent:
    """One that has not been revoked. Raises NotFound."""
    row = await IndustrialRepository(db).get(ExternalAgent, agent_id, lock=lock)
    if row.revoked_at is not None:
        raise NotFound
    return row


def actor_of(member_id: UUID) -> str:
    return f"external:{member_id}"


def record(db: AsyncSession, row: ExternalAgent, actor: str, action: str, **told: Any) -> None:
    audit.record(db, row.tenant_id, actor, action, f"external_agent:{row.id}", None, told or None)
    events.append(db, row.tenant_id, action, actor=actor, external_agent_id=str(row.id), agent=row.name, **told)
