"""OpenCode without an orchestrator: a process for each session, and one server driven by hand.

Both run on the plain configuration of a person who names a provider and works offline.
"""

import asyncio
import json
import re
import shutil
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import aiohttp

from benchmarks.bench import Batch, Bench, BenchmarkFailed, batch_of, git, require_written
from benchmarks.model import WorkItem
from orchestrator.kit.owned_process import OwnedProcess
from orchestrator.opencode.scripted_model import MODEL

_SESSION_SECONDS = 300.0
_START_SECONDS = 60.0
_TRY_SECONDS = 1.0
_ADDRESS = re.compile(r"listening on (http://\S+)")
_OFFLINE = {
    "OPENCODE_DISABLE_AUTOUPDATE": "1",
    "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
    "OPENCODE_DISABLE_MODELS_FETCH": "1",
}


def environment(bench: Bench, home: Path, folder: Path) -> dict[str, str]:
    """OpenCode believes PWD more than its real working folder, so it has to be right."""
    home.mkdir(exist_ok=True)
    return bench.environment(
        HOME=str(home), PWD=str(folder), OPENCODE_CONFIG_CONTENT=json.dumps(_config(bench.model.base_url)), **_OFFLINE
    )


def _config(base_url: str) -> dict[str, object]:
    model = {"name": MODEL, "limit": {"context": 128_000, "output": 16_000}, "cost": {"input": 0, "output": 0}}
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "options": {"baseURL": base_url, "apiKey": "none"},
        "models": {MODEL: model},
    }
    name = f"scripted/{MODEL}"
    return {
        "model": name,
        "small_model": name,
        "provider": {"scripted": provider},
        "share": "disabled",
        "autoupdate": False,
    }


async def run_each(bench: Bench, home: Path, worktrees: Sequence[Path]) -> Batch:
    """`opencode run` in every worktree at once."""
    async with batch_of(len(worktrees)) as batch:
        pairs = zip(batch.items, worktrees, strict=True)
        await asyncio.gather(*(_run_one(bench, batch, home, item, worktree) for item, worktree in pairs))
    require_written(worktrees)
    return batch


async def _run_one(bench: Bench, batch: Batch, home: Path, item: WorkItem, worktree: Path) -> None:
    log = bench.folder / f"{item.mark}.log"
    with log.open("wb") as output:
        process = await bench.ledger.spawn(
            [bench.binary, "run", item.prompt],
            purpose="opencode run",
            env=environment(bench, home, worktree),
            cwd=worktree,
            stdout=output,
        )
        try:
            code = await asyncio.wait_for(process.process.wait(), _SESSION_SECONDS)
            batch.finish(item)
        finally:
            await process.stop()
    if code != 0:
        raise BenchmarkFailed(f"opencode run ended with exit code {code}: {log.read_text()[-500:]}")


@dataclass
class Server:
    """One `opencode serve`, and the time that it took to answer."""

    http: aiohttp.ClientSession
    start_seconds: float

    async def work(self, worktrees: Sequence[Path]) -> Batch:
        """One new session in each folder, all at once."""
        async with batch_of(len(worktrees)) as batch:
            pairs = zip(batch.items, worktrees, strict=True)
            await asyncio.gather(*(self._session(batch, item, worktree) for item, worktree in pairs))
        require_written(worktrees)
        return batch

    async def _session(self, batch: Batch, item: WorkItem, worktree: Path) -> None:
        """With a title of ours, OpenCode does not ask the model for one: the orchestrator does the same."""
        created = await self.post("/session", worktree, {"title": item.mark})
        parts = [{"type": "text", "text": item.prompt}]
        answer = await self.post(f"/session/{created['id']}/message", worktree, {"parts": parts})
        batch.finish(item)
        if answer["info"].get("error"):
            raise BenchmarkFailed(f"the session of a hand-driven server failed: {answer['info']['error']}")

    async def post(self, path: str, worktree: Path, body: dict[str, object]) -> dict[str, dict[str, str]]:
        async with self.http.post(path, params={"directory": str(worktree)}, json=body) as answer:
            answer.raise_for_status()
            return await answer.json()


@asynccontextmanager
async def serving(bench: Bench, home: Path, folder: Path) -> AsyncGenerator[Server]:
    began = monotonic()
    process = await bench.ledger.spawn(
        [bench.binary, "serve", "--hostname", "127.0.0.1", "--port", "0"],
        purpose="opencode serve",
        env=environment(bench, home, folder),
        cwd=folder,
    )
    drain: asyncio.Task[None] | None = None
    try:
        address, drain = await asyncio.wait_for(_address(process), _START_SECONDS)
        timeout = aiohttp.ClientTimeout(total=_SESSION_SECONDS)
        async with aiohttp.ClientSession(address, timeout=timeout) as http:
            await asyncio.wait_for(_healthy(http), _START_SECONDS)
            yield Server(http, monotonic() - began)
    finally:
        await process.stop()
        if drain is not None:
            drain.cancel()


async def _address(process: OwnedProcess) -> tuple[str, "asyncio.Task[None]"]:
    output = process.process.stdout
    assert output is not None
    while line := await output.readline():
        if found := _ADDRESS.search(line.decode(errors="replace")):
            return found[1], asyncio.create_task(_drain(output))
    raise BenchmarkFailed("opencode serve ended before it listened")


async def _drain(output: asyncio.StreamReader) -> None:
    """A server whose output nobody reads stands still once the pipe is full."""
    while await output.read(65_536):
        pass


async def _healthy(http: aiohttp.ClientSession) -> None:
    """A request in the first moments may be accepted and never answered, so each try is short."""
    while True:
        try:
            async with http.get("/global/health", timeout=aiohttp.ClientTimeout(total=_TRY_SECONDS)) as answer:
                if answer.status == 200:
                    return
        except (aiohttp.ClientError, TimeoutError):
            await asyncio.sleep(0.05)


def reset(worktrees: Sequence[Path]) -> None:
    """As they were before the first session: the same work can be done again."""
    for worktree in worktrees:
        git(worktree, "reset", "-q", "--hard")
        git(worktree, "clean", "-fdq")


def remove(worktrees: Sequence[Path]) -> None:
    for worktree in worktrees:
        shutil.rmtree(worktree, ignore_errors=True)
