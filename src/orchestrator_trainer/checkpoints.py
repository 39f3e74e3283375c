"""Checkpoints: a folder each, named by its step, whole when its manifest fits; the newest that is whole is gone on from."""

import shutil
from pathlib import Path

from orchestrator_trainer.digests import is_whole, sync, write_manifest
from orchestrator_trainer.metrics import Metrics

DRAFT = "checkpoint-"
"""How the library names a folder that it is writing."""


def newest_whole(folder: Path) -> Path | None:
    """What was torn by a crash or altered since is removed on the way to it."""
    for checkpoint in sorted(_numbered(folder), key=_step, reverse=True):
        if is_whole(checkpoint):
            return checkpoint
        shutil.rmtree(checkpoint)
    return None


def clear_drafts(folder: Path) -> None:
    for draft in folder.glob(f"{DRAFT}*"):
        shutil.rmtree(draft, ignore_errors=True)


def seal(folder: Path, step: int, keep: int, metrics: Metrics) -> Path:
    """Makes what the library has written a checkpoint, and drops those that are too old."""
    draft, sealed = folder / f"{DRAFT}{step}", folder / str(step)
    digest, size = write_manifest(draft, step=step)
    shutil.rmtree(sealed, ignore_errors=True)
    draft.rename(sealed)
    sync(folder)
    metrics.write(step, "checkpoint", sha256=digest, bytes=size)
    for old in sorted(_numbered(folder), key=_step)[:-keep]:
        shutil.rmtree(old)
    return sealed


def _numbered(folder: Path) -> list[Path]:
    return [one for one in folder.iterdir() if one.is_dir() and one.name.isdigit()] if folder.is_dir() else []


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name)
