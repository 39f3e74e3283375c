"""Control groups of Linux: what bounds the memory, the processor time and the number of processes of a group together.

There are two versions, and a machine may have both. Version 2 is one tree; of version 1 each resource has a tree of its
own, so a group is then a folder in each. Ours lie below the group that this process itself is in, never elsewhere: what
bounds us bounds them.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from orchestrator.kit.process_table import process_info

_OWN_LEAF = "orchestrator-own"
"""Where version 2 wants this process itself, because a group that has groups below it may hold no processes."""
_PERIOD_MICROSECONDS = 100_000
_LOOK_AGAIN_SECONDS = 0.01


class Resource(StrEnum):
    MEMORY = "memory"
    CPU = "cpu"
    PIDS = "pids"


@dataclass(frozen=True)
class Limits:
    """`cpus` 0 is as much as is free; `cpu_share` is what it gets, against 100, when others want it as well."""

    memory_bytes: int
    pids: int
    cpus: float = 0.0
    cpu_share: int = 100


@dataclass(frozen=True)
class Hierarchy:
    """One tree of groups; `base` is the group below which ours are made."""

    version: int
    resources: tuple[Resource, ...]
    base: Path

    @property
    def name(self) -> str:
        return "all" if self.version == 2 else "+".join(self.resources)


def own_hierarchies() -> list[Hierarchy]:
    """Those of this process that bound something; none where the system has no control groups."""
    try:
        return parse_hierarchies(Path("/proc/self/cgroup").read_text(), Path("/proc/self/mountinfo").read_text())
    except OSError:
        return []


def parse_hierarchies(groups: str, mounts: str) -> list[Hierarchy]:
    """From the lines `number:controllers:/group` and those of mountinfo; version 2 first."""
    found: list[Hierarchy] = []
    mounted = list(_mounts(mounts))
    for line in groups.splitlines():
        _, controllers, group = line.split(":", 2)
        for version, offered, root, folder in mounted:
            fits = version == 2 if not controllers else version == 1 and set(controllers.split(",")) <= offered
            if not fits or (base := _folder_of(group, root, folder)) is None:
                continue
            base = base.parent if base.name == _OWN_LEAF else base
            names = _read(base / "cgroup.controllers").split() if version == 2 else controllers.split(",")
            if resources := tuple(one for one in Resource if one in names):
                found.append(Hierarchy(version, resources, base))
            break
    return sorted(found, key=lambda one: -one.version)


def _mounts(text: str) -> Iterator[tuple[int, set[str], str, Path]]:
    for line in text.splitlines():
        fields, _, rest = line.partition(" - ")
        kind, *_, options = rest.split(" ")
        if kind in ("cgroup", "cgroup2"):
            root, folder = fields.split(" ")[3:5]
            yield (2 if kind == "cgroup2" else 1), set(options.split(",")), root, Path(folder)


def _folder_of(group: str, root: str, folder: Path) -> Path | None:
    """A container may be shown a part of the tree only: its mount then begins at `root`."""
    path, shown = PurePosixPath(group), PurePosixPath(root)
    if ".." in path.parts:
        return None
    return folder / path.relative_to(shown) if path.is_relative_to(shown) else folder / path.relative_to("/")


def problem_with(hierarchy: Hierarchy) -> str | None:
    """Why no group of ours can be made there; looked up by making one."""
    probe = hierarchy.base / f"orchestrator-probe-{os.getpid()}"
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        return f"{hierarchy.base}: {error.strerror}"
    if hierarchy.version == 2 and _missing(hierarchy) and not _can_step_aside(hierarchy.base):
        return f"{hierarchy.base} holds processes of others, so it can hand nothing on to groups below it"
    return None


def _missing(hierarchy: Hierarchy) -> list[Resource]:
    handed_on = _read(hierarchy.base / "cgroup.subtree_control").split()
    return [one for one in hierarchy.resources if one not in handed_on]


def _can_step_aside(base: Path) -> bool:
    """Whether the group is the root, or all in it descends from one process that is this one or an ancestor of it."""
    if not (base / "cgroup.type").exists():
        return True
    inside = set(processes_in(base))
    parents = {pid: info.parent for pid in inside if (info := process_info(pid)) is not None}
    tops = [pid for pid, parent in parents.items() if parent not in inside]
    ancestors, pid = set[int](), os.getpid()
    while pid not in ancestors and (info := process_info(pid)) is not None:
        ancestors.add(pid)
        pid = info.parent
    return not inside or (len(tops) == 1 and tops[0] in ancestors)


def open_hierarchy(hierarchy: Hierarchy) -> None:
    """Lets groups be made below the base. Of version 2 this process, and its own kind, step aside into a leaf."""
    if hierarchy.version == 1 or not (missing := _missing(hierarchy)):
        return
    words = " ".join(f"+{one}" for one in missing)
    try:
        _write(hierarchy.base / "cgroup.subtree_control", words)
    except OSError:
        leaf = hierarchy.base / _OWN_LEAF
        leaf.mkdir(exist_ok=True)
        for pid in processes_in(hierarchy.base):
            with contextlib.suppress(ProcessLookupError):
                _write(leaf / "cgroup.procs", str(pid))
        _write(hierarchy.base / "cgroup.subtree_control", words)


def make_parent(hierarchy: Hierarchy, folder: Path) -> None:
    """A group that only holds others, and hands on what it got."""
    folder.mkdir(exist_ok=True)
    if hierarchy.version == 2:
        _write(folder / "cgroup.subtree_control", " ".join(f"+{one}" for one in hierarchy.resources))


@dataclass(frozen=True)
class Cgroup:
    """One group: a folder in each hierarchy."""

    folders: tuple[Path, ...]

    @property
    def entrances(self) -> tuple[Path, ...]:
        """A process that writes 0 into each of these files is in."""
        return tuple(folder / "cgroup.procs" for folder in self.folders)

    def bound(self, hierarchies: Iterable[Hierarchy], limits: Limits) -> None:
        for hierarchy, folder in zip(hierarchies, self.folders, strict=True):
            for name, value in limit_files(hierarchy, limits):
                if (folder / name).exists():
                    _write(folder / name, value)

    def processes(self) -> set[int]:
        return {pid for folder in self.folders for pid in processes_in(folder)}

    def killed_for_memory(self) -> int:
        """How many processes of it the kernel has ended because the group was at its limit."""
        return self._count("oom_kill", "memory.events", "memory.oom_control")

    def refused_processes(self) -> int:
        """How often somebody in it was not let start another process."""
        return self._count("max", "pids.events")

    def _count(self, key: str, *names: str) -> int:
        lines = (line.split() for folder in self.folders for name in names for line in _read(folder / name).splitlines())
        return sum(int(words[1]) for words in lines if words[0] == key)

    def kill(self, timeout_seconds: float) -> bool:
        """SIGKILL for everybody in it. Nobody in it can start another in the meantime."""
        for folder in self.folders:
            with contextlib.suppress(OSError):
                if (folder / "pids.max").exists():
                    _write(folder / "pids.max", "0")
        deadline = time.monotonic() + timeout_seconds
        while self.processes():
            if time.monotonic() > deadline:
                return False
            for folder in self.folders:
                _kill_all(folder)
            time.sleep(_LOOK_AGAIN_SECONDS)
        return True

    def remove(self, timeout_seconds: float) -> bool:
        """Of a group in which nobody is left; a process that is just ending still counts for a moment."""
        deadline = time.monotonic() + timeout_seconds
        while left := [folder for folder in self.folders if not _removed(folder)]:
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOOK_AGAIN_SECONDS * len(left))
        return True


def limit_files(hierarchy: Hierarchy, limits: Limits) -> list[tuple[str, str]]:
    """What to write, in this order; a file that the kernel does not have is left out by the writer."""
    memory, pids = str(limits.memory_bytes), str(limits.pids)
    quota = round(limits.cpus * _PERIOD_MICROSECONDS)
    if hierarchy.version == 2:
        wanted = {
            Resource.MEMORY: [("memory.max", memory), ("memory.swap.max", "0")],
            Resource.CPU: [("cpu.weight", str(limits.cpu_share)), ("cpu.max", f"{quota or 'max'} {_PERIOD_MICROSECONDS}")],
            Resource.PIDS: [("pids.max", pids)],
        }
    else:
        wanted = {
            Resource.MEMORY: [("memory.limit_in_bytes", memory), ("memory.memsw.limit_in_bytes", memory)],
            Resource.CPU: [
                ("cpu.shares", str(limits.cpu_share * 1024 // 100)),
                ("cpu.cfs_period_us", str(_PERIOD_MICROSECONDS)),
                ("cpu.cfs_quota_us", str(quota or -1)),
            ],
            Resource.PIDS: [("pids.max", pids)],
        }
    return [pair for resource in hierarchy.resources for pair in wanted[resource]]


def processes_in(folder: Path) -> list[int]:
    return [int(line) for line in _read(folder / "cgroup.procs").split()]


def _kill_all(folder: Path) -> None:
    if (folder / "cgroup.kill").exists():
        with contextlib.suppress(OSError):
            _write(folder / "cgroup.kill", "1")
        return
    for pid in processes_in(folder):
        with contextlib.suppress(OSError):
            handle = os.pidfd_open(pid)
            try:
                # Its number may have become somebody else's between the list and the handle.
                if pid in processes_in(folder):
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
            finally:
                os.close(handle)


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""


def _write(file: Path, value: str) -> None:
    """Not `write_text`: of what is written in pieces, or after a truncation, the kernel would take each by itself."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, value.encode())
    finally:
        os.close(descriptor)
