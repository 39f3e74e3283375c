"""Whether agents are there: their heartbeats, what is wanted of them, and how much work their agent can take."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.eap.members import actor_of
from orchestrator.eap.messages import Heartbeat
from orchestrator.eap.models import Desired, ExternalAgent
from orchestrator.events import log as events
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.kit.printable import printable
from orchestrator.kit.settings import Settings
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal
from orchestrator.tenancy.quotas import wake_admission

MISSED = 3
"""Heartbeats in a row, after which an agent is suspect."""
_ROOM = text("""
    update agents a set max_concurrent_sessions = room.n from (
        select coalesce(sum(e.max_tasks), 0) as n from external_agents e
        where e.tenant_id = :tenant_id and e.agent_id = :agent_id and e.revoked_at is null and e.proven_at is not null
            and e.liveness <> 'lost' and e.desired = 'continue' and e.status <> 'offline'
    ) room
    where a.tenant_id = :tenant_id and a.id = :agent_id and a.max_concurrent_sessions is distinct from room.n
    returning a.max_concurrent_sessions
""")


@dataclass(frozen=True)
class Answer:
    desired: Desired
    cancel: Sequence[UUID]


async def beat(database: Database, settings: Settings, agent_id: UUID, told: Heartbeat) -> Answer:
    """One round trip, which also renews the leases of what it works on. Raises NotFound for one that is revoked."""
    answer: dict[str, Any] | None = await database.call(
        "eap_heartbeat",
        member=agent_id,
        reported=told.status.value,
        load=told.current_load,
        measured=told.metrics,
        problem=None if told.last_error is None else printable(told.last_error),
        tasks=[one.model_dump(mode="json") for one in told.tasks_in_progress],
        lease_seconds=settings.eap_lease_seconds,
    )
    if answer is None:
        raise NotFound
    if answer["changed"]:
        async with database.transaction() as db:
            await came_or_went(db, agent_id)
    return Answer(Desired(answer["desired"]), [UUID(one) for one in answer["cancel"]])


async def came_or_went(db: AsyncSession, external_agent_id: UUID) -> None:
    row = await IndustrialRepository(db).get(ExternalAgent, external_agent_id)
    told = {"liveness": row.liveness.value, "status": row.status.value}
    whose = {"external_agent_id": str(row.id), "agent": row.name}
    events.append(db, row.tenant_id, "external.liveness", actor=actor_of(row.id), session_id=None, **whose, **told)
    await count_room(db, row.agent_id)


async def count_room(db: AsyncSession, agent_id: UUID) -> None:
    """Admission starts no more sessions of an agent than its members can take."""
    tenant_id = IndustrialRepository(db).tenant_id
    changed = (await db.execute(_ROOM, {"tenant_id": tenant_id, "agent_id": agent_id})).first()
    if changed is not None:
        await wake_admission(db)


async def want(db: AsyncSession, principal: Principal, agent_id: UUID, desired: Desired) -> ExternalAgent:
    """It reads what is wanted of it with its next heartbeat."""
    row = await IndustrialRepository(db).get(ExternalAgent, agent_id, lock=True)
    if row.desired is not desired:
        before, row.desired = row.desired, desired
        change = {"desired": before.value}, {"desired": desired.value}
        audit.record(db, row.tenant_id, principal.actor, "external.desired", f"external_agent:{row.id}", *change)
        told = {"external_agent_id": str(row.id), "agent": row.name, "desired": desired.value}
        events.append(db, row.tenant_id, "external.desired", actor=principal.actor, session_id=None, **told)
        await db.flush()
        await count_room(db, row.agent_id)
    return row
