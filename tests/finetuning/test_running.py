"""Nodes that carry out training jobs: each step is once in the curve, and whatever is killed, the same comes of it."""

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.api import Api
from tests.finetuning.nodes import CHAT, Place, quick_env

from orchestrator.finetuning.job_claims import MOST_TAKEUPS
from orchestrator.finetuning.job_models import FineTuningJob, JobStatus
from orchestrator.finetuning.jobs import get_job
from orchestrator.finetuning.training_env import TrainingEnv
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes.nodes import node_id_of


@pytest.fixture
async def place(own_api: Api, tmp_path: Path) -> Place:
    quick_env(tmp_path / "env")
    return Place(own_api, tmp_path, ArtifactStore(str(tmp_path / "store")))


def trainer_pid(place: Place, node: str = "a") -> int | None:
    records = ProcessLedger(place.folder / node / "processes").records()
    return next((record.pid for record in records if record.purpose == "trainer"), None)


async def test_a_job_is_trained_its_curve_is_whole_and_a_version_comes_of_it(place: Place) -> None:
    place.plan(steps=40, every=10)
    async with place.training():
        job_id = await place.job()
        job = await place.ended(job_id, "succeeded")
    assert (job["step"], job["total_steps"], job["attempt"], job["node_id"]) == (40, 40, 1, None)
    assert job["base_digest"] == "f" * 64
    assert job["latest"]["loss"] == 1 / 40
    assert await place.curve(job_id) == list(range(1, 41))
    kept = (await place.read(job_id, "/checkpoints"))["items"]
    assert [one["step"] for one in kept] == [40, 30, 20, 10]
    assert len(await place.adapter(job_id)) == 64
    states = [one["data"]["to"] for one in await place.api.events(place.api.actors.admin) if one["type"] == "finetuning.job"]
    assert states == ["pending", "queued", "running", "succeeded"]
    assert trainer_pid(place) is None


async def test_whatever_is_killed_the_same_comes_of_it(place: Place) -> None:
    """The trainer by itself and by others, and the node, whose next process finds the job; against one that nobody hit."""
    async with place.training():
        place.plan(steps=40, every=10)
        whole = await place.job()
        await place.ended(whole, "succeeded")
        place.plan(steps=40, every=10, wrong={"17": "kill"})
        hit = await place.job()
        await place.ended(hit, "succeeded")
        place.plan(steps=40, every=10, seconds=0.05)
        shot = await place.job()
        await place.until(shot, lambda job: job["step"] > 13)
        os.kill(trainer_pid(place) or 0, signal.SIGKILL)
        await place.ended(shot, "succeeded")
        left = await place.job()
        await place.until(left, lambda job: job["step"] > 13)
    assert (await place.read(left))["status"] == "queued"
    async with place.training():
        await place.ended(left, "succeeded")
    digests = {await place.adapter(one) for one in (whole, hit, shot, left)}
    assert len(digests) == 1
    for one in (hit, shot, left):
        assert await place.curve(one) == list(range(1, 41))
    said = [one["message"] for one in (await place.read(hit, "/notes"))["items"]]
    assert any("signal 9" in one for one in said)


async def test_another_node_goes_on_from_the_artifact_store_when_one_is_lost(place: Place) -> None:
    place.plan(steps=40, every=10)
    async with place.training():
        whole = await place.job()
        await place.ended(whole, "succeeded")
    place.plan(steps=40, every=10, seconds=0.1)
    async with place.training():
        job_id = await place.job()
        await place.until(job_id, lambda job: job["step"] > 23)
        node_id = (await place.read(job_id))["node_id"]
    await set_row(place, job_id, status=JobStatus.RUNNING, node_id=UUID(node_id))
    async with place.api.database.system_transaction() as db:
        await db.execute(died(node_id))
    async with place.training("b"):
        await place.ended(job_id, "succeeded")
    assert await place.adapter(job_id) == await place.adapter(whole)
    assert await place.curve(job_id) == list(range(1, 41))
    log = (place.folder / "b" / "training" / str(place.api.actors.admin.tenant_id) / job_id / "metrics.jsonl").read_text()
    assert json.loads(log.splitlines()[0])["step"] >= 20


async def test_a_torn_newest_checkpoint_gives_way_to_the_one_before(place: Place) -> None:
    place.plan(steps=40, every=10, seconds=0.05)
    async with place.training():
        job_id = await place.job()
        await place.until(job_id, lambda job: job["step"] > 31)
    folder = place.folder / "a" / "training" / str(place.api.actors.admin.tenant_id) / job_id
    newest = max((folder / "checkpoints").iterdir(), key=lambda one: int(one.name))
    (newest / "state").write_text("torn")
    async with place.training():
        await place.ended(job_id, "succeeded")
    began = [json.loads(line)["step"] for line in (folder / "metrics.jsonl").read_text().splitlines() if '"begin"' in line]
    assert began[-1] < int(newest.name)
    assert await place.curve(job_id) == list(range(1, 41))


async def test_people_pause_resume_and_cancel_what_runs_and_a_node_that_drains_lets_go(place: Place) -> None:
    place.plan(steps=400, every=100, seconds=0.02)
    async with place.training() as heart:
        job_id = await place.job()
        await place.until(job_id, lambda job: job["step"] > 5)
        await place.do(job_id, "pause")
        paused = await place.ended(job_id, "paused")
        assert trainer_pid(place) is None
        (kept,) = (await place.read(job_id, "/checkpoints"))["items"]
        assert kept["step"] == paused["step"] < 400
        await place.do(job_id, "resume")
        await place.until(job_id, lambda job: job["step"] > paused["step"])
        heart.draining.set()
        await place.ended(job_id, "queued")
        heart.draining.clear()
        await place.until(job_id, lambda job: job["status"] == "running")
        await place.do(job_id, "cancel")
        await place.until(job_id, lambda job: job["status"] == "cancelled")
    assert trainer_pid(place) is None
    assert (await place.read(job_id))["model_version_id"] is None


