"""What the tests that train share: the environment, a tiny base with its data, and an orchestrator that trains on it."""

import hashlib
import io
import json
import os
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.training.school import School

from orchestrator.finetuning.training_env import READY, TRAINER, TrainingEnv
from orchestrator.finetuning.training_setup import is_ready

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def training_env() -> TrainingEnv:
    """Made by `make test-training` before the tests."""
    env = TrainingEnv(Path(os.environ["TRAINING_ENV"] or ROOT / ".tools/training-env"))
    assert is_ready(env), f"{env.folder} is not ready: run `make test-training`"
    return env


@pytest.fixture(scope="session")
def tiny(training_env: TrainingEnv) -> Path:
    """`base/`, `train.jsonl`, `heldout.jsonl`, `preferences.jsonl` and `unseen.jsonl`: the same for the same code, so
    they are made once and lie beside the environment."""
    parts = sorted([*TRAINER.glob("*.py"), training_env.folder / READY])
    digest = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    folder = training_env.folder / "tiny" / digest
    if not folder.exists():
        draft = folder.with_name(f".{uuid4().hex}")
        done = subprocess.run(
            training_env.command("tiny", str(draft)),
            env=training_env.variables(1),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        draft.rename(folder)
    return folder


@pytest.fixture(scope="session")
def school(training_env: TrainingEnv, tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """A running orchestrator whose node trains."""
    folder = tmp_path_factory.mktemp("school")
    for above in (folder, folder.parent):
        above.chmod(0o755)
    bases = {"tiny": str(tiny / "base")}
    settings = {
        "ORCHESTRATOR_TRAINING_ENV": str(training_env.folder),
        "ORCHESTRATOR_TRAINING_BASES": json.dumps(bases),
        "ORCHESTRATOR_TRAINING_THREADS": "1",
    }
    school = School(folder.resolve(), settings)
    school.tiny = tiny
    school.start()
    try:
        yield school
    finally:
        left = school.stop()
        assert not left, f"processes left behind: {left}"


@pytest.fixture(scope="session")
def files(school: School, tiny: Path) -> tuple[str, str]:
    """What is learnt, and what is held out."""
    return school.send(tiny / "train.jsonl"), school.send(tiny / "heldout.jsonl")


@pytest.fixture(scope="session")
def learnt(school: School, files: tuple[str, str]) -> dict[str, Any]:
    """A job that nobody hit."""
    return school.over(school.train("whole", *files))


@pytest.fixture(scope="session")
def tuned(school: School, tiny: Path, learnt: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`base/`, the `adapter/` that came of it, and `unseen.jsonl`."""
    folder = tmp_path_factory.mktemp("tuned")
    for name in ("base", "unseen.jsonl"):
        (folder / name).symlink_to(tiny / name)
    archive = io.BytesIO(school.download(f"{school.version(learnt)}/artifacts/adapter"))
    with tarfile.open(fileobj=archive) as tar:
        tar.extractall(folder / "adapter", filter="data")
    return folder
