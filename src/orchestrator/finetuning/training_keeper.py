"""Keeps a node's places for training full: looks at the data of new jobs, takes queued ones, and gives back lost ones."""

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from orchestrator.events.listener import Listener
from orchestrator.finetuning import job_claims, job_folder
from orchestrator.finetuning.job_claims import Key
from orchestrator.finetuning.job_folder import JobData
from orchestrator.finetuning.job_models import FineTuningJob
from orchestrator.finetuning.job_moves import TRAINING_CHANNEL
from orchestrator.finetuning.job_problems import stored
from orchestrator.finetuning.jobs import get_job
from orchestrator.finetuning.progress import DATABASE_AWAY, Claim, JobLost
from orchestrator.finetuning.running import JobRun, Node, data_of
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes.leader import Leadership
from orchestrator.runtimes.nodes import Heart

log = get_logger(__name__)

_LOOK_SECONDS = 2.0


class TrainingKeeper:
    """`leadership`: of the node that looks at the data of new jobs, for all nodes."""

    def __init__(self, node: Node, heart: Heart, leadership: Leadership, listener: Listener) -> None:
        self._node = node
        self._node_id = heart.member.node_id
        self._heart = heart
        self._leadership = leadership
        self._runs: dict[UUID, JobRun] = {}
        self._looked_at: set[UUID] = set()
        self._told = asyncio.Event()
        listener.subscribe(TRAINING_CHANNEL, self._on_news)

    def _on_news(self, payload: str) -> None:
        run = self._runs.get(UUID(payload)) if payload else None
        if run is not None:
            run.told()
        self._told.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                self._told.clear()
                try:
                    await self._look(group)
                except DATABASE_AWAY as error:
                    log.warning("training_not_looked_after", problem=str(error).split("\n")[0])
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await self._told.wait()

    async def _look(self, group: asyncio.TaskGroup) -> None:
        found = await job_claims.look(self._node.database, self._node_id, list(self._runs))
        for key in found.lost:
            await job_claims.give_back(self._node.database, key, "its node was lost")
        if self._heart.draining.is_set():
            for run in self._runs.values():
                run.ask("leave")
            return
        if self._leadership.leads:
            for key in found.pending:
                if key[1] not in self._looked_at:
                    self._looked_at.add(key[1])
                    group.create_task(self._look_at(key))
        await self._take(found.queued, group)

    async def _take(self, queued: Sequence[Key], group: asyncio.TaskGroup) -> None:
        settings = self._node.settings
        for key in queued:
            if len(self._runs) >= settings.training_slots:
                return
            claim = await job_claims.take(self._node.database, key, self._node_id, settings.max_training_jobs)
            if claim is not None:
                self._runs[claim.job_id] = JobRun(self._node, claim)
                group.create_task(self._carry_out(claim))

    async def _carry_out(self, claim: Claim) -> None:
        run, where = self._runs[claim.job_id], {"job_id": str(claim.job_id), "attempt": claim.attempt}
        key = (claim.tenant_id, claim.job_id)
        try:
            with tenant_scope(claim.tenant_id):
                await run.run()
        except JobLost:
            log.warning("training_job_lost", **where)
        except asyncio.CancelledError:
            with contextlib.suppress(*DATABASE_AWAY):
                await job_claims.give_back(self._node.database, key, "its node stops", claim.attempt)
            raise
        except Exception as error:
            # What is wrong with one job must not end the keeper of all.
            log.error("training_run_failed", **where, exc_info=error)
            with contextlib.suppress(*DATABASE_AWAY):
                await job_claims.give_back(self._node.database, key, "its run failed", claim.attempt)
        finally:
            del self._runs[claim.job_id]
            self._told.set()

    async def _look_at(self, key: Key) -> None:
        """Its data, before it waits for a place: what cannot be trained on is told at once."""
        problem: OrchestratorError | None = None
        try:
            with tenant_scope(key[0]):
                async with self._node.database.transaction() as db:
                    job = await get_job(db, key[1])
                    data = await data_of(IndustrialRepository(db), job)
            await asyncio.to_thread(self._try_data, job, data)
        except OrchestratorError as error:
            problem = error
        except DATABASE_AWAY as error:
            log.warning("training_data_not_looked_at", job_id=str(key[1]), problem=str(error).split("\n")[0])
            self._looked_at.discard(key[1])
            return
        said = problem.message if problem else "its data is sound"
        with contextlib.suppress(*DATABASE_AWAY):
            await job_claims.settle_pending(self._node.database, key, stored(problem) if problem else None, said)
        self._looked_at.discard(key[1])

    def _try_data(self, job: FineTuningJob, data: JobData) -> None:
        parent = self._node.settings.data_dir / "training"
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".look-", dir=parent) as room:
            job_folder.lay_out_data(self._node.store, job, data, Path(room))
