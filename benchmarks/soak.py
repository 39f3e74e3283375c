"""An hour of mixed work with faults: what stays alive all the time must not grow, and every session ends as it should."""

import asyncio
import contextlib
import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

import psutil
from tests.chaos.storm import opencode_servers
from tests.chaos.watcher import Watcher
from tests.e2e.fleet import Fleet, Part

from benchmarks.bench import Bench, BenchmarkFailed, console
from benchmarks.processes import proportional
from benchmarks.results import Figure, Group
from benchmarks.soak_work import Work, write_scenarios

_AT_ONCE = 4
_LOOK_SECONDS = 1.0
_SAMPLE_SECONDS = 20.0
_OPENCODE_SECONDS = 75.0
_DATABASE_SECONDS = 420.0
_NODE_SECONDS = 600.0
_PARTS_OF_THE_TIME = 6
_MOST_GROWTH = 1.10

_NOTES = f"""An API, a gateway, two workers and PostgreSQL, and {_AT_ONCE} sessions at any time: fixes that are verified and
fixes that fail, long outputs, a provider that answers 500 and 429 and cuts its stream, sessions that are stopped, cancelled,
paused and resumed, and ended ones that are retried, forked or spoken to. Beside them a reader of all events that connects
anew every 20 s, lists, searches and wrong requests, and calls of the gateway of which a third leaves in the middle of the
answer. Faults, all by `kill -9`: an OpenCode server every {_OPENCODE_SECONDS:.0f} s, PostgreSQL every
{_DATABASE_SECONDS / 60:.0f} minutes, the second worker every {_NODE_SECONDS / 60:.0f}. The sizes are those of the processes
that stay: proportional set sizes, medians of a sixth of the time, the second sixth and the last; the first fills what is
kept ready."""


@dataclass(frozen=True)
class Sample:
    """Bytes and open files of each part."""

    sizes: dict[str, int]
    files: dict[str, int]


@dataclass
class Every:
    """Does something each so many seconds."""

    seconds: float
    do: Callable[[], None]
    due: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.due = time.monotonic() + self.seconds

    def look(self) -> None:
        if time.monotonic() >= self.due:
            self.due += self.seconds
            self.do()


async def measure(bench: Bench) -> list[Group]:
    return [await asyncio.to_thread(_measured, bench)]


def _measured(bench: Bench) -> Group:
    root = bench.new_folder("soak")
    fleet = Fleet(root, scenarios=write_scenarios(root / "scenarios.json"), nodes=2, slots=_AT_ONCE)
    try:
        fleet.start()
        fleet.rows("update quotas set max_concurrent_sessions = null, requests_per_minute = null returning 1")
        work, samples = Work(fleet, _AT_ONCE), list[Sample]()
        with Watcher(fleet.port, fleet.key), _Direct(fleet) as direct:
            _run(fleet, work, samples, bench.minutes * 60)
        return _told(fleet, work, samples, bench.minutes, direct.answers)
    finally:
        if left := fleet.stop():
            raise BenchmarkFailed(f"processes are left behind: {left}")


def _run(fleet: Fleet, work: Work, samples: list[Sample], seconds: float) -> None:
    dice = random.Random(1)
    due = (
        Every(_SAMPLE_SECONDS, lambda: samples.append(_sample(fleet))),
        Every(_OPENCODE_SECONDS, lambda: _kill_opencode(fleet, dice)),
        Every(_DATABASE_SECONDS, lambda: _restart_database(fleet)),
        Every(_NODE_SECONDS, lambda: _restart(fleet.workers[1])),
        Every(60.0, lambda: console.print(f"  {work.told()}")),
    )
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        work.look(hand_in=True)
        _ask_around(fleet, dice)
        for one in due:
            one.look()
        time.sleep(_LOOK_SECONDS)
    while work.look(hand_in=False):
        time.sleep(_LOOK_SECONDS)
        due[-1].look()


