"""The API is killed again and again while agents work: what it acknowledged is there, and each task ends once."""

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from tests.api import Actors, make_actors
from tests.e2e.tree import free_port
from tests.eap.api_process import LEASE_SECONDS
from tests.eap.joined import Joined
from tests.eap.pullers import Crowd, ended, ends_told, fill

from orchestrator.kit.db import Database
from orchestrator.kit.tenant_scope import tenant_scope


@dataclass
class Killed:
    folder: Path
    database: Database
    actors: Actors
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        words = [sys.executable, "-m", "tests.eap.api_process", str(self.folder), self.database.url, str(self.port)]
        self.process = subprocess.Popen(words, stderr=subprocess.DEVNULL)  # noqa: ASYNC220 - it returns at once.
        async with httpx.AsyncClient(base_url=self.url, timeout=2) as client:
            while self.process.poll() is None:  # The test as a whole has its time.
                try:
                    if (await client.get("/health/live")).status_code == 200:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
        raise AssertionError(f"the API ended with {self.process.returncode} before it was ready")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


@pytest.fixture
async def killed(tmp_path: Path, database: Database) -> AsyncIterator[Killed]:
    one = Killed(tmp_path, database, await make_actors(database))
    try:
        await one.start()
        yield one
    finally:
        one.kill()


@dataclass
class Telling(Crowd):
    """Each agent tells three pieces of news of a task before it hands it in; `told` is what was acknowledged."""

    told: set[tuple[str, int, int]] = field(default_factory=set[tuple[str, int, int]])

    async def hand_in(self, one: Joined, task: dict[str, Any]) -> None:
        for seq in (1, 2, 3):
            body = {"lease_epoch": task["lease_epoch"], "events": [{"seq": seq, "kind": "text", "text": "news"}]}
            if await self._acknowledged(one, task, body):
                self.told.add((task["task_id"], task["lease_epoch"], seq))
        await super().hand_in(one, task)

    async def _acknowledged(self, one: Joined, task: dict[str, Any], body: dict[str, Any]) -> bool:
        while True:  # The test as a whole has its time.
            try:
                answer = await one.call("POST", f"/tasks/{task['task_id']}/events", json=body)
            except httpx.TransportError:
                await asyncio.sleep(0.2)
                continue
            return answer.status_code == 200


@pytest.mark.parametrize(
    ("kills", "tasks"),
    [
        pytest.param(2, 40, marks=[pytest.mark.walks, pytest.mark.timeout(240)]),
        pytest.param(50, 600, marks=[pytest.mark.chaos, pytest.mark.timeout(1_300)]),
    ],
)
async def test_nothing_that_was_acknowledged_is_lost(killed: Killed, kills: int, tasks: int) -> None:
    tenant_id, dice = killed.actors.admin.tenant_id, random.Random(11)
    async with httpx.AsyncClient(base_url=killed.url, timeout=30) as client:
        crowd = Telling(client, killed.actors.admin.key, dice, LEASE_SECONDS)
        members = [await crowd.join() for _ in range(8)]
        session = await crowd.people("POST", "/sessions", json={"prompt": "Do it."})
        made = await fill(killed.database, tenant_id, UUID(session["id"]), tasks)

        async def pull(one: Joined) -> None:
            while (task := await crowd.leased(one)) is not None:
                await crowd.hand_in(one, task)

        async def be_killed() -> None:
            for _ in range(kills):
                await asyncio.sleep(dice.uniform(0.3, 2.0))
                await asyncio.to_thread(killed.kill)
                await killed.start()

        async with asyncio.timeout(140 + 20 * kills), asyncio.TaskGroup() as group:
            group.create_task(be_killed())
            for one in members:
                group.create_task(pull(one))
    rows = await ended(killed.database, tenant_id)
    assert {row.status.value for row in rows} == {"completed"}
    assert set(crowd.accepted) <= {str(row.id) for row in rows}
    assert max(crowd.accepted.values()) == 1
    with tenant_scope(tenant_id):
        async with killed.database.transaction() as db:
            found = await db.execute(text("select assignment_id::text, lease_epoch, seq from assignment_events"))
            stored = {tuple(row) for row in found}
    assert crowd.told <= stored
    assert await ends_told(killed.database, tenant_id) == {str(one): 1 for one in made}
