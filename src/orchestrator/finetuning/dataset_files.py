"""The files of a dataset: written once, named by the digest of their manifest, and verified before anything is learnt.

A row is a line of JSON that names its tenant and its own digest. The manifest names every row by its digest, in
the order of the files; it is written last, and its SHA-256 is the dataset's id. So nothing can be changed, taken away or
put in from another tenant without the id being another one.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast
from uuid import UUID

import rfc8785

from orchestrator.finetuning.dataset_models import Dataset, RowKind, Split
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.errors import OrchestratorError

Fields = dict[str, Any]

MANIFEST = "manifest.json"
TRAIN = "train.jsonl"
HELDOUT = "heldout.jsonl"
PREFERENCES = "preferences.jsonl"
FILES = (TRAIN, HELDOUT, PREFERENCES)
FORMAT = 1
_ROW_MEMBERS = ("digest", "tenant_id")
"""What a row says beside its content."""


class DatasetDamaged(OrchestratorError):
    """The dataset {dataset} cannot be used: {problem}."""

    status = 409
    code = "dataset_damaged"
    hint = "Its files in the artifact store were changed or removed: bring them back from a copy, or curate again."


class RowOfAnotherTenant(OrchestratorError):
    """The dataset {dataset} holds a row of another tenant, in {place}; nothing is learnt from it."""

    status = 409
    code = "dataset_row_of_another_tenant"
    hint = "Its files were tampered with: look at who can write to the artifact store, then curate again."


@dataclass(frozen=True)
class Row:
    """`content` is `messages` and `tools`, or `prompt`, `tools`, `chosen` and `rejected`."""

    kind: RowKind
    split: Split
    content: Mapping[str, Any]
    cluster: str
    tokens: int
    session_id: UUID | None = None
    request_id: UUID | None = None
    redactions: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def file(self) -> str:
        if self.kind is RowKind.PREFERENCE:
            return PREFERENCES
        return TRAIN if self.split is Split.TRAIN else HELDOUT


@dataclass(frozen=True)
class DatasetFacts:
    """What the manifest says beside its rows."""

    tenant_id: UUID
    policy: Mapping[str, Any]
    code_version: str
    sources: Mapping[str, Any]


@dataclass(frozen=True)
class WrittenDataset:
    tenant_id: UUID
    id: str
    path: str
    manifest: Fields


class DatasetPlaced(Protocol):
    """Whatever names a dataset as its row does."""

    @property
    def tenant_id(self) -> UUID: ...
    @property
    def id(self) -> str: ...
    @property
    def path(self) -> str: ...


DatasetNamed = DatasetPlaced | Dataset


@dataclass(frozen=True)
class DatasetFiles:
    """Verified, in a folder of this machine."""

    folder: Path
    manifest: Fields

    @property
    def train(self) -> Path:
        return self.folder / TRAIN

    @property
    def heldout(self) -> Path:
        return self.folder / HELDOUT

    @property
    def preferences(self) -> Path:
        return self.folder / PREFERENCES

    def rows(self, file: str) -> Iterator[Fields]:
        with (self.folder / file).open("rb") as lines:
            for line in lines:
                yield json.loads(line)


def canonical(content: Mapping[str, Any]) -> bytes:
    """Sorted keys, no spaces, ASCII: the same bytes for the same content, also for integers of any size."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest_of(row: Mapping[str, Any]) -> str:
    """Of all of a row, its tenant included, without the member `digest`."""
    return sha256(canonical({name: value for name, value in row.items() if name != "digest"})).hexdigest()


def content_of(row: Mapping[str, Any]) -> Fields:
    """A row without its digest and its tenant."""
    return {name: value for name, value in row.items() if name not in _ROW_MEMBERS}


def folder_of(tenant_id: UUID, dataset_id: str) -> str:
    return f"{tenant_id}/datasets/{dataset_id}"


def write_dataset(
    store: ArtifactStore, facts: DatasetFacts, rows: Iterable[Row], draft: Path | None = None
) -> WrittenDataset:
    """Blocking. The rows are gone through once and kept in no memory; `draft` is a folder for what is not stored yet.

    The same facts and rows have the same id, wherever and whenever they are written.
    """
    with tempfile.TemporaryDirectory(prefix="dataset-", dir=draft) as folder:
        entries = _write_rows(Path(folder), facts, rows)
        manifest = _manifest(Path(folder), facts, entries)
        data = rfc8785.dumps(manifest)
        dataset_id = sha256(data).hexdigest()
        path = folder_of(facts.tenant_id, dataset_id)
        for name in FILES:
            store.put(f"{path}/{name}", Path(folder) / name)
        store.write(f"{path}/{MANIFEST}", data)
    return WrittenDataset(facts.tenant_id, dataset_id, path, manifest)


