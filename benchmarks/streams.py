"""How long a word takes from the model to whoever watches the session: through OpenCode alone, and through all of ours."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from statistics import median
from time import monotonic, process_time

import aiohttp
from aiohttp import web

from benchmarks import plain
from benchmarks.bench import Bench, console, new_repository
from benchmarks.load import p99
from benchmarks.model import TimedModel, WorkItem
from benchmarks.processes import Part, cpu_by_part
from benchmarks.results import Figure, Group
from benchmarks.up import Up, running_up
from orchestrator.opencode.scripted_model import MODEL

_SESSIONS = (10, 50)
_PAUSE_SECONDS = 0.25
_WINDOW_SECONDS = 20.0
_BEGIN_SECONDS = 240.0
_WARMING_SECONDS = 5.0
_MOST_SECONDS = 0.100
_HEAD = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": MODEL}
_STAMP = re.compile(r"<([0-9.]+)>")

_NOTES = f"""Every session's model writes a piece of text {1 / _PAUSE_SECONDS:.0f} times a second: the moment at which it was
written. Each session has one reader, of OpenCode's own stream of events or of `GET /api/v1/events?session_id=…`. It notes
how old the pieces are when they arrive, for {_WINDOW_SECONDS:.0f} s, when all sessions have been writing for a while.
OpenCode alone is one server with its model straight behind it. What the orchestrator adds is the whole way (gateway,
OpenCode, worker, PostgreSQL, API, reader) less that. The model and the readers run on the same machine and take part of
it."""


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
class Ages:
    """How old pieces were when they arrived, in seconds, and the CPU seconds that a second took."""

    seconds: list[float] = field(default_factory=list[float])
    cpu: dict[str, float] = field(default_factory=dict[str, float])
    counts: bool = False

    def read(self, text: str) -> None:
        arrived = monotonic()
        if self.counts:
            self.seconds += [arrived - float(stamp) for stamp in _STAMP.findall(text)]

    @contextlib.contextmanager
    def measured(self) -> Iterator[None]:
        before, own = cpu_by_part(), process_time()
        self.counts = True
        yield
        self.counts = False
        after = cpu_by_part()
        self.cpu = {part.value: (after[part] - before[part]) / _WINDOW_SECONDS for part in Part}
        self.cpu["benchmark"] = (process_time() - own) / _WINDOW_SECONDS


async def measure(bench: Bench) -> list[Group]:
    groups: list[Group] = []
    for count in _SESSIONS:
        alone = await _measured(bench, count, _by_hand)
        ours = await _measured(bench, count, _orchestrated)
        console.print(
            f"  {count} sessions: OpenCode alone p99 {p99(alone.seconds):.3f} s, all p99 {p99(ours.seconds):.3f} s"
        )
        groups.append(_group(count, alone, ours))
    groups[-1].notes = _NOTES
    return groups


def _group(count: int, alone: Ages, ours: Ages) -> Group:
    added = [[of(ours.seconds) - of(alone.seconds)] for of in (median, p99)]
    figures = [
        Figure.milliseconds("OpenCode alone, p50", [median(alone.seconds)]),
        Figure.milliseconds("OpenCode alone, p99", [p99(alone.seconds)]),
        Figure.milliseconds("the whole way, p50", [median(ours.seconds)]),
        Figure.milliseconds("the whole way, p99", [p99(ours.seconds)]),
        Figure.milliseconds("added by the orchestrator, p50", added[0]),
        Figure.milliseconds("added by the orchestrator, p99", added[1], _MOST_SECONDS),
        Figure("pieces that arrived", len(ours.seconds) / _WINDOW_SECONDS, "/s"),
        Figure("CPU of the orchestrator without OpenCode and PostgreSQL", 100 * ours.cpu[Part.OWN], "% of a core"),
        Figure("CPU of PostgreSQL", 100 * ours.cpu[Part.DATABASE], "% of a core"),
        Figure("CPU of OpenCode", 100 * ours.cpu[Part.RUNTIME], "% of a core"),
        Figure("CPU of OpenCode alone", 100 * alone.cpu[Part.RUNTIME], "% of a core"),
        Figure("CPU of the model and the readers", 100 * ours.cpu["benchmark"], "% of a core"),
    ]
    return Group(f"From the model's word to its reader, {count} sessions and {count} readers", figures)


Streaming = Callable[[Bench, int, Ages], contextlib.AbstractAsyncContextManager[None]]


async def _measured(bench: Bench, count: int, streaming: Streaming) -> Ages:
    model, ages = StampedModel(), Ages()
    await model.start()
    try:
        async with streaming(replace(bench, model=model), count, ages):
            await model.until_writing(count, _BEGIN_SECONDS)
            await asyncio.sleep(_WARMING_SECONDS)
            with ages.measured():
                await asyncio.sleep(_WINDOW_SECONDS)
            model.enough.set()
    finally:
        model.enough.set()
        await model.stop()
    return ages


@asynccontextmanager
async def _tasks(works: list[Awaitable[None]]) -> AsyncGenerator[None]:
    """Cancelled when the block is over."""
    running = [asyncio.ensure_future(one) for one in works]
    try:
        yield
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@asynccontextmanager
async def _by_hand(bench: Bench, count: int, ages: Ages) -> AsyncGenerator[None]:
    folder = bench.new_folder("streams")
    repository = new_repository(folder / "repository")
    items = [Stream() for _ in range(count)]
    async with plain.serving(bench, folder / "home", repository) as server:

        async def begin(item: Stream) -> None:
            created = await server.post("/session", repository, {"title": item.mark})
            readings[created["id"]] = item.mark
            await server.post(
                f"/session/{created['id']}/message", repository, {"parts": [{"type": "text", "text": item.prompt}]}
            )

        readings: dict[str, str] = {}
        reads = [_read_opencode(server.http, number, count, ages) for number in range(count)]
        async with _tasks([*reads, *(begin(item) for item in items)]):
            yield


async def _read_opencode(http: aiohttp.ClientSession, number: int, count: int, ages: Ages) -> None:
    """There is one stream for all of a server: each of the readers looks at the pieces of its own part of the sessions."""
    async with http.get("/global/event", timeout=aiohttp.ClientTimeout(total=None)) as answer:
        async for line in answer.content:
            if b"message.part.delta" in line and hash(line) % count == number:
                ages.read(line.decode())


@asynccontextmanager
async def _orchestrated(bench: Bench, count: int, ages: Ages) -> AsyncGenerator[None]:
    folder = bench.new_folder("streams")
    repository = new_repository(folder / "repository")
    async with running_up(bench, folder / "data", repository, ORCHESTRATOR_NODE_SLOTS=str(count)) as up:
        await up.lift_limits()
        ids = [await up.hand_in(Stream(), []) for _ in range(count)]
        async with _tasks([_read_ours(up, session_id, ages) for session_id in ids]):
            yield


async def _read_ours(up: Up, session_id: str, ages: Ages) -> None:
    async for kind, data in up.events(session_id):
        if kind == "delta":
            ages.read(data)
