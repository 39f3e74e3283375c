"""Which job a node takes next, and what becomes of those whose node is lost. Whoever takes one has it alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.finetuning.job_models import FineTuningJob, JobStatus, TrainerKind
from orchestrator.finetuning.job_moves import transition
from orchestrator.finetuning.job_problems import TrainingCrashed, stored
from orchestrator.finetuning.jobs import get_job
from orchestrator.finetuning.progress import Claim
from orchestrator.kit.db import Database, lock_until_commit
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes.models import Node

MOST_TAKEUPS = 5
"""Without a checkpoint in between."""
_LOOKED_AT = 50

Key = tuple[UUID, UUID]


@dataclass(frozen=True)
class Found:
    """What there is to do over all tenants, the oldest first."""

    pending: Sequence[Key]
    queued: Sequence[Key]
    lost: Sequence[Key]


async def look(database: Database, node_id: UUID, own: Sequence[UUID]) -> Found:
    """`own`: the jobs that run in this process; others that are this node's were an earlier process's."""
    async with database.system_transaction() as db:
        return Found(
            await _keys(db, FineTuningJob.status == JobStatus.PENDING),
            await _keys(db, FineTuningJob.status == JobStatus.QUEUED),
            await _lost(db, node_id, own),
        )


async def _keys(db: AsyncSession, *where: object) -> list[Key]:
    query = select(FineTuningJob.tenant_id, FineTuningJob.id).where(*where, FineTuningJob.trainer == TrainerKind.LOCAL)  # pyright: ignore[reportArgumentType] - conditions.
    rows = await db.execute(query.order_by(FineTuningJob.created_at, FineTuningJob.id).limit(_LOOKED_AT))
    return [(row[0], row[1]) for row in rows.all()]


async def _lost(db: AsyncSession, node_id: UUID, own: Sequence[UUID]) -> list[Key]:
    dead = select(Node.id).where(Node.died_at.is_not(None))
    left_here = (FineTuningJob.node_id == node_id) & FineTuningJob.id.not_in(own)
    return await _keys(db, FineTuningJob.status == JobStatus.RUNNING, FineTuningJob.node_id.in_(dead) | left_here)


async def take(database: Database, key: Key, node_id: UUID, most_of_tenant: int) -> Claim | None:
    """None where somebody else has it, or its tenant has as many at once as it may.

    Claims of a tenant come one after the other, so that two nodes cannot both take its last place.
    """
    tenant_id, job_id = key
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            await lock_until_commit(db, f"{tenant_id}:training claims")
            running = (FineTuningJob.tenant_id == tenant_id, FineTuningJob.status == JobStatus.RUNNING)
            count: int = (await db.execute(select(func.count()).select_from(FineTuningJob).where(*running))).scalar_one()
            if count >= most_of_tenant:
                return None
            mine = (FineTuningJob.tenant_id == tenant_id, FineTuningJob.id == job_id)
            query = select(FineTuningJob).where(*mine, FineTuningJob.status == JobStatus.QUEUED)
            job = (await db.execute(query.with_for_update(skip_locked=True, key_share=True))).scalar_one_or_none()
            if job is None:
                return None
            attempt = job.attempt + 1
            await transition(db, job, JobStatus.RUNNING, "a node has taken it", node_id=node_id, attempt=attempt)
            return Claim(tenant_id, job_id, node_id, attempt)


async def give_back(database: Database, key: Key, reason: str, attempt: int | None = None) -> None:
    """Of a job that nobody works on any more: it is queued again, or becomes what it had been asked to be.

    With `attempt`, nothing happens when it is another run's by now.
    """
    with tenant_scope(key[0]):
        async with database.transaction() as db:
            job = await get_job(db, key[1], lock=True)
            if job.status is not JobStatus.RUNNING or attempt not in (None, job.attempt):
                return
            if job.requested is not None:
                to = JobStatus.PAUSED if job.requested == "pause" else JobStatus.CANCELLED
                await transition(db, job, to, "as it was asked to be, when nobody worked on it")
            elif job.takeups >= MOST_TAKEUPS:
                problem = TrainingCrashed(problem=f"{reason}, {job.takeups} times without a checkpoint in between")
                await transition(db, job, JobStatus.FAILED, problem.message, problem=stored(problem))
            else:
                await transition(db, job, JobStatus.QUEUED, reason, takeups=job.takeups + 1)


async def settle_pending(database: Database, key: Key, problem: dict[str, str] | None, said: str) -> None:
    """Its data was looked at. Somebody may have moved it meanwhile."""
    with tenant_scope(key[0]):
        async with database.transaction() as db:
            job = await get_job(db, key[1], lock=True)
            if job.status is not JobStatus.PENDING:
                return
            to = JobStatus.QUEUED if problem is None else JobStatus.FAILED
            await transition(db, job, to, said, problem=problem)
