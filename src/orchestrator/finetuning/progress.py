"""What a run has measured, written down: points of its curve, where it stands, and its checkpoints.

Each transaction holds the job's row, so that points are numbered in the order in which they are committed, and is refused
when the job is another run's by now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.finetuning.job_models import FineTuningJob, JobStatus, TrainingCheckpoint, TrainingPoint
from orchestrator.finetuning.jobs import get_job
from orchestrator.finetuning.tailing import Line
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError

DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout, OSError)
"""What a database raises that does not answer for a while."""
_EVENT_SECONDS = 2.0
"""Least time between two events of progress: whoever gets one reads all points since."""


class JobLost(OrchestratorError):
    """The training job {job} is not this run's any more."""

    code = "training_job_lost"
    hint = "Another node has taken it, or a person ended it: this run stops."


@dataclass(frozen=True)
class Claim:
    """A job as one run has it: when its attempt is another one, the run's words count no more."""

    tenant_id: UUID
    job_id: UUID
    node_id: UUID
    attempt: int


async def claimed_job(db: AsyncSession, claim: Claim) -> FineTuningJob:
    """Locked. Raises JobLost."""
    job = await get_job(db, claim.job_id, lock=True)
    if (job.status, job.node_id, job.attempt) != (JobStatus.RUNNING, claim.node_id, claim.attempt):
        raise JobLost(job=claim.job_id)
    return job


class Progress:
    def __init__(self, database: Database, claim: Claim, spent_seconds: int) -> None:
        self._database = database
        self._claim = claim
        self._spent_before = spent_seconds
        self._began = monotonic()
        self._told_at = 0.0
        self._untold = False
        self._tokens: tuple[float, float] | None = None

    @property
    def spent_seconds(self) -> int:
        """Over all attempts, this one included."""
        return self._spent_before + int(monotonic() - self._began)

    async def write(self, lines: Sequence[Line]) -> None:
        """Raises JobLost."""
        async with self._database.transaction() as db:
            job = await claimed_job(db, self._claim)
            points = [line for line in lines if line.is_point]
            if points:
                await _write_points(db, job, points)
            for line in lines:
                self._apply(db, job, line)
            job.spent_seconds, job.updated_at = self.spent_seconds, now()
            self._tell(db, job, told=bool(points))

    async def rest(self) -> None:
        """What was measured and not told yet is told. Raises JobLost."""
        if self._untold:
            async with self._database.transaction() as db:
                self._tell(db, await claimed_job(db, self._claim), told=True)

    def _apply(self, db: AsyncSession, job: FineTuningJob, line: Line) -> None:
        if line.kind == "begin":
            job.total_steps = line.values.get("total_steps")
        elif line.kind == "train":
            job.step = line.step
            job.latest = {**job.latest, **_known(line.values), **self._speed(line)}
        elif line.kind == "heldout":
            job.latest = {**job.latest, "heldout_loss": line.values.get("loss")}

    def _speed(self, line: Line) -> dict[str, Any]:
        """Tokens a second, over the time since the last whole second or more."""
        tokens, moment = line.values.get("num_tokens"), line.at.timestamp()
        if not isinstance(tokens, int | float):
            return {}
        if self._tokens is None or tokens < self._tokens[0]:
            self._tokens = float(tokens), moment
            return {}
        passed = moment - self._tokens[1]
        if passed < 1:
            return {}
        speed = (tokens - self._tokens[0]) / passed
        self._tokens = float(tokens), moment
        return {"tokens_per_second": round(speed, 1)}

    def _tell(self, db: AsyncSession, job: FineTuningJob, *, told: bool) -> None:
        self._untold = self._untold or told
        if not self._untold or monotonic() - self._told_at < _EVENT_SECONDS:
            return
        self._told_at, self._untold = monotonic(), False
        said: dict[str, Any] = {"step": job.step, "total_steps": job.total_steps, "loss": job.latest.get("loss")}
        events.append(db, job.tenant_id, "finetuning.progress", actor=ORCHESTRATOR, job_id=str(job.id), **said)

    async def keep_checkpoint(self, line: Line, path: str | None) -> None:
        """`path`: where the artifact store has it; None where it was gone before it was there. Raises JobLost."""
        async with self._database.transaction() as db:
            job = await claimed_job(db, self._claim)
            values = {
                "sha256": str(line.values.get("sha256")),
                "bytes": int(line.values.get("bytes") or 0),
                "path": path,
                "metrics": dict(job.latest),
                "created_at": line.at,
                "dropped_at": None if path else now(),
            }
            place = {"tenant_id": job.tenant_id, "job_id": job.id, "step": line.step}
            query = insert(TrainingCheckpoint).values(**place, **values)
            key = [TrainingCheckpoint.tenant_id, TrainingCheckpoint.job_id, TrainingCheckpoint.step]
            await db.execute(query.on_conflict_do_update(index_elements=key, set_=values))
            job.takeups = 0
            told: dict[str, Any] = {"job_id": str(job.id), "step": line.step, "sha256": values["sha256"]}
            events.append(db, job.tenant_id, "finetuning.checkpoint", actor=ORCHESTRATOR, **told)

    async def stored_checkpoints(self) -> Sequence[TrainingCheckpoint]:
        """Those that the artifact store has, the newest first."""
        async with self._database.transaction() as db:
            mine = (TrainingCheckpoint.tenant_id == self._claim.tenant_id, TrainingCheckpoint.job_id == self._claim.job_id)
            query = select(TrainingCheckpoint).where(*mine, TrainingCheckpoint.path.is_not(None))
            return (await db.execute(query.order_by(TrainingCheckpoint.step.desc()))).scalars().all()

    async def drop(self, checkpoint: TrainingCheckpoint) -> None:
        async with self._database.transaction() as db:
            await claimed_job(db, self._claim)
            mine = (TrainingCheckpoint.tenant_id == checkpoint.tenant_id, TrainingCheckpoint.job_id == checkpoint.job_id)
            query = update(TrainingCheckpoint).where(*mine, TrainingCheckpoint.step == checkpoint.step)
            await db.execute(query.values(path=None, dropped_at=now()))


async def _write_points(db: AsyncSession, job: FineTuningJob, points: Sequence[Line]) -> None:
    """Of a step that is measured anew after a failure the last one counts, and has a new number when it differs."""
    mine = (TrainingPoint.tenant_id == job.tenant_id, TrainingPoint.job_id == job.id)
    last: int = (await db.execute(select(func.coalesce(func.max(TrainingPoint.seq), 0)).where(*mine))).scalar_one()
    newest = {(line.step, line.kind): line for line in points}
    query = insert(TrainingPoint).values(list(_rows(job, list(newest.values()), last)))
    key = [TrainingPoint.tenant_id, TrainingPoint.job_id, TrainingPoint.step, TrainingPoint.kind]
    new = query.excluded
    changed = {"seq": new.seq, "metrics": new.metrics, "measured_at": new.measured_at}
    differs = TrainingPoint.metrics.is_distinct_from(new.metrics)
    await db.execute(query.on_conflict_do_update(index_elements=key, set_=changed, where=differs))


def _rows(job: FineTuningJob, points: Sequence[Line], last: int) -> Iterator[dict[str, Any]]:
    for seq, line in enumerate(points, last + 1):
        yield {
            "tenant_id": job.tenant_id,
            "job_id": job.id,
            "step": line.step,
            "kind": line.kind,
            "seq": seq,
            "metrics": _known(line.values),
            "measured_at": line.at,
        }


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL's JSON has no NaN."""
    return {name: value for name, value in values.items() if not isinstance(value, float) or value == value}
