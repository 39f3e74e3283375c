"""The Python environment that trains: apart from the orchestrator's own, which never loads what is in it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestrator.finetuning.job_problems import TrainerMissing
from orchestrator.kit.settings import Settings

TRAINER = Path(__file__).resolve().parents[2] / "orchestrator_trainer"
"""A package that lies beside ours and is run where it lies, by the other environment's Python."""
READY = "READY"
"""A file in the environment, written when all of it was there: the digest of what it was made from."""

_PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES",
    "HF_HOME",
    "HF_TOKEN",
    "HF_ENDPOINT",
)


@dataclass(frozen=True)
class TrainingEnv:
    folder: Path

    @classmethod
    def of(cls, settings: Settings) -> "TrainingEnv":
        return cls(settings.training_env or settings.data_dir / "training-env")

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def command(self, *arguments: str) -> list[str]:
        """Of the trainer. Raises TrainerMissing."""
        if not self.python.exists():
            raise TrainerMissing(folder=self.folder, problem="it was never made")
        if not (self.folder / READY).exists():
            raise TrainerMissing(folder=self.folder, problem="it was not finished")
        return [str(self.python), str(TRAINER), *arguments]

    def variables(self, threads: int) -> Mapping[str, str]:
        """No key of the orchestrator and no address of its database. A hash seed, because libraries write sets; threads that
        wait let others work."""
        own = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        bounds = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
        fixed = {
            "PYTHONHASHSEED": "0",
            "OMP_WAIT_POLICY": "passive",
            "TOKENIZERS_PARALLELISM": "false",
            "HF_HUB_DISABLE_TELEMETRY": "1",
        }
        return own | bounds | fixed | {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