def _write_rows(folder: Path, facts: DatasetFacts, rows: Iterable[Row]) -> dict[str, list[Fields]]:
    """The entries of the manifest, by file."""
    entries: dict[str, list[Fields]] = {name: [] for name in FILES}
    files: dict[str, BinaryIO] = {name: (folder / name).open("wb") for name in FILES}
    try:
        for row in rows:
            content = {**row.content, "tenant_id": str(facts.tenant_id)}
            digest = digest_of(content)
            line = _line({**content, "digest": digest})
            files[row.file].write(line)
            entries[row.file].append(_entry(row, digest, len(line)))
    finally:
        for file in files.values():
            file.close()
    return entries


def _line(row: Mapping[str, Any]) -> bytes:
    """In its own order: templates write tools and arguments in the order that they have, and what is learnt sorted is asked
    for unsorted later."""
    return json.dumps(row, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _entry(row: Row, digest: str, size: int) -> Fields:
    return {
        "digest": digest,
        "bytes": size,
        "kind": row.kind.value,
        "split": row.split.value,
        "session_id": str(row.session_id) if row.session_id else None,
        "request_id": str(row.request_id) if row.request_id else None,
        "cluster": row.cluster,
        "tokens": row.tokens,
        "redactions": dict(row.redactions),
    }


def _manifest(folder: Path, facts: DatasetFacts, entries: Mapping[str, Sequence[Fields]]) -> Fields:
    files: Fields = {
        name: {"sha256": _digest_of_file(folder / name), "bytes": (folder / name).stat().st_size, "rows": list(rows)}
        for name, rows in entries.items()
    }
    named: Fields = {"format": FORMAT, "tenant_id": str(facts.tenant_id), "policy": dict(facts.policy)}
    return named | {"code_version": facts.code_version, "sources": dict(facts.sources), "files": files}


def read_manifest(store: ArtifactStore, dataset: DatasetNamed) -> Fields:
    """Blocking. Raises DatasetDamaged, RowOfAnotherTenant."""
    try:
        data = store.read(f"{dataset.path}/{MANIFEST}")
    except FileNotFoundError:
        raise DatasetDamaged(dataset=dataset.id, problem=f"{MANIFEST} is missing") from None
    if sha256(data).hexdigest() != dataset.id:
        raise DatasetDamaged(dataset=dataset.id, problem=f"{MANIFEST} is another one than its id says")
    manifest = cast(Fields, json.loads(data))
    if manifest["tenant_id"] != str(dataset.tenant_id):
        raise RowOfAnotherTenant(dataset=dataset.id, place=MANIFEST)
    return manifest


def open_dataset(store: ArtifactStore, dataset: DatasetNamed, into: Path) -> DatasetFiles:
    """Blocking. Brings its files into a folder of this machine and verifies every one of their rows.

    Raises RowOfAnotherTenant, DatasetDamaged: then nothing of it may be learnt from.
    """
    manifest = read_manifest(store, dataset)
    into.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        try:
            store.get(f"{dataset.path}/{name}", into / name)
        except FileNotFoundError:
            raise DatasetDamaged(dataset=dataset.id, problem=f"{name} is missing") from None
        _verify(dataset, into / name, manifest["files"][name])
    (into / MANIFEST).write_bytes(rfc8785.dumps(manifest))
    return DatasetFiles(into, manifest)


def _verify(dataset: DatasetNamed, file: Path, said: Mapping[str, Any]) -> None:
    """Row by row before the whole file, so that what is wrong can be told."""
    entries: list[Fields] = said["rows"]
    count = 0
    with file.open("rb") as lines:
        for count, line in enumerate(lines, 1):
            place = f"{file.name}, line {count}"
            row = _parsed(line)
            if row is None:
                raise DatasetDamaged(dataset=dataset.id, problem=f"{place} is no row")
            if row.get("tenant_id") != str(dataset.tenant_id):
                raise RowOfAnotherTenant(dataset=dataset.id, place=place)
            if count > len(entries) or row.get("digest") != entries[count - 1]["digest"] or digest_of(row) != row["digest"]:
                raise DatasetDamaged(dataset=dataset.id, problem=f"{place} is not the row that its manifest names")
    if count != len(entries):
        raise DatasetDamaged(dataset=dataset.id, problem=f"{file.name} has {count} rows instead of {len(entries)}")
    if _digest_of_file(file) != said["sha256"]:
        raise DatasetDamaged(dataset=dataset.id, problem=f"{file.name} has another checksum")


def _parsed(line: bytes) -> Fields | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return cast(Fields, row) if isinstance(row, dict) else None


def _digest_of_file(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as data:
        for piece in iter(partial(data.read, 1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()
