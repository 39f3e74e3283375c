"""From POST /sessions to the first model request, one session at a time on a warm orchestrator."""

from time import monotonic

from benchmarks.bench import Bench, batch_of, console, new_repository
from benchmarks.results import Figure, Group
from benchmarks.up import Told, Up, running_up

_SAMPLES = 10
_WARMING = 2
_MOST_SECONDS = 1.0
_CALL_SECONDS = 120.0
_NOTES = """The repository is a small one on the same disk, and no verification is asked for. The clock starts when the
request is sent; it stops when the answer is there, when the event stream tells of `running`, and when the request of
OpenCode arrives at the scripted model."""


async def measure(bench: Bench) -> list[Group]:
    folder = bench.new_folder("first-request")
    stages: dict[str, list[float]] = {"answered": [], "running": [], "first model request": []}
    async with running_up(bench, folder / "data", new_repository(folder / "repository")) as up:
        for number in range(_WARMING + _SAMPLES):
            one = await _one(bench, up)
            if number >= _WARMING:
                for name, seconds in one.items():
                    stages[name].append(seconds)
    console.print(f"  first model request: {[round(one, 2) for one in stages['first model request']]}")
    aims = {"first model request": _MOST_SECONDS}
    figures = [Figure.seconds(f"until {name}", samples, aims.get(name)) for name, samples in stages.items()]
    return [Group(f"From POST /sessions to the first model request ({_SAMPLES} sessions, warm)", figures, _NOTES)]


async def _one(bench: Bench, up: Up) -> dict[str, float]:
    async with batch_of(1) as batch:
        item = batch.items[0]
        began = monotonic()
        told: Told = up.told(await up.hand_in(item, []))
        answered = monotonic()
        first = await bench.model.first_call(item.mark, _CALL_SECONDS)
        await up.end_of(told)
    running = told.running if told.running is not None else first
    return {"answered": answered - began, "running": running - began, "first model request": first - began}
