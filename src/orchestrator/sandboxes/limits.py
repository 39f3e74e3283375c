"""What bounds the commands of sessions and their runtimes on this machine: control groups, else limits of single processes.

What the second way can do, by measurement: the address space must not be bounded (OpenCode maps 135 GB of it and uses 0.4;
Node does not start with less than 0.7 GB), and of OpenCode not its data either (71 GB). A command's data can be: Node maps
0.05 GB. So commands have RLIMIT_DATA for each process, RLIMIT_NPROC and a lower priority, and runtimes are watched.
"""

import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from orchestrator.kit.cgroups import Hierarchy, Limits, Resource, own_hierarchies, problem_with
from orchestrator.kit.settings import Settings

NICENESS = 10
_MEGABYTE = 1024 * 1024


class How(StrEnum):
    CGROUP_2 = "cgroup v2"
    CGROUP_1 = "cgroup v1"
    PRLIMIT = "prlimit"
    NICE = "nice"
    NONE = "none"


@dataclass(frozen=True)
class Found:
    """What the machine has. `problems` say why groups that are there cannot be used."""

    hierarchies: tuple[Hierarchy, ...]
    prlimit: str | None
    nice: str | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """How each resource is bounded; `hierarchies` are those that groups are made in."""

    memory: How
    cpu: How
    pids: How
    hierarchies: tuple[Hierarchy, ...]
    prlimit: str | None
    nice: str | None
    reason: str

    @property
    def complete(self) -> bool:
        return {self.memory, self.cpu, self.pids} <= {How.CGROUP_1, How.CGROUP_2}

    def __str__(self) -> str:
        ways = f"memory by {self.memory}, processor time by {self.cpu}, processes by {self.pids}"
        return f"{ways} ({self.reason})" if self.reason else ways


def plan_limits(setting: str, found: Found) -> Plan:
    """The newer version of groups first, for each resource the first that offers it; what none offers, by prlimit."""
    used: list[Hierarchy] = []
    ways: dict[Resource, How] = {}
    fallback = {
        Resource.MEMORY: How.PRLIMIT if found.prlimit else How.NONE,
        Resource.PIDS: How.PRLIMIT if found.prlimit else How.NONE,
        Resource.CPU: How.NICE if found.nice else How.NONE,
    }
    offered = found.hierarchies if setting == "auto" else ()
    for resource in Resource:
        hierarchy = next((one for one in offered if resource in one.resources), None)
        if hierarchy is None or setting == "none":
            ways[resource] = How.NONE if setting == "none" else fallback[resource]
            continue
        ways[resource] = How.CGROUP_2 if hierarchy.version == 2 else How.CGROUP_1
        if hierarchy not in used:
            used.append(hierarchy)
    return Plan(
        memory=ways[Resource.MEMORY],
        cpu=ways[Resource.CPU],
        pids=ways[Resource.PIDS],
        hierarchies=tuple(used),
        prlimit=found.prlimit,
        nice=found.nice,
        reason=_reason(setting, found, ways),
    )


def _reason(setting: str, found: Found, ways: dict[Resource, How]) -> str:
    if setting != "auto":
        return f"ORCHESTRATOR_LIMITS={setting} asks for it"
    if set(ways.values()) <= {How.CGROUP_1, How.CGROUP_2}:
        return ""
    return "; ".join(found.problems) or "this system offers no control groups for the rest"


def limits_here(setting: str) -> Plan:
    """Blocking, for milliseconds: tries to make a group."""
    return plan_limits(setting, _found())


@lru_cache(maxsize=1)
def _found() -> Found:
    if not sys.platform.startswith("linux"):
        return Found((), None, shutil.which("nice"))
    usable: list[Hierarchy] = []
    problems: list[str] = []
    for hierarchy in own_hierarchies():
        if (problem := problem_with(hierarchy)) is None:
            usable.append(hierarchy)
        else:
            problems.append(problem)
    return Found(tuple(usable), shutil.which("prlimit"), shutil.which("nice"), tuple(problems))


def session_limits(settings: Settings) -> Limits:
    return Limits(settings.session_memory_bytes, settings.session_processes, settings.session_cpus, cpu_share=50)


def runtime_limits(settings: Settings) -> Limits:
    return Limits(settings.runtime_memory_bytes, settings.runtime_processes, settings.runtime_cpus, cpu_share=100)


@dataclass(frozen=True)
class CommandLimits:
    """Of the commands of one session: all of them together by groups, each process by prlimit."""

    plan: Plan
    limits: Limits

    @property
    def grouped(self) -> bool:
        return bool(self.plan.hierarchies)

    def before(self) -> tuple[str, ...]:
        """What stands before the sandbox in the command line."""
        return (self.plan.nice, "-n", str(NICENESS)) if self.plan.cpu is How.NICE and self.plan.nice else ()

    def inside(self, processes: int | None = None) -> tuple[str, ...]:
        """What stands before the command inside of the sandbox.

        `processes` is how many there may be of its user in its user namespace; None where that would count others.
        """
        if self.plan.prlimit is None:
            return ()
        words: list[str] = []
        if self.plan.memory is How.PRLIMIT:
            words.append(f"--data={self.limits.memory_bytes}")
        if self.plan.pids is How.PRLIMIT and processes is not None:
            words.append(f"--nproc={processes}")
        return (self.plan.prlimit, *words, "--core=0", "--") if words else ()

    def explain(self, killed: int, refused: int, exit_code: int) -> str:
        """What to tell the person and the agent; empty when no limit was met."""
        memory = f"{self.limits.memory_bytes // _MEGABYTE} MiB of memory"
        if killed:
            return f"sandbox: this session's commands together may use {memory}, and a process that used more was ended"
        if refused:
            return f"sandbox: this session's commands together may be {self.limits.pids} processes at once, and no more"
        if self.plan.memory is How.PRLIMIT and exit_code in SIGNALLED:
            return f"sandbox: it was ended by a signal; each process here may use {memory}"
        return ""


SIGNALLED = (134, 137, 139)
"""Exit codes of SIGABRT, SIGKILL and SIGSEGV: how programs end that get no memory and do not say so."""
