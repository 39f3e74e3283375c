"""How long a plan will take and what it will cost, from what sessions before it took. Pure: the same past and the same
seed give the same forecast.

A round draws for each task one of the sessions that were most like it, time and cost together, and runs the plan with
them: whoever is ready begins, the longest way to the end first, as many at once as there are slots. The quantiles of all
rounds are the forecast: 4 of 5 of them ended between low and high. Nothing is assumed of how times are distributed.
"""

import heapq
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from orchestrator.tasks.graph import Graph, Node

FEWEST = 5
"""Fewer sessions are no ground for a forecast."""
_MOST_ROUNDS, _FEWEST_ROUNDS, _MOST_DRAWS = 200, 20, 20_000


class TaskAlike(StrEnum):
    """In what those sessions are like the task, the closest first. `work`: the agent, or else the capabilities."""

    REPOSITORY_AND_WORK = "repository_and_work"
    WORK = "work"
    REPOSITORY = "repository"
    TENANT = "tenant"


@dataclass(frozen=True, slots=True)
class PastSession:
    repository_key: str
    agent: str
    capabilities: frozenset[str]
    seconds: float
    cost_micro_usd: int


@dataclass(frozen=True, slots=True)
class Work:
    """A task that is not over. Of its dependencies those count that are not over either."""

    key: str
    depends_on: tuple[str, ...] = ()
    agent: str | None = None
    capabilities: frozenset[str] = frozenset()
    best_of: int = 1
    elapsed_seconds: float | None = None
    """Since it began; None before."""


@dataclass(frozen=True, slots=True)
class Range:
    """1 of 10 below `low`, 1 of 10 above `high`, half of them below `middle`."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Expected:
    """Of one task: what the sessions that were like it took."""

    seconds: Range
    cost_micro_usd: Range
    sessions: int
    alike: TaskAlike


@dataclass(frozen=True, slots=True)
class Ranges:
    """From now on, of what is left. None while there is a task that nothing is known of, or nobody to work on it."""

    seconds: Range | None
    one_by_one_seconds: Range | None
    """The same work without anything at once."""
    cost_micro_usd: Range | None


NOBODY_KNOWS, NOTHING_LEFT = Ranges(None, None, None), Ranges(Range(0, 0, 0), Range(0, 0, 0), Range(0, 0, 0))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is quickly found of each task, and what the rounds draw from."""

    works: Sequence[Work]
    tasks: Mapping[str, Expected]
    unknown: tuple[str, ...]
    graph: Graph | None
    """None when nothing is left."""
    samples: Mapping[str, Sequence[PastSession]]

    @property
    def critical_path(self) -> tuple[str, ...]:
        return self.graph.critical_path() if self.graph else ()

    @property
    def draws(self) -> int:
        """So many a forecast takes: 1,000 keep a processor busy for about 5 ms."""
        return _rounds(self.works) * sum(work.best_of for work in self.works)

    def is_open(self, slots: int) -> bool:
        """Whether rounds have to be drawn to tell how long it takes."""
        return self.graph is not None and not self.unknown and slots > 0


def outlook(works: Sequence[Work], past: Sequence[PastSession], repository_key: str) -> Outlook:
    """Of a plan of 1,000 tasks in some milliseconds: tasks that ask for the same work are like the same sessions."""
    kinds: dict[tuple[str | None, frozenset[str]], tuple[Sequence[PastSession], Expected] | None] = {}
    for work in works:
        kind = (work.agent, work.capabilities)
        if kind not in kinds:
            found = alike(work, past, repository_key)
            kinds[kind] = found and (found[1], _expected(*found))
    pairs = {work.key: kinds[work.agent, work.capabilities] for work in works}
    tasks = {key: pair[1] for key, pair in pairs.items() if pair is not None}
    samples = {key: pair[0] for key, pair in pairs.items() if pair is not None}
    unknown = tuple(key for key, pair in pairs.items() if pair is None)
    return Outlook(works, tasks, unknown, _graph(works, tasks) if works else None, samples)


def ranges(ahead: Outlook, slots: int, *, merge_seconds: Sequence[float] = (), seed: int = 0) -> Ranges:
    """A plan of 2,000 tasks keeps a processor busy for a part of a second. `merge_seconds`: what merges took before; a
    task is over when its work is merged."""
    if ahead.graph is None:
        return NOTHING_LEFT
    if not ahead.is_open(slots):
        return NOBODY_KNOWS
    draws = random.Random(seed)  # noqa: S311 - no secret: it has to be the same again.
    rounds = [
        (makespan(ahead.graph, seconds, merging, slots), sum(map(sum, seconds.values())) + sum(merging.values()), cost)
        for seconds, merging, cost in _drawn(ahead, merge_seconds or (0.0,), _rounds(ahead.works), draws)
    ]
    return Ranges(*(quantiles(column) for column in zip(*rounds, strict=True)))


