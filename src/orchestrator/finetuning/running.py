"""One run of a job on a node: its data laid out and verified, the trainer started, what it measures written down, and its
end made known. A run that was cut off anywhere is gone on from by the next one, from the newest checkpoint that is whole.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic

from orchestrator.finetuning import job_folder, versions
from orchestrator.finetuning.artifact_files import StoredArtifact, put
from orchestrator.finetuning.bases import Base, find_base
from orchestrator.finetuning.dataset_models import Dataset
from orchestrator.finetuning.job_folder import DatasetPlace, JobData
from orchestrator.finetuning.job_models import FineTuningJob, JobStatus, TrainingFile
from orchestrator.finetuning.job_moves import note, transition
from orchestrator.finetuning.job_problems import (
    TrainingCrashed,
    TrainingDiskFull,
    TrainingOutOfMemory,
    problem_from,
    stored,
)
from orchestrator.finetuning.jobs import BUDGET, get_job
from orchestrator.finetuning.keeping import CheckpointKeeper
from orchestrator.finetuning.progress import DATABASE_AWAY, Claim, JobLost, Progress, claimed_job
from orchestrator.finetuning.tailing import Tail
from orchestrator.finetuning.trainer_process import DONE, PAUSED, Bounds, Trainer
from orchestrator.finetuning.training_env import TrainingEnv
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.settings import Settings

log = get_logger(__name__)

_TICK_SECONDS = 0.2
_LOOK_SECONDS = 2.0
_PAUSE_SECONDS = 600.0
"""How long a step and its checkpoint may take when it is asked to pause."""
_RETRIES = 3
"""How often the trainer is started again in one run when something killed it, without a checkpoint in between."""


@dataclass(frozen=True)
class Node:
    """What a run needs of the node that it is on."""

    settings: Settings
    database: Database
    store: ArtifactStore
    ledger: ProcessLedger
    env: TrainingEnv
    bounds: Bounds


class JobRun:
    """`ask` from outside: `pause` and `cancel` are a person's, `leave` is its node's."""

    def __init__(self, node: Node, claim: Claim) -> None:
        self._node = node
        self._claim = claim
        self._folder = job_folder.folder_of(node.settings.data_dir, claim.tenant_id, claim.job_id)
        self._trainer = Trainer(node.ledger, node.env, node.bounds, self._folder, claim)
        self._tail = Tail(self._folder / "metrics.jsonl")
        self._asked: str | None = None
        self._looks_at = 0.0

    def ask(self, deed: str) -> None:
        self._asked = self._asked or deed

    def told(self) -> None:
        """The job's row is looked at soon."""
        self._looks_at = 0.0

    async def run(self) -> None:
        """In the tenant's scope. Raises JobLost when the job is not this run's any more; what it started has ended then."""
        try:
            job = await self._prepared()
            self._progress = Progress(self._node.database, self._claim, job.spent_seconds)
            self._keeper = CheckpointKeeper(self._node.store, self._progress, self._claim, self._folder, job.hyperparameters)
            await self._keeper.restore()
            await self._train(job)
        except JobLost:
            raise
        except OrchestratorError as problem:
            await self._fail(problem)
        except OSError as error:
            await self._fail(TrainingDiskFull(problem=error.strerror or error))
        finally:
            await self._trainer.stop(0.0)

    async def _prepared(self) -> FineTuningJob:
        """Everything that the trainer reads is in the folder then, verified."""
        node = self._node
        node.env.command()
        async with node.database.transaction() as db:
            job = await claimed_job(db, self._claim)
            base = await find_base(db, node.settings.training_bases, job.base_model)
            data = await data_of(IndustrialRepository(db), job)
        await asyncio.to_thread(job_folder.lay_out_data, node.store, job, data, self._folder)
        location = await asyncio.to_thread(self._location, base)
        await asyncio.to_thread(job_folder.write_spec, job, self._folder, location, node.bounds.threads)
        return job

    def _location(self, base: Base) -> str:
        if base.version is not None:
            return job_folder.fetch_base(self._node.store, base.version, self._node.settings.data_dir)
        return base.location or ""

    async def _train(self, job: FineTuningJob) -> None:
        killed = 0
        while True:
            before = self._keeper.newest
            await self._trainer.start()
            keeping = asyncio.create_task(self._keeper.run())
            try:
                await self._follow(job)
                self._keeper.finish()
                await keeping
            finally:
                keeping.cancel()
            code = self._trainer.code
            killed = 0 if self._keeper.newest != before else killed + 1
            if self._asked or code is None or code >= 0 or self._trainer.beyond_memory or killed > _RETRIES:
                break
            await self._say(f"the trainer was killed (signal {-code}), and goes on from its newest checkpoint", "warn")
            self._tail = Tail(self._folder / "metrics.jsonl")
        await self._end(code)

    async def _follow(self, job: FineTuningJob) -> None:
        """Until the trainer has ended and all that it wrote is written down."""
        stopping = False
        while not await self._trainer.over(_TICK_SECONDS):
            await self._drain()
            if monotonic() >= self._looks_at:
                self._looks_at = monotonic() + _LOOK_SECONDS
                await self._trainer.look()
                await self._look(job)
            if self._asked and not stopping:
                stopping = True
                await self._trainer.stop(0.0 if self._asked == "cancel" else _PAUSE_SECONDS)
        while await self._drain():
            pass
        await self._patiently(self._progress.rest)

    async def _drain(self) -> bool:
        """Whether there was anything new. What the database does not take now it is given at the next look."""
        lines, offset = await asyncio.to_thread(self._tail.read)
        if not lines:
            return False
        await self._patiently(lambda: self._progress.write(lines))
        self._tail.done(offset)
        for line in lines:
            if line.kind == "checkpoint":
                self._keeper.has_come(line)
        return True

    async def _look(self, job: FineTuningJob) -> None:
        """What a person asked for, and whether its time is up."""
        try:
            async with self._node.database.transaction() as db:
                requested = (await claimed_job(db, self._claim)).requested
        except DATABASE_AWAY:
            return
        if requested is not None:
            self._asked = requested
        elif job.max_seconds is not None and self._progress.spent_seconds >= job.max_seconds:
            self.ask(BUDGET)

    async def _patiently(self, write: Callable[[], Awaitable[None]]) -> None:
        """The database may be away for a while; the trainer goes on meanwhile."""
        while True:
            try:
                return await write()
            except DATABASE_AWAY as error:
                log.warning("training_not_written_down", job_id=str(self._claim.job_id), problem=str(error).split("\n")[0])
                await asyncio.sleep(_LOOK_SECONDS)

    async def _end(self, code: int | None) -> None:
        if code == DONE:
            await self._succeed()
        elif self._asked == "cancel":
            await self._move(JobStatus.CANCELLED, "a person cancelled it")
            await asyncio.to_thread(job_folder.clear, self._folder)
        elif self._asked == "leave":
            await self._move(JobStatus.QUEUED, "its node takes no more work")
        elif self._asked is not None:
            reason = BUDGET if self._asked == BUDGET else "a person paused it"
            await self._move(JobStatus.PAUSED, reason)
        elif code == PAUSED:
            await self._move(JobStatus.QUEUED, "its trainer was asked to end")
        else:
            await self._fail(self._problem(code))

    def _problem(self, code: int | None) -> OrchestratorError:
        if self._trainer.beyond_memory:
            return TrainingOutOfMemory(problem=f"it went beyond {self._node.bounds.memory_bytes} bytes")
        said = job_folder.read_json(self._folder / "problem.json")
        if said is not None:
            return problem_from(said)
        return TrainingCrashed(problem=f"exit status {code}")

    async def _succeed(self) -> None:
        """The version, and that the job has succeeded, in one transaction."""
        result = job_folder.read_json(self._folder / "result.json") or {}
        stored_as: dict[str, StoredArtifact] = {}
        for kind in result.get("artifacts", {}):
            where = (self._node.store, self._claim.tenant_id, self._claim.job_id, kind, self._folder / kind)
            stored_as[kind] = await asyncio.to_thread(put, *where)

        async def write() -> None:
            async with self._node.database.transaction() as db:
                job = await claimed_job(db, self._claim)
                job.base_digest = digest = str(result["base_digest"])
                job.spent_seconds = self._progress.spent_seconds
                version = await versions.register(db, job, stored_as, result["metrics"], digest)
                await db.flush()
                said = f"it became {versions.label(version)}"
                await transition(db, job, JobStatus.SUCCEEDED, said, model_version_id=version.id)

        await self._patiently(write)
        await asyncio.to_thread(job_folder.clear, self._folder)

    async def _fail(self, problem: OrchestratorError) -> None:
        """The folder stays: resumed, it goes on from its checkpoints."""
        log.warning("training_failed", job_id=str(self._claim.job_id), code=problem.code, problem=problem.message)
        end = await asyncio.to_thread(job_folder.end_of_log, self._folder)
        if end:
            await self._say(end, "error")
        await self._move(JobStatus.FAILED, problem.message, problem=stored(problem))

    async def _move(self, to: JobStatus, reason: str, problem: dict[str, str] | None = None) -> None:
        async def write() -> None:
            async with self._node.database.transaction() as db:
                job = await claimed_job(db, self._claim)
                await transition(db, job, to, reason, problem=problem)

        await self._patiently(write)

    async def _say(self, message: str, level: str) -> None:
        async def write() -> None:
            async with self._node.database.transaction() as db:
                note(db, await get_job(db, self._claim.job_id), message, level=level)

        with contextlib.suppress(JobLost):
            await self._patiently(write)


async def data_of(rows: IndustrialRepository, job: FineTuningJob) -> JobData:
    row = await rows.session.get(Dataset, (job.tenant_id, job.dataset_id)) if job.dataset_id else None
    dataset = DatasetPlace(row.tenant_id, row.id, row.path) if row else None
    file = await rows.get(TrainingFile, job.training_file_id) if job.training_file_id else None
    validation = await rows.get(TrainingFile, job.validation_file_id) if job.validation_file_id else None
    return JobData(dataset, file, validation)
