"""Where recorded calls lie at first: in a spool on this machine, until they are in the artifact store."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from orchestrator.gateway.trajectory_codec import RecordedCall, calls_of_spool, to_spool

_LOCK = "lock"
_ENDING = ".call"


@dataclass(frozen=True)
class Spooled:
    """A file of the spool, and its calls as far as it was written."""

    file: Path
    calls: list[RecordedCall]


class Spool:
    """A folder of this process among those of others. Who holds its lock is alive: the kernel lets go of it at any end."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.folder = root / uuid4().hex
        self._lock: int | None = None
        self._number = 0

    def open(self) -> None:
        """It has its name only once it is locked, so that nobody takes it for abandoned in between."""
        draft = self._root / f".{self.folder.name}"
        draft.mkdir(mode=0o700, parents=True)
        self._lock = _try_lock(draft / _LOCK)
        draft.rename(self.folder)

    def add(self, calls: Sequence[RecordedCall]) -> None:
        """Written to one file, and so safe from the end of this process, though not from a power cut."""
        self._number += 1
        file = self.folder / f"{self._number:012d}-{calls[0].request_id}{_ENDING}"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(b"".join(to_spool(call) for call in calls))

    def waiting(self, folder: Path | None = None) -> list[Path]:
        """The oldest first."""
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
