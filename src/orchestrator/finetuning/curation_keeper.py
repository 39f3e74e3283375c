"""Carries out runs of curation. Every API process has one; a run is held by one of them, by a lock that ends with it.

What a killed process leaves is taken up by the next one that looks: the sources lie in the artifact store, and on the same
machine the pieces that were done lie in the data directory.
"""

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text

from orchestrator import __version__
from orchestrator.finetuning import curations
from orchestrator.finetuning.consent import check_consent
from orchestrator.finetuning.curating import STORE_URL
from orchestrator.finetuning.curation_folder import CurationFolder, Order, counters_of, pack_sources, sources_in
from orchestrator.finetuning.curation_policy import CurationPolicy
from orchestrator.finetuning.curation_sources import sources_of
from orchestrator.finetuning.dataset_files import WrittenDataset, read_manifest
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import SYSTEM_ROLE, Database, connection_info
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.logging import get_logger
from orchestrator.kit.owned_process import OwnedProcess
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope

log = get_logger(__name__)

RULES = 1
"""Grows with every change of what curation does: the same sources make another dataset then."""
CODE_VERSION = f"{__version__}+curation.{RULES}"
_LOOK_SECONDS, _FOLLOW_SECONDS, _STOP_SECONDS = 1.0, 0.5, 5.0
_MOST_WORKERS, _MOST_CRASHES = 2, 3
_FEW = 500
"""So many sessions one process does from the beginning to the end: to start another would take longer."""
_STEPS = {False: ("all",), True: ("prepare", "finish")}
_RUNNING = text("select tenant_id, id from curations where status = 'running' order by created_at, id limit 100")


class CurationBroken(OrchestratorError):
    """The process that curates ended {times} times without an end of its work: {problem}."""

    code = "curation_broken"
    hint = "Look at the log of the API process and at the machine's memory, then start the run again."


class _Unwanted(Exception):
    """It was cancelled, or another process has it."""


class _Stopped(Exception):
    """A process of it said why it cannot go on: code, message and hint."""

    def __init__(self, problem: dict[str, Any]) -> None:
        self.problem = problem
        super().__init__(problem["message"])


class CurationKeeper:
    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._store = ArtifactStore(settings.artifact_store_url)
        self._ledger = ProcessLedger(settings.data_dir / "processes")
        self._folders = settings.data_dir / "curations"

    async def run(self) -> None:
        while True:
            try:
                await self._look()
            except (*DATABASE_TROUBLE, psycopg.Error, OSError) as error:
                log.warning("curation_interrupted", problem=str(error).split("\n")[0], next="trying again")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _look(self) -> None:
        async with self._database.system_transaction() as db:
            running = [(row.tenant_id, row.id) for row in await db.execute(_RUNNING)]
        await asyncio.to_thread(self._tidy, {str(curation_id) for _, curation_id in running})
        for tenant_id, curation_id in running:
            async with _held(self._database.url, curation_id) as lock:
                if lock is not None:
                    with tenant_scope(tenant_id):
                        await _Run(self, lock, tenant_id, curation_id).carry_out()

    def _tidy(self, running: set[str]) -> None:
        """What is over left its folder when its process was killed right after."""
        for folder in self._folders.iterdir() if self._folders.exists() else ():
            if folder.name not in running:
                shutil.rmtree(folder, ignore_errors=True)

    @property
    def parts(self) -> tuple[Database, ArtifactStore, ProcessLedger, Path]:
        return self._database, self._store, self._ledger, self._folders


@asynccontextmanager
async def _held(url: str, curation_id: UUID) -> AsyncGenerator[psycopg.AsyncConnection[Any] | None]:
    """None while another process has it."""
    connection = await psycopg.AsyncConnection.connect(connection_info(url, SYSTEM_ROLE), autocommit=True)
    try:
        asked = await connection.execute(
            "select pg_try_advisory_lock(hashtextextended(%s, 0))", (f"curation {curation_id}",)
        )
        row = await asked.fetchone()
        yield connection if row and row[0] else None
    finally:
        await connection.close()


