"""A2A agents as tests have them: the scripted one as a process of its own, added by its card."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
from tests.api import Api
from tests.e2e.tree import free_port
from tests.eap.a2a_server import TOKEN
from tests.eap.joined import assign
from tests.eap.test_leases import read

from orchestrator.eap.models import Assignment
from orchestrator.kit.artifacts import ArtifactStore

BUNDLE = b"a bundle of git"


@dataclass
class A2aServer:
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    env: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        words = [sys.executable, "-m", "tests.eap.a2a_server", str(self.port)]
        self.process = subprocess.Popen(words, env={"PATH": "", **self.env})  # noqa: ASYNC220 - it returns at once.
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(httpx.TransportError):
                    await self.told()
                    return
                await asyncio.sleep(0.1)

    async def told(self) -> dict[str, Any]:
        async with httpx.AsyncClient(timeout=10) as client:
            return (await client.get(f"{self.url}/seen")).json()

    async def seen(self, made: Assignment) -> list[dict[str, Any]]:
        """What came of this piece of work."""
        return [one for one in (await self.told())["seen"] if one["data"]["task_id"] == str(made.id)]

    async def go(self, prompt: str) -> None:
        async with httpx.AsyncClient(timeout=10) as client:
            await client.post(f"{self.url}/go", params={"prompt": prompt})

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)


@asynccontextmanager
async def serving(**env: str) -> AsyncIterator[A2aServer]:
    server = A2aServer(env=env)
    try:
        await server.start()
        yield server
    finally:
        server.stop()


@dataclass
class Member:
    """What `assign` asks of an agent."""

    id: str


async def add(api: Api, url: str, **wanted: Any) -> httpx.Response:
    body = {"card_url": url, "credential": TOKEN, **wanted}
    return await api.call("POST", "/agents/external/a2a", api.actors.admin, json=body)


async def added(api: Api, url: str, **wanted: Any) -> Member:
    answer = await add(api, url, **wanted)
    assert answer.status_code == 201, answer.text
    return Member(answer.json()["id"])


async def give(api: Api, one: Member, prompt: str, size: int = len(BUNDLE), **body: Any) -> Assignment:
    """Work whose repository lies in the store before anybody can take it."""
    repository = {"branch": "b", "commit": "1" * 40, "bytes": size, "sha256": "0" * 64}
    path = f"tests/{uuid4()}.bundle"
    ArtifactStore(api.app.state.settings.artifact_store_url).write(path, BUNDLE)
    return await assign(api, one, bundle_path=path, input_data={"prompt": prompt}, repository=repository, **body)


async def ended(api: Api, assignment_id: UUID, seconds: float = 30) -> Assignment:
    return await until(api, assignment_id, lambda row: row.has_ended, seconds)


async def until(api: Api, assignment_id: UUID, is_so: Callable[[Assignment], object], seconds: float = 30) -> Assignment:
    for _ in range(int(seconds * 10)):
        row = await read(api, assignment_id)
        if is_so(row):
            return row
        await asyncio.sleep(0.1)
    raise AssertionError(f"{row.status}: {row.reason}")


async def told_until(server: A2aServer, is_so: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """What it has seen, when that is so."""
    for _ in range(200):
        if is_so(told := await server.told()):
            return told
        await asyncio.sleep(0.1)
    raise AssertionError(told)
