"""Nodes that train, in this process, each with a data directory of its own; the trainers are real processes."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.actors import Actor
from tests.api import Api
from tests.finetuning.jobs import make_file

from orchestrator.events.listener import Listener
from orchestrator.finetuning.running import Node
from orchestrator.finetuning.trainer_process import Bounds
from orchestrator.finetuning.training_env import READY, TrainingEnv
from orchestrator.finetuning.training_keeper import TrainingKeeper
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.ids import new_id
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.settings import Settings
from orchestrator.kit.tasks import background
from orchestrator.runtimes import nodes
from orchestrator.runtimes.leader import Leadership
from orchestrator.runtimes.nodes import Heart

QUICK = Path(__file__).with_name("quick_trainer.py")
CHAT = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}], "tools": []}


def quick_env(folder: Path) -> TrainingEnv:
    """An environment whose Python runs the quick trainer."""
    (folder / "bin").mkdir(parents=True)
    python = folder / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} {QUICK} "$@"\n')
    python.chmod(0o755)
    (folder / READY).write_text("quick\n")
    return TrainingEnv(folder)


@dataclass
class Place:
    """Where jobs of a test are made and trained; `plan` is what the quick trainer is to do."""

    api: Api
    folder: Path
    store: ArtifactStore

    def plan(self, **plan: Any) -> None:
        (self.folder / "plan.json").write_text(json.dumps(plan))

    def settings(self, name: str, **changes: Any) -> Settings:
        values = {"training_bases": {"tiny": str(self.folder / "plan.json")}, "training_threads": 1} | changes
        return Settings(data_dir=self.folder / name, artifacts_url=self.store.url, sandbox="process", **values)

    async def file(self, owner: Actor, text: str | None = None) -> str:
        content = (text if text is not None else json.dumps(CHAT) + "\n").encode()
        path = f"{owner.tenant_id}/training/files/{new_id()}/rows.jsonl"
        self.store.write(path, content)
        changes = {"path": path, "sha256": sha256(content).hexdigest(), "bytes": len(content)}
        return str(await make_file(self.api.database, owner.tenant_id, rows=1, **changes))

    async def job(self, owner: Actor | None = None, **wanted: Any) -> str:
        actor = owner or self.api.actors.admin
        wanted.setdefault("training_file_id", await self.file(actor))
        answer = await self.api.call(
            "POST", "/finetuning/jobs", actor, json={"name": "fixer", "base_model": "tiny", **wanted}
        )
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    async def read(self, job_id: str, deed: str = "", owner: Actor | None = None, **params: Any) -> Any:
        path = f"/finetuning/jobs/{job_id}{deed}"
        return (await self.api.call("GET", path, owner or self.api.actors.admin, params=params)).json()

    async def do(self, job_id: str, deed: str, **options: Any) -> Any:
        answer = await self.api.call("POST", f"/finetuning/jobs/{job_id}/{deed}", self.api.actors.admin, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def until(self, job_id: str, is_so: Callable[[Any], bool], owner: Actor | None = None) -> Any:
        async with asyncio.timeout(100):
            while True:
                job = await self.read(job_id, owner=owner)
                if is_so(job):
                    return job
                assert job["status"] not in ("failed", "cancelled", "succeeded"), job
                await asyncio.sleep(0.1)

    async def ended(self, job_id: str, status: str, owner: Actor | None = None) -> Any:
        return await self.until(job_id, lambda job: job["status"] == status, owner)

    async def curve(self, job_id: str) -> list[int]:
        """The steps of its points, read in pages as a page does."""
        steps: list[int] = []
        after = 0
        while answer := (await self.read(job_id, "/points", after=after, limit=700))["items"]:
            steps += [one["step"] for one in answer]
            after = answer[-1]["seq"]
        return steps

    async def adapter(self, job_id: str) -> str:
        """The digest of what was trained."""
        version = (await self.read(job_id))["model_version_id"]
        found = (await self.api.call("GET", "/models/versions", self.api.actors.admin)).json()["items"]
        (one,) = [row for row in found if row["id"] == version]
        return one["artifacts"]["adapter"]["sha256"]

    def node(self, settings: Settings, env: TrainingEnv | None = None, **bounds: int) -> Node:
        ledger = ProcessLedger(settings.data_dir / "processes")
        limits = Bounds(threads=1, memory_bytes=bounds.get("memory_bytes", 2_000_000_000))
        environment = env or TrainingEnv(self.folder / "env")
        return Node(settings, self.api.database, self.store, ledger, environment, limits)

    @asynccontextmanager
    async def training(self, name: str = "a", env: TrainingEnv | None = None, **changes: Any) -> AsyncIterator[Heart]:
        """A node, until the block ends; the same name is the same node."""
        memory = changes.pop("memory_bytes", 2_000_000_000)
        settings = self.settings(name, **changes)
        settings.data_dir.mkdir(exist_ok=True)
        url = self.api.database.url
        member = await nodes.register(self.api.database, nodes.node_id_of(settings.data_dir), 8, "process")
        heart, leadership, listener = Heart(url, member, 5, 15), Leadership(url, 60), Listener(url)
        await leadership.held()
        keeper = TrainingKeeper(self.node(settings, env, memory_bytes=memory), heart, leadership, listener)
        try:
            async with background(listener.run(), keeper.run()):
                yield heart
        finally:
            await leadership.give_up()
