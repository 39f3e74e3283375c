"""The folder of a run of curation: what it works on, what each of its pieces came to, and what is ready when it ends.

Whatever has its name is whole: each file is written beside its place and moved there. So a run that was killed goes on with
what is missing.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import zstandard
from pydantic import BaseModel

from orchestrator.finetuning.curation_policy import CurationPolicy
from orchestrator.finetuning.curation_records import SessionFacts
from orchestrator.finetuning.preparing import Stage, Tally

Fields = dict[str, Any]

_CHUNK = 100
"""Conversations that are looked at together; of a group's sessions all."""
_ORDER, _SOURCES, _DONE, _PROBLEM = "order.json", "sources.jsonl.zst", "done.json", "problem.json"


class Order(BaseModel):
    """What is to be made."""

    tenant_id: str
    policy: CurationPolicy
    code_version: str
    sources_sha256: str
    sessions: int


class Done(BaseModel):
    """What was made of it."""

    dataset_id: str
    path: str
    tokens: int
    counters: Fields


class CurationFolder:
    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def sources(self) -> Path:
        return self.path / _SOURCES

    @property
    def is_ready(self) -> bool:
        """Work can begin: the order is written last."""
        return (self.path / _ORDER).exists()

    def begin(self, order: Order, sources: bytes) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(self.sources, sources)
        _write(self.path / _ORDER, order.model_dump_json().encode())

    def order(self) -> Order:
        return Order.model_validate_json((self.path / _ORDER).read_bytes())

    def chunks(self) -> Iterator[Sequence[Sequence[SessionFacts]]]:
        """Groups of sessions, so many at once that they have about _CHUNK conversations."""
        gathered: list[Sequence[SessionFacts]] = []
        for _, found in groupby(map(SessionFacts.model_validate_json, _lines(self.sources)), lambda facts: facts.group):
            gathered.append(list(found))
            if sum(len(facts.recordings) for facts in chain.from_iterable(gathered)) >= _CHUNK:
                yield gathered
                gathered = []
        if gathered:
            yield gathered

    def has(self, chunk: int) -> bool:
        return self._rows(chunk).exists()

    def store(self, chunk: int, rows: Iterable[Fields], tally: Tally) -> None:
        """The tally is written first, and counts once the rows are there."""
        data = zstandard.ZstdCompressor(level=1).compress(b"".join(json.dumps(row).encode() + b"\n" for row in rows))
        told = {"seen": tally.seen, "dropped": tally.dropped, "pairs": tally.pairs}
        _write(self._tally(chunk), json.dumps(told).encode())
        _write(self._rows(chunk), data)

    def rows(self) -> Iterator[tuple[tuple[int, int], Fields]]:
        """Each with its chunk and its place in that; without what failed, in the order of the sources."""
        for chunk in self._stored():
            for place, line in enumerate(_lines(self._rows(chunk))):
                yield (chunk, place), json.loads(line)

    def tally(self) -> Tally:
        """Of all chunks that are done."""
        total = Tally()
        for chunk in self._stored():
            told = json.loads(self._tally(chunk).read_bytes())
            total.seen += told["seen"]
            total.pairs.update(told["pairs"])
            for stage, reasons in told["dropped"].items():
                total.dropped[stage].update(reasons)
        return total

    def finish(self, done: Done) -> None:
        _write(self.path / _DONE, done.model_dump_json().encode())

    def done(self) -> Done | None:
        try:
            return Done.model_validate_json((self.path / _DONE).read_bytes())
        except FileNotFoundError:
            return None

    def fail(self, problem: Fields) -> None:
        _write(self.path / _PROBLEM, json.dumps(problem).encode())

    def problem(self) -> Fields | None:
        """Code, message and hint of what kept a process from going on."""
        try:
            return json.loads((self.path / _PROBLEM).read_bytes())
        except FileNotFoundError:
            return None

    def _stored(self) -> Sequence[int]:
        return sorted(int(one.name.partition(".")[0]) for one in self.path.glob("*.rows.zst"))

    def _rows(self, chunk: int) -> Path:
        return self.path / f"{chunk:06d}.rows.zst"

    def _tally(self, chunk: int) -> Path:
        return self.path / f"{chunk:06d}.tally.json"


def pack_sources(sessions: Iterable[SessionFacts]) -> bytes:
    plain = b"".join(one.model_dump_json().encode() + b"\n" for one in sessions)
    return zstandard.ZstdCompressor(level=3).compress(plain)


def sources_in(packed: bytes) -> tuple[str, int]:
    """The SHA-256 of what was packed, in hex, and how many sessions it names."""
    plain = zstandard.ZstdDecompressor().decompress(packed, max_output_size=1 << 32)
    return sha256(plain).hexdigest(), plain.count(b"\n")


def counters_of(
    tally: Tally, *, rows: Mapping[str, int] | None = None, redactions: Mapping[str, int] | None = None
) -> Fields:
    """What went into each stage and came out, and why the rest did not. `rows` once it is known."""
    left = tally.seen
    stages: list[Fields] = []
    for stage in Stage:
        reasons: Counter[str] = tally.dropped.get(stage.value, Counter())
        came = left - reasons.total()
        stages.append({"stage": stage.value, "in": left, "out": came, "reasons": dict(sorted(reasons.items()))})
        left = came
    return {
        "trajectories": tally.seen,
        "stages": stages,
        "rows": dict(rows or {}),
        "pairs_not_made": dict(sorted(tally.pairs.items())),
        "redactions": dict(sorted((redactions or {}).items())),
    }


def _lines(file: Path) -> Iterator[bytes]:
    with file.open("rb") as data, zstandard.ZstdDecompressor().stream_reader(data) as plain:
        rest = b""
        while piece := plain.read(1 << 20):
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
        if rest:
            yield rest


def _write(file: Path, data: bytes) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
