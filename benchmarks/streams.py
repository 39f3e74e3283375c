"""How long a piece of text takes from OpenCode to whoever watches its session."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from statistics import median
from time import monotonic, process_time

import aiohttp
import psutil
from aiohttp import web

from benchmarks.bench import Bench, BenchmarkFailed, console, new_repository
from benchmarks.load import p99
from benchmarks.model import TimedModel, WorkItem
from benchmarks.processes import Part, cpu_by_part, processes
from benchmarks.results import Figure, Group
from benchmarks.up import Up, running_up
from orchestrator.opencode.connection import USER
from orchestrator.opencode.scripted_model import MODEL

_SESSIONS = (10, 50)
_PAUSE_SECONDS = 1.0
_WINDOW_SECONDS = 30.0
_BEGIN_SECONDS = 420.0
_WARMING_SECONDS = 20.0
_MOST_SECONDS = 0.100
# Nobody's turn ends before all are writing, so none may wait for a fresh server.
_ROOMY = {"ORCHESTRATOR_RUNTIME_RECYCLE_BYTES": str(8 * 2**30), "ORCHESTRATOR_RUNTIME_MEMORY_BYTES": str(12 * 2**30)}
_HEAD = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": MODEL}
_STAMP = re.compile(r"<([0-9.]+)>")

_NOTES = f"""Every session's model writes a piece of text each {_PAUSE_SECONDS:.0f} s: the moment at which it was written.
OpenCode takes about 5 ms of CPU time for each, so more of them would measure how far it is behind. Each session has one
reader of `GET /api/v1/events?session_id=…`, and one more reader listens to OpenCode's own stream of events as the worker
does. All note when they hear of each piece, for {_WINDOW_SECONDS:.0f} s, when all sessions have been writing for a while.
From OpenCode to the reader is the time between the two for the same piece. Before that come the gateway and OpenCode
itself. The model and the readers run on the same machine and take part of it."""


@dataclass(frozen=True)
class Stream(WorkItem):
    @property
    def prompt(self) -> str:
        return f"Stream for the work item {self.mark}."


class StampedModel(TimedModel):
    """Writes for ever, until `enough` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.enough = asyncio.Event()
        self._writing = 0
        self._changed = asyncio.Condition()

    async def until_writing(self, count: int, seconds: float) -> None:
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: self._writing >= count)

    async def _count(self, change: int) -> None:
        async with self._changed:
            self._writing += change
            self._changed.notify_all()

    async def _chat_completions(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        if b"Stream for the work item" not in raw or b'"tools"' not in raw:
            return await super()._chat_completions(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await self._count(1)
        try:
            while not self.enough.is_set():
                await response.write(_chunk({"content": f"<{monotonic():.6f}>"}))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_PAUSE_SECONDS):
                        await self.enough.wait()
        finally:
            await self._count(-1)
        await response.write(_chunk({}, "stop") + _usage() + b"data: [DONE]\n\n")
        return response


def _chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
    return _event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def _usage() -> bytes:
    return _event({"choices": [], "usage": {"prompt_tokens": 9000, "completion_tokens": 100, "total_tokens": 9100}})


def _event(more: dict[str, object]) -> bytes:
    return (
        f"data: {json.dumps({'id': 'c', 'object': 'chat.completion.chunk', 'created': 1, 'model': 'm'} | more)}\n\n".encode()
    )


@dataclass
class Heard:
    """When each piece was heard of, by the moment at which it was written; and the CPU seconds that a second took."""

    by_observer: dict[str, float] = field(default_factory=dict[str, float])
    by_readers: dict[str, float] = field(default_factory=dict[str, float])
    cpu: dict[Part, float] = field(default_factory=dict[Part, float])
    cpu_of_benchmark: float = 0.0

    async def measure(self) -> None:
        self.by_observer.clear()
        self.by_readers.clear()
        before, own = cpu_by_part(), process_time()
        await asyncio.sleep(_WINDOW_SECONDS)
        after = cpu_by_part()
        self.cpu = {part: (after[part] - before[part]) / _WINDOW_SECONDS for part in Part}
        self.cpu_of_benchmark = (process_time() - own) / _WINDOW_SECONDS

    @property
    def from_opencode(self) -> list[float]:
        seen = self.by_observer
        return [arrived - seen[stamp] for stamp, arrived in self.by_readers.items() if stamp in seen]

    @property
    def until_opencode(self) -> list[float]:
        return [seen - float(stamp) for stamp, seen in self.by_observer.items()]


def _hear(text: str, heard: dict[str, float]) -> None:
    arrived = monotonic()
    for stamp in _STAMP.findall(text):
        heard.setdefault(stamp, arrived)


async def measure(bench: Bench) -> list[Group]:
    groups: list[Group] = []
    for count in _SESSIONS:
        heard = await _measured(bench, count)
        console.print(f"  {count}: from OpenCode to its reader p99 {p99(heard.from_opencode) * 1000:.0f} ms")
        groups.append(_group(count, heard))
    groups[-1].notes = _NOTES
    return groups


def _group(count: int, heard: Heard) -> Group:
    figures = [
        Figure.milliseconds("from OpenCode to the reader, p50", [median(heard.from_opencode)]),
        Figure.milliseconds("from OpenCode to the reader, p99", [p99(heard.from_opencode)], _MOST_SECONDS),
        Figure.milliseconds("before that, from the model through gateway and OpenCode, p50", [median(heard.until_opencode)]),
        Figure.milliseconds("before that, from the model through gateway and OpenCode, p99", [p99(heard.until_opencode)]),
        Figure("pieces that arrived", len(heard.by_readers) / _WINDOW_SECONDS, "per second"),
        Figure("CPU of the orchestrator without OpenCode and PostgreSQL", 100 * heard.cpu[Part.OWN], "% of a core"),
        Figure("CPU of PostgreSQL", 100 * heard.cpu[Part.DATABASE], "% of a core"),
        Figure("CPU of OpenCode", 100 * heard.cpu[Part.RUNTIME], "% of a core"),
        Figure("CPU of the model and the readers", 100 * heard.cpu_of_benchmark, "% of a core"),
    ]
    return Group(f"One event from OpenCode to its reader, {count} sessions streaming and {count} readers", figures)


async def _measured(bench: Bench, count: int) -> Heard:
    model, heard = StampedModel(), Heard()
    await model.start()
    try:
        folder = bench.new_folder("streams")
        repository = new_repository(folder / "repository")
        own = replace(bench, model=model)
        async with running_up(own, folder / "data", repository, ORCHESTRATOR_NODE_SLOTS=str(count), **_ROOMY) as up:
            await up.lift_limits()
            ids = [await up.hand_in(Stream(), []) for _ in range(count)]
            await model.until_writing(count, _BEGIN_SECONDS)
            observers = [_observe(server, heard) for server in _opencode_servers()]
            async with _tasks([*observers, *(_read(up, session_id, heard) for session_id in ids)]):
                await asyncio.sleep(_WARMING_SECONDS)
                await heard.measure()
            model.enough.set()
    finally:
        model.enough.set()
        await model.stop()
    return heard


@asynccontextmanager
async def _tasks(works: Sequence[Awaitable[None]]) -> AsyncGenerator[None]:
    """Cancelled when the block is over."""
    running = [asyncio.ensure_future(one) for one in works]
    try:
        yield
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _read(up: Up, session_id: str, heard: Heard) -> None:
    async for kind, data in up.events(session_id):
        if kind == "delta":
            _hear(data, heard.by_readers)


@dataclass(frozen=True)
class Server:
    url: str
    password: str


def _opencode_servers() -> list[Server]:
    """Those that the orchestrator has started: where they listen, and the password that only they and it know."""
    found: list[Server] = []
    for one in processes():
        if one.name.startswith("opencode"):
            process = psutil.Process(one.pid)
            ports = [c.laddr.port for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
            password = process.environ().get("OPENCODE_SERVER_PASSWORD")
            found += [Server(f"http://127.0.0.1:{port}", password) for port in ports if password]
    if not found:
        raise BenchmarkFailed("no OpenCode server is there to listen to")
    return found


async def _observe(server: Server, heard: Heard) -> None:
    timeout = aiohttp.ClientTimeout(total=None)
    async with (
        aiohttp.ClientSession(server.url, auth=aiohttp.BasicAuth(USER, server.password), timeout=timeout) as http,
        http.get("/global/event") as answer,
    ):
        answer.raise_for_status()
        async for line in answer.content:
            if b"message.part.delta" in line:
                _hear(line.decode(), heard.by_observer)
