"""The whole product in processes of its own, with jobs that train a tiny model in earnest."""

import json
import os
import signal
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.e2e.tree import Tree

from orchestrator.kit.processes import ProcessLedger

STEPS = 200
RECIPE = {
    "max_steps": STEPS,
    "batch_size": 8,
    "learning_rate": 5e-3,
    "warmup_steps": 5,
    "max_length": 1024,
    "checkpoint_steps": 20,
    "evaluate_steps": 100,
}
_LOOK_SECONDS = 0.3


class School(Tree):
    tiny: Path

    def send(self, file: Path) -> str:
        """To `/v1/files`; its id."""
        boundary = uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
        )
        body = head.encode() + file.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        }
        request = urllib.request.Request(f"{self.url}/v1/files", body, headers)  # noqa: S310 - ours.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return json.loads(answer.read())["id"].removeprefix("file-")

    def train(self, name: str, file_id: str, validation_id: str | None = None, **wanted: Any) -> str:
        body = {"name": name, "base_model": "tiny", "training_file_id": file_id, "validation_file_id": validation_id}
        status, job = self.request("POST", "/finetuning/jobs", {"hyperparameters": RECIPE, **body, **wanted})
        assert status == 201, job
        return job["id"]

    def job(self, job_id: str) -> dict[str, Any]:
        return self.request("GET", f"/finetuning/jobs/{job_id}")[1]

    def until(self, job_id: str, is_so: Callable[[dict[str, Any]], bool], seconds: float = 600) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while not is_so(job := self.job(job_id)):
            assert time.monotonic() < end, f"{job}\n{self.logs()}"
            time.sleep(_LOOK_SECONDS)
        return job

    def over(self, job_id: str, status: str = "succeeded") -> dict[str, Any]:
        job = self.until(job_id, lambda one: one["status"] in ("succeeded", "failed", "cancelled"))
        assert job["status"] == status, job
        return job

    def curve(self, job_id: str, kind: str = "train") -> list[tuple[int, float]]:
        """Steps with their losses, in the order in which they were written down."""
        found = self.request("GET", f"/finetuning/jobs/{job_id}/points?limit=5000")[1]["items"]
        return [(one["step"], one["metrics"]["loss"]) for one in found if one["kind"] == kind]

    def adapter(self, job: dict[str, Any]) -> dict[str, Any]:
        """The artifact of the version that came of it."""
        versions = self.request("GET", "/models/versions?limit=100")[1]["items"]
        (one,) = [row for row in versions if row["id"] == job["model_version_id"]]
        return one["artifacts"]["adapter"]

    def version(self, job: dict[str, Any]) -> str:
        """Where the version that came of a job is read."""
        versions = self.request("GET", "/models/versions?limit=100")[1]["items"]
        (one,) = [row for row in versions if row["id"] == job["model_version_id"]]
        return f"/models/versions/{one['name']}/{one['version']}"

    def download(self, path: str) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - ours.
            f"{self.url}/api/v1{path}", headers={"Authorization": f"Bearer {self.key}"}
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return answer.read()

    def kill_trainer(self) -> None:
        (pid,) = [one.pid for one in ProcessLedger(self.data / "processes").records() if one.purpose == "trainer"]
        os.kill(pid, signal.SIGKILL)

    def folder(self, job_id: str) -> Path:
        (found,) = (self.data / "training").glob(f"*/{job_id}")
        return found
