"""The trainer as a process of this node: bounded, watched, and ended with all that it started."""

import asyncio
import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from orchestrator.finetuning.job_folder import LOG
from orchestrator.finetuning.progress import Claim
from orchestrator.finetuning.training_env import TrainingEnv
from orchestrator.kit.cgroups import Limits
from orchestrator.kit.owned_process import OwnedProcess
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.settings import Settings

DONE, PAUSED = 0, 75
_MOST_PROCESSES = 512
_NICE = "10"


@dataclass(frozen=True)
class Bounds:
    threads: int
    memory_bytes: int

    @classmethod
    def of(cls, settings: Settings) -> "Bounds":
        memory = settings.training_memory_bytes or psutil.virtual_memory().total * 3 // 4
        return cls(settings.training_threads or len(os.sched_getaffinity(0)), memory)


class Trainer:
    def __init__(self, ledger: ProcessLedger, env: TrainingEnv, bounds: Bounds, folder: Path, claim: Claim) -> None:
        self._ledger = ledger
        self._env = env
        self._bounds = bounds
        self._folder = folder
        self._claim = claim
        self._process: OwnedProcess | None = None
        self.beyond_memory = False
        """It was ended because it took more memory than it may."""

    async def start(self) -> None:
        """Raises TrainerMissing, ProcessNotStarted. It behaves towards what else runs here: sessions come first."""
        command = ["nice", "-n", _NICE, *self._env.command("train", str(self._folder))]
        with (self._folder / LOG).open("ab") as log:
            self._process = await self._ledger.spawn(
                command,
                purpose="trainer",
                env=self._env.variables(self._bounds.threads),
                cwd=self._folder,
                tenant_id=str(self._claim.tenant_id),
                node_id=str(self._claim.node_id),
                stdout=log,
                limits=Limits(self._bounds.memory_bytes, _MOST_PROCESSES, self._bounds.threads),
            )

    @property
    def code(self) -> int | None:
        return self._process.returncode if self._process else None

    async def over(self, seconds: float) -> bool:
        """Waits so long for its end."""
        if self._process is None:
            return True
        with contextlib.suppress(TimeoutError):
            await self._process.wait(seconds)
            self.beyond_memory = self.beyond_memory or self._process.killed_for_memory > 0
            return True
        return False

    async def look(self) -> None:
        """Ends it when it has more memory than it may, where no control group does that."""
        if self._process is not None and self._process.group is None:
            used = await asyncio.to_thread(_memory_of, self._process.pid)
            if used > self._bounds.memory_bytes:
                self.beyond_memory = True
                await self.stop(0.0)

    async def stop(self, grace_seconds: float) -> None:
        """It keeps a checkpoint of the step that it is at, if that takes no longer than so."""
        if self._process is not None:
            await self._process.stop(grace_seconds)


def _memory_of(pid: int) -> int:
    """What it and its children hold, in bytes; 0 of one that has ended."""
    try:
        process = psutil.Process(pid)
        return sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))
    except psutil.Error:
        return 0
