"""A PostgreSQL of our own: made on first use, supervised as a child, gone with us, and back after any crash.

`kill -9` of the supervisor ends it through the kernel's parent-death signal; its next start recovers from the
write-ahead log. It listens on a unix socket in a private folder and on no network.
"""

import contextlib
import subprocess
import time
from pathlib import Path
from signal import SIGINT, SIGQUIT
from urllib.parse import quote

import psycopg
import structlog
from psycopg import errors, sql

from orchestrator.kit.data_dir import DatabaseDiskFull, DataDirLock, data_dir_error
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.postgres_files import (
    PORT,
    EmbeddedPostgresFailed,
    PidFile,
    clear_leftovers,
    fresh_folder,
    give_to,
    is_initialised,
    is_ready,
    move_into_place,
    socket_folder,
)
from orchestrator.kit.postgres_runner import Runner, choose_runner, find_programs, program_env
from orchestrator.kit.process_record import ProcessRecord
from orchestrator.kit.process_table import ProcessInfo, process_info, process_table, signal_exactly
from orchestrator.kit.processes import ProcessLedger

_NAME = "orchestrator"
_PAUSE_SECONDS = 0.02
_KILL_SECONDS = 10.0
_LOG_BYTES = 10_000_000
_LOG_LINES = 12
_DISK_FULL = ("No space left on device", "Disk quota exceeded")
_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    "max_connections": "120",
    "max_wal_size": "512MB",
    # Our queries are short: compiling or spreading one costs more than it saves, and containers give little /dev/shm.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "logging_collector": "off",
}
_INITDB = (
    f"--username={_NAME}",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth-local=trust",
    "--auth-host=reject",
)

_log: structlog.typing.FilteringBoundLogger = structlog.get_logger(component="postgres")


