"""What the processes that a benchmark started take: CPU time, and memory at its peak.

Memory is the proportional set size (PSS): a page that several processes share counts once among them, so the sum over
a tree is what the machine really gives. Reading it costs the kernel some 10 ms for each large process. So the cheap
resident size is looked at every 50 ms, and the proportional one whenever that has reached a new height.
"""

import os
import resource
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

SAMPLE_SECONDS = 0.05
_NEW_HEIGHT = 1.01
_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_QUIET_SHARE = 0.05
"""Of one core: what the processes of an idle OpenCode and an idle orchestrator stay below."""


class Part(StrEnum):
    RUNTIME = "runtime"
    """OpenCode, its sandbox, and the commands of agents."""
    DATABASE = "database"
    OWN = "own"
    """Everything else: of the orchestrator, its roles and what they start."""


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    name: str
    cpu_seconds: float
    """Its own, and that of its children which have ended."""


@dataclass
class Heights:
    """The highest sums seen at one moment, in bytes; the whole may be lower than its parts together."""

    whole: int = 0
    parts: dict[Part, int] = field(default_factory=dict[Part, int])

    def passed(self, sizes: dict[Part, int], factor: float) -> bool:
        """Whether any of the sizes is above its height by that factor."""
        return sum(sizes.values()) > self.whole * factor or any(
            size > self.parts.get(part, 0) * factor for part, size in sizes.items()
        )

    def rise(self, sizes: dict[Part, int]) -> None:
        self.whole = max(self.whole, sum(sizes.values()))
        self.parts = {part: max(size, self.parts.get(part, 0)) for part, size in sizes.items()}


class MemoryWatch:
    """Watches every process below this one from a thread, as long as the block runs."""

    def __init__(self) -> None:
        self.proportional = Heights()
        self.resident = Heights()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end.set()
        self._thread.join(10)

    def _watch(self) -> None:
        while not self._end.is_set():
            began = time.monotonic()
            self._sample()
            self._end.wait(max(SAMPLE_SECONDS - (time.monotonic() - began), 0.0))

    def _sample(self) -> None:
        members = by_part(processes())
        resident = {part: sum(map(_resident, pids)) for part, pids in members.items()}
        if self.resident.passed(resident, _NEW_HEIGHT):
            self.resident.rise(resident)
            self.proportional.rise({part: sum(map(proportional, pids)) for part, pids in members.items()})


def processes() -> list[Process]:
    """Everything below this process."""
    everything = list(_all_processes())
    children: dict[int, list[Process]] = {}
    for one in everything:
        children.setdefault(one.parent, []).append(one)
    found: list[Process] = []
    waiting = [os.getpid()]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += [one.pid for one in below]
    return found


def by_part(members: list[Process]) -> dict[Part, list[int]]:
    """A child belongs to its parent's part, unless its name says better; parents come before children."""
    part_of: dict[int, Part] = {}
    for one in members:
        part_of[one.pid] = _named(one.name) or part_of.get(one.parent, Part.OWN)
    return {part: [pid for pid, its in part_of.items() if its is part] for part in Part}


def cpu_by_part() -> dict[Part, float]:
    """CPU seconds so far, those of ended processes included. A difference of two is what the time between took."""
    members = processes()
    seconds = {one.pid: one.cpu_seconds for one in members}
    spent = {part: sum(seconds[pid] for pid in pids) for part, pids in by_part(members).items()}
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent[Part.OWN] += ended.ru_utime + ended.ru_stime
    return spent


def wait_until_quiet(timeout_seconds: float = 20.0, window_seconds: float = 0.4) -> bool:
    """Until the processes below this one do nothing: what a measured batch left to be tidied is not the next one's."""
    end = time.monotonic() + timeout_seconds
    while time.monotonic() < end:
        before = sum(cpu_by_part().values())
        time.sleep(window_seconds)
        if sum(cpu_by_part().values()) - before < _QUIET_SHARE * window_seconds:
            return True
    return False


def _named(name: str) -> Part | None:
    if name.startswith("opencode"):
        return Part.RUNTIME
    return Part.DATABASE if name.startswith("postgres") else None


def _all_processes() -> Iterator[Process]:
    if sys.platform != "linux":
        yield from _all_by_psutil()
        return
    for entry in os.listdir(_PROC):
        if entry.isdigit():
            try:
                text = (_PROC / entry / "stat").read_bytes()
            except OSError:
                continue
            # The name stands in parentheses and may hold some itself.
            end = text.rindex(b")")
            fields = text[end + 2 :].split()
            ticks = sum(map(int, fields[11:15]))
            yield Process(int(entry), int(fields[1]), text[text.index(b"(") + 1 : end].decode(), ticks / _TICKS)


def _all_by_psutil() -> Iterator[Process]:
    for one in psutil.process_iter(["pid", "ppid", "name", "cpu_times"]):
        times = one.info["cpu_times"]
        yield Process(one.info["pid"], one.info["ppid"] or 0, one.info["name"] or "", sum(times[:4]) if times else 0.0)


def _resident(pid: int) -> int:
    try:
        if sys.platform == "linux":
            return int((_PROC / str(pid) / "statm").read_bytes().split()[1]) * _PAGE
        return psutil.Process(pid).memory_info().rss
    except (OSError, psutil.Error):
        return 0


def proportional(pid: int) -> int:
    """The resident size where the kernel does not tell: on other systems, and of another user's process."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_bytes().splitlines()
    except OSError:
        return _resident(pid)
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Pss:")), 0)
