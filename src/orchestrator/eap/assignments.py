"""Work for external agents: made for a turn of a session, leased to one agent at a time, and ended once.

A lease has an epoch, which grows with each lease and when one is over. What comes under an older epoch changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.eap.errors import KeyNotProven, LeaseStale
from orchestrator.eap.members import actor_of, member
from orchestrator.eap.models import Assignment, AssignmentStatus, Desired, ExternalAgent
from orchestrator.eap.news import tell
from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.gateway.virtual_keys import revoke_assignment_keys
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, Json
from orchestrator.kit.errors import NotFound
from orchestrator.kit.ids import new_id

MOST_TRIES = 5
"""Leases of one assignment that may be lost before it fails."""
_LEASE = text("""
    with head as (
        select tenant_id, id from assignments
        where tenant_id = :tenant_id and agent_id = :agent_id and status = 'queued'
            and (not_before is null or not_before <= now())
        order by priority desc, created_at, id limit 1 for update skip locked
    )
    update assignments a set status = 'leased', external_agent_id = :member, version_id = :version,
        lease_epoch = a.lease_epoch + 1, tries = a.tries + 1, next_seq = 1, leased_at = now(), not_before = null,
        lease_until = now() + make_interval(secs => :seconds),
        holders = a.holders || jsonb_build_object(a.lease_epoch + 1, cast(:member as text))
    from head where a.tenant_id = head.tenant_id and a.id = head.id returning a.id
""")


@dataclass(frozen=True)
class NewAssignment:
    session_id: UUID
    turn: int
    agent_id: UUID
    priority: int
    task_type: str
    body: Json
    commit: str
    bundle_path: str
    timeout_seconds: int


async def create(db: AsyncSession, wanted: NewAssignment, assignment_id: UUID) -> Assignment:
    row = Assignment(
        id=assignment_id,
        session_id=wanted.session_id,
        turn=wanted.turn,
        agent_id=wanted.agent_id,
        priority=wanted.priority,
        task_type=wanted.task_type,
        body=wanted.body,
        commit=wanted.commit,
        bundle_path=wanted.bundle_path,
        timeout_seconds=wanted.timeout_seconds,
        status=AssignmentStatus.QUEUED,
        tries=0,
        lease_epoch=0,
        holders={},
        next_seq=1,
        created_at=now(),
    )
    IndustrialRepository(db).add(row)
    await db.flush()
    record(db, row, ORCHESTRATOR, "assignment.queued", turn=row.turn)
    await tell(db, row.agent_id)
    return row


def new_assignment_id() -> UUID:
    return new_id()


async def newest(db: AsyncSession, session_id: UUID, turn: int) -> Assignment | None:
    own = Assignment.session_id == session_id, Assignment.turn == turn
    order = (Assignment.created_at.desc(), Assignment.id.desc())
    found = await IndustrialRepository(db).list(Assignment, *own, order=order, limit=1)
    return found[0] if found else None


async def lease(db: AsyncSession, member_id: UUID, seconds: float) -> Assignment | None:
    """The next one in line, when the agent has room and is to have more. Raises KeyNotProven, NotFound."""
    agent = await member(db, member_id, lock=True)
    if agent.proven_at is None:
        raise KeyNotProven
    if agent.desired is not Desired.CONTINUE or await _held(db, agent) >= agent.max_tasks:
        return None
    values = {"tenant_id": agent.tenant_id, "agent_id": agent.agent_id, "member": agent.id, "version": agent.version_id}
    leased = (await db.execute(_LEASE, {**values, "seconds": seconds})).scalar_one_or_none()
    if leased is None:
        return None
    row = await IndustrialRepository(db).get(Assignment, leased)
    record(
        db, row, actor_of(agent.id), "assignment.leased", agent=agent.name, attempt=row.tries, lease_epoch=row.lease_epoch
    )
    return row


async def _held(db: AsyncSession, agent: ExternalAgent) -> int:
    query = select(func.count()).where(
        Assignment.tenant_id == agent.tenant_id,
        Assignment.external_agent_id == agent.id,
        Assignment.status == AssignmentStatus.LEASED,
    )
    return (await db.execute(query)).scalar_one()


async def had(db: AsyncSession, member_id: UUID, assignment_id: UUID, *, lock: bool = False) -> Assignment:
    """One that the agent has or had. Raises NotFound: of any other it learns nothing."""
    row = await IndustrialRepository(db).get(Assignment, assignment_id, lock=lock)
    if str(member_id) not in row.holders.values():
        raise NotFound
    return row


async def held(db: AsyncSession, member_id: UUID, assignment_id: UUID, epoch: int, *, lock: bool = False) -> Assignment:
    """One that the agent has under this epoch. Raises NotFound, LeaseStale."""
    row = await had(db, member_id, assignment_id, lock=lock)
    if row.status is not AssignmentStatus.LEASED or row.lease_epoch != epoch or row.external_agent_id != member_id:
        raise LeaseStale(epoch=epoch)
    return row


async def renew(db: AsyncSession, member_id: UUID, assignment_id: UUID, epoch: int, seconds: float) -> datetime:
    row = await held(db, member_id, assignment_id, epoch, lock=True)
    row.lease_until = until = now() + timedelta(seconds=seconds)
    await db.flush()
    return until


async def give_back(db: AsyncSession, row: Assignment, reason: str, *, wait_seconds: float = 0.0) -> None:
    """The lease is over without a result: somebody else may have it, as often as there are tries. Call it with a lock."""
    row.lease_epoch += 1
    row.lease_until = None
    if row.tries >= MOST_TRIES:
        await end(db, row, AssignmentStatus.FAILED, f"{reason}, at the last of {MOST_TRIES} tries")
        return
    row.status, row.reason = AssignmentStatus.QUEUED, reason
    row.not_before = now() + timedelta(seconds=wait_seconds) if wait_seconds else None
    record(db, row, ORCHESTRATOR, "assignment.requeued", reason=reason, attempt=row.tries)
    await revoke_assignment_keys(db, row.id)
    await db.flush()
    await tell(db, row.agent_id)


async def cancel(db: AsyncSession, session_id: UUID, reason: str) -> None:
    """Whatever of a session is queued or leased: the agent reads it with its next heartbeat."""
    own = Assignment.session_id == session_id, Assignment.status.in_((AssignmentStatus.QUEUED, AssignmentStatus.LEASED))
    query = IndustrialRepository(db).query(Assignment, *own).order_by(Assignment.id).with_for_update(key_share=True)
    for row in (await db.execute(query)).scalars():
        row.lease_epoch += 1
        await end(db, row, AssignmentStatus.CANCELLED, reason)


async def end(db: AsyncSession, row: Assignment, status: AssignmentStatus, reason: str | None) -> None:
    row.status, row.reason, row.ended_at, row.lease_until = status, reason, now(), None
    record(db, row, ORCHESTRATOR, "assignment.ended", status=status.value, reason=reason)
    await revoke_assignment_keys(db, row.id)
    await db.flush()
    await tell(db, row.id)


def record(db: AsyncSession, row: Assignment, actor: str, type_: str, **told: Any) -> None:
    events.append(db, row.tenant_id, type_, actor=actor, session_id=row.session_id, assignment_id=str(row.id), **told)
