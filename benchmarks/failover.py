"""From the power cut of a node until its sessions run again on another one."""

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.fleet import Fleet

from benchmarks.bench import Bench, BenchmarkFailed, console, new_repository
from benchmarks.results import Figure, Group

_SESSIONS = (5, 10, 20)
_MOST_SECONDS = 20.0
_WAIT_SECONDS = 300.0
_LOOK_SECONDS = 0.05

_NOTES = """Two workers with data directories of their own, a gateway, an API and one PostgreSQL, with default time-outs: a
node beats every 5 s and is declared dead after 15 s. All sessions are in the middle of a turn on the first node. Every
process of it gets SIGKILL at one moment. The second node has not started any OpenCode yet. A session runs again when it
has the status `running` on the second node. It is at work again when its model is called from there, which takes a start
of OpenCode, and a worktree and the import of the conversation for each session, on the cores that are left."""


@dataclass(frozen=True)
class Failover:
    """Seconds from the power cut."""

    dead: float
    running: list[float]
    at_work: list[float]


async def measure(bench: Bench) -> list[Group]:
    figures: list[Figure] = []
    for count in _SESSIONS:
        found = await asyncio.to_thread(_measured, bench, count)
        console.print(f"  {count}: all running after {max(found.running):.1f} s, at work after {max(found.at_work):.1f} s")
        figures += [
            Figure(f"{count} sessions: the node is declared dead", found.dead, "s"),
            Figure(
                f"{count} sessions: the last one runs again", max(found.running), "s", tuple(found.running), _MOST_SECONDS
            ),
            Figure(f"{count} sessions: the last one is at work again", max(found.at_work), "s", tuple(found.at_work)),
        ]
    return [Group("From the power cut of a node to its sessions running elsewhere", figures, _NOTES)]


def _measured(bench: Bench, count: int) -> Failover:
    root = bench.new_folder("failover")
    fleet = Fleet(root, scenarios=_scenarios(root / "scenarios.yml"), nodes=1, slots=count)
    try:
        fleet.start()
        fleet.rows("update quotas set max_concurrent_sessions = null, max_queued_sessions = null returning 1")
        repository = str(new_repository(root / "repository"))
        for _ in range(count):
            fleet.create(prompt="Work for a long time", repository=repository)
        fleet.until(lambda: _second_calls(fleet) == count, _WAIT_SECONDS)
        other = fleet.add_worker()
        fleet.until(lambda: other.said("node_ready"))
        return _cut(fleet, count)
    finally:
        if left := fleet.stop():
            raise BenchmarkFailed(f"processes are left behind: {left}")


def _scenarios(file: Path) -> Path:
    note = {"name": "bash", "arguments": {"command": "echo begun > notes.txt", "description": "Takes a note"}}
    file.write_text(
        json.dumps(
            [
                {
                    "name": "long",
                    "match": "Work for a long time",
                    "steps": [{"tool": note}, {"text": "Never said.", "delay_seconds": 3000}],
                }
            ]
        )
    )
    return file


def _second_calls(fleet: Fleet) -> int:
    return sum(one["count"] >= 2 for one in fleet.calls()["sessions"].values())


def _cut(fleet: Fleet, count: int) -> Failover:
    lost = fleet.workers[0]
    before = {name: one["count"] for name, one in fleet.calls()["sessions"].items()}
    node_id = lost.node_id
    began = time.monotonic()
    lost.cut()
    dead, running, at_work = 0.0, dict[str, float](), dict[str, float]()
    while len(at_work) < count:
        passed = time.monotonic() - began
        if passed > _WAIT_SECONDS:
            raise BenchmarkFailed(f"{len(running)} of {count} sessions run, and {len(at_work)} are at work")
        if not dead and fleet.rows("select 1 from nodes where id = %s::uuid and died_at is not null", node_id):
            dead = passed
        query = "select id::text from sessions where status = 'running' and node_id <> %s::uuid"
        for (session_id,) in fleet.rows(query, node_id):
            running.setdefault(str(session_id), passed)
        for name, one in fleet.calls()["sessions"].items():
            if one["count"] > before.get(name, 0):
                at_work.setdefault(name, passed)
        time.sleep(_LOOK_SECONDS)
    return Failover(dead, list(running.values()), list(at_work.values()))
