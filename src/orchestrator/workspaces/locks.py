"""Locks between processes: `flock` on a file beside what it guards, released by the kernel when the holder dies."""

import asyncio
import fcntl
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from orchestrator.workspaces.errors import MirrorBusy

_POLL_SECONDS = 0.01


@asynccontextmanager
async def locked(path: Path, *, shared: bool = False, timeout_seconds: float = 900) -> AsyncGenerator[int]:
    """Hold the lock. A child that inherits the yielded descriptor goes on holding it as long as it lives."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        await _acquire(fd, path, shared, timeout_seconds)
        yield fd
    finally:
        os.close(fd)


async def _acquire(fd: int, path: Path, shared: bool, timeout_seconds: float) -> None:
    deadline = asyncio.get_running_loop().time() + timeout_seconds
    while not try_lock(fd, shared):
        if asyncio.get_running_loop().time() > deadline:
            raise MirrorBusy(lock=path.name, timeout_seconds=timeout_seconds)
        await asyncio.sleep(_POLL_SECONDS)


def try_lock(fd: int, shared: bool) -> bool:
    try:
        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
