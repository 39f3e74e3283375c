"""Sessions at work, and random kills of every process there is: what comes of it is what would have come without."""

import os
import random
from pathlib import Path

import pytest
from tests.chaos.books import check_conversation, check_events, check_money
from tests.chaos.storm import Storm, processes_of
from tests.chaos.watcher import Watcher
from tests.chaos.work import KINDS, repository_at, wanted, write_scenarios
from tests.e2e.fleet import Fleet

ENVIRONMENT = {"ORCHESTRATOR_GATEWAY_LEASE_SECONDS": "5", "ORCHESTRATOR_NODE_DEATH_SECONDS": "10"}


@pytest.mark.parametrize(
    ("sessions", "kills", "steps", "delay_seconds"),
    [
        pytest.param(4, 5, 4, 0.5, id="short", marks=pytest.mark.timeout(240)),
        pytest.param(20, 50, 12, 3.0, id="long", marks=[pytest.mark.chaos, pytest.mark.timeout(1500)]),
    ],
)
def test_every_session_ends_as_it_would_have_without_the_kills(
    tmp_path: Path, sessions: int, kills: int, steps: int, delay_seconds: float
) -> None:
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    print(f"SEED={seed} repeats the order of the kills")
    tmp_path.chmod(0o755)
    root = tmp_path.resolve()
    scenarios = write_scenarios(root / "scenarios.yml", steps, delay_seconds)
    fleet = Fleet(root, dict(ENVIRONMENT), scenarios=scenarios, slots=sessions // 2 + 1)
    storm = Storm(fleet, random.Random(seed))
    try:
        fleet.start()
        with Watcher(fleet.port, fleet.key) as watcher:
            _run_through(storm, watcher, sessions, kills)
    finally:
        left = fleet.stop()
        print("\n".join(storm.kills))
    assert not left, f"processes left behind: {left}"
    assert processes_of(root) == {}


def _run_through(storm: Storm, watcher: Watcher, sessions: int, kills: int) -> None:
    fleet = storm.fleet
    repository = repository_at(fleet.root / "shop")
    fleet.rows("update quotas set max_concurrent_sessions = null, max_queued_sessions = null returning 1")
    kinds = [KINDS[number % len(KINDS)] for number in range(sessions)]
    ids = [fleet.create(**wanted(kind, repository))["id"] for kind in kinds]
    fleet.until(lambda: fleet.one("select count(*) from sessions where status = 'running'") == sessions, 60)
    fleet.until(lambda: fleet.calls()["total"] > 0, 60)  # They are at work.
    storm.blow(kills, longest_pause_seconds=4.0)
    storm.until_over(ids, 60 + 20 * sessions)
    for session_id, kind in zip(ids, kinds, strict=True):
        session = fleet.wait(session_id)
        failure = session["failure"] and session["failure"]["class"]
        assert (session["status"], session["verification"], failure) == kind.ends, session
        check_conversation(fleet, session_id, kind.prompt)
    check_events(fleet, watcher)
    calls = fleet.calls()
    estimates = check_money(fleet, {name: its["billed"] for name, its in calls["sessions"].items()})
    print(f"{kills} kills, {watcher.connections} connections of the reader, {calls['total']} calls, {estimates} estimated")
