"""The data directory: made private, proven writable, and held by one orchestrator at a time."""

import contextlib
import errno
import fcntl
import os
import tempfile
from pathlib import Path

from orchestrator.kit.errors import OrchestratorError

ADMIN_KEY_FILE = "admin.key"
"""The first administrator's key, below the data directory; the command line on this machine speaks with it."""

_FULL = (errno.ENOSPC, errno.EDQUOT)


class DataDirUnwritable(OrchestratorError):
    """The data directory {data_dir} cannot be written: {problem}."""

    status = 503
    code = "data_dir_unwritable"
    hint = "Make it writable for this user, or name another folder in ORCHESTRATOR_DATA_DIR."


class DatabaseDiskFull(OrchestratorError):
    """The disk that holds {data_dir} is full: the database cannot be written."""

    status = 503
    code = "database_disk_full"
    hint = "Free space on that disk (see `df -h {data_dir}`) and start again: what was stored is kept."


class DataDirInUse(OrchestratorError):
    """Another orchestrator (process {pid}) already runs on {data_dir}."""

    status = 409
    code = "data_dir_in_use"
    hint = "Use the one that runs, stop it, or give this one a folder of its own in ORCHESTRATOR_DATA_DIR."


def data_dir_error(data_dir: Path, problem: OSError) -> OrchestratorError:
    if problem.errno in _FULL:
        return DatabaseDiskFull(data_dir=data_dir)
    return DataDirUnwritable(data_dir=data_dir, problem=problem.strerror or problem)


def prepare_data_dir(data_dir: Path) -> None:
    """Make the folder, closed to other users, and write a file in it to prove that it takes one."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data_dir) as trial:
            trial.write(bytes(4096))
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as problem:
        raise data_dir_error(data_dir, problem) from problem


class DataDirLock:
    """Held until `release` or the end of this process, however it ends: the kernel lets go of it."""

    def __init__(self, data_dir: Path, name: str = "orchestrator.lock") -> None:
        self.data_dir = data_dir
        self._path = data_dir / name
        self._handle: int | None = None

    def acquire(self) -> None:
        """Make the data directory if need be, and take it; DataDirInUse while another process has it."""
        if self._handle is not None:
            return
        prepare_data_dir(self.data_dir)
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as problem:
            raise data_dir_error(self.data_dir, problem) from problem
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(os.close, handle)
            self._lock(handle)
            on_failure.pop_all()
        self._handle = handle

    def _lock(self, handle: int) -> None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
        except BlockingIOError as taken:
            pid = os.pread(handle, 32, 0).decode(errors="replace") or "unknown"
            raise DataDirInUse(data_dir=self.data_dir, pid=pid) from taken
        except OSError as problem:
            raise data_dir_error(self.data_dir, problem) from problem

    def release(self) -> None:
        if self._handle is not None:
            # Unlocked by name, since a child between fork and exec still shares the open file.
            fcntl.flock(self._handle, fcntl.LOCK_UN)
            os.close(self._handle)
            self._handle = None
