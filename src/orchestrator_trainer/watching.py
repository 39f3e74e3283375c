"""What happens beside the training: each step's measures, checkpoints that are sealed, and a wish to pause that is kept."""

import signal
from collections.abc import Mapping
from types import FrameType
from typing import Any

from transformers import TrainerCallback

from orchestrator_trainer import checkpoints
from orchestrator_trainer.job import Job
from orchestrator_trainer.metrics import Metrics

_MEASURED = (
    "loss",
    "grad_norm",
    "learning_rate",
    "epoch",
    "num_tokens",
    "mean_token_accuracy",
    "rewards/accuracies",
    "rewards/margins",
)
_HELDOUT = "eval_"


class Watcher(TrainerCallback):
    def __init__(self, job: Job, metrics: Metrics) -> None:
        self._job = job
        self._metrics = metrics
        self.paused = False
        signal.signal(signal.SIGTERM, self._ask)
        self._asked = False

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._metrics.write(state.global_step, "begin", total_steps=state.max_steps)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self._asked and state.global_step < state.max_steps:
            self.paused = control.should_save = control.should_training_stop = True

    def on_log(self, args: Any, state: Any, control: Any, logs: Mapping[str, Any] | None = None, **_: Any) -> None:
        said = logs or {}
        if "loss" in said:
            self._metrics.write(state.global_step, "train", **_measures(said, ""))
        elif f"{_HELDOUT}loss" in said:
            self._metrics.write(state.global_step, "heldout", **_measures(said, _HELDOUT))

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        keep = self._job.hyperparameters["keep_checkpoints"]
        checkpoints.seal(self._job.checkpoints, state.global_step, keep, self._metrics)


def _measures(said: Mapping[str, Any], prefix: str) -> dict[str, float]:
    named = ((name, said.get(prefix + name)) for name in _MEASURED)
    return {name: float(value) for name, value in named if isinstance(value, int | float) and value == value}