def alike(work: Work, past: Sequence[PastSession], repository_key: str) -> tuple[TaskAlike, Sequence[PastSession]] | None:
    """The sessions of the closest kind of which there are enough."""
    same = [one for one in past if _does(one, work)]
    for level, sessions in (
        (TaskAlike.REPOSITORY_AND_WORK, [one for one in same if one.repository_key == repository_key]),
        (TaskAlike.WORK, same),
        (TaskAlike.REPOSITORY, [one for one in past if one.repository_key == repository_key]),
        (TaskAlike.TENANT, past),
    ):
        if len(sessions) >= FEWEST:
            return level, sessions
    return None


def _does(one: PastSession, work: Work) -> bool:
    return one.agent == work.agent if work.agent is not None else one.capabilities >= work.capabilities


def _expected(level: TaskAlike, sessions: Sequence[PastSession]) -> Expected:
    seconds, costs = [one.seconds for one in sessions], [one.cost_micro_usd for one in sessions]
    return Expected(quantiles(seconds), quantiles(costs), len(sessions), level)


def _graph(works: Sequence[Work], known: Mapping[str, Expected]) -> Graph:
    """Of what nothing is known is as long as the others are."""
    usual = median(one.seconds.middle for one in known.values()) if known else 1.0
    left = {work.key for work in works}
    nodes: list[Node] = []
    for work in works:
        weight = known[work.key].seconds.middle if work.key in known else usual
        nodes.append(Node(work.key, tuple(key for key in work.depends_on if key in left), weight))
    return Graph.of(nodes)


def _rounds(works: Sequence[Work]) -> int:
    return max(_FEWEST_ROUNDS, min(_MOST_ROUNDS, _MOST_DRAWS // max(1, sum(work.best_of for work in works))))


def _drawn(
    ahead: Outlook, merge_seconds: Sequence[float], rounds: int, draws: random.Random
) -> Iterator[tuple[dict[str, list[float]], dict[str, float], float]]:
    """For each round the seconds and the merge of every task, and the cost of all."""
    jobs = [(work.key, _left(work, ahead.samples[work.key])) for work in ahead.works for _ in range(work.best_of)]
    columns = [(key, draws.choices(left, k=rounds)) for key, left in jobs]
    merges = [(work.key, draws.choices(merge_seconds, k=rounds)) for work in ahead.works]
    for number in range(rounds):
        seconds: dict[str, list[float]] = {}
        cost = 0.0
        for key, column in columns:
            one = column[number]
            seconds.setdefault(key, []).append(one[0])
            cost += one[1]
        yield seconds, {key: column[number] for key, column in merges}, cost


def _left(work: Work, sessions: Sequence[PastSession]) -> Sequence[tuple[float, float]]:
    """Seconds and cost. Of one that works already: what longer ones had left then; nothing when none was so long."""
    if work.elapsed_seconds is None:
        return [(one.seconds, one.cost_micro_usd) for one in sessions]
    left = [(one.seconds - work.elapsed_seconds, one) for one in sessions if one.seconds > work.elapsed_seconds]
    return [(seconds, one.cost_micro_usd * seconds / one.seconds) for seconds, one in left] or [(0.0, 0.0)]


def makespan(graph: Graph, seconds: Mapping[str, Sequence[float]], merging: Mapping[str, float], slots: int) -> float:
    """When the last task is over. One takes as many slots as it has durations, and merges without any when all are over."""
    place = {key: number for number, key in enumerate(graph.order())}
    missing = {key: len(set(node.depends_on)) for key, node in graph.nodes.items()}
    open_jobs = {key: len(jobs) for key, jobs in seconds.items()}
    waiting = [(place[key], key, job) for key, count in missing.items() if not count for job in seconds[key]]
    heapq.heapify(waiting)
    running: list[tuple[float, str, bool]] = []
    free, moment = slots, 0.0
    while waiting or running:
        while waiting and free:
            _, key, job = heapq.heappop(waiting)
            free -= 1
            heapq.heappush(running, (moment + job, key, False))
        moment, key, is_merged = heapq.heappop(running)
        if is_merged:
            for follower in graph.followers[key]:
                missing[follower] -= 1
                if not missing[follower]:
                    for job in seconds[follower]:
                        heapq.heappush(waiting, (place[follower], follower, job))
            continue
        free += 1
        open_jobs[key] -= 1
        if not open_jobs[key]:
            heapq.heappush(running, (moment + merging[key], key, True))
    return moment


def quantiles(values: Iterable[float]) -> Range:
    """Between two values as far as the share lies between them, like percentile_cont of PostgreSQL."""
    ordered = sorted(values)

    def at(share: float) -> float:
        place = share * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (ordered[above] - ordered[below]) * (place - below)

    return Range(at(0.1), at(0.5), at(0.9))
