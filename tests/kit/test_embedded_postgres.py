import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from tests.kit.waiting import eventually

from orchestrator.kit import postgres_runner
from orchestrator.kit.data_dir import DatabaseDiskFull, DataDirInUse, DataDirLock, DataDirUnwritable, data_dir_error
from orchestrator.kit.embedded_postgres import EmbeddedPostgres
from orchestrator.kit.postgres_files import (
    EmbeddedPostgresFailed,
    PidFile,
    pid_file_state,
    servers_of,
    socket_folder,
)
from orchestrator.kit.postgres_runner import (
    EmbeddedPostgresMissing,
    EmbeddedPostgresRefused,
    Runner,
    choose_runner,
    find_programs,
    program_env,
)
from orchestrator.kit.processes import ProcessLedger


def rows(database: EmbeddedPostgres) -> list[int]:
    with psycopg.connect(database.url) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM kept ORDER BY number").fetchall()]


def add_row(database: EmbeddedPostgres, number: int) -> None:
    with psycopg.connect(database.url) as connection:
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with one table and one row, so that initdb runs once for all tests."""
    database = EmbeddedPostgres(tmp_path_factory.mktemp("template"))
    database.start()
    with psycopg.connect(database.url) as connection:
        connection.execute("CREATE TABLE kept (number int)")
    add_row(database, 1)
    database.stop()
    return database.data_dir


def copy_of(template: Path, place: Path) -> EmbeddedPostgres:
    shutil.copytree(template, place)
    return EmbeddedPostgres(place)


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    database = copy_of(template, tmp_path / "data")
    yield database
    database.stop()
    assert servers_of(database.data) == []
    ledger = ProcessLedger(database.data_dir / "processes")
    assert ledger.reap_orphans() == []
    assert ledger.records() == []


def postmaster_pid(database: EmbeddedPostgres) -> int:
    return int((database.data / "postmaster.pid").read_text().split()[0])


def write_pid_file(database: EmbeddedPostgres, pid: int | str) -> None:
    text = f"{pid}\n{database.data}\n1700000000\n5432\n{database.data_dir / 'run'}\n\n  1234 5\nready   \n"
    (database.data / "postmaster.pid").write_text(text)


def test_it_starts_and_says_where(database: EmbeddedPostgres) -> None:
    assert not database.alive()
    with pytest.raises(EmbeddedPostgresFailed, match="not been started"):
        _ = database.url
    url = database.start()
    assert database.alive()
    assert url == database.url == database.start()
    host = parse_qs(urlsplit(url).query)["host"][0]
    assert os.stat(host).st_mode & 0o777 == 0o700
    with psycopg.connect(url) as connection:
        wanted = ("listen_addresses", "fsync", "shared_buffers", "max_connections", "jit", "server_encoding")
        values = [connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in wanted]
        user = connection.execute("SELECT current_user, current_database()").fetchone()
    assert [value and value[0] for value in values] == ["", "on", "64MB", "120", "off", "UTF8"]
    assert user == ("orchestrator", "orchestrator")
    assert rows(database) == [1]


def test_it_is_on_the_ledger_until_it_stops(database: EmbeddedPostgres) -> None:
    database.start()
    (record,) = (database.data_dir / "processes").iterdir()
    assert '"purpose":"postgres"' in record.read_text()
    database.stop()
    assert not record.exists()
    assert not database.alive()
    assert pid_file_state(database.data) is PidFile.ABSENT
    assert "database system is shut down" in database.log.read_text()
    database.stop()


def test_what_was_committed_is_there_after_a_kill_of_the_server(database: EmbeddedPostgres) -> None:
    database.start()
    add_row(database, 2)
    os.kill(postmaster_pid(database), signal.SIGKILL)
    eventually(lambda: not database.alive())
    database.start()
    assert rows(database) == [1, 2]


SUPERVISOR = """
import sys, time
from pathlib import Path
from orchestrator.kit.embedded_postgres import EmbeddedPostgres
from orchestrator.kit.errors import OrchestratorError
import psycopg

database = EmbeddedPostgres(Path(sys.argv[1]))
try:
    database.start()
except OrchestratorError as refused:
    print(refused.code, flush=True)
    sys.exit(1)
with psycopg.connect(database.url) as connection:
    connection.execute("INSERT INTO kept VALUES (7)")
