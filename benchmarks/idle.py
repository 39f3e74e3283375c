"""What the orchestrator takes while nobody asks it for anything."""

import asyncio

from benchmarks.bench import Bench, console, new_repository
from benchmarks.processes import MemoryWatch, Part, cpu_by_part
from benchmarks.results import Figure, Group
from benchmarks.up import running_up

_SETTLING_SECONDS = 10.0
_WINDOW_SECONDS = 60.0

_NOTES = f"""`orchestrator up` with its embedded PostgreSQL, and nobody who asks. The CPU time of all its processes within
{_WINDOW_SECONDS:.0f} s is a share of one core; memory is the sum of their proportional set sizes. First as it is after its
start, then after it has worked on some sessions, whose OpenCode runtime stays for the next ones. One reader follows the
event stream."""


async def measure(bench: Bench) -> list[Group]:
    folder = bench.new_folder("idle")
    figures: list[Figure] = []
    async with running_up(bench, folder / "data", new_repository(folder / "repository")) as up:
        figures += await _looked_at("after its start")
        await up.work(bench.sessions, [])
        figures += await _looked_at(f"after {bench.sessions} sessions")
    return [Group("The orchestrator at rest", figures, _NOTES)]


async def _looked_at(when: str) -> list[Figure]:
    await asyncio.sleep(_SETTLING_SECONDS)
    before = cpu_by_part()
    await asyncio.sleep(_WINDOW_SECONDS)
    after = cpu_by_part()
    share = {part: 100 * (after[part] - before[part]) / _WINDOW_SECONDS for part in Part}
    with MemoryWatch() as memory:  # Afterwards: it takes CPU time itself.
        await asyncio.sleep(1)
    sizes = memory.proportional
    console.print(f"  {when}: {sum(share.values()):.1f} % of a core, {sizes.whole / 2**20:.0f} MB")
    return [
        Figure(f"{when}: CPU of everything", sum(share.values()), "% of a core"),
        Figure(f"{when}: CPU of the orchestrator's own processes", share[Part.OWN], "% of a core"),
        Figure(f"{when}: CPU of PostgreSQL", share[Part.DATABASE], "% of a core"),
        Figure(f"{when}: CPU of the OpenCode runtime", share[Part.RUNTIME], "% of a core"),
        Figure.megabytes(f"{when}: memory of everything", sizes.whole),
        Figure.megabytes(f"{when}: memory of PostgreSQL", sizes.parts.get(Part.DATABASE, 0)),
        Figure.megabytes(f"{when}: memory of the OpenCode runtime", sizes.parts.get(Part.RUNTIME, 0)),
    ]
