"""The only way to change a job's status: legal moves, compare-and-swap, and the event in the same transaction."""

from typing import Any

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.finetuning.job_errors import JobNotOpen
from orchestrator.finetuning.job_models import FineTuningJob, JobStatus, TrainingNote
from orchestrator.finetuning.job_states import OVER, may_move, next_states
from orchestrator.kit.clock import now
from orchestrator.kit.ids import new_id
from orchestrator.kit.printable import printable

TRAINING_CHANNEL = "orchestrator_training"
"""Told the job's id when one waits, when a place is free, and when something is asked of one that runs."""

_MOST_CHARS = 1_000


async def transition(
    db: AsyncSession, job: FineTuningJob, to: JobStatus, reason: str, *, actor: str = ORCHESTRATOR, **changes: Any
) -> None:
    """Raises JobNotOpen when the move is not legal or somebody else moved the job first."""
    was, said = job.status, printable(reason)[:_MOST_CHARS]
    if not may_move(was, to):
        raise not_open(was, f"going to {to.value}")
    values = {"status": to, "status_reason": said, "updated_at": now(), **_of(job, to), **changes}
    moved = await db.execute(
        update(FineTuningJob)
        .where(FineTuningJob.tenant_id == job.tenant_id, FineTuningJob.id == job.id)
        .where(FineTuningJob.status == was, FineTuningJob.attempt == job.attempt)
        .values({getattr(FineTuningJob, name): value for name, value in values.items()})
        .returning(FineTuningJob)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if moved.scalar_one_or_none() is None:
        raise not_open(was, f"going to {to.value}")
    told: dict[str, Any] = {"job_id": str(job.id), "name": job.name, "from": was.value, "to": to.value, "reason": said}
    events.append(db, job.tenant_id, "finetuning.job", actor=actor, **told)
    level = "error" if to is JobStatus.FAILED else "info"
    note(db, job, f"{to.value}: {said}", level=level, status=to.value, **({"actor": actor} if actor != ORCHESTRATOR else {}))
    await tell_nodes(db, job)


def note(db: AsyncSession, job: FineTuningJob, message: str, *, level: str = "info", **data: Any) -> None:
    """For people, and for the events of the OpenAI-compatible API."""
    row = TrainingNote(
        tenant_id=job.tenant_id,
        id=new_id(),
        job_id=job.id,
        level=level,
        message=printable(message)[:_MOST_CHARS],
        data=data,
        created_at=now(),
    )
    db.add(row)


async def tell_nodes(db: AsyncSession, job: FineTuningJob) -> None:
    """Whoever may take it, or works on it, looks at it when this is committed."""
    await db.execute(text("select pg_notify(:c, :p)"), {"c": TRAINING_CHANNEL, "p": str(job.id)})


def not_open(status: JobStatus, action: str) -> JobNotOpen:
    allowed = ", ".join(sorted(one.value for one in next_states(status))) or "nothing; make a new job"
    return JobNotOpen(status=status.value, action=action, allowed=allowed)


def _of(job: FineTuningJob, to: JobStatus) -> dict[str, Any]:
    """What goes with a status."""
    if to is JobStatus.RUNNING:
        return {"started_at": job.started_at or now()}
    without_node: dict[str, Any] = {"node_id": None}
    if to in OVER:
        return without_node | {"requested": None, "finished_at": now()}
    if to is JobStatus.PAUSED:
        return without_node | {"requested": None}
    return without_node | {"finished_at": None, "problem": None}
