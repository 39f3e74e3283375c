"""The training environment is made once, is used only when all of it is there, and says what it lacks."""

from pathlib import Path

import pytest
from tests.finetuning.nodes import quick_env

from orchestrator.finetuning import training_setup
from orchestrator.finetuning.job_problems import TrainerMissing
from orchestrator.finetuning.training_env import READY, TrainingEnv
from orchestrator.finetuning.training_setup import REQUIREMENTS, TrainingDiskSmall, TrainingSetupFailed, is_ready, set_up


def test_every_part_is_pinned() -> None:
    lines = [line for line in REQUIREMENTS.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0].startswith("torch==")
    assert all("==" in line for line in lines)


def test_one_that_is_ready_is_left_as_it_is(tmp_path: Path) -> None:
    env = quick_env(tmp_path / "env")
    (env.folder / READY).write_text(f"{training_setup.digest()}\n")
    said: list[str] = []
    set_up(env, (), said.append)
    assert said == [f"{env.folder} is ready"]
    (env.folder / READY).write_text("of other parts\n")
    assert not is_ready(env)


def test_one_that_was_not_finished_trains_nothing(tmp_path: Path) -> None:
    env = quick_env(tmp_path / "env")
    (env.folder / READY).unlink()
    with pytest.raises(TrainerMissing, match="not finished"):
        env.command("train", "x")
    with pytest.raises(TrainerMissing, match="never made"):
        TrainingEnv(tmp_path / "nowhere").command("train", "x")


def test_what_pip_cannot_bring_is_told_and_nothing_passes_for_ready(tmp_path: Path) -> None:
    env = TrainingEnv(tmp_path / "env")
    with pytest.raises(TrainingSetupFailed, match="pip ended with status 1"):
        set_up(env, ("--no-index",), lambda _: None)
    assert not is_ready(env)


def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_setup, "NEEDED_BYTES", 10**18)
    with pytest.raises(TrainingDiskSmall, match="needs 1000000000"):
        set_up(TrainingEnv(tmp_path / "env"), (), lambda _: None)
    assert not (tmp_path / "env").exists()


def test_the_trainer_gets_no_key_and_no_address_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "ORCHESTRATOR_MASTER_KEY", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "secret")
    assert "secret" not in TrainingEnv(tmp_path).variables(2).values()
    assert TrainingEnv(tmp_path).variables(2)["OMP_NUM_THREADS"] == "2"
