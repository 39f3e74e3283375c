"""Who runs on this machine: a process told from one that got its pid later, and all that a process started.

A pid alone names nobody, because the system gives it away again. A pid with its start time does. Linux is read
from /proc; elsewhere psutil answers.
"""

import os
import signal
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import psutil

_PROC = Path("/proc")
_HAS_PROC = (_PROC / "self" / "stat").exists()
_SCAN_PAUSE_SECONDS = 0.01
MARK = "ORCHESTRATOR_PROCESS_MARK"
"""The variable that a process hands down to everything it starts."""


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    pid: int
    parent: int
    group: int
    session: int
    start_ticks: int
    defunct: bool


def process_info(pid: int) -> ProcessInfo | None:
    return _from_proc(pid) if _HAS_PROC else _from_psutil(pid)


def _from_proc(pid: int) -> ProcessInfo | None:
    try:
        with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:
            stat = file.read()
    except OSError:
        return None
    # The command's name stands in parentheses and may itself hold spaces and parentheses.
    state, *rest = stat.rpartition(b")")[2].split()
    parent, group, session = (int(field) for field in rest[:3])
    return ProcessInfo(pid, parent, group, session, start_ticks=int(rest[18]), defunct=state in (b"Z", b"X"))


def _from_psutil(pid: int) -> ProcessInfo | None:
    try:
        process = psutil.Process(pid)
        ticks = round(process.create_time() * 100)
        defunct = process.status() == psutil.STATUS_ZOMBIE
        return ProcessInfo(pid, process.ppid(), os.getpgid(pid), os.getsid(pid), ticks, defunct)
    except (psutil.Error, OSError):
        return None


def process_table() -> dict[int, ProcessInfo]:
    found = (process_info(pid) for pid in psutil.pids())
    return {info.pid: info for info in found if info is not None}


def memory_of_groups(groups: Collection[int]) -> dict[int, int]:
    """Resident memory of all processes of each of these process groups, in bytes."""
    found = dict.fromkeys(groups, 0)
    for info in process_table().values():
        if info.group in found:
            found[info.group] += _memory_bytes(info.pid)
    return found


def _memory_bytes(pid: int) -> int:
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return 0


def process_start_ticks(pid: int) -> int | None:
    info = process_info(pid)
    return None if info is None else info.start_ticks


def is_alive(pid: int, start_ticks: int) -> bool:
    """Whether this very process still runs; a defunct one, whose parent never reaped it, does not."""
    info = process_info(pid)
    return info is not None and info.start_ticks == start_ticks and not info.defunct


def boot_id() -> str:
    """Names this boot of the machine: start times count from it, so they mean nothing across it."""
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return str(round(psutil.boot_time()))


def signal_exactly(pid: int, start_ticks: int, number: signal.Signals) -> bool:
    """Signal this process and never one that got its pid since; false when it is gone or not ours."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    except (AttributeError, OSError):
        return _signal_by_pid(pid, start_ticks, number)
    try:
        if not is_alive(pid, start_ticks):
            return False
        signal.pidfd_send_signal(handle, number)
    except (ProcessLookupError, PermissionError):
        return False
    finally:
        os.close(handle)
    return True


def _signal_by_pid(pid: int, start_ticks: int, number: signal.Signals) -> bool:
    if not is_alive(pid, start_ticks):
        return False
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


class ProcessTree:
    """A process that leads its own session, and everything it started, also what left its process group.

    Descendants are remembered from scan to scan: once their parent is dead, nothing in the process table leads
    from the root to a descendant that began a session of its own. Only its environment may, by the mark in it.
    """

    def __init__(self, pid: int, start_ticks: int, mark: str = "") -> None:
        self.pid = pid
        self.start_ticks = start_ticks
        self._mark = mark
        self._sessions = {pid}
        self._known: dict[int, int] = {pid: start_ticks}
        self._strangers: set[tuple[int, int]] = set()

    def members(self) -> list[ProcessInfo]:
        """Everyone of the tree who is alive now."""
        table = process_table()
        self._forget_reused(table)
        while fresh := [info for info in table.values() if self._is_new(info)]:
            for info in fresh:
                self._known[info.pid] = info.start_ticks
                self._sessions.add(info.session)
        return [info for info in table.values() if self._is_known(info) and not info.defunct]

    def _forget_reused(self, table: dict[int, ProcessInfo]) -> None:
        # A number is given away again only when no process, group or session of the old owner is left.
        for pid, ticks in list(self._known.items()):
            if pid in table and table[pid].start_ticks != ticks:
                del self._known[pid]
                self._sessions.discard(pid)

    def _is_known(self, info: ProcessInfo) -> bool:
        return self._known.get(info.pid) == info.start_ticks

    def _is_new(self, info: ProcessInfo) -> bool:
        if info.pid in self._known or info.pid == os.getpid():
            return False
        if info.session in self._sessions or info.group in self._sessions or info.parent in self._known:
            return True
        return self._mark != "" and info.start_ticks >= self.start_ticks and self._bears_mark(info)

    def _bears_mark(self, info: ProcessInfo) -> bool:
        if (info.pid, info.start_ticks) in self._strangers:
            return False
        try:
            marked = psutil.Process(info.pid).environ().get(MARK) == self._mark
        except (psutil.Error, OSError):
            marked = False
        if not marked:
            self._strangers.add((info.pid, info.start_ticks))
        return marked

    def kill(self, timeout_seconds: float = 5.0) -> bool:
        """SIGKILL until nobody is left, since a member may start another between scan and signal."""
        deadline = time.monotonic() + timeout_seconds
        while members := self.members():
            if time.monotonic() > deadline:
                return False
            for info in members:
                signal_exactly(info.pid, info.start_ticks, signal.SIGKILL)
            time.sleep(_SCAN_PAUSE_SECONDS)
        return True
