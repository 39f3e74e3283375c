import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil
from tests.processes import words_of
from tests.sandboxes.tenants import Tenant

from orchestrator.sandboxes import SandboxSpec


def eventually(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def spawned(tenant: Tenant, spec: SandboxSpec, *argv: str) -> Iterator[psutil.Process]:
    """The Python process that has started a sandbox, once the command in it has printed its first line."""
    with subprocess.Popen(tenant.argv(spec, *argv, what="spawn"), stdout=subprocess.PIPE, text=True) as started:
        family: list[psutil.Process] = []
        try:
            assert started.stdout is not None
            assert started.stdout.readline() == "ready\n"
            family = [psutil.Process(started.pid), *psutil.Process(started.pid).children(recursive=True)]
            yield next(process for process in family if any("launch_probe.py" in word for word in words_of(process)[:2]))
        finally:
            for process in filter(lives, family):
                with suppress(psutil.NoSuchProcess):  # It may end of itself between the look and the signal.
                    process.kill()
