"""The tasks of a plan and what each waits for. Pure, and without recursion: a plan may be as deep as it has tasks.

`Graph.of` checks the tasks and works out once what every later question needs, so that none of them looks at all edges
again. An edge leads from a task to what it depends on: `a -> b` says that a waits for b.
"""

import heapq
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from orchestrator.tasks.errors import PlanInvalid

MOST_TASKS, MOST_EDGES = 2_000, 20_000
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Node:
    """`weight` is how long it will probably take, in seconds."""

    key: str
    depends_on: tuple[str, ...] = ()
    weight: float = 1.0


def check(nodes: Sequence[Node]) -> None:
    """Raises PlanInvalid, with the task or the way through the tasks that is wrong; its field `task` is the key of one."""
    Graph.of(nodes)


@dataclass(frozen=True, slots=True)
class Graph:
    nodes: Mapping[str, Node]
    followers: Mapping[str, Sequence[str]]
    """Who waits for each, directly."""
    _ranks: Mapping[str, float]
    _order: tuple[str, ...]

    @classmethod
    def of(cls, nodes: Sequence[Node]) -> "Graph":
        """Raises PlanInvalid."""
        _check_size(nodes)
        _check_keys(nodes)
        by_key = {node.key: node for node in nodes}
        _check_edges(by_key)
        followers = _followers(by_key)
        ranks = _ranks(by_key, followers)
        return cls(by_key, followers, ranks, _order(by_key, followers, ranks))

    def order(self) -> tuple[str, ...]:
        """Each after all that it depends on; of those that could be next, the one with the longest way to the end."""
        return self._order

    def ranks(self) -> Mapping[str, float]:
        """The seconds of the longest way from the beginning of each task to the end of the plan."""
        return self._ranks

    def critical_path(self) -> tuple[str, ...]:
        """The chain of tasks that the plan cannot be quicker than."""
        path: list[str] = []
        choices: Sequence[str] = self._order
        while choices:
            path.append(max(choices, key=self._ranks.__getitem__))
            choices = self.followers[path[-1]]
        return tuple(path)

    def dependents(self, key: str) -> frozenset[str]:
        """All that wait for it, directly or through others."""
        return frozenset(_reached(key, self.followers))

    def ready(self, done: Set[str], begun: Set[str]) -> list[str]:
        """Those not begun whose dependencies are all done, in order. Failed and cancelled tasks are begun, never done."""
        return [key for key in self._order if key not in begun and all(one in done for one in self.nodes[key].depends_on)]


def _check_size(nodes: Sequence[Node]) -> None:
    edges = sum(len(node.depends_on) for node in nodes)
    if not nodes:
        raise PlanInvalid(problem="it has no task")
    if len(nodes) > MOST_TASKS:
        raise PlanInvalid(problem=f"it has {len(nodes):,} tasks, {MOST_TASKS:,} are the most")
    if edges > MOST_EDGES:
        raise PlanInvalid(problem=f"its tasks have {edges:,} dependencies, {MOST_EDGES:,} are the most")


def _check_keys(nodes: Sequence[Node]) -> None:
    seen: set[str] = set()
    for number, node in enumerate(nodes, 1):
        if not _KEY.fullmatch(node.key):
            problem = f"{node.key[:80]!r}, the key of its task {number}, has to be 1 to 64 of a-z, 0-9 and . _ -"
            raise PlanInvalid(problem=f"{problem}, and begin with a letter or digit", task=node.key)
        if node.key in seen:
            raise PlanInvalid(problem=f"two of its tasks have the key {node.key}", task=node.key)
        seen.add(node.key)


def _check_edges(nodes: Mapping[str, Node]) -> None:
    for node in nodes.values():
        for key in node.depends_on:
            if key == node.key:
                raise PlanInvalid(problem=f"task {key} depends on itself", task=key)
            if key not in nodes:
                problem = f"task {node.key} depends on {key[:80]}, which is no task of the plan"
                raise PlanInvalid(problem=problem, task=node.key)


def _followers(nodes: Mapping[str, Node]) -> dict[str, list[str]]:
    followers: dict[str, list[str]] = {key: [] for key in nodes}
    for node in nodes.values():
        for key in dict.fromkeys(node.depends_on):
            followers[key].append(node.key)
    return followers


def _ranks(nodes: Mapping[str, Node], followers: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """From the end of the plan to its beginning. Raises PlanInvalid for a cycle."""
    open_ways = {key: len(waiting) for key, waiting in followers.items()}
    ends = [key for key, count in open_ways.items() if not count]
    ranks: dict[str, float] = {}
    while ends:
        key = ends.pop()
        ranks[key] = nodes[key].weight + max((ranks[one] for one in followers[key]), default=0.0)
        for before in dict.fromkeys(nodes[key].depends_on):
            open_ways[before] -= 1
            if not open_ways[before]:
                ends.append(before)
    if len(ranks) < len(nodes):
        ring = _cycle(nodes, followers, ranks)
        raise PlanInvalid(problem=f"its tasks wait for each other, {_told(ring)}", task=ring[0])
    return ranks


def _cycle(nodes: Mapping[str, Node], followers: Mapping[str, Sequence[str]], ended: Mapping[str, float]) -> list[str]:
    """Whatever did not end has somebody waiting for it that did not end either, so a walk along these comes around."""
    key = next(key for key in nodes if key not in ended)
    walk: dict[str, None] = {}
    while key not in walk:
        walk[key] = None
        key = next(one for one in followers[key] if one not in ended)
    way, place = list(walk), {key: number for number, key in enumerate(nodes)}
    ring = list(reversed(way[way.index(key) :]))
    first = ring.index(min(ring, key=place.__getitem__))
    return [*ring[first:], *ring[:first]]


def _told(ring: Sequence[str]) -> str:
    named = ring if len(ring) <= _MOST_NAMED else [*ring[:_MOST_NAMED], f"({len(ring) - _MOST_NAMED} more)"]
    return " -> ".join([*named, ring[0]])


def _order(nodes: Mapping[str, Node], followers: Mapping[str, Sequence[str]], ranks: Mapping[str, float]) -> tuple[str, ...]:
    place = {key: number for number, key in enumerate(nodes)}
    missing = {key: len(set(node.depends_on)) for key, node in nodes.items()}
    heap = [(-ranks[key], place[key], key) for key, count in missing.items() if not count]
    heapq.heapify(heap)
    order: list[str] = []
    while heap:
        key = heapq.heappop(heap)[2]
        order.append(key)
        for one in followers[key]:
            missing[one] -= 1
            if not missing[one]:
                heapq.heappush(heap, (-ranks[one], place[one], one))
    return tuple(order)


def _reached(start: str, edges: Mapping[str, Sequence[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = list(edges[start])
    while ahead:
        key = ahead.pop()
        if key not in reached:
            reached.add(key)
            ahead.extend(edges[key])
    return reached
