"""The folder of a job: what it is given, and where everything lies that comes of it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Fields = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """`base` is a folder or an id of the hub; `hyperparameters` has every one of them."""

    folder: Path
    base: str
    method: str
    adaptation: str
    hyperparameters: Fields
    threads: int

    @property
    def metrics(self) -> Path:
        return self.folder / "metrics.jsonl"

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    @property
    def adapter(self) -> Path:
        return self.folder / "adapter"

    @property
    def merged(self) -> Path:
        return self.folder / "merged"

    @property
    def problem(self) -> Path:
        return self.folder / "problem.json"

    @property
    def result(self) -> Path:
        return self.folder / "result.json"

    @property
    def has_adapter(self) -> bool:
        return self.adaptation != "full"


def read_job(folder: Path) -> Job:
    said = json.loads((folder / "job.json").read_text())
    names = ("base", "method", "adaptation", "hyperparameters", "threads")
    return Job(folder.resolve(), *(said[name] for name in names))