class EmbeddedPostgres:
    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.absolute()
        self.data = self.data_dir / "postgres"
        self.log = self.data_dir / "logs" / "postgres.log"
        self._lock = DataDirLock(self.data_dir, "postgres.lock")
        self._ledger = ProcessLedger(self.data_dir / "processes")
        self._process: subprocess.Popen[bytes] | None = None
        self._record: ProcessRecord | None = None
        self._runner: Runner | None = None
        self._sockets: Path | None = None

    @property
    def url(self) -> str:
        if self._sockets is None:
            raise EmbeddedPostgresFailed(problem="it has not been started.", log=self.log)
        return f"postgresql://{_NAME}@/{_NAME}?host={quote(str(self._sockets))}&port={PORT}"

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, timeout_seconds: float = 60.0) -> str:
        """Start it unless it runs, and answer its URL. Call it from a thread that stays: see launch_argv."""
        if self.alive():
            return self.url
        self._lock.acquire()
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self.stop)
            self._start(timeout_seconds)
            on_failure.pop_all()
        return self.url

    def _start(self, timeout_seconds: float) -> None:
        self._forget()
        programs = find_programs()
        try:
            self._runner = choose_runner(programs, self.data_dir)
            self._sockets = self._prepare_folders(self._runner)
            if not is_initialised(self.data):
                self._initialise(self._runner, programs / "initdb", timeout_seconds)
            log_start = self._spawn(self._runner, programs / "postgres", self._sockets)
        except OSError as problem:
            raise data_dir_error(self.data_dir, problem) from problem
        self._wait_until_ready(time.monotonic() + timeout_seconds, log_start)

    def _prepare_folders(self, runner: Runner) -> Path:
        sockets = socket_folder(self.data_dir)
        found = clear_leftovers(self.data, sockets)
        if found is not PidFile.ABSENT:
            _log.info("postgres pid file removed", named=found.value)
        give_to(sockets, runner.owner)
        if self.data.exists():
            give_to(self.data, runner.owner)
        self.log.parent.mkdir(mode=0o700, exist_ok=True)
        return sockets

    def _initialise(self, runner: Runner, initdb: Path, timeout_seconds: float) -> None:
        """A power cut in the middle leaves `postgres.new`, which is never taken for a database."""
        made = self.data.with_suffix(".new")
        fresh_folder(made, runner.owner)
        argv = [*runner.prefix, str(initdb), f"--pgdata={made}", *_INITDB]
        process = self._popen(argv, subprocess.PIPE)
        record = self._ledger.enter(process.pid, "initdb", str(initdb))
        try:
            output, _ = process.communicate(timeout=timeout_seconds)
        except subprocess.TimeoutExpired as slow:
            raise self._failure(f"initdb took longer than {timeout_seconds:g} s.", "") from slow
        finally:
            record.tree.kill()
            process.wait(_KILL_SECONDS)
            self._ledger.remove(record)
        if process.returncode != 0:
            raise self._failure("initdb failed.", output.decode(errors="replace"))
        move_into_place(made, self.data)

    def _spawn(self, runner: Runner, postgres: Path, sockets: Path) -> int:
        """Answer where this server's lines begin in the log."""
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        settings = _SETTINGS | {"unix_socket_directories": str(sockets)}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self._process = self._popen([*runner.prefix, str(postgres), "-D", str(self.data), *flags], log.fileno())
            log_start = log.tell()
        self._record = self._ledger.enter(self._process.pid, "postgres", str(postgres))
        return log_start

    def _popen(self, argv: list[str], output: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=program_env(),
            start_new_session=True,
        )

    def _wait_until_ready(self, deadline: float, log_start: int) -> None:
        problem: psycopg.Error | None = None
        while self.alive():
            try:
                if is_ready(self.data):
                    return self._create_database()
            except errors.DiskFull as full:
                raise DatabaseDiskFull(data_dir=self.data_dir) from full
            except psycopg.Error as refused:
                problem = refused
            if time.monotonic() > deadline:
                raise self._failure("it does not become ready.", self._log_tail(log_start)) from problem
            time.sleep(_PAUSE_SECONDS)
        raise self._failure("it ended at once.", self._log_tail(log_start)) from problem

    def _create_database(self) -> None:
        with psycopg.connect(
            host=str(self._sockets), port=PORT, user=_NAME, dbname="postgres", autocommit=True, connect_timeout=5
        ) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_NAME]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_NAME)))

    def _log_tail(self, log_start: int) -> str:
        with self.log.open("rb") as log:
            log.seek(log_start)
            return log.read().decode(errors="replace")

    def _failure(self, reason: str, output: str) -> OrchestratorError:
        if any(sign in output for sign in _DISK_FULL):
            return DatabaseDiskFull(data_dir=self.data_dir)
        tail = "\n".join(output.strip().splitlines()[-_LOG_LINES:])
        return EmbeddedPostgresFailed(problem=f"{reason} {tail}".strip(), log=self.log)

    def stop(self, timeout_seconds: float = 15.0) -> None:
        """End it cleanly, within the time at any rate; then let go of the data directory."""
        try:
            if self._process is not None:
                self._end(self._process, timeout_seconds)
            self._forget()
        finally:
            self._lock.release()

    def _end(self, process: subprocess.Popen[bytes], timeout_seconds: float) -> None:
        for number, share in ((SIGINT, 0.7), (SIGQUIT, 0.3)):
            server = self._postmaster(process.pid)
            if server is None or process.poll() is not None:
                return
            signal_exactly(server.pid, server.start_ticks, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout_seconds * share)
                return

    def _postmaster(self, pid: int) -> ProcessInfo | None:
        if self._runner is None or not self._runner.stays:
            return process_info(pid)
        return next((info for info in process_table().values() if info.parent == pid), None)

    def _forget(self) -> None:
        """Kill what is left of the server, if anything is, and strike it from the ledger."""
        if self._process is not None and self._record is not None:
            self._record.tree.kill()
            self._process.wait(_KILL_SECONDS)
            self._ledger.remove(self._record)
        self._process = self._record = None