class _Run:
    """One run, from wherever it stands to its end."""

    def __init__(
        self, keeper: CurationKeeper, lock: psycopg.AsyncConnection[Any], tenant_id: UUID, curation_id: UUID
    ) -> None:
        self._database, self._store, self._ledger, folders = keeper.parts
        self._lock = lock
        self._tenant_id, self._id = tenant_id, curation_id
        self._folder = CurationFolder(folders / str(curation_id))
        self._sources = f"{tenant_id}/curations/{curation_id}/sources.jsonl.zst"
        self._crashes = 0

    async def carry_out(self) -> None:
        try:
            for step in _STEPS[await self._begin() > _FEW]:
                await self._work(step)
            await self._succeed()
        except _Unwanted:
            pass
        except _Stopped as stopped:
            await self._fail(stopped.problem)
        except OrchestratorError as problem:
            if problem.status == 503:
                log.warning("curation_waits", curation_id=str(self._id), code=problem.code, problem=problem.message)
                return
            await self._fail({"code": problem.code, "message": problem.message, "hint": problem.hint_text})
        await asyncio.to_thread(shutil.rmtree, self._folder.path, ignore_errors=True)
        await asyncio.to_thread(self._store.delete, self._sources)

    async def _begin(self) -> int:
        """What it works on is written once: whoever goes on with it sees the same. The number of its sessions."""
        async with self._database.transaction() as db:
            curation = await curations.reading(db, self._id)
            policy = CurationPolicy.model_validate(curation.policy)
            if curation.status is not curations.CurationStatus.RUNNING:
                raise _Unwanted
            await check_consent(db)
        if self._folder.is_ready:
            return self._folder.order().sessions
        try:
            packed = await asyncio.to_thread(self._store.read, self._sources)
        except FileNotFoundError:
            sessions = [one async for one in sources_of(self._database, policy)]
            packed = await asyncio.to_thread(pack_sources, sessions)
            await asyncio.to_thread(self._store.write, self._sources, packed)
        digest, sessions = await asyncio.to_thread(sources_in, packed)
        order = Order(
            tenant_id=str(self._tenant_id),
            policy=policy,
            code_version=CODE_VERSION,
            sources_sha256=digest,
            sessions=sessions,
        )
        await asyncio.to_thread(self._folder.begin, order, packed)
        return sessions

    async def _work(self, step: str) -> None:
        """Until its processes have done all of it; one that crashes is started again, a few times."""
        workers = min(_MOST_WORKERS, os.cpu_count() or 1) if step == "prepare" else 1
        while True:
            started = [await self._start(step, worker, workers) for worker in range(workers)]
            try:
                await self._follow(step, started)
            finally:
                for one in started:
                    await one.stop(_STOP_SECONDS)
            codes = [one.returncode for one in started]
            if not any(codes):
                return
            if found := await asyncio.to_thread(self._folder.problem):
                raise _Stopped(found)
            self._crashes += 1
            log.warning("curation_process_ended", curation_id=str(self._id), step=step, codes=codes)
            if self._crashes >= _MOST_CRASHES:
                raise CurationBroken(times=self._crashes, problem=f"{step} ended with {codes}")

    async def _start(self, step: str, worker: int, workers: int) -> OwnedProcess:
        numbers = [str(worker), str(workers)] if step == "prepare" else []
        return await self._ledger.spawn(
            [sys.executable, "-P", "-m", "orchestrator.finetuning.curating", step, str(self._folder.path), *numbers],
            purpose="curates",
            env={**os.environ, STORE_URL: self._store.url, "GOMAXPROCS": "1"},
            tenant_id=str(self._tenant_id),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=2,
            leaves_nobody=True,
        )

    async def _follow(self, step: str, started: list[OwnedProcess]) -> None:
        """Tells how far it is. Raises _Unwanted."""
        while True:
            for one in started:
                with contextlib.suppress(TimeoutError):
                    await one.wait(_FOLLOW_SECONDS / len(started))
            await self._lock.execute("select 1")  # Without the connection another process may have the run.
            counters = counters_of(await asyncio.to_thread(self._folder.tally))
            async with self._database.transaction() as db:
                if not await curations.show_progress(db, self._id, step, counters):
                    raise _Unwanted
            if all(one.returncode is not None for one in started):
                return

    async def _succeed(self) -> None:
        done = await asyncio.to_thread(self._folder.done)
        if done is None:
            raise CurationBroken(times=1, problem="it left no result")
        written = WrittenDataset(self._tenant_id, done.dataset_id, done.path, {})
        manifest = await asyncio.to_thread(read_manifest, self._store, written)
        async with self._database.transaction() as db:
            await curations.succeed(db, self._id, done, manifest)

    async def _fail(self, problem: dict[str, Any]) -> None:
        async with self._database.transaction() as db:
            await curations.fail(db, self._id, problem)
