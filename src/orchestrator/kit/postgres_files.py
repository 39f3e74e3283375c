"""What an embedded PostgreSQL leaves on the disk: which of it is alive, which is rubbish, and how it is made anew."""

import contextlib
import os
import shutil
import socket
import stat
import tempfile
import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT, Signals
from typing import TypeAlias

import psutil

from orchestrator.kit.data_dir import DataDirInUse
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.process_table import ProcessInfo, process_info, signal_exactly

PORT = 5432
_SOCKET = f".s.PGSQL.{PORT}"
_SOCKET_PATH_BYTES = 107
_PAUSE_SECONDS = 0.02
Steps: TypeAlias = tuple[tuple[Signals, float], ...]
_STOP_STEPS: Steps = ((SIGINT, 8.0), (SIGQUIT, 6.0), (SIGKILL, 6.0))
_STOP_ORPHANS_STEPS: Steps = ((SIGQUIT, 1.0), (SIGKILL, 6.0))


class EmbeddedPostgresFailed(OrchestratorError):
    """The embedded PostgreSQL does not run: {problem}"""

    status = 503
    code = "embedded_postgres_failed"
    hint = "Its log is {log}. Mend what it names, or set DATABASE_URL to a PostgreSQL of version 15 or newer."


class PidFile(StrEnum):
    """Whom a `postmaster.pid` names."""

    ABSENT = "absent"
    LIVE = "live"
    STALE = "stale"
    DEFUNCT = "defunct"
    FOREIGN = "foreign"


def pid_file_state(data: Path) -> PidFile:
    path = data / "postmaster.pid"
    if not path.exists():
        return PidFile.ABSENT
    pid = _first_number(path)
    info = None if pid is None else process_info(pid)
    if info is None:
        return PidFile.STALE
    if info.defunct:
        return PidFile.DEFUNCT
    return PidFile.LIVE if _serves(psutil.Process(info.pid), data) else PidFile.FOREIGN


def _first_number(path: Path) -> int | None:
    try:
        return abs(int(path.read_text(errors="replace").split("\n")[0]))
    except (OSError, ValueError):
        return None


def servers_of(data: Path) -> list[ProcessInfo]:
    """Every living process of a server on this data directory: postmaster and backends, whoever their parent is."""
    pids = [process.pid for process in psutil.process_iter() if _serves(process, data)]
    found = (process_info(pid) for pid in pids)
    return [info for info in found if info is not None and not info.defunct]


def _serves(process: psutil.Process, data: Path) -> bool:
    try:
        if process.name() != "postgres":
            return False
        with contextlib.suppress(psutil.AccessDenied):
            return os.path.realpath(process.cwd()) == os.path.realpath(data)
        # Another user's working directory may be hidden from us; the command line is not.
        return str(data) in process.cmdline()
    except psutil.Error:
        return False


def stop_servers(data: Path, steps: Steps = _STOP_STEPS) -> None:
    """End a server that outlived its supervisor, with each signal and the seconds that it is given."""
    for number, seconds in steps:
        deadline = time.monotonic() + seconds
        signalled = False
        while servers := servers_of(data):
            if time.monotonic() > deadline:
                break
            if not signalled or number is SIGKILL:
                _signal_servers(servers, number)
                signalled = True
            time.sleep(_PAUSE_SECONDS)
        else:
            return
    pids = ", ".join(str(server.pid) for server in servers_of(data))
    raise EmbeddedPostgresFailed(problem=f"an older server (process {pids}) cannot be stopped.", log=data)


def _signal_servers(servers: Sequence[ProcessInfo], number: Signals) -> None:
    pids = {server.pid for server in servers}
    for server in servers:
        if number is SIGKILL or server.parent not in pids:
            signal_exactly(server.pid, server.start_ticks, number)


def clear_leftovers(data: Path, sockets: Path) -> PidFile:
    """Stop what still serves this data directory, then remove the files that name a server that is no more."""
    state = pid_file_state(data)
    # A living postmaster is asked gently, so that it writes a checkpoint; orphaned backends have nothing to save.
    stop_servers(data, _STOP_STEPS if state is PidFile.LIVE else _STOP_ORPHANS_STEPS)
    if _answers(sockets / _SOCKET):
        # It is out of our sight, such as in another container on the same volume.
        raise DataDirInUse(data_dir=data.parent, pid=_first_number(data / "postmaster.pid"))
    for path in (data / "postmaster.pid", sockets / _SOCKET, sockets / f"{_SOCKET}.lock"):
        path.unlink(missing_ok=True)
    return state


def is_ready(data: Path) -> bool:
    """Whether the server has written so in its pid file; a try to connect before only fills its log."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except OSError:
        return False
    return lines[7:8] != [] and lines[7].strip() == "ready"


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as trial:
        trial.settimeout(2)
        try:
            trial.connect(str(path))
        except OSError:
            return False
    return True


def socket_folder(data_dir: Path) -> Path:
    """A private folder for the socket: beside the data, or in /tmp where that path is too long for a socket."""
    near = data_dir / "run"
    if _fits(near):
        near.mkdir(mode=0o700, exist_ok=True)
        return near
    note = data_dir / "socket-folder"
    recorded = Path(note.read_text().strip()) if note.exists() else None
    if recorded is not None and _fits(recorded) and _is_private(recorded):
        return recorded
    made = Path(tempfile.mkdtemp(prefix="orchestrator-", dir=_short_temporary_folder()))
    draft = note.with_suffix(".tmp")
    draft.write_text(str(made))
    draft.replace(note)
    return made


def _fits(folder: Path) -> bool:
    # In libpq's `host` a comma separates hosts.
    return len(os.fsencode(folder / _SOCKET)) <= _SOCKET_PATH_BYTES and "," not in str(folder)


def _short_temporary_folder() -> str:
    usual = tempfile.gettempdir()
    return usual if _fits(Path(usual) / "orchestrator-12345678") else "/tmp"  # noqa: S108 - mkdtemp makes it private.


def _is_private(folder: Path) -> bool:
    try:
        about = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(about.st_mode) and stat.S_IMODE(about.st_mode) == 0o700 and os.access(folder, os.W_OK)


def give_to(folder: Path, owner: int) -> None:
    """Make the owner of everything in the folder the one that postgres runs as; only root can, and need."""
    if os.geteuid() != 0 or folder.stat().st_uid == owner:
        return
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(place, name), owner, -1, follow_symlinks=False)
    # The folder itself comes last: a crash before leaves the sign that this is not done.
    os.chown(folder, owner, -1)


def is_initialised(data: Path) -> bool:
    """Whether there is a database; an error when the folder holds something else, which is not ours to replace."""
    if (data / "PG_VERSION").exists():
        return True
    if data.exists() and any(data.iterdir()):
        raise EmbeddedPostgresFailed(problem=f"{data} holds files but is not a database.", log=data)
    return False


def fresh_folder(path: Path, owner: int) -> None:
    """An empty folder for initdb; what a torn initdb left, and any process of it, goes."""
    stop_servers(path, ((SIGKILL, 6.0),))
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700)
    give_to(path, owner)


def move_into_place(made: Path, place: Path) -> None:
    made.rename(place)
    handle = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
