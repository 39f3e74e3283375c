"""What can go wrong in a training run, as a class with what a person needs to know; written to `problem.json`."""

import errno
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_WORDS = ("no space left on device", "pytorchstreamwriter failed", "disk quota exceeded")
_MEMORY_WORDS = ("can't allocate memory", "out of memory", "not enough memory", "cannot allocate memory")


class Problem(Exception):
    """`code` is the class; `fields` fill in its message, which the orchestrator has."""

    def __init__(self, code: str, **fields: Any) -> None:
        super().__init__(f"{code}: {fields}")
        self.code = code
        self.fields = fields

    def write(self, file: Path) -> None:
        file.write_text(json.dumps({"code": self.code, "fields": self.fields}, default=str))


def problem_of(error: BaseException) -> Problem:
    """The class of anything that was raised, looked for along its causes."""
    for one in _causes(error):
        words = str(one).lower()
        if isinstance(one, Problem):
            return one
        if (isinstance(one, OSError) and one.errno in _FULL) or any(word in words for word in _FULL_WORDS):
            return Problem("training_disk_full", problem=str(one)[:300])
        if isinstance(one, MemoryError) or any(word in words for word in _MEMORY_WORDS):
            return Problem("training_out_of_memory", problem=(str(one) or "no memory is left")[:300])
    return Problem("training_crashed", problem=f"{type(error).__name__}: {error}"[:500])


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen:
        seen.append(one)
        yield one
        one = one.__cause__ or one.__context__
