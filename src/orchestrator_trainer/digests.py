"""Digests of files and of folders, and a manifest that says when a folder is whole."""

import hashlib
import json
import os
from functools import partial
from pathlib import Path
from typing import Any

MANIFEST = "MANIFEST.json"


def digest_of_file(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as data:
        for piece in iter(partial(data.read, 1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def entries_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Of every file below it, by its path: digest and bytes."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != MANIFEST)
    return {
        file.relative_to(folder).as_posix(): {"sha256": digest_of_file(file), "bytes": file.stat().st_size} for file in files
    }


def digest_of_folder(folder: Path) -> str:
    """The same for the same files, wherever they lie."""
    return hashlib.sha256(_canonical(entries_of(folder))).hexdigest()


def write_manifest(folder: Path, **facts: Any) -> tuple[str, int]:
    """All files are on the disk before it is: a folder with a manifest that fits is whole. Its digest, and their bytes."""
    for file in folder.rglob("*"):
        if file.is_file():
            sync(file)
    entries = entries_of(folder)
    data = _canonical({**facts, "files": entries})
    draft = folder / f".{MANIFEST}"
    draft.write_bytes(data)
    sync(draft)
    draft.replace(folder / MANIFEST)
    sync(folder)
    return hashlib.sha256(data).hexdigest(), sum(one["bytes"] for one in entries.values())


def is_whole(folder: Path) -> bool:
    try:
        said = json.loads((folder / MANIFEST).read_bytes())
        return bool(said["files"] == entries_of(folder))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _canonical(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
