"""What a gateway adds to a model call: ours with everything switched on, and LiteLLM's proxy, before the same provider."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from benchmarks.bench import Bench, console
from benchmarks.gateways import LITELLM, Served, litellm_proxy, our_gateway, straight, trajectories_kept, upstream_running
from benchmarks.load import Callers, Waits, open_callers, p50, p99
from benchmarks.processes import Part, cpu_by_part
from benchmarks.results import Figure, Group

_MANY = 16
_WARMING = 300
_REQUESTS_ALONE = 150
_REQUESTS_OF_MANY = 800
_REQUESTS_PACED = 500
_PACE = 100.0
_STREAMS = 100
_MEMORY_WARMING = 3_000
_MEMORY_REQUESTS = 50_000
_MEMORY_SECONDS = 300.0
_SETTLING_SECONDS = 2.0

_NOTES = f"""The provider is a process of this machine that thinks for 20 ms; the callers are in another one and ask again as
soon as they have an answer, but for those at {_PACE:.0f} calls/s together: they stand for agents, which work between their
calls, and their wait begins when a call is due. Each round asks all ways one after the other; a value is the median of the
rounds, and what a way adds is its time less that of the provider itself in the same round. Our gateway is one process with
its PostgreSQL (fsync on): a virtual key, a running session for each caller, token and money budgets that are reserved before
and settled after each call, and whatever else is on by default. At the end every call is in the ledger and none holds budget
any more. {LITELLM} is one worker with a master key alone: its virtual keys and budgets need a database client whose
engine its packages do not bring, so it reserves, settles and keeps nothing."""
_MEMORY_NOTES = f"""The resident size of the gateway's process after {_MEMORY_WARMING:,} requests of {_MANY} callers, and
after as many more as the figure says; the run ends after {_MEMORY_SECONDS:.0f} s."""


@dataclass(frozen=True)
class Measure:
    """One number of a batch of calls; an aim is the most seconds that our gateway should add to it."""

    name: str
    batch: str
    of: Callable[[Waits], float]
    aim: float | None = None


_MEASURES = (
    Measure("1 caller, p50", "alone", lambda waits: p50(waits.whole), aim=0.005),
    Measure("1 caller, p99", "alone", lambda waits: p99(waits.whole)),
    Measure(f"{_MANY} callers, p50", "many", lambda waits: p50(waits.whole)),
    Measure(f"{_MANY} callers, p99", "many", lambda waits: p99(waits.whole), aim=0.030),
    Measure(f"{_MANY} callers at {_PACE:.0f} calls/s together, p50", "paced", lambda waits: p50(waits.whole)),
    Measure(f"{_MANY} callers at {_PACE:.0f} calls/s together, p99", "paced", lambda waits: p99(waits.whole)),
    Measure("first byte of a stream, p50", "streams", lambda waits: p50(waits.first), aim=0.005),
)


@dataclass
class Rounds:
    """What one way took: of each batch, one entry a round."""

    batches: dict[str, list[Waits]] = field(default_factory=dict[str, list[Waits]])
    cpu: list[float] = field(default_factory=list[float])
    database_cpu: list[float] = field(default_factory=list[float])

    def add(self, batch: str, waits: Waits) -> None:
        self.batches.setdefault(batch, []).append(waits)

    def seconds(self, measure: Measure) -> list[float]:
        return [measure.of(waits) for waits in self.batches[measure.batch]]

    def added_to(self, straight: "Rounds", measure: Measure) -> list[float]:
        return [ours - its for ours, its in zip(self.seconds(measure), straight.seconds(measure), strict=True)]

    def per_second(self) -> list[float]:
        return [waits.per_second for waits in self.batches["many"]]


async def measure(bench: Bench) -> list[Group]:
    async with AsyncExitStack() as stack:
        upstream = await stack.enter_async_context(upstream_running(bench))
        ours = await stack.enter_async_context(our_gateway(bench, upstream, _MANY))
        theirs = await stack.enter_async_context(litellm_proxy(bench, upstream))
        callers = Callers(await stack.enter_async_context(open_callers()))
        ways = [straight(upstream), ours, *([theirs] if theirs else [])]
        rounds = await _rounds(bench, callers, ways)
        latency = Group("What a gateway adds to a model call", _latency(*rounds), _NOTES)
        return [latency, Group("Memory of the gateway", await _memory(callers, ours, theirs), _MEMORY_NOTES)]


async def _rounds(bench: Bench, callers: Callers, ways: list[Served]) -> list[Rounds]:
    rounds = [Rounds() for _ in ways]
    for served in ways:
        await callers.ask(served.way, _MANY, _WARMING)
    for number in range(bench.rounds):
        for served, its in zip(ways, rounds, strict=True):
            its.add("alone", await callers.ask(served.way, 1, _REQUESTS_ALONE))
            await _many(callers, served, its)
            its.add("paced", await callers.ask(served.way, _MANY, _REQUESTS_PACED, per_second=_PACE))
            its.add("streams", await callers.ask(served.way, 1, _STREAMS, streams=True))
            told = ", ".join(f"{one.name} {its.seconds(one)[-1] * 1000:.1f} ms" for one in _MEASURES)
            console.print(f"  round {number + 1}, {served.way.name}: {told}", soft_wrap=True)
    return rounds


async def _many(callers: Callers, served: Served, its: Rounds) -> None:
    """With the CPU time of a call, which does not depend on what else the machine does."""
    before, database = served.cpu_seconds(), cpu_by_part()[Part.DATABASE]
    its.add("many", await callers.ask(served.way, _MANY, _REQUESTS_OF_MANY))
    its.cpu.append((served.cpu_seconds() - before) / _REQUESTS_OF_MANY)
    its.database_cpu.append((cpu_by_part()[Part.DATABASE] - database) / _REQUESTS_OF_MANY)


def _latency(straight: Rounds, ours: Rounds, theirs: Rounds | None = None) -> list[Figure]:
    figures = [Figure.milliseconds(f"the provider itself: {one.name}", straight.seconds(one)) for one in _MEASURES]
    for name, way in (("the orchestrator", ours), ("LiteLLM", theirs)):
        for one in _MEASURES if way else ():
            aim = one.aim if way is ours else None
            figures.append(Figure.milliseconds(f"{name} adds: {one.name}", way.added_to(straight, one), aim))
    for name, way in (("the provider itself", straight), ("the orchestrator", ours), ("LiteLLM", theirs)):
        if way:
            figures.append(Figure.per_second(f"{name}: answers to {_MANY} callers", way.per_second()))
    figures.append(Figure.milliseconds("the orchestrator: CPU time of a call", ours.cpu))
    figures.append(Figure.milliseconds("the orchestrator: CPU time of a call in PostgreSQL", ours.database_cpu))
    if theirs:
        figures.append(Figure.milliseconds("LiteLLM: CPU time of a call", theirs.cpu))
        figures += [
            Figure.ratio(f"added: the orchestrator / LiteLLM, {one.name}", *_medians(straight, ours, theirs, one), None)
            for one in _MEASURES
        ]
    return figures


def _medians(straight: Rounds, ours: Rounds, theirs: Rounds, measure: Measure) -> tuple[float, float]:
    return p50(ours.added_to(straight, measure)), p50(theirs.added_to(straight, measure))


async def _memory(callers: Callers, ours: Served, theirs: Served | None) -> list[Figure]:
    figures = [Figure.megabytes("LiteLLM after the calls above", theirs.resident_bytes())] if theirs else []
    await callers.ask(ours.way, _MANY, _MEMORY_WARMING)
    before = await _settled(ours)
    waits = await callers.ask(ours.way, _MANY, _MEMORY_REQUESTS, seconds=_MEMORY_SECONDS)
    after, count = await _settled(ours), len(waits.whole)
    console.print(f"  {count:,} requests in {waits.took:.0f} s: from {before / 2**20:.1f} to {after / 2**20:.1f} MB")
    return [
        *figures,
        Figure.megabytes("the orchestrator before", before),
        Figure.megabytes(f"the orchestrator: growth over {count:,} requests", after - before, aim=10.0),
        Figure.milliseconds("the orchestrator: p99 of these calls, the provider included", [p99(waits.whole)]),
        Figure.ratio("the orchestrator: trajectories kept / calls", await trajectories_kept(ours), ours.way.answers, None),
    ]


async def _settled(served: Served) -> int:
    """What is written a little later is done by then."""
    await asyncio.sleep(_SETTLING_SECONDS)
    return served.resident_bytes()
