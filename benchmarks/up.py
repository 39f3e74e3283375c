"""`orchestrator up` as a user starts it, on a data directory of its own, driven over HTTP."""

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp

from benchmarks.bench import Batch, Bench, BenchmarkFailed, batch_of
from benchmarks.model import WorkItem
from orchestrator.kit.data_dir import ADMIN_KEY_FILE
from orchestrator.kit.owned_process import OwnedProcess
from orchestrator.opencode.scripted_model import MODEL

_READY_SECONDS = 90.0
_STOP_SECONDS = 30.0
_SESSION_SECONDS = 300.0
_FINISHED = frozenset({"completed", "partially_completed", "failed", "timed_out", "stopped", "cancelled"})
_KEPT = ("ORCHESTRATOR_SANDBOX", "ORCHESTRATOR_OPENCODE_BINARY")


@dataclass
class Told:
    """What the event stream told about one session, and when."""

    running: float | None = None
    status: str | None = None
    finished: float = 0.0
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Up:
    def __init__(self, bench: Bench, url: str, http: aiohttp.ClientSession, repository: Path, ready_seconds: float) -> None:
        self.url = url
        self.ready_seconds = ready_seconds
        self._bench = bench
        self._http = http
        self.repository = repository
        self._told: dict[str, Told] = {}

    async def work(self, count: int, verify: list[str]) -> Batch:
        """Sessions handed in at once, until the last one's end is told."""
        async with batch_of(count) as batch:
            await asyncio.gather(*(self._session(batch, item, verify) for item in batch.items))
        return batch

    async def _session(self, batch: Batch, item: WorkItem, verify: list[str]) -> None:
        told = self.told(await self.hand_in(item, verify))
        await self.end_of(told)
        batch.finished[item.mark] = told.finished

    async def hand_in(self, item: WorkItem, verify: list[str]) -> str:
        body = {"title": item.mark, "prompt": item.prompt, "repository": str(self.repository), "verify": verify}
        async with self._http.post("/api/v1/sessions", json=body) as answer:
            if answer.status >= 400:
                raise BenchmarkFailed(f"POST /sessions answered {answer.status}: {await answer.text()}")
            return (await answer.json())["id"]

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        async with self._http.request(method, f"/api/v1{path}", json=body) as answer:
            if answer.status >= 400:
                raise BenchmarkFailed(f"{method} {path} answered {answer.status}: {await answer.text()}")
            return await answer.json()

    async def lift_limits(self) -> None:
        """As many sessions at once as the node has slots."""
        async with self._http.get("/api/v1/me") as answer:
            tenant_id = (await answer.json())["tenant_id"]
        wanted = {"max_concurrent_sessions": None, "max_queued_sessions": None, "requests_per_minute": None}
        async with self._http.put(f"/api/v1/tenants/{tenant_id}/quotas", json=wanted) as answer:
            if answer.status != 200:
                raise BenchmarkFailed(f"PUT quotas answered {answer.status}: {await answer.text()}")

    async def events(self, session_id: str | None) -> AsyncIterator[tuple[str, str]]:
        """The type and the data of what is told of one session, or of all, from now on."""
        timeout, kind = aiohttp.ClientTimeout(total=None, sock_read=60), ""
        params = {} if session_id is None else {"session_id": session_id}
        async with self._http.get("/api/v1/events", params=params, timeout=timeout) as answer:
            answer.raise_for_status()
            async for line in answer.content:
                if line.startswith(b"event: "):
                    kind = line[7:].decode().strip()
                elif line.startswith(b"data: "):
                    yield kind, line[6:].decode()

    def told(self, session_id: str) -> Told:
        return self._told.setdefault(session_id, Told())

    async def end_of(self, told: Told) -> None:
        await asyncio.wait_for(told.over.wait(), _SESSION_SECONDS)
        if told.status != "completed":
            raise BenchmarkFailed(f"a session ended {told.status}")

    async def follow(self) -> None:
        """The event stream, from its first event on, until cancelled."""
        timeout = aiohttp.ClientTimeout(total=None, sock_read=60)
        async with self._http.get("/api/v1/events", params={"after": "0"}, timeout=timeout) as answer:
            answer.raise_for_status()
            async for line in answer.content:
                if line.startswith(b"data:") and b'"session.status"' in line:
                    self._take(json.loads(line[5:]))

    def _take(self, event: dict[str, Any]) -> None:
        told, data = self.told(event["session_id"]), event["data"]
        if data["to"] == "running" and told.running is None:
            told.running = monotonic()
        if data["to"] in _FINISHED:
            told.status, told.finished = data["to"], monotonic()
            told.over.set()


@asynccontextmanager
async def running_up(bench: Bench, data_dir: Path, repository: Path, **more: str) -> AsyncGenerator[Up]:
    """Yields when GET /health/ready answers for the first time. `more` are settings, by the names of their variables."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    log = bench.folder / f"up-{port}.log"
    began = monotonic()
    with log.open("wb") as output:
        process = await bench.ledger.spawn(
            [str(Path(sys.executable).with_name("orchestrator")), "up", "--no-demo"],
            purpose="orchestrator up",
            env=_environment(bench, data_dir, port) | more,
            stdout=output,
        )
    try:
        await asyncio.wait_for(_ready(url, process, log), _READY_SECONDS)
        ready_seconds = monotonic() - began
        headers = {"Authorization": f"Bearer {(data_dir / ADMIN_KEY_FILE).read_text().strip()}"}
        timeout = aiohttp.ClientTimeout(total=60)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(url, headers=headers, timeout=timeout, connector=connector) as http:
            up = Up(bench, url, http, repository, ready_seconds)
            following = asyncio.create_task(up.follow())
            try:
                yield up
            except BenchmarkFailed as failure:
                raise BenchmarkFailed(f"{failure}\n{_tail(log)}") from failure
            finally:
                following.cancel()
                with contextlib.suppress(asyncio.CancelledError, aiohttp.ClientError):
                    await following
    finally:
        await process.stop(_STOP_SECONDS)


def _environment(bench: Bench, data_dir: Path, port: int) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return bench.environment(
        **kept,
        ORCHESTRATOR_DATA_DIR=str(data_dir),
        ORCHESTRATOR_PORT=str(port),
        ORCHESTRATOR_ALLOWED_ROOTS=str(bench.folder),
        ORCHESTRATOR_PROVIDER_BASE_URL=bench.model.base_url,
        ORCHESTRATOR_PROVIDER_API_KEY="none",
        ORCHESTRATOR_PROVIDER_MODEL=MODEL,
    )


async def _ready(url: str, process: OwnedProcess, log: Path) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as http:
        while True:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with http.get(f"{url}/health/ready") as answer:
                    if answer.status == 200:
                        return
            if process.returncode is not None:
                raise BenchmarkFailed(f"orchestrator up ended with exit code {process.returncode}\n{_tail(log)}")
            await asyncio.sleep(0.02)


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
