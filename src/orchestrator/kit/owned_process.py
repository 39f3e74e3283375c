"""A child of ours that runs: wait for it, or end it with everything it started."""

import asyncio
import contextlib
import os
from asyncio.subprocess import Process
from collections.abc import Callable
from signal import Signals

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.group_ledger import OwnedGroup
from orchestrator.kit.process_record import ProcessRecord
from orchestrator.kit.process_table import process_info

KILL_SECONDS = 10.0
_LOOK_AGAIN_SECONDS = 0.2


class ProcessUnkillable(OrchestratorError):
    """Process {pid} ({purpose}) is still there after SIGKILL."""

    code = "process_unkillable"
    hint = "It hangs inside the kernel, often on a dead disk or mount: see `ps -o pid,stat,wchan -p {pid}`."


class OwnedProcess:
    """A child of ours, with everything it starts."""

    def __init__(
        self,
        process: Process,
        record: ProcessRecord,
        forget: Callable[[ProcessRecord], None],
        leaves_nobody: bool = False,
        group: OwnedGroup | None = None,
    ) -> None:
        """`forget` takes it off the ledger."""
        self._leaves_nobody = leaves_nobody
        self.group = group
        self.killed_for_memory = 0
        """How many processes of its control group were ended at the limit of its memory; known when it has ended."""
        self.refused_processes = 0
        self.process = process
        self.record = record
        self._forget = forget
        self._tree = record.tree
        self._ending = asyncio.Lock()
        self._ended = False

    @property
    def pid(self) -> int:
        return self.record.pid

    @property
    def returncode(self) -> int | None:
        return self.process.returncode

    async def wait(self, timeout_seconds: float) -> int:
        """The exit code; what the process left running is killed then. A TimeoutError leaves all running."""
        async with asyncio.timeout(timeout_seconds):
            code = await self._exit_code()
        if self._leaves_nobody:
            await self._leave_group()
            self._forget(self.record)
            self._ended = True
        await self._end()
        return code

    async def stop(self, grace_seconds: float = 5.0, first: Signals = Signals.SIGTERM) -> int:
        """Ask the process group to end, then kill the whole tree. Repeating it does nothing."""
        if self.returncode is None:
            await asyncio.to_thread(self._tree.members)
            self._signal_group(first)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(grace_seconds):
                    await self._exit_code()
        await self._end()
        async with asyncio.timeout(KILL_SECONDS):
            return await self._exit_code()

    def _signal_group(self, number: Signals) -> None:
        # The pid is ours until asyncio has reaped it, and so is the group's number.
        if self.returncode is None and process_info(self.pid) is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.record.process_group, number)

    async def _exit_code(self) -> int:
        # While a grandchild keeps a pipe open asyncio may hold back wait(), but it sets the code at once.
        while self.process.returncode is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_AGAIN_SECONDS):
                    await self.process.wait()
        return self.process.returncode

    async def _end(self) -> None:
        async with self._ending:
            if self._ended:
                return
            await self._leave_group()
            gone = await asyncio.to_thread(self._tree.kill, KILL_SECONDS)
            if not gone:
                raise ProcessUnkillable(pid=self.pid, purpose=self.record.purpose)
            self._forget(self.record)
            self._ended = True

    async def _leave_group(self) -> None:
        if self.group is None:
            return
        cgroup = self.group.cgroup
        # Its counters end with it.
        self.killed_for_memory = max(self.killed_for_memory, cgroup.killed_for_memory())
        self.refused_processes = max(self.refused_processes, cgroup.refused_processes())
        await self.group.close()
