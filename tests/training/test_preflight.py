"""Rows are looked at as the model will see them: what would be left out, encoded twice or cut off is refused."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.training.school import School

from orchestrator.finetuning.training_env import TRAINER, TrainingEnv

pytestmark = [pytest.mark.training, pytest.mark.timeout(600)]
CHECKS = Path(__file__).with_name("preflight_checks.py")


@pytest.fixture(scope="module")
def found(training_env: TrainingEnv, tiny: Path) -> dict[str, Any]:
    command = [str(training_env.python), str(CHECKS), str(tiny / "base"), str(TRAINER.parent)]
    done = subprocess.run(command, env=training_env.variables(1), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_a_failed_step_is_read_and_not_learnt(found: dict[str, Any]) -> None:
    """The branch in the template changes no token, and which of them are learnt alone."""
    assert found["own"] is None
    assert found["same_tokens"]
    assert "FAILED" not in found["learnt"]
    assert found["learnt"].count("get_weather") == 1
    assert found["learnt"].endswith("It is 17.<|im_end|>\n")


def test_what_would_be_learnt_wrongly_is_refused_with_its_row(found: dict[str, Any]) -> None:
    row = "train.jsonl, line 3"
    assert found["dropped"] == ["training_call_missing", row]
    assert found["twice"] == ["training_call_encoded_twice", row]
    assert found["too_long"] == ["training_row_too_long", row]
    assert found["beyond_context"] == ["training_row_beyond_context", row]
    assert found["without_marks"] == "training_template_unusable"


def test_a_row_beyond_the_context_fails_the_job_with_its_class(school: School, tiny: Path, tmp_path: Path) -> None:
    long = {"messages": [{"role": "user", "content": "Oslo " * 2_000}, {"role": "assistant", "content": "Yes."}]}
    file = tmp_path / "long.jsonl"
    file.write_text((tiny / "heldout.jsonl").read_text() + json.dumps(long) + "\n")
    job_id = school.train("long", school.send(file), hyperparameters={"max_steps": 5, "max_length": 100_000})
    problem = school.over(job_id, "failed")["problem"]
    assert problem["code"] == "training_row_beyond_context"
    assert "train.jsonl, line 61" in problem["message"]
