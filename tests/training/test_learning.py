"""A tiny model is trained through the API, and learns; killed at any moment, it becomes the same to the byte."""

import random
from statistics import mean
from typing import Any

import pytest
from tests.training.school import STEPS, School

pytestmark = [pytest.mark.training, pytest.mark.timeout(900)]


def test_the_weights_learn_and_the_curve_shows_it(school: School, learnt: dict[str, Any]) -> None:
    steps, losses = zip(*school.curve(learnt["id"]), strict=True)
    assert steps == tuple(range(1, STEPS + 1))
    assert mean(losses[-5:]) <= 0.1 * mean(losses[:5])
    heldout = school.curve(learnt["id"], "heldout")
    assert [step for step, _ in heldout] == [100, 200]
    assert heldout[-1][1] <= 0.1
    assert len(learnt["base_digest"]) == 64


def test_killed_at_any_moment_and_its_newest_checkpoint_torn_it_becomes_the_same(
    school: School, learnt: dict[str, Any], files: tuple[str, str]
) -> None:
    """The trainer first, then everything at once; what is newest then is torn before the next start."""
    draw = random.Random()
    job_id = school.train("killed", *files)
    first, second = draw.randint(21, 60), draw.randint(85, 150)
    school.until(job_id, lambda one: one["step"] >= first)
    school.kill_trainer()
    school.until(job_id, lambda one: one["step"] >= second)
    school.kill()
    checkpoints = school.folder(job_id) / "checkpoints"
    sealed = sorted((int(one.name) for one in checkpoints.iterdir() if one.name.isdigit()), reverse=True)
    weights = checkpoints / str(sealed[0]) / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    school.start()
    job = school.over(job_id)
    assert job["attempt"] == 2, (first, second)
    assert school.adapter(job)["sha256"] == school.adapter(learnt)["sha256"], (first, second)
    assert sorted(school.curve(job_id)) == school.curve(learnt["id"])
    said = [one["message"] for one in school.request("GET", f"/finetuning/jobs/{job_id}/notes")[1]["items"]]
    assert any("signal 9" in one for one in said)
