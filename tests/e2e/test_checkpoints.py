"""A node is lost in the middle of a turn: another one, with a folder of its own, goes on from the last checkpoint."""

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from tests.e2e.fleet import QUICK, Fleet
from tests.e2e.model import RestlessModel
from tests.e2e.tree import git, make_repository


@pytest.fixture
def model() -> Iterator[RestlessModel]:
    model = RestlessModel()
    model.waits_after = 2
    yield model
    model.close()


@pytest.fixture
def fleet(tmp_path: Path, model: RestlessModel) -> Iterator[Fleet]:
    """One worker, which takes a checkpoint at every finished step; its sessions wait in their third model call."""
    tmp_path.chmod(0o755)
    env = {
        "ORCHESTRATOR_PROVIDER_BASE_URL": model.url,
        "ORCHESTRATOR_PROVIDER_API_KEY": "sk-test",
        "ORCHESTRATOR_PROVIDER_MODEL": "restless",
        "ORCHESTRATOR_PROVIDER_OUTPUT_LIMIT": "8000",
        "ORCHESTRATOR_CHECKPOINT_SECONDS": "0.1",
    }
    fleet = Fleet(tmp_path.resolve(), QUICK | env, nodes=1)
    try:
        yield fleet.start()
    finally:
        left = fleet.stop()
    assert not left, f"processes left behind: {left}"


def steps_in(file: Path) -> int:
    with tarfile.open(file) as archive:
        content = archive.extractfile("conversation.json.zst")
        assert content is not None
        talk = json.loads(zstandard.ZstdDecompressor().stream_reader(io.BytesIO(content.read())).readall())
    return sum(part["type"] == "step-finish" for message in talk["messages"] for part in message["parts"])


def newest_file(fleet: Fleet, session_id: str) -> Path | None:
    path = fleet.one("select path from checkpoints where session_id = %s order by number desc limit 1", session_id)
    return fleet.root / "artifacts" / str(path) if path else None


def until_saved(fleet: Fleet, session_id: str, steps: int) -> Path:
    """The newest checkpoint holds so many steps."""

    def saved() -> bool:
        file = newest_file(fleet, session_id)
        return file is not None and steps_in(file) == steps

    fleet.until(saved, 90)
    file = newest_file(fleet, session_id)
    assert file is not None
    return file


def move_to_another_node(fleet: Fleet) -> None:
    """The worker and all that it started are gone at once, and another one takes its place."""
    fleet.workers[0].cut()
    fleet.rows(
        "update sessions set status = 'queued', queue_reason = 'cluster_capacity', node_id = null "
        "where status in ('running', 'degraded') returning id"
    )
    fleet.add_worker()


def events_of(fleet: Fleet, session_id: str, kind: str) -> list[dict[str, Any]]:
    items = fleet.request("GET", f"/events/log?session_id={session_id}&limit=500")[1]["items"]
    return [one["data"] for one in items if one["type"] == kind]


@pytest.mark.walks
@pytest.mark.timeout(240)
def test_a_session_goes_on_where_it_was_and_repeats_one_model_call(fleet: Fleet, model: RestlessModel) -> None:
    """Also when its newest checkpoint was torn: then from the one before."""
    shop = make_repository(fleet.root / "shop", {"readme.md": "hello\n"})
    first, torn = (fleet.create(prompt="Work", repository=str(shop))["id"] for _ in range(2))
    until_saved(fleet, first, 2)
    file = until_saved(fleet, torn, 2)
    assert len(model.calls) == 6
    file.write_bytes(file.read_bytes()[:-700])
    move_to_another_node(fleet)
    model.enough = True
    model.released.set()
    for session_id in (first, torn):
        session = fleet.wait(session_id, seconds=120)
        assert (session["status"], session["attempt"]) == ("completed", 2), fleet.logs()
        assert fleet.worker_of(session_id) is fleet.workers[1]
        assert git(shop, "show", f"{session['branch']}:made.txt") == "made"
        parts = fleet.request("GET", f"/sessions/{session_id}/transcript")[1]["items"]
        assert [p["data"]["text"] for p in parts if p["role"] == "user"] == ["Work"]
        assert [p["data"]["tool"] for p in parts if p["type"] == "tool"] == ["write", "bash"]
    assert set(model.prompts) == {1}
    conversations = {id_: fleet.one("select opencode_session_id from sessions where id = %s", id_) for id_ in (first, torn)}
    calls = {id_: model.calls.count(str(conversation)) for id_, conversation in conversations.items()}
    assert calls[first] == 4  # Two steps, the call that was cut short, and that one once more.
    assert calls[torn] <= 5
    [restored] = events_of(fleet, first, "checkpoint.restored")
    assert restored["number"] == restored["newest"]
    [damaged] = events_of(fleet, torn, "checkpoint.damaged")
    [fallen_back] = events_of(fleet, torn, "checkpoint.restored")
    assert fallen_back["number"] == damaged["number"] - 1
