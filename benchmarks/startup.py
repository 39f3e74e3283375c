"""How long `orchestrator up` takes until it is ready: the first time, and on a data directory that is there."""

from time import monotonic

from benchmarks.bench import Bench, console, new_repository
from benchmarks.results import Figure, Group
from benchmarks.up import running_up

_NOTES = """From the start of the command until `GET /health/ready` answers. The first start makes the PostgreSQL cluster and
runs all migrations. Stopping is SIGTERM until every process is gone."""


async def measure(bench: Bench) -> list[Group]:
    folder = bench.new_folder("startup")
    repository = new_repository(folder / "repository")
    first: list[float] = []
    later: list[float] = []
    stop: list[float] = []
    for number in range(bench.rounds):
        for kind in (first, later):
            async with running_up(bench, folder / f"data-{number}", repository) as up:
                kind.append(up.ready_seconds)
                began = monotonic()
            stop.append(monotonic() - began)
        console.print(f"  first start {first[-1]:.2f} s, later start {later[-1]:.2f} s")
    figures = [
        Figure.seconds("first start", first),
        Figure.seconds("later start", later),
        Figure.seconds("stop", stop),
    ]
    return [Group("`orchestrator up` until ready", figures, _NOTES)]
