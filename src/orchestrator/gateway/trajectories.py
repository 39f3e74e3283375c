"""Keeps what was asked and answered in every call: off the calls' way, once each, through any crash of a process.

`record` writes a file of the spool and returns. A task of the same process has the files packed into the artifact store,
adds their rows and removes them; what a process left behind is taken over by another one on the same machine.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.packing import Kept
from orchestrator.gateway.packing_process import PackingProcess
from orchestrator.gateway.trajectory_codec import RecordedCall
from orchestrator.gateway.trajectory_files import Spool
from orchestrator.gateway.trajectory_models import Trajectory
from orchestrator.gateway.trajectory_retention import sweep
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.groups import Groups, NextMayGo
from orchestrator.kit.logging import get_logger
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.remembered import Remembered
from orchestrator.kit.settings import Settings
from orchestrator.kit.tasks import background
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.models import Tenant

log = get_logger(__name__)

SPOOL_FOLDER = "trajectory-spool"
_BATCH = 2
"""Files of the spool that are packed and booked at once."""
_CAPTURE_SECONDS = 1.0
_LOOK_SECONDS = 30.0
_SWEEP_SECONDS = 3600.0
_RETRY_SECONDS = 2.0
_GATHER_SECONDS = 0.5
_IDLE_SECONDS = 600.0
"""Then the process that packs is not kept any longer: it takes 45 MB."""
_KEPT = TypeAdapter(list[Kept])
# One statement for all: a statement for each took a tenth of the gateway's time.
_ADD = text(
    "insert into trajectories select r.* from jsonb_populate_recordset(null::trajectories, cast(:kept as jsonb)) r "
    "on conflict do nothing"
)
_TROUBLE = (DBAPIError, PoolTimeout, OSError, OrchestratorError)


class Trajectories:
    """One a process that calls providers."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.store = ArtifactStore(settings.artifact_store_url)
        self._packing = PackingProcess(self.store, ProcessLedger(settings.data_dir / "processes"))
        self._database = database
        self._spool = Spool(settings.data_dir / SPOOL_FOLDER)
        self._captured = Remembered[UUID, bool](_CAPTURE_SECONDS)
        self._spooling = Groups[str, RecordedCall, None](self._write)
        self._packed_at = time.monotonic()
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self._idle = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        await asyncio.to_thread(self._spool.open)
        try:
            async with background(self._work(), self._sweep()):
                yield
        finally:
            await self._packing.stop()
            await asyncio.to_thread(self._spool.close)

    async def record(self, call: RecordedCall) -> None:
        """Await it before the last byte is released: who has the whole answer can count on the record.

        Raises OSError when the disk takes no more.
        """
        if not await self._captures(call.tenant_id):
            return
        await self._spooling.add("", call)
        self._idle.clear()
        self._wake.set()

    async def _write(self, _: str, calls: Sequence[RecordedCall], _next: NextMayGo) -> list[Exception | None]:
        """In a thread: to make a file may have to wait for the disk, and all calls would wait with it."""
        await asyncio.to_thread(self._spool.add, calls)
        return [None] * len(calls)

    async def drained(self) -> None:
        """Returns once everything recorded so far is stored."""
        if self._spool.waiting():
            self._idle.clear()
            self._wake.set()
            self._hurry.set()
            await self._idle.wait()

    def prefetch(self, tenant_id: UUID) -> None:
        self._captured.prefetch(tenant_id, partial(self._ask, tenant_id))

    async def _captures(self, tenant_id: UUID) -> bool:
        """Known for a second; when the database is away the call is kept, and the tenant asked before it is stored."""
        try:
            return await self._captured.get(tenant_id, partial(self._ask, tenant_id))
        except (DBAPIError, PoolTimeout):
            return True

    async def _ask(self, tenant_id: UUID) -> bool:
        with tenant_scope(tenant_id):
            async with self._database.transaction() as db:
                return await _wants(db, tenant_id)

    async def _work(self) -> None:
        look_at = 0.0
        while True:
            self._wake.clear()
            self._hurry.clear()
            try:
                if time.monotonic() >= look_at:
                    await self._adopt()
                    look_at = time.monotonic() + _LOOK_SECONDS
                await self._store_all(self._spool.folder)
                self._idle.set()
            except _TROUBLE as error:
                self._packing.forget()
                log.warning("trajectories_not_stored", problem=str(error).split("\n")[0], next="trying again")
                await asyncio.sleep(_RETRY_SECONDS)
                self._wake.set()
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes together with what it waits for.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.1, look_at - time.monotonic())):
                    await self._wake.wait()
            if self._packed_at + _IDLE_SECONDS < time.monotonic():
                await self._packing.stop()
            # What comes close together is packed together: alone, every call would cost as much as a whole batch.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GATHER_SECONDS):
                    await self._hurry.wait()

    async def _adopt(self) -> None:
        """Stores what processes left behind that are gone."""
        for folder in self._spool.abandoned():
            await self._store_all(folder)

    async def _store_all(self, folder: Path) -> None:
        while files := await asyncio.to_thread(self._spool.waiting, folder):
            for start in range(0, len(files), _BATCH):
                await self._store(files[start : start + _BATCH])

    async def _store(self, files: Sequence[Path]) -> None:
        by_tenant: dict[UUID, list[UUID]] = defaultdict(list)
        for tenant_id, request_id in await self._packing.read(files):
            by_tenant[tenant_id].append(request_id)
        for tenant_id, request_ids in by_tenant.items():
            with tenant_scope(tenant_id):
                await self._store_for(tenant_id, request_ids)
        await asyncio.to_thread(_remove, files)
        self._packed_at = time.monotonic()

    async def _store_for(self, tenant_id: UUID, request_ids: Sequence[UUID]) -> None:
        """A call that is stored already was so just before a crash; its file and row are left as they are."""
        async with self._database.transaction() as db:
            if not await _wants(db, tenant_id):
                return
            known = await _stored(db, tenant_id, request_ids)
        new = [request_id for request_id in request_ids if request_id not in known]
        if not new:
            return
        kept = await self._packing.pack(new)
        async with self._database.transaction() as db:
            wanted = await _wants(db, tenant_id)
            if wanted:
                await db.execute(_ADD, {"kept": _KEPT.dump_json(kept).decode()})
        if not wanted:
            self._packing.forget()
            for one in kept:
                await asyncio.to_thread(self.store.delete, one.path)

    async def _sweep(self) -> None:
        while True:
            try:
                await sweep(self._database, self.store)
            except _TROUBLE as error:
                log.warning("trajectories_not_swept", problem=str(error).split("\n")[0])
            await asyncio.sleep(_SWEEP_SECONDS)


def _remove(files: Sequence[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


async def _wants(db: AsyncSession, tenant_id: UUID) -> bool:
    query = select(Tenant.capture_trajectories).where(Tenant.id == tenant_id)
    return bool((await db.execute(query)).scalar_one_or_none())


async def _stored(db: AsyncSession, tenant_id: UUID, request_ids: Sequence[UUID]) -> set[UUID]:
    query = select(Trajectory.request_id).where(Trajectory.tenant_id == tenant_id, Trajectory.request_id.in_(request_ids))
    return set((await db.execute(query)).scalars())
