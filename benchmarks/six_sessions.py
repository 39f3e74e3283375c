"""Six sessions at once, the same work three ways: `opencode run` each, one server by hand, the orchestrator."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import plain
from benchmarks.bench import Batch, Bench, console, new_repository, new_worktrees
from benchmarks.processes import MemoryWatch, Part
from benchmarks.results import Figure, Group
from benchmarks.up import running_up

VERIFY = ["python3 -m compileall -q inventory"]
_MOST_TIME_OF_RUN = 0.25
_MOST_MEMORY_OF_RUN = 0.5
_MOST_TIME_OF_HAND = 1.1

RUN = "opencode run in each worktree"
HAND_START, HAND_COLD, HAND_WARM = "by hand: start of the server", "by hand: cold", "by hand: warm"
UP_COLD, UP_WARM, UP_VERIFIED = "orchestrator: cold", "orchestrator: warm", "orchestrator: warm, one verification"


@dataclass
class Way:
    """The batches of one way of working, one a round, and what was seen of its memory."""

    seconds: list[float] = field(default_factory=list[float])
    cpu: list[dict[Part, float]] = field(default_factory=list[dict[Part, float]])
    stages: list[dict[str, float]] = field(default_factory=list[dict[str, float]])

    def add(self, bench: Bench, batch: Batch) -> None:
        self.seconds.append(batch.seconds)
        self.cpu.append(batch.cpu)
        self.stages.append(batch.stages(bench.model))

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def cpu_seconds(self) -> list[float]:
        return [sum(parts.values()) for parts in self.cpu]


@dataclass
class Place:
    """What the rounds share: the repository, the home that OpenCode was used in before, the orchestrator's data."""

    bench: Bench
    repository: Path
    home: Path
    data_dir: Path
    ways: dict[str, Way]

    def worktrees(self, count: int) -> list[Path]:
        return new_worktrees(self.repository, self.bench.new_folder("worktrees"), count)

    def add(self, name: str, batch: Batch) -> None:
        self.ways.setdefault(name, Way()).add(self.bench, batch)
        console.print(f"  {name}: {batch.seconds:.2f} s")


async def measure(bench: Bench) -> list[Group]:
    folder = bench.new_folder("six")
    place = Place(bench, new_repository(folder / "repository"), folder / "home", folder / "data", {})
    console.print("one session each way before anything is measured")
    await _first_use(place)
    starts: list[float] = []
    for number in range(1, bench.rounds + 1):
        console.print(f"round {number} of {bench.rounds}")
        await _run(place)
        starts.append(await _hand(place))
        await _orchestrator(place)
    console.print("once more, for the memory")
    memory = await _memory(Place(bench, place.repository, place.home, place.data_dir, {}))
    return [_group(bench, place.ways, starts, memory), _stages(place.ways)]


async def _first_use(place: Place) -> None:
    """The homes get their databases and folders, the orchestrator its PostgreSQL and the mirror of the repository."""
    await plain.run_each(place.bench, place.home, place.worktrees(1))
    async with running_up(place.bench, place.data_dir, place.repository) as up:
        await up.work(1, VERIFY)


async def _run(place: Place) -> None:
    worktrees = place.worktrees(place.bench.sessions)
    place.add(RUN, await plain.run_each(place.bench, place.home, worktrees))
    plain.remove(worktrees)


async def _hand(place: Place) -> float:
    worktrees = place.worktrees(place.bench.sessions)
    async with plain.serving(place.bench, place.home, worktrees[0]) as server:
        place.add(HAND_COLD, await server.work(worktrees))
        plain.reset(worktrees)
        place.add(HAND_WARM, await server.work(worktrees))
    plain.remove(worktrees)
    return server.start_seconds


async def _orchestrator(place: Place, verified: bool = True) -> None:
    count = place.bench.sessions
    async with running_up(place.bench, place.data_dir, place.repository) as up:
        place.add(UP_COLD, await up.work(count, []))
        place.add(UP_WARM, await up.work(count, []))
        if verified:
            place.add(UP_VERIFIED, await up.work(count, VERIFY))