print("ready", flush=True)
sys.stdin.read()
database.stop()
"""


@contextlib.contextmanager
def supervisor(database: EmbeddedPostgres) -> Iterator[subprocess.Popen[str]]:
    argv = [sys.executable, "-c", SUPERVISOR, str(database.data_dir)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def first_word(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_it_dies_with_a_killed_supervisor_and_comes_back_with_all_rows(database: EmbeddedPostgres) -> None:
    with supervisor(database) as process:
        assert first_word(process) == "ready"
        assert servers_of(database.data) != []
        process.kill()
    eventually(lambda: servers_of(database.data) == [])
    assert (database.data / "postmaster.pid").exists()
    database.start()
    assert rows(database) == [1, 7]


def test_a_second_one_is_refused_while_the_first_lives(database: EmbeddedPostgres) -> None:
    with supervisor(database) as process:
        assert first_word(process) == "ready"
        with pytest.raises(DataDirInUse, match=f"process {process.pid}") as refused:
            database.start()
        assert refused.value.code == "data_dir_in_use"
        process.communicate("", timeout=30)
    assert process.returncode == 0
    database.start()
    assert rows(database) == [1, 7]


def test_of_two_that_start_at_once_one_wins(database: EmbeddedPostgres) -> None:
    with supervisor(database) as one, supervisor(database) as other:
        assert sorted([first_word(one), first_word(other)]) == ["data_dir_in_use", "ready"]
        for process in (one, other):
            process.communicate("", timeout=30)


def test_the_pid_file_of_a_defunct_server_does_not_stop_the_next(database: EmbeddedPostgres) -> None:
    # A container without an init process keeps a dead orphan in the process table for ever. PostgreSQL takes
    # the pid in its file for a living server then, and refuses every start.
    script = "import os, sys\nif (pid := os.fork()) == 0: os._exit(0)\nprint(pid, flush=True)\nsys.stdin.read()"
    argv = [sys.executable, "-c", script]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        write_pid_file(database, first_word(parent))
        eventually(lambda: pid_file_state(database.data) is PidFile.DEFUNCT)
        database.start()
        assert rows(database) == [1]
        parent.communicate("", timeout=30)


@pytest.mark.parametrize(("content", "state"), [("999999999", PidFile.STALE), ("", PidFile.STALE)])
def test_a_stale_or_torn_pid_file_does_not_stop_the_next(database: EmbeddedPostgres, content: str, state: PidFile) -> None:
    write_pid_file(database, content)
    socket_folder(database.data_dir)
    (database.data_dir / "run" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    assert pid_file_state(database.data) is state
    database.start()
    assert rows(database) == [1]


def test_a_pid_file_that_names_a_foreign_process_does_not_stop_the_next_nor_harm_it(
    database: EmbeddedPostgres,
) -> None:
    write_pid_file(database, os.getpid())
    assert pid_file_state(database.data) is PidFile.FOREIGN
    database.start()
    assert rows(database) == [1]


def test_a_server_of_another_data_directory_is_foreign(database: EmbeddedPostgres, template: Path, tmp_path: Path) -> None:
    neighbour = copy_of(template, tmp_path / "neighbour")
    neighbour.start()
    try:
        write_pid_file(database, postmaster_pid(neighbour))
        assert pid_file_state(database.data) is PidFile.FOREIGN
        database.start()
        assert rows(database) == rows(neighbour) == [1]
    finally:
        neighbour.stop()


def test_a_server_that_outlived_its_supervisor_is_stopped_and_started_afresh(database: EmbeddedPostgres) -> None:
    programs = find_programs()
    runner = choose_runner(programs, database.data_dir)
    sockets = socket_folder(database.data_dir)
    argv = [*runner.prefix, str(programs / "postgres"), "-D", str(database.data), "-k", str(sockets), "-h", ""]
    with subprocess.Popen(argv, cwd="/", env=program_env(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as old:
        eventually(lambda: pid_file_state(database.data) is PidFile.LIVE)
        eventually(lambda: "ready" in (database.data / "postmaster.pid").read_text())
        database.start()
        assert old.wait(10) == 0
    assert rows(database) == [1]


def test_backends_that_outlive_a_killed_server_are_ended(database: EmbeddedPostgres) -> None:
    database.start()
    postmaster = postmaster_pid(database)
    backend = next(info for info in servers_of(database.data) if info.parent == postmaster)
    # A stopped process cannot notice that its postmaster is dead, and keeps the shared memory in use.
    os.kill(backend.pid, signal.SIGSTOP)
    os.kill(postmaster, signal.SIGKILL)
    eventually(lambda: not database.alive())
    assert [info.pid for info in servers_of(database.data)] == [backend.pid]
    database.start()
    assert rows(database) == [1]


def test_a_torn_initdb_is_begun_again(tmp_path: Path) -> None:
    database = EmbeddedPostgres(tmp_path / "data")
    torn = database.data_dir / "postgres.new"
    (torn / "base").mkdir(parents=True)
    (torn / "PG_VERSION").write_text("18\n")
    database.start()
    database.stop()
    assert not torn.exists()


def test_a_folder_that_is_no_database_is_not_overwritten(database: EmbeddedPostgres) -> None:
    (database.data / "PG_VERSION").unlink()
    with pytest.raises(EmbeddedPostgresFailed, match="not a database"):
        database.start()
    assert (database.data / "base").is_dir()


def test_a_failed_start_shows_the_end_of_the_log(database: EmbeddedPostgres) -> None:
    with (database.data / "postgresql.conf").open("a") as file:
        file.write("\nno_such_setting = 1\n")
    with pytest.raises(EmbeddedPostgresFailed, match='unrecognized configuration parameter "no_such_setting"') as failed:
        database.start()
    assert failed.value.code == "embedded_postgres_failed"
    assert str(database.log) in failed.value.hint_text


def test_a_full_disk_is_named(database: EmbeddedPostgres) -> None:
    # The server writes this file at its start; this device is a disk that is always full.
    (database.data / "postmaster.opts").unlink()
    (database.data / "postmaster.opts").symlink_to("/dev/full")
    with pytest.raises(DatabaseDiskFull) as full:
        database.start()
    assert full.value.code == "database_disk_full"
    (database.data / "postmaster.opts").unlink()
    database.start()
    assert rows(database) == [1]


def test_a_full_disk_is_told_from_a_closed_one(tmp_path: Path) -> None:
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(OSError, match="No space") as problem:
        full.write(b"x")
    assert isinstance(data_dir_error(tmp_path, problem.value), DatabaseDiskFull)


@contextlib.contextmanager
def not_as_root() -> Iterator[None]:
    """Root may write anywhere, so a closed folder is closed to it as another user only."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_data_directory_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with not_as_root():
        for data_dir in (closed, closed / "below"):
            with pytest.raises(DataDirUnwritable, match="ermission denied") as refused:
                EmbeddedPostgres(data_dir).start()
            assert refused.value.code == "data_dir_unwritable"
    assert list(closed.iterdir()) == []


