"""Where recorded calls lie at first: in a spool on this machine, until they are in the artifact store."""

import fcntl
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from orchestrator.gateway.trajectory_codec import RecordedCall, calls_of_spool, to_spool

_LOCK = "lock"
_ENDING = ".call"
_MOST_BYTES = 512 * 1024
_MOST_CALLS = 128
"""A file that has so much is not added to any more: it is read whole."""


@dataclass(frozen=True)
class Spooled:
    """A file of the spool, and its calls as far as it was written."""

    file: Path
    calls: list[RecordedCall]


@dataclass
class _Open:
    """The file that is being added to, as far as it was written well."""

    descriptor: int
    size: int = 0
    calls: int = 0

    def add(self, data: bytes, calls: int) -> None:
        """All of it, or nothing: behind a call that was not written to its end no other would be found."""
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self.descriptor, rest) :]
        except OSError:
            os.ftruncate(self.descriptor, self.size)
            raise
        self.size += len(data)
        self.calls += calls

    @property
    def is_full(self) -> bool:
        return self.size >= _MOST_BYTES or self.calls >= _MOST_CALLS


class Spool:
    """A folder of this process among those of others. Who holds its lock is alive: the kernel lets go of it at any end.

    Many calls are written to one file, since to make one and to remove it costs more than all that is written. The file
    that is being added to is in use until somebody asks for those that wait.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.folder = root / uuid4().hex
        self._lock: int | None = None
        self._number = 0
        self._open: _Open | None = None
        self._using = threading.Lock()

    def open(self) -> None:
        """It has its name only once it is locked, so that nobody takes it for abandoned in between."""
        draft = self._root / f".{self.folder.name}"
        draft.mkdir(mode=0o700, parents=True)
        self._lock = _try_lock(draft / _LOCK)
        draft.rename(self.folder)

    def add(self, calls: Sequence[RecordedCall]) -> None:
        """When this returns they are safe from the end of this process, though not from a power cut."""
        data = b"".join(to_spool(call) for call in calls)
        with self._using:
            if self._open is None:
                self._number += 1
                file = self.folder / f"{self._number:012d}-{calls[0].request_id}{_ENDING}"
                self._open = _Open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            try:
                self._open.add(data, len(calls))
            except OSError:
                self._leave_off()
                raise
            if self._open.is_full:
                self._leave_off()

    def _leave_off(self) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            os.close(opened.descriptor)

    def waiting(self, folder: Path | None = None) -> list[Path]:
        """The oldest first. Nothing more is added to them."""
        if folder is None or folder == self.folder:
            with self._using:
                self._leave_off()
        try:
            return sorted(file for file in (folder or self.folder).iterdir() if file.suffix == _ENDING)
        except FileNotFoundError:
            return []

    def abandoned(self) -> Iterator[Path]:
        """Folders of processes that are gone, each held while the caller looks at it, and removed once it is empty."""
        for folder in sorted(self._root.iterdir()) if self._root.exists() else ():
            if folder == self.folder or folder.name.startswith(".") or not folder.is_dir():
                continue
            lock = _try_lock(folder / _LOCK)
            if lock is None:
                continue
            try:
                yield folder
                if not self.waiting(folder):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)

    def close(self) -> None:
        """What is not stored yet stays for whoever starts next."""
        if self._lock is not None:
            if not self.waiting():
                shutil.rmtree(self.folder, ignore_errors=True)
            os.close(self._lock)
            self._lock = None


def read_spooled(file: Path) -> Spooled:
    return Spooled(file, calls_of_spool(file.read_bytes()))


def path_of(call: RecordedCall) -> str:
    return f"{call.tenant_id}/trajectories/{call.finished_at:%Y/%m/%d}/{call.request_id}.zst"


def _try_lock(file: Path) -> int | None:
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