def _kill_opencode(fleet: Fleet, dice: random.Random) -> None:
    if servers := sorted(opencode_servers(fleet)):
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(dice.choice(servers)).kill()


def _restart_database(fleet: Fleet) -> None:
    assert fleet.postgres is not None
    server = int((fleet.root / "database" / "postgres" / "postmaster.pid").read_text().split("\n")[0])
    psutil.Process(server).kill()
    fleet.until(lambda: fleet.postgres is not None and not fleet.postgres.alive())
    fleet.start_postgres()


def _restart(part: Part) -> None:
    part.kill()
    part.start()


_PATHS = ("/sessions?limit=100", "/inbox", "/usage?by=day", "/search?q=price", "/audit?limit=50", "/nodes", "/me")
_WRONG = ("/sessions/nothing", "/sessions/00000000-0000-7000-8000-000000000000", "/sessions?cursor=%00", "/none")


def _ask_around(fleet: Fleet, dice: random.Random) -> None:
    for path in (dice.choice(_PATHS), dice.choice(_WRONG)):
        fleet.request("GET", path)
    fleet.request("GET", "/sessions", key="oio_wrong_key")


class _Direct:
    """Calls of the gateway with a person's key, one after the other; of three, one leaves in the middle of its answer."""

    def __init__(self, fleet: Fleet) -> None:
        self.answers = 0
        self._fleet = fleet
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "_Direct":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(60)

    def _run(self) -> None:
        number = 0
        while not self._end.wait(0.2):
            number += 1
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._call(number, leaves=number % 3 == 0)

    def _call(self, number: int, *, leaves: bool) -> None:
        asked = {"model": "scripted-model", "stream": True, "messages": [{"role": "user", "content": f"Tell it {number}"}]}
        headers = {"Authorization": f"Bearer {self._fleet.key}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection("127.0.0.1", self._fleet.gateway_port, timeout=30)
        with contextlib.closing(connection):
            connection.request("POST", "/gateway/v1/chat/completions", json.dumps(asked), headers)
            answer = connection.getresponse()
            if leaves:
                answer.read(200)
            elif answer.read().rstrip().endswith(b"[DONE]"):
                self.answers += 1


def _sample(fleet: Fleet) -> Sample:
    first = {name: part for name, part in fleet.parts.items() if name in ("api", "gateway", "worker-1") and part.alive()}
    sizes = {name: proportional(part.pid) for name, part in first.items()}
    files = {name: psutil.Process(part.pid).num_fds() for name, part in first.items()}
    return Sample(sizes, files)


def _told(fleet: Fleet, work: Work, samples: list[Sample], minutes: float, answers: int) -> Group:
    length = max(1, len(samples) // _PARTS_OF_THE_TIME)
    early, late = samples[length : 2 * length] or samples, samples[-length:]
    figures = [
        Figure("sessions that ended", sum(work.ended.values()), ""),
        Figure("sessions that ended otherwise than they should", len(work.otherwise), "", aim=0),
        Figure("answers of the gateway to direct callers", answers, ""),
        Figure("holds of a budget that are left", len(fleet.rows("select 1 from budget_holds")), "", aim=0),
    ]
    for otherwise in work.otherwise:
        console.print(f"  [yellow]{otherwise}[/]", markup=True)
    for part in ("api", "gateway", "worker-1"):
        before, after = (median(one.sizes[part] for one in part_of) for part_of in (early, late))
        open_before, open_after = (median(one.files[part] for one in part_of) for part_of in (early, late))
        figures += [
            Figure.megabytes(f"{part}: memory at first", before),
            Figure.megabytes(f"{part}: memory at last", after),
            Figure.ratio(f"{part}: memory at last / at first", after, before, _MOST_GROWTH),
            Figure(f"{part}: open files at first", open_before, ""),
            Figure(f"{part}: open files at last", open_after, ""),
        ]
    return Group(f"{minutes:.0f} minutes of mixed work with faults", figures, _NOTES)
