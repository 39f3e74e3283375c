"""Training jobs: made, followed, paused, resumed and cancelled."""

from typing import Any

from orchestrator.client.connection import Connection, given
from orchestrator.client.types import Page
from orchestrator.client.types.finetuning import FineTuningJob, TrainingCheckpoint, TrainingNote, TrainingPoints

_JOBS = "/finetuning/jobs"


class FineTuning(Connection):
    def training_bases(self) -> list[str]:
        return [one["name"] for one in self._listed("items", "/finetuning/bases")]

    def create_training_job(self, **wanted: Any) -> FineTuningJob:
        """`wanted`: name, base_model, dataset_id or training_file_id, method, adaptation, hyperparameters, max_seconds."""
        return self._json("POST", _JOBS, json=given(**wanted))

    def training_jobs(self, **wanted: Any) -> Page[FineTuningJob]:
        """`wanted`: status (a list), limit, cursor."""
        return self._json("GET", _JOBS, params=given(**wanted))

    def training_job(self, job_id: str) -> FineTuningJob:
        return self._json("GET", f"{_JOBS}/{job_id}")

    def pause_training_job(self, job_id: str) -> FineTuningJob:
        return self._json("POST", f"{_JOBS}/{job_id}/pause")

    def resume_training_job(self, job_id: str, max_seconds: int | None = None) -> FineTuningJob:
        return self._json("POST", f"{_JOBS}/{job_id}/resume", json=given(max_seconds=max_seconds))

    def cancel_training_job(self, job_id: str) -> FineTuningJob:
        return self._json("POST", f"{_JOBS}/{job_id}/cancel")

    def training_points(self, job_id: str, after: int = 0, limit: int = 1_000) -> TrainingPoints:
        return self._json("GET", f"{_JOBS}/{job_id}/points", params={"after": after, "limit": limit})

    def training_checkpoints(self, job_id: str) -> list[TrainingCheckpoint]:
        return self._listed("items", f"{_JOBS}/{job_id}/checkpoints")

    def training_notes(self, job_id: str, limit: int = 100) -> Page[TrainingNote]:
        return self._json("GET", f"{_JOBS}/{job_id}/notes", params={"limit": limit})
