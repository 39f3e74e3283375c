"""What a trainer has measured, read from its file as it grows. What was written down is read again after a failure."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestrator.kit.clock import now

MOST_AT_ONCE = 2_000
_POINTS = ("train", "heldout")
_MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Line:
    step: int
    kind: str
    at: datetime
    values: dict[str, Any]

    @property
    def is_point(self) -> bool:
        return self.kind in _POINTS


class Tail:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = 0

    def read(self) -> tuple[list[Line], int]:
        """Blocking. The next whole lines, and where they end: to be told to `done` when they are kept."""
        try:
            with self._file.open("rb") as file:
                file.seek(self._offset)
                data = file.read(_MOST_BYTES)
        except FileNotFoundError:
            return [], self._offset
        whole = data[: data.rfind(b"\n") + 1].splitlines(keepends=True)[:MOST_AT_ONCE]
        lines = [line for one in whole if (line := _line(one)) is not None]
        return lines, self._offset + sum(map(len, whole))

    def done(self, offset: int) -> None:
        self._offset = offset


def _line(text: bytes) -> Line | None:
    """None of one that says nothing that is known; the trainer's file is its own."""
    try:
        said = json.loads(text)
        step, kind = int(said.pop("step")), str(said.pop("kind"))
        at = datetime.fromisoformat(said.pop("at")) if "at" in said else now()
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Line(step, kind, at, said) if step >= 0 else None