async def test_a_spent_budget_pauses_and_more_of_it_goes_on(place: Place) -> None:
    place.plan(steps=60, every=10, seconds=0.1)
    async with place.training():
        job_id = await place.job(max_seconds=1)
        paused = await place.ended(job_id, "paused")
        assert (paused["status_reason"], paused["spent_seconds"] >= 1) == ("budget", True)
        await place.do(job_id, "resume", json={"max_seconds": 600})
        await place.ended(job_id, "succeeded")
    assert await place.curve(job_id) == list(range(1, 61))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("crash", "training_crashed"),
        ("full", "training_disk_full"),
        ("problem", "training_call_missing"),
        ("memory", "training_out_of_memory"),
    ],
)
async def test_a_run_that_fails_says_its_class_and_harms_nothing_else(place: Place, wrong: str, code: str) -> None:
    place.plan(steps=30, every=10, wrong={"15": wrong})
    async with place.training(memory_bytes=300_000_000):
        job_id = await place.job()
        job = await place.until(job_id, lambda job: job["status"] == "failed")
        assert job["problem"]["code"] == code
        assert job["problem"]["hint"]
        place.plan(steps=30, every=10)
        other = await place.job()
        await place.ended(other, "succeeded")
        await place.do(job_id, "resume")
        mended = await place.ended(job_id, "succeeded")
    assert mended["problem"] is None
    assert await place.adapter(job_id) == await place.adapter(other)


async def test_data_that_cannot_be_trained_on_fails_before_it_waits(place: Place) -> None:
    place.plan(steps=3)
    stringy = {"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "look", "arguments": "{}"}}]}
    bad = {"messages": [CHAT["messages"][0], stringy]}
    texts = {
        f"{json.dumps(CHAT)}\nnot json\n": ("training_data_malformed", "line 2"),
        json.dumps(bad): ("training_data_malformed", "arguments of look are no object"),
        "": ("training_rows_missing", "train.jsonl"),
    }
    async with place.training():
        for text, (code, said) in texts.items():
            job_id = await place.job(training_file_id=await place.file(place.api.actors.admin, text))
            job = await place.until(job_id, lambda job: job["status"] == "failed")
            assert job["problem"]["code"] == code
            assert said in job["problem"]["message"]
            assert job["attempt"] == 0
        await place.ended(await place.job(), "succeeded")


async def test_without_its_environment_the_command_that_makes_it_is_named(place: Place, tmp_path: Path) -> None:
    place.plan(steps=3)
    async with place.training(env=TrainingEnv(tmp_path / "nowhere")):
        job_id = await place.job()
        job = await place.until(job_id, lambda job: job["status"] == "failed")
    assert job["problem"]["code"] == "trainer_missing"
    assert "orchestrator finetune setup" in job["problem"]["hint"]


async def test_a_tenant_has_as_many_at_once_as_it_may_and_another_is_not_kept_waiting(place: Place) -> None:
    place.plan(steps=100, seconds=0.02)
    other = place.api.actors.other
    async with place.training("a", training_slots=3), place.training("b", training_slots=3):
        mine = [await place.job() for _ in range(3)]
        theirs = await place.job(owner=other)
        await place.until(theirs, lambda job: job["status"] == "running", other)
        most = 0
        while any([(await place.read(one))["status"] != "succeeded" for one in mine]):
            states = [(await place.read(one))["status"] for one in mine]
            most = max(most, states.count("running"))
            await asyncio.sleep(0.1)
    assert most == 1


async def test_a_job_that_takes_its_nodes_down_is_not_taken_up_for_ever(place: Place) -> None:
    place.plan(steps=3)
    job_id = await place.job()
    await set_row(place, job_id, status=JobStatus.RUNNING, node_id=await here(place), takeups=MOST_TAKEUPS)
    async with place.training():
        job = await place.until(job_id, lambda job: job["status"] == "failed")
    assert job["problem"]["code"] == "training_crashed"


async def test_many_points_a_second_reach_who_reads_on_by_their_number(place: Place) -> None:
    """Read while they come: none is missed and none comes twice."""
    place.plan(steps=3_000, every=10_000)
    seen: list[int] = []
    after = 0
    async with place.training():
        job_id = await place.job()
        async with asyncio.timeout(100):
            while len(seen) < 3_000:
                for one in (await place.read(job_id, "/points", after=after, limit=500))["items"]:
                    seen.append(one["step"])
                    after = one["seq"]
                await asyncio.sleep(0.05)
        await place.ended(job_id, "succeeded")
    assert seen == list(range(1, 3_001))


async def set_row(place: Place, job_id: str, **values: Any) -> None:
    """As a node left it that is not there any more."""
    with tenant_scope(place.api.actors.admin.tenant_id):
        async with place.api.database.transaction() as db:
            job: FineTuningJob = await get_job(db, UUID(job_id), lock=True)
            for name, value in values.items():
                setattr(job, name, value)


async def here(place: Place) -> UUID:
    (place.folder / "a").mkdir()
    return node_id_of(place.folder / "a")


def died(node_id: str) -> Any:
    return text("update nodes set died_at = now() where id = :n").bindparams(n=UUID(node_id))
