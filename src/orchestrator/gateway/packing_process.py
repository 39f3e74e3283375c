"""The gateway's side of the process that packs recorded calls: started when there is work, ended when there is none."""

import asyncio
import os
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path
from typing import cast
from uuid import UUID

from orchestrator.gateway.packing import ORDER, OUTCOME, SIZE_BYTES, STORE_URL, Kept, Order, Outcome
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.owned_process import OwnedProcess
from orchestrator.kit.processes import ProcessLedger

_ANSWER_SECONDS = 300.0
"""A store behind a slow network takes its time for a whole batch."""
_STOP_SECONDS = 1.0
_STDERR = 2


class PackingFailed(OrchestratorError):
    """Recorded model calls could not be packed: {problem}."""

    status = 503
    code = "trajectories_not_packed"
    hint = "They wait in the data directory and are tried again; look at the artifact store and at the space on its disk."


class PackingProcess:
    """One caller at a time. Every method raises PackingFailed, after which nothing is built upon what was packed."""

    def __init__(self, store: ArtifactStore, ledger: ProcessLedger) -> None:
        self._store = store
        self._ledger = ledger
        self._running: OwnedProcess | None = None
        self._forget = False

    async def read(self, files: Sequence[Path]) -> list[tuple[UUID, UUID]]:
        """Tenant and request id of every call in these files of a spool."""
        return (await self._carry_out(Order(files=list(files)))).calls

    async def pack(self, request_ids: Sequence[UUID]) -> list[Kept]:
        """Of the calls read last."""
        return (await self._carry_out(Order(request_ids=list(request_ids), forget=self._forget))).kept

    def forget(self) -> None:
        """What was packed last may not be there: nothing more is built upon it."""
        self._forget = True

    async def stop(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            await running.stop(_STOP_SECONDS)

    async def _carry_out(self, order: Order) -> Outcome:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                outcome = await self._exchange(ORDER.dump_json(order))
        except (EOFError, OSError) as error:
            raise PackingFailed(problem=f"the process that packs them ended ({type(error).__name__})") from error
        if outcome.problem:
            self.forget()
            raise PackingFailed(problem=outcome.problem)
        if order.forget:
            self._forget = False
        return outcome

    async def _exchange(self, told: bytes) -> Outcome:
        process = (await self._started()).process
        orders, outcomes = cast(StreamWriter, process.stdin), cast(StreamReader, process.stdout)
        answered = False
        try:
            orders.write(len(told).to_bytes(SIZE_BYTES) + told)
            await orders.drain()
            size = int.from_bytes(await outcomes.readexactly(SIZE_BYTES))
            outcome = OUTCOME.validate_json(await outcomes.readexactly(size))
            answered = True
        finally:
            if not answered:
                await self.stop()  # An answer that nobody took would be taken for that to the next order.
        return outcome

    async def _started(self) -> OwnedProcess:
        if self._running is None:
            self._running = await self._ledger.spawn(
                # Without the current folder among the places that modules come from.
                [sys.executable, "-P", "-m", "orchestrator.gateway.packing"],
                purpose="packs trajectories",
                env={**os.environ, STORE_URL: self._store.url},
                stdin=PIPE,
                stderr=_STDERR,
                leaves_nobody=True,
            )
        return self._running
