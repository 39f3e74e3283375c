"""One of two nodes is frozen for a minute, with the default time-outs, and wakes to find its sessions gone."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.chaos.books import check_conversation, check_events, check_money
from tests.chaos.watcher import Watcher
from tests.chaos.work import KINDS, repository_at, wanted, write_scenarios
from tests.e2e.fleet import Fleet
from tests.e2e.test_fleet import finished, joined, traces

MINUTE = 60


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    tmp_path.chmod(0o755)
    root = tmp_path.resolve()
    scenarios = write_scenarios(root / "scenarios.yml", steps=6, delay_seconds=3.0)
    fleet = Fleet(root, {"ORCHESTRATOR_GATEWAY_LEASE_SECONDS": "5"}, scenarios=scenarios)
    try:
        yield fleet.start()
    finally:
        left = fleet.stop()
    assert not left, f"processes left behind: {left}"


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_a_node_that_is_frozen_for_a_minute_does_no_work_twice(fleet: Fleet) -> None:
    repository = repository_at(fleet.root / "shop")
    with Watcher(fleet.port, fleet.key) as watcher:
        ids = [fleet.create(**wanted(KINDS[0], repository))["id"] for _ in range(4)]
        fleet.until(lambda: fleet.calls()["total"] >= 2 * len(ids), 120)
        homes = {session_id: fleet.worker_of(session_id) for session_id in ids}
        assert len({home.name for home in homes.values()}) == 2, "both have sessions"
        frozen = homes[ids[0]]
        before = joined(fleet, frozen)
        assert before is not None
        began = time.monotonic()
        frozen.freeze()
        for session_id in ids:
            assert finished(fleet, session_id)["attempt"] == (2 if homes[session_id] is frozen else 1)
            assert fleet.worker_of(session_id) is not frozen
        time.sleep(max(0.0, began + MINUTE - time.monotonic()))  # This very time is what is tried.
        left = [traces(fleet, session_id, repository) for session_id in ids]
        frozen.thaw()
        fleet.until(lambda: joined(fleet, frozen) == before + 1)
        fleet.until(lambda: frozen.log.read_text().count("node_ready") >= 2)
        assert [traces(fleet, session_id, repository) for session_id in ids] == left
        for session_id in ids:
            check_conversation(fleet, session_id, KINDS[0].prompt)
        fleet.until(lambda: not fleet.rows("select 1 from budget_holds"), 60)
        check_events(fleet, watcher)
    check_money(fleet, {name: its["billed"] for name, its in fleet.calls()["sessions"].items()})
