"""What is measured: a line of JSON each, on the disk before the training goes on."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestrator_trainer.digests import sync


class Metrics:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._handle: int | None = None

    def keep_until(self, step: int) -> None:
        """What came after the checkpoint that is gone on from is measured again, and a torn line at the end is dropped."""
        lines = self._file.read_bytes().splitlines(keepends=True) if self._file.exists() else []
        kept = [line for line in lines if _step_of(line) <= step]
        draft = self._file.with_suffix(".draft")
        draft.write_bytes(b"".join(kept))
        sync(draft)
        draft.replace(self._file)

    def write(self, step: int, kind: str, **values: Any) -> None:
        if self._handle is None:
            self._handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        said = {"step": step, "kind": kind, **values, "at": datetime.now(UTC).isoformat()}
        rest = json.dumps(said).encode() + b"\n"
        while rest:
            rest = rest[os.write(self._handle, rest) :]
        os.fsync(self._handle)


def _step_of(line: bytes) -> float:
    try:
        return int(json.loads(line)["step"]) if line.endswith(b"\n") else float("inf")
    except (ValueError, KeyError, TypeError):
        return float("inf")
