"""What a machine depends on fails for a while: nothing is lost, and what is under way ends as it would have."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import RawIOBase
from pathlib import Path

import psutil
import pytest
from tests.chaos.books import check_events, check_money
from tests.chaos.storm import opencode_servers
from tests.chaos.watcher import Watcher
from tests.chaos.work import KINDS, repository_at, wanted, write_scenarios
from tests.e2e.fleet import QUICK, Fleet

LEASE = {"ORCHESTRATOR_GATEWAY_LEASE_SECONDS": "5"}


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Fleet]:
    """Not started."""
    tmp_path.chmod(0o755)
    root = tmp_path.resolve()
    scenarios = write_scenarios(root / "scenarios.yml", steps=4, delay_seconds=1.5)
    fleet = Fleet(root, {**QUICK, **LEASE}, scenarios=scenarios, nodes=1)
    try:
        yield fleet
    finally:
        left = fleet.stop()
    assert not left, f"processes left behind: {left}"


def at_work(fleet: Fleet, count: int) -> list[str]:
    """Sessions in the middle of their turns."""
    before = fleet.calls()["total"]
    repository = fleet.root / "shop"
    if not repository.exists():
        repository_at(repository)
    ids = [fleet.create(**wanted(KINDS[0], repository))["id"] for _ in range(count)]
    fleet.until(lambda: fleet.calls()["total"] >= before + 2 * count, 90)
    return ids


def all_end_well(fleet: Fleet, ids: list[str]) -> None:
    for session_id in ids:
        session = fleet.wait(session_id, seconds=150)
        how = (session["status"], session["verification"])
        assert how == ("completed", "verified"), f"{session}\n{fleet.logs()}"


@contextmanager
def silent(fleet: Fleet) -> Iterator[None]:
    """The database takes connections and requests, and answers none."""
    server = psutil.Process(_server_of(fleet))
    members = [server, *server.children(recursive=True)]
    for one in members:
        with suppress(psutil.NoSuchProcess):  # A connection's process may have ended since.
            one.suspend()
    try:
        yield
    finally:
        for one in reversed(members):
            with suppress(psutil.NoSuchProcess):
                one.resume()


@contextmanager
def refused(fleet: Fleet) -> Iterator[None]:
    """There is no database."""
    assert fleet.postgres is not None
    os.kill(_server_of(fleet), signal.SIGKILL)
    try:
        yield
    finally:
        fleet.start_postgres()


def _server_of(fleet: Fleet) -> int:
    return int((fleet.root / "database/postgres/postmaster.pid").read_text().split("\n")[0])


@pytest.mark.parametrize(
    ("seconds", "sessions"),
    [
        pytest.param(6, 1, id="short", marks=[pytest.mark.walks, pytest.mark.timeout(240)]),
        pytest.param(30, 2, id="long", marks=[pytest.mark.chaos, pytest.mark.timeout(600)]),
    ],
)
def test_the_database_is_away_for_a_while(quick: Fleet, seconds: float, sessions: int) -> None:
    """Longer than it takes until a node is given up: it must not work on, for others may have its sessions by then."""
    fleet = quick.start()
    with Watcher(fleet.port, fleet.key) as watcher:
        for away in (silent, refused):
            ids = at_work(fleet, sessions)
            with away(fleet):
                time.sleep(seconds)  # This very time is what is tried.
                assert all(part.alive() for part in fleet.parts.values())
            all_end_well(fleet, ids)
        fleet.until(lambda: not fleet.rows("select 1 from budget_holds"), 60)
        check_events(fleet, watcher)
    check_money(fleet, {name: its["billed"] for name, its in fleet.calls()["sessions"].items()})
    assert all(part.alive() for part in fleet.parts.values())


@pytest.mark.chaos
@pytest.mark.timeout(400)
def test_an_opencode_that_answers_nothing_after_its_start_is_replaced(quick: Fleet) -> None:
    """Stopped as soon as it is there. It is given half a minute to start, and the session its next try after that."""
    fleet = quick.start()
    repository = repository_at(fleet.root / "shop")
    session_id = fleet.create(**wanted(KINDS[0], repository))["id"]
    fleet.until(lambda: opencode_servers(fleet), 60)
    (frozen,) = opencode_servers(fleet)
    os.kill(frozen, signal.SIGSTOP)
    all_end_well(fleet, [session_id])
    assert not psutil.pid_exists(frozen)


def _write_for_ever(file: RawIOBase) -> None:
    while True:
        file.write(bytes(2**20))


@contextmanager
def small_disk(folder: Path) -> Iterator[tuple[int, Callable[[], None], Callable[[], None]]]:
    """How much has to be free, and how the disk of the folder is filled and emptied. Only root may mount one of its own;
    others fill theirs up to where a node takes no more sessions."""
    folder.mkdir()
    filler = folder / "filler"
    if os.geteuid() != 0:
        size = 500_000_000
        yield (
            shutil.disk_usage(folder).free - size // 2,
            lambda: filler.write_bytes(os.urandom(size)) and None,
            filler.unlink,
        )
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700m,mode=0755", "tmpfs", folder], check=True)

    def fill() -> None:
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            _write_for_ever(file)

    try:
        yield 50_000_000, fill, filler.unlink
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.walks
@pytest.mark.timeout(300)
def test_a_disk_that_is_full_holds_sessions_up_and_breaks_none(quick: Fleet) -> None:
    quick.nodes = 0
    fleet = quick.start()
    with small_disk(fleet.root / "node-1") as (least_free, fill, empty):
        worker = fleet.add_worker(ORCHESTRATOR_MIN_FREE_BYTES=str(least_free))
        fleet.until(lambda: worker.said("node_ready"))
        ids = at_work(fleet, 1)
        fill()
        fleet.until(lambda: fleet.one("select bool_and(disk_full) from nodes"), 30)
        ids.append(fleet.create(**wanted(KINDS[0], fleet.root / "shop"))["id"])
        fleet.until(lambda: fleet.one("select queue_reason from sessions where id = %s::uuid", ids[-1]) == "disk", 30)
        empty()
        all_end_well(fleet, ids)
        worker.stop()
