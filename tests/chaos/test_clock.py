"""The clock of the machine jumps by an hour, ahead and back: nobody is given up, cut off, made to wait, or billed for it.

What is decided then is tried with all tests in tests/sessions/test_clock_jumps.py.
"""

import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.chaos.books import check_events, check_money
from tests.chaos.watcher import Watcher
from tests.chaos.work import KINDS, repository_at, wanted, write_scenarios
from tests.e2e.fleet import QUICK, Fleet

from orchestrator.kit import embedded_postgres

HOUR = 3600
Turn = Callable[[int], None]


@pytest.fixture
def turn_clock(tmp_path: Path) -> Iterator[tuple[Turn, dict[str, str]]]:
    """Sets how far ahead the clock is, of whatever runs in that environment."""
    tmp_path.chmod(0o755)
    library, file = tmp_path / "clock.so", tmp_path / "ahead"
    source = Path(__file__).with_name("clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    file.write_bytes(struct.pack("l", 0))
    with file.open("r+b", buffering=0) as opened:

        def turn(seconds: int) -> None:
            opened.seek(0)
            opened.write(struct.pack("l", seconds))

        yield turn, {"LD_PRELOAD": str(library), "CLOCK_FILE": str(file)}


@pytest.mark.chaos
@pytest.mark.timeout(240)
def test_the_clock_of_the_machine_jumps_by_an_hour(
    tmp_path: Path, turn_clock: tuple[Turn, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, env = turn_clock
    plain = embedded_postgres.program_env()
    monkeypatch.setattr(embedded_postgres, "program_env", lambda: plain | env)
    root = tmp_path.resolve()
    scenarios = write_scenarios(root / "scenarios.yml", steps=4, delay_seconds=2.0)
    fleet = Fleet(root, {**QUICK, **env, "ORCHESTRATOR_GATEWAY_LEASE_SECONDS": "6"}, scenarios=scenarios)
    try:
        fleet.start()
        repository = repository_at(root / "shop")
        with Watcher(fleet.port, fleet.key) as watcher:
            for ahead in (HOUR, 0, -HOUR):
                _jump_in_a_turn(fleet, repository, lambda ahead=ahead: turn(ahead))
            check_events(fleet, watcher)
        billed = {name: its["billed"] for name, its in fleet.calls()["sessions"].items()}
        assert check_money(fleet, billed) == 0, "a call that was under way was taken for one whose gateway had died"
        assert fleet.rows("select 1 from nodes where incarnation > 1 or died_at is not null") == []
    finally:
        left = fleet.stop()
    assert not left, f"processes left behind: {left}"


def _jump_in_a_turn(fleet: Fleet, repository: Path, jump: Callable[[], None]) -> None:
    before = fleet.calls()["total"]
    clock = fleet.one("select now()")
    ids = [fleet.create(**wanted(KINDS[0], repository), timeout_seconds=1800)["id"] for _ in range(2)]
    fleet.until(lambda: fleet.calls()["total"] >= before + 2, 60)
    jump()
    assert fleet.one("select abs(extract(epoch from now() - %s)) > 3000", clock), "PostgreSQL's clock jumps as well"
    for session_id in ids:
        session = fleet.wait(session_id, seconds=60)
        assert (session["status"], session["attempt"]) == ("completed", 1), session