async def _memory(place: Place) -> dict[str, MemoryWatch]:
    """In rounds of its own, for looking at the memory takes CPU time from what is looked at."""
    with MemoryWatch() as run:
        await _run(place)
    with MemoryWatch() as hand:
        await _hand(place)
    with MemoryWatch() as orchestrator:
        await _orchestrator(place, verified=False)
    return {"run": run, "hand": hand, "orchestrator": orchestrator}


def _group(bench: Bench, ways: dict[str, Way], starts: Sequence[float], memory: dict[str, MemoryWatch]) -> Group:
    figures = [
        *_times(ways, starts),
        *_peaks(memory),
        *_ratios(ways, median(starts), memory),
    ]
    details: dict[str, Any] = {name: asdict(way) for name, way in ways.items()}
    return Group(f"{bench.sessions} sessions at once, two tool calls each", figures, _NOTES, details)


def _times(ways: dict[str, Way], starts: Sequence[float]) -> list[Figure]:
    figures: list[Figure] = []
    for name, way in ways.items():
        figures.append(Figure.seconds(name, way.seconds))
        figures.append(Figure.seconds(f"{name}, CPU time", way.cpu_seconds))
    return [*figures, Figure.seconds(HAND_START, starts)]


def _peaks(memory: dict[str, MemoryWatch]) -> list[Figure]:
    own = memory["orchestrator"].proportional.parts
    own_alone, database = own.get(Part.OWN, 0), own.get(Part.DATABASE, 0)
    return [
        Figure.megabytes(f"{RUN}: peak memory", memory["run"].proportional.whole),
        Figure.megabytes("by hand: peak memory", memory["hand"].proportional.whole),
        Figure.megabytes("orchestrator: peak memory", memory["orchestrator"].proportional.whole),
        Figure.megabytes("orchestrator: peak memory without the OpenCode runtime", own_alone + database),
        Figure.megabytes("orchestrator: peak memory of PostgreSQL alone", database),
        Figure.megabytes("orchestrator: peak memory of the OpenCode runtime alone", own.get(Part.RUNTIME, 0)),
    ]


def _ratios(ways: dict[str, Way], start: float, memory: dict[str, MemoryWatch]) -> list[Figure]:
    run, hand, ours = ways[RUN].median, ways[HAND_WARM].median, ways[UP_WARM].median
    cold_by_hand = ways[HAND_COLD].median + start
    peak, run_peak = memory["orchestrator"].proportional.whole, memory["run"].proportional.whole
    return [
        Figure.ratio(f"time: orchestrator warm / {RUN}", ours, run, _MOST_TIME_OF_RUN),
        Figure.ratio(f"memory: orchestrator / {RUN}", peak, run_peak, _MOST_MEMORY_OF_RUN),
        Figure.ratio("time: orchestrator warm / by hand warm", ours, hand, _MOST_TIME_OF_HAND),
        Figure.ratio(
            "time: orchestrator cold / by hand cold with its start", ways[UP_COLD].median, cold_by_hand, _MOST_TIME_OF_HAND
        ),
        Figure.ratio("time: orchestrator warm with one verification / by hand warm", ways[UP_VERIFIED].median, hand, None),
    ]


def _stages(ways: dict[str, Way]) -> Group:
    figures = [
        Figure.seconds(f"{name}: {stage}", [one[stage] for one in ways[name].stages])
        for name in (HAND_WARM, UP_WARM, UP_VERIFIED)
        for stage in ways[name].stages[0]
    ]
    return Group("Where the time of such a session goes (means over the sessions)", figures)


_NOTES = """All ways do the same work on the same scripted model, which answers at once: a file written, a command, a last
text. Each round runs all of them one after the other; values are medians of the rounds. Plain OpenCode has its default
configuration, the provider, and its switches for working offline; `PWD` is each worktree. Cold by hand is the first use of
each folder, warm the second. Cold with the orchestrator is the first work after `orchestrator up` and holds the start of the
OpenCode server; every session gets a new worktree, warm ones too. By hand nothing is committed, checked or kept; the
orchestrator makes the workspace, a checkpoint and a branch within its time. Memory is the sum of the proportional set
sizes of all processes at its highest, from a round of its own; parts have their own highest moments."""
