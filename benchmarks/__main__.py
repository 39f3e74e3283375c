"""`make bench`: measures, shows one table, and writes benchmarks/results/latest.json."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import uvloop
from rich.console import Console

from benchmarks import (
    admission,
    dashboard,
    external_agents,
    failover,
    first_request,
    gateway,
    idle,
    large_repository,
    machine,
    plan_of_twelve,
    plans,
    results,
    six_sessions,
    soak,
    startup,
    streams,
)
from benchmarks.bench import Bench, BenchmarkFailed, console, open_bench
from benchmarks.results import Group, Part
from orchestrator.kit.errors import OrchestratorError

_FOLDER = Path(__file__).parent
_BENCHMARKS: dict[str, Callable[[Bench], Awaitable[list[Group]]]] = {
    "startup": startup.measure,
    "first-request": first_request.measure,
    "six-sessions": six_sessions.measure,
    "gateway": gateway.measure,
    "admission": admission.measure,
    "failover": failover.measure,
    "streams": streams.measure,
    "idle": idle.measure,
    "large-repository": large_repository.measure,
    "plans": plans.measure,
    "plan-of-twelve": plan_of_twelve.measure,
    "external-agents": external_agents.measure,
    "dashboard": dashboard.measure,
    "soak": soak.measure,
}
_ONLY_BY_NAME = ("soak",)
"""They take too long to be among all."""


class _Options(argparse.Namespace):
    names: list[str]
    write: bool
    rounds: int
    sessions: int
    minutes: float


def main() -> int:
    options = _options()
    try:
        uvloop.run(_measure(options))
    except (BenchmarkFailed, OrchestratorError) as failure:
        console.print(f"[bold red]failed[/] {failure}", markup=True, soft_wrap=True)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130
    return 0


def _options() -> _Options:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure against plain OpenCode.")
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"which ones: {', '.join(_BENCHMARKS)}; all but soak unless you say"
    )
    parser.add_argument("--write", action="store_true", help="write benchmarks/RESULTS.md as well")
    parser.add_argument("--rounds", type=int, default=3, help="how often each timing is repeated (%(default)s)")
    parser.add_argument("--sessions", type=int, default=6, help="how many sessions work at once (%(default)s)")
    parser.add_argument("--minutes", type=float, default=60, help="how long the soak takes (%(default)s)")
    options = parser.parse_args(namespace=_Options())
    if unknown := [name for name in options.names if name not in _BENCHMARKS]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(_BENCHMARKS)}")
    return options


async def _measure(options: _Options) -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    described, busy = machine.describe(), machine.busy_with()
    if busy is not None:
        console.print(f"[yellow]Something else takes {busy:.0%} of this machine: the figures will be too high.[/]")
    measured: dict[str, list[Group]] = {}
    async with open_bench(options.rounds, options.sessions, options.minutes) as bench:
        for name in options.names or [name for name in _BENCHMARKS if name not in _ONLY_BY_NAME]:
            console.print(f"[bold]{name}[/]")
            measured[name] = await _BENCHMARKS[name](bench)
    # A pipe or a log file has no width of its own.
    shown = [group for groups in measured.values() for group in groups]
    Console(width=None if sys.stdout.isatty() else 130).print(results.table(shown))
    _keep(
        {name: Part(f"{datetime.now(UTC):%Y-%m-%d}", described, busy, groups) for name, groups in measured.items()}, options
    )


def _keep(measured: dict[str, Part], options: _Options) -> None:
    """What was not measured this time stays as it was."""
    file = _FOLDER / "results" / "latest.json"
    known = results.read_parts(file) | measured
    parts = {name: known[name] for name in _BENCHMARKS if name in known}
    results.write_json(file, parts)
    if options.write:
        results.write_markdown(_FOLDER / "RESULTS.md", parts)


if __name__ == "__main__":
    sys.exit(main())
