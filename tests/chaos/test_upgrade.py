"""The code changes while sessions are under way, by the two rules of CONTRIBUTING, and one of them sleeps over it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.chaos.work import KINDS, repository_at, wanted, write_scenarios
from tests.e2e.fleet import QUICK, Fleet, Part

import orchestrator

FIX, _, MEND, _ = KINDS
PATCH = {
    "sessions/workflow.py": [
        (
            "        turn = first_turn(first)\n",
            """        if await engine.DBOS.patch_async("a-greeting"):
            await engine.step("greet", self._greet, key)
        turn = first_turn(first)
""",
        ),
        (
            "    def interrupt(self,",
            """    async def _greet(self, key: SessionKey) -> str:
        return "hello"

    def interrupt(self,""",
        ),
    ]
}
NEW_VERSION = {"durable/engine.py": [('WORKFLOW_VERSION = "1"', 'WORKFLOW_VERSION = "2"')]}
Changes = dict[str, list[tuple[str, str]]]


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    tmp_path.chmod(0o755)
    root = tmp_path.resolve()
    scenarios = write_scenarios(root / "scenarios.yml", steps=6, delay_seconds=2.0)
    fleet = Fleet(root, dict(QUICK), scenarios=scenarios, nodes=1)
    try:
        yield fleet.start()
    finally:
        left = fleet.stop()
    assert not left, f"processes left behind: {left}"


def changed_code(folder: Path, changes: Changes) -> dict[str, str]:
    """A copy of the code with what is replaced in it; the environment in which a process runs that one."""
    own = Path(orchestrator.__file__).parent
    shutil.copytree(own, folder / "orchestrator", ignore=shutil.ignore_patterns("__pycache__"))
    for name, replaced in changes.items():
        file = folder / "orchestrator" / name
        text = file.read_text()
        for before, after in replaced:
            assert text.count(before) == 1, (name, before)
            text = text.replace(before, after)
        file.write_text(text)
    return {"PYTHONPATH": str(folder)}


def upgrade(fleet: Fleet, worker: Part, env: dict[str, str]) -> None:
    """The same node, stopped as for an upgrade and started with other code."""
    worker.stop()
    ready = worker.log.read_text().count("node_ready")
    worker.env |= env
    worker.start()
    fleet.until(lambda: worker.log.read_text().count("node_ready") > ready)


def steps_of(fleet: Fleet, session: dict[str, Any]) -> list[object]:
    query = "select function_name from dbos.operation_outputs where workflow_uuid = %s order by function_id"
    return [row[0] for row in fleet.rows(query, f"session:{session['id']}:{session['attempt']}")]


def until_second_turn(fleet: Fleet, session: dict[str, Any]) -> None:
    fleet.until(lambda: fleet.one("select turn from sessions where id = %s::uuid", session["id"]) == 1, 90)


def finished(fleet: Fleet, session: dict[str, Any]) -> dict[str, Any]:
    done = fleet.wait(session["id"], seconds=120)
    assert (done["status"], done["verification"]) == ("completed", "verified"), done
    return done


def sleep_a_day(fleet: Fleet, session: dict[str, Any]) -> None:
    """All that is written of it is a day older."""
    columns = ("created_at", "queued_at", "started_at", "paused_at")
    older = ", ".join(f"{name} = {name} - interval '1 day'" for name in columns)
    fleet.rows(f"update sessions set {older} where id = %s::uuid returning 1", session["id"])  # noqa: S608


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_what_is_under_way_outlives_a_patched_workflow_and_one_of_another_version(fleet: Fleet) -> None:
    """One session is past the place of the new step, one is paused for a day, and one runs when the version changes."""
    repository, (worker,) = repository_at(fleet.root / "shop"), fleet.workers
    asleep, old = (fleet.create(**wanted(kind, repository)) for kind in (FIX, MEND))
    fleet.until(lambda: fleet.calls()["total"] >= 2, 90)
    fleet.until(lambda: fleet.request("POST", f"/sessions/{asleep['id']}/pause")[0] in (200, 202))
    assert fleet.wait(asleep["id"], ("paused",))["pause_reason"] == "person"
    sleep_a_day(fleet, asleep)

    until_second_turn(fleet, old)
    upgrade(fleet, worker, changed_code(fleet.root / "patched", PATCH))
    new = fleet.create(**wanted(MEND, repository))
    done = finished(fleet, old)
    assert done["attempt"] == 1
    assert "greet" not in steps_of(fleet, done), "what is past the place takes the old way"

    until_second_turn(fleet, new)
    assert "greet" in steps_of(fleet, fleet.request("GET", f"/sessions/{new['id']}")[1])
    upgrade(fleet, worker, changed_code(fleet.root / "raised", PATCH | NEW_VERSION))
    assert fleet.request("POST", f"/sessions/{asleep['id']}/resume")[0] in (200, 202)
    for session in (new, asleep):
        done = finished(fleet, session)
        assert done["attempt"] == 2
        assert "greet" in steps_of(fleet, done)
    versions = fleet.rows("select distinct split_part(application_version, ':', 1) from dbos.workflow_status order by 1")
    assert versions == [("1",), ("2",)]
