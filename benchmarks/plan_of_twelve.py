"""Twelve tasks as a plan, against the same sessions handed in at once, and one after the other."""

import asyncio
import json
from time import monotonic
from typing import Any

from benchmarks.bench import Bench, BenchmarkFailed, batch_of, console, new_repository
from benchmarks.results import Figure, Group
from benchmarks.six_sessions import VERIFY
from benchmarks.up import Up, running_up

_TASKS = 12
_MOST_TIME_OF_SESSIONS = 1.1
_MOST_SECONDS = 300.0

_NOTES = f"""{_TASKS} tasks that do not depend on each other, two tool calls and one verification command each, on a warm
runtime; the model does not think. As a plan their results are also merged onto one branch, and each merged result is
verified: that is in its time, and in none of the others. Every task adds the same file with the same content, so nothing
conflicts. The ways take turns in each round; all have as many slots as the node."""


async def measure(bench: Bench) -> list[Group]:
    folder = bench.new_folder("twelve")
    repository = new_repository(folder / "repository")
    at_once, planned, in_turn = list[float](), list[float](), list[float]()
    merges: list[int] = []
    async with running_up(bench, folder / "data", repository) as up:
        await up.lift_limits()
        await up.work(_TASKS, VERIFY)  # The runtime has used as many folders before.
        for number in range(1, bench.rounds + 1):
            at_once.append((await up.work(_TASKS, VERIFY)).seconds)
            seconds, count = await _plan(up)
            planned.append(seconds)
            merges.append(count)
            in_turn.append(await _in_turn(up))
            told = f"at once {at_once[-1]:.2f} s, plan {seconds:.2f} s with {count} merges, in turn {in_turn[-1]:.2f} s"
            console.print(f"  round {number}: {told}")
    figures = [
        Figure.seconds("the sessions at once", at_once),
        Figure.seconds("as a plan, until its last merge", planned),
        Figure.seconds("the sessions one after the other", in_turn),
        Figure("merges of a plan", sorted(merges)[len(merges) // 2], ""),
        Figure.ratio("time: as a plan / the sessions at once", _middle(planned), _middle(at_once), _MOST_TIME_OF_SESSIONS),
        Figure.ratio("time: one after the other / as a plan", _middle(in_turn), _middle(planned), None),
    ]
    return [Group(f"{_TASKS} tasks as a plan", figures, _NOTES)]


def _middle(samples: list[float]) -> float:
    return sorted(samples)[len(samples) // 2]


async def _plan(up: Up) -> tuple[float, int]:
    """Seconds until it is completed, and how many merges it took."""
    async with batch_of(_TASKS) as batch:
        tasks = [{"key": item.mark, "prompt": item.prompt} for item in batch.items]
        began = monotonic()
        plan = await up.ask("POST", "/plans", {**_settings(up), "tasks": tasks})
        try:
            await asyncio.wait_for(_end_told(up, plan["id"]), _MOST_SECONDS)
        except TimeoutError:
            raise BenchmarkFailed(f"the plan is not over after {_MOST_SECONDS:g} s") from None
        seconds = monotonic() - began
    plan = await up.ask("GET", f"/plans/{plan['id']}")
    if plan["status"] != "completed":
        raise BenchmarkFailed(f"the plan ended {plan['status']}: {plan['status_reason']}")
    return seconds, len((await up.ask("GET", f"/plans/{plan['id']}/graph"))["merges"])


async def _end_told(up: Up, plan_id: str) -> None:
    """Over the stream of events, as the ends of sessions are: to ask again and again would take from what is measured."""
    async for kind, data in up.events(None):
        told = json.loads(data) if kind == "plan.status" else {"data": {}}
        if told["data"].get("plan_id") == plan_id and told["data"].get("to") != "running":
            return


def _settings(up: Up) -> dict[str, Any]:
    settings = {"max_parallel": _TASKS, "overlap": "warn"}
    return {"goal": "Notes of the benchmark", "repository": str(up.repository), "verify": VERIFY, "settings": settings}


async def _in_turn(up: Up) -> float:
    async with batch_of(_TASKS) as batch:
        began = monotonic()
        for item in batch.items:
            await up.end_of(up.told(await up.hand_in(item, VERIFY)))
        return monotonic() - began