def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataDirUnwritable):
        EmbeddedPostgres(tmp_path / "file").start()


def test_missing_programs_are_named(database: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_runner, "find_spec", lambda name: None)
    with pytest.raises(EmbeddedPostgresMissing) as missing:
        database.start()
    assert missing.value.code == "embedded_postgres_missing"


def test_programs_that_do_not_run_here_are_named(tmp_path: Path) -> None:
    (tmp_path / "postgres").write_text("#!/bin/sh\necho wrong libc >&2\nexit 1\n")
    (tmp_path / "postgres").chmod(0o755)
    with pytest.raises(EmbeddedPostgresRefused, match="wrong libc"):
        choose_runner(tmp_path, tmp_path)


def test_it_works_below_folders_that_only_its_user_may_enter(template: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    database = copy_of(template, closed / "data")
    database.start()
    assert rows(database) == [1]
    database.stop()


def every_runner(data_dir: Path) -> list[Runner]:
    programs = find_programs()
    found = list(postgres_runner.candidates(programs, data_dir))
    return [runner for runner in found if postgres_runner.trial(runner, programs, data_dir) is None]


def test_every_way_to_run_it_that_works_here_takes_over_from_every_other(
    template: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The folder lies outside pytest's closed one, where another user may enter.
    place = Path("/tmp") / f"orchestrator-test-{os.getpid()}"
    database = copy_of(template, place)
    try:
        runners = every_runner(place)
        assert runners
        for runner in (*runners, runners[0]):
            monkeypatch.setattr(postgres_runner, "candidates", lambda *_, only=runner: iter([only]))
            database.start()
            assert rows(database) == [1]
            assert database.data.stat().st_uid == runner.owner
            database.stop()
            assert servers_of(database.data) == []
    finally:
        shutil.rmtree(place)


@pytest.mark.parametrize("name", ["x" * 120, "a, b"])
def test_a_path_that_no_socket_can_have_gets_a_private_one(template: Path, tmp_path: Path, name: str) -> None:
    database = copy_of(template, tmp_path / name)
    database.start()
    assert rows(database) == [1]
    sockets = socket_folder(database.data_dir)
    assert not sockets.is_relative_to(tmp_path)
    assert sockets.stat().st_mode & 0o777 == 0o700
    database.stop()
    sockets.rmdir()
    (sockets.parent / sockets.name).mkdir(mode=0o755)
    other = socket_folder(database.data_dir)
    assert other != sockets, "a folder that others may enter is not trusted"
    sockets.rmdir()
    other.rmdir()


def test_a_name_with_spaces_and_signs_is_quoted_in_the_url(template: Path, tmp_path: Path) -> None:
    database = copy_of(template, tmp_path / "a b+ü%20&c")
    database.start()
    assert rows(database) == [1]
    database.stop()


def test_a_data_directory_is_held_by_one(tmp_path: Path) -> None:
    one, other = DataDirLock(tmp_path / "data"), DataDirLock(tmp_path / "data")
    one.acquire()
    one.acquire()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    with pytest.raises(DataDirInUse, match=f"process {os.getpid()}"):
        other.acquire()
    one.release()
    one.release()
    other.acquire()
    other.release()
