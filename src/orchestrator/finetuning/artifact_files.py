"""Artifacts of a model: one file in the artifact store each, a folder as a tar that is the same for the same content."""

import hashlib
import os
import tarfile
import tempfile
from pathlib import Path
from typing import TypedDict
from uuid import UUID

from orchestrator.kit.artifacts import ArtifactStore

_PIECE = 1 << 20


class StoredArtifact(TypedDict):
    """`path` is below the artifact store, `sha256` in hex is of the stored file."""

    path: str
    sha256: str
    bytes: int


class DigestWrong(Exception):
    """What the store gave is not what was put there; its digest is the argument."""


def pack(folder: Path, file: Path) -> None:
    """Uncompressed, entries sorted, without owners, times and modes: the same content gives the same digest."""
    with tarfile.open(file, "w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            entry = tarfile.TarInfo(path.relative_to(folder).as_posix())
            entry.size, entry.mode = path.stat().st_size, 0o644
            with path.open("rb") as source:
                archive.addfile(entry, source)


def unpack(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(file, "r:") as archive:
        archive.extractall(folder, filter="data")


def sha256_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while piece := source.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def put(store: ArtifactStore, tenant_id: UUID, owner: UUID, kind: str, source: Path) -> StoredArtifact:
    """A file, or a folder as a tar; `owner` is the job or the version that made it. Blocking."""
    if source.is_dir():
        descriptor, name = tempfile.mkstemp(prefix="orchestrator-model-", suffix=".tar")
        os.close(descriptor)
        packed = Path(name)
        try:
            pack(source, packed)
            return _put(store, f"{tenant_id}/models/{owner}/{kind}.tar", packed)
        finally:
            packed.unlink()
    return _put(store, f"{tenant_id}/models/{owner}/{kind}{source.suffix}", source)


def _put(store: ArtifactStore, path: str, file: Path) -> StoredArtifact:
    store.put(path, file)
    return {"path": path, "sha256": sha256_of(file), "bytes": file.stat().st_size}


def get(store: ArtifactStore, artifact: StoredArtifact, file: Path) -> None:
    """Into a file of this machine. Raises FileNotFoundError, DigestWrong. Blocking."""
    store.get(artifact["path"], file)
    found = sha256_of(file)
    if found != artifact["sha256"]:
        file.unlink()
        raise DigestWrong(found)


def get_folder(store: ArtifactStore, artifact: StoredArtifact, folder: Path) -> None:
    """What `put` made of a folder. Raises FileNotFoundError, DigestWrong. Blocking."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    packed = folder.parent / f".{folder.name}.tar"
    try:
        get(store, artifact, packed)
        unpack(packed, folder)
    finally:
        packed.unlink(missing_ok=True)
