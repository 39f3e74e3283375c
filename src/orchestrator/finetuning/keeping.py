"""Checkpoints of a run in the artifact store, so that another node can go on from them."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestrator.finetuning import job_folder
from orchestrator.finetuning.artifact_files import put, sha256_of
from orchestrator.finetuning.job_models import TrainingCheckpoint
from orchestrator.finetuning.progress import DATABASE_AWAY, Claim, Progress
from orchestrator.finetuning.tailing import Line
from orchestrator.kit.artifacts import ArtifactStore, ArtifactStoreUnusable
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

_MANIFEST = "MANIFEST.json"


class CheckpointKeeper:
    def __init__(
        self, store: ArtifactStore, progress: Progress, claim: Claim, folder: Path, hyperparameters: Mapping[str, Any]
    ) -> None:
        self._store = store
        self._progress = progress
        self._claim = claim
        self._folder = folder / job_folder.CHECKPOINTS
        self._keep = int(hyperparameters.get("keep_checkpoints", 2))
        self._waiting: list[Line] = []
        self._come = asyncio.Event()
        self._ends = False
        self.newest = 0

    def has_come(self, line: Line) -> None:
        self.newest = max(self.newest, line.step)
        self._waiting.append(line)
        self._come.set()

    def finish(self) -> None:
        """No more will come: `run` ends when those that wait are kept."""
        self._ends = True
        self._come.set()

    async def run(self) -> None:
        """The newest of those that wait is stored; of the others it is only written down that they were."""
        self._ends = False
        while True:
            waiting, self._waiting = self._waiting, []
            for line in waiting[:-1]:
                await self._keep_one(line, None)
            if waiting:
                await self._keep_one(waiting[-1], await self._put(waiting[-1]))
                await self._drop_old()
            if self._waiting:
                continue
            if self._ends:
                return
            self._come.clear()
            await self._come.wait()

    async def _keep_one(self, line: Line, path: str | None) -> None:
        while True:
            try:
                return await self._progress.keep_checkpoint(line, path)
            except DATABASE_AWAY:
                await asyncio.sleep(1.0)

    async def _put(self, line: Line) -> str | None:
        """None when newer ones have taken its place here, or the store does not take it: the next one is tried again."""
        source = self._folder / str(line.step)
        where = (self._store, self._claim.tenant_id, self._claim.job_id, f"checkpoints/{line.step}", source)
        try:
            return (await asyncio.to_thread(put, *where))["path"] if source.is_dir() else None
        except (OSError, ArtifactStoreUnusable) as error:
            log.warning("checkpoint_not_stored", job_id=str(self._claim.job_id), step=line.step, problem=str(error)[:200])
            return None

    async def _drop_old(self) -> None:
        for old in (await self._progress.stored_checkpoints())[self._keep :]:
            if old.path is not None:
                await asyncio.to_thread(self._store.delete, old.path)
            await self._progress.drop(old)

    async def restore(self) -> None:
        """What an earlier run stored elsewhere and is not here. One that is torn is passed over for the one before."""
        for known in await self._progress.stored_checkpoints():
            self.newest = max(self.newest, known.step)
            if await asyncio.to_thread(self._is_here, known) or await asyncio.to_thread(self._fetch, known):
                return

    def _is_here(self, known: TrainingCheckpoint) -> bool:
        manifest = self._folder / str(known.step) / _MANIFEST
        return manifest.exists() and sha256_of(manifest) == known.sha256

    def _fetch(self, known: TrainingCheckpoint) -> bool:
        """By its manifest's digest, which the trainer then holds against every file."""
        folder = self._folder / str(known.step)
        return known.path is not None and job_folder.fetch_checkpoint(self._store, known.path, known.sha256, folder)
