"""Two workers with folders of their own over one PostgreSQL: what becomes of the sessions of one that is lost."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.fleet import QUICK, Fleet, Part
from tests.e2e.test_sessions import BROKEN, VERIFY
from tests.e2e.tree import git, make_repository

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def two() -> Iterator[Fleet]:
    """One fleet for all: each test leaves both workers at work."""
    with tempfile.TemporaryDirectory(prefix="orchestrator-fleet-") as folder:
        Path(folder).chmod(0o755)
        fleet = Fleet(Path(folder).resolve(), dict(QUICK), scenarios=Path(__file__).with_name("fleet.yml"))
        try:
            yield fleet.start()
        finally:
            left = fleet.stop()
        assert not left, f"processes left behind: {left}"


def hand_in(fleet: Fleet, name: str, count: int) -> tuple[Path, dict[str, Part]]:
    """The repository, and where each session has begun to work: its first tool call is done, its end some seconds off."""
    shop = make_repository(fleet.root / name, BROKEN)
    ids = [fleet.create(prompt="Fix it in a long turn", repository=str(shop), verify=VERIFY)["id"] for _ in range(count)]
    fleet.until(lambda: all(_has_begun(fleet, session_id) for session_id in ids), 90)
    return shop, {session_id: fleet.worker_of(session_id) for session_id in ids}


def _has_begun(fleet: Fleet, session_id: str) -> bool:
    parts = fleet.request("GET", f"/sessions/{session_id}/transcript")[1]["items"]
    return any(part["type"] == "tool" for part in parts)


def _statuses(fleet: Fleet, session_id: str) -> list[str]:
    log = fleet.request("GET", f"/events/log?session_id={session_id}&limit=500")[1]["items"]
    return [event["data"]["to"] for event in log if event["type"] == "session.status"]


def finished(fleet: Fleet, session_id: str) -> dict[str, Any]:
    session = fleet.wait(session_id, seconds=120)
    assert (session["status"], session["verification"], session["failure"]) == ("completed", "verified", None), session
    return session


def joined(fleet: Fleet, worker: Part) -> int | None:
    """The incarnation as which it takes sessions."""
    found = fleet.one("select incarnation from nodes where id = %s::uuid and died_at is null", worker.node_id)
    assert found is None or isinstance(found, int)
    return found


CALLS_OF_A_LONG_FIX = 3


def calls(fleet: Fleet, session_id: str) -> int | None:
    """Model calls that reached the provider."""
    found = fleet.one("select count(*) from usage_events where session_id = %s::uuid", session_id)
    assert found is None or isinstance(found, int)
    return found


def tools(fleet: Fleet, session_id: str) -> list[str]:
    parts = fleet.request("GET", f"/sessions/{session_id}/transcript")[1]["items"]
    return [part["data"]["tool"] for part in parts if part["type"] == "tool"]


def test_the_sessions_of_a_killed_worker_finish_on_the_other(two: Fleet) -> None:
    _, homes = hand_in(two, "killed", 4)
    assert len({worker.name for worker in homes.values()}) == 2, "both have sessions"
    lost = next(iter(homes.values()))
    lost.kill()
    for session_id, home in homes.items():
        session = finished(two, session_id)
        assert session["attempt"] == (2 if home is lost else 1)
        assert two.worker_of(session_id) is not lost
        if home is lost:
            assert _statuses(two, session_id)[:3] == ["running", "orphaned", "queued"]
    two.until(lambda: not two.rows("select 1 from dbos.workflow_status where status in ('PENDING', 'ENQUEUED')"))
    lost.start()
    two.until(lambda: joined(two, lost) == 2)


def traces(fleet: Fleet, session_id: str, repository: Path) -> list[Any]:
    """Everything that work on a session leaves behind."""
    tables = {
        "transcript_parts": "part_id",
        "checkpoints": "number, attempt",
        "evidence": "attempt, round, position",
        "events": "seq",
        "turns": "number, attempt, outcome",
    }
    rows = [
        fleet.rows(f"select {columns} from {table} where session_id = %s::uuid order by 1, 2", session_id)  # noqa: S608
        if "," in columns
        else fleet.rows(f"select {columns} from {table} where session_id = %s::uuid order by 1", session_id)  # noqa: S608
        for table, columns in tables.items()
    ]
    session = fleet.request("GET", f"/sessions/{session_id}")[1]
    refs = git(repository, "for-each-ref", "--format=%(refname) %(objectname)")
    return [*rows, session["commit"], session["status"], session["attempt"], refs]


@pytest.mark.walks
def test_nothing_that_a_frozen_worker_does_when_it_wakes_is_taken(two: Fleet) -> None:
    """SIGSTOP, until the other has finished its work, and SIGCONT: it and its OpenCode go on where they were."""
    shop, homes = hand_in(two, "frozen", 1)
    session_id, frozen = next(iter(homes.items()))
    before = joined(two, frozen)
    assert before is not None
    frozen.freeze()
    assert finished(two, session_id)["attempt"] == 2
    assert two.worker_of(session_id) is not frozen
    two.until(lambda: not two.rows("select 1 from dbos.workflow_status where status in ('PENDING', 'ENQUEUED')"))
    left = traces(two, session_id, shop)
    frozen.thaw()
    two.until(lambda: joined(two, frozen) == before + 1)
    two.until(lambda: frozen.log.read_text().count("node_ready") >= 2)
    assert frozen.said("node_given_up")
    assert traces(two, session_id, shop) == left
    assert two.rows("select 1 from runtimes where node_id = %s::uuid and stopped_at is null", frozen.node_id) == []


@pytest.mark.walks
def test_a_node_is_drained_without_failing_a_session_or_repeating_a_model_call(two: Fleet) -> None:
    """Each session is at a model call of fifteen seconds when its node is told; it leaves after that and its tool."""
    _, homes = hand_in(two, "drained", 3)
    node = next(iter(homes.values()))
    status, drained = two.request("POST", f"/nodes/{node.node_id}/drain")
    assert (status, drained["state"]) == (200, "draining")
    two.until(lambda: two.request("GET", f"/nodes/{node.node_id}")[1]["sessions"] == 0)
    for session_id, home in homes.items():
        session = finished(two, session_id)
        assert two.worker_of(session_id) is not node
        if home is node:
            assert session["attempt"] == 2
            assert _statuses(two, session_id)[:3] == ["running", "queued", "running"]
        assert tools(two, session_id) == ["bash", "write"]
        assert calls(two, session_id) == CALLS_OF_A_LONG_FIX
    assert two.request("POST", f"/nodes/{node.node_id}/undrain")[1]["state"] == "live"
