"""The folder in which a node trains a job: its data, verified, and what the trainer reads. All of it is blocking."""

import json
import secrets
import shutil
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from orchestrator.finetuning.artifact_files import DigestWrong, StoredArtifact, get_folder, sha256_of, unpack
from orchestrator.finetuning.dataset_files import HELDOUT, PREFERENCES, TRAIN, open_dataset
from orchestrator.finetuning.job_models import FineTuningJob, Method, TrainingFile
from orchestrator.finetuning.job_problems import TrainingBaseUnusable, TrainingFileDamaged, problem_from
from orchestrator.finetuning.version_models import ModelVersion
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator_trainer.problems import Problem
from orchestrator_trainer.rows import read_chats, read_preferences

CHECKPOINTS = "checkpoints"
LOG = "log"
_KEPT = (LOG, "metrics.jsonl")
_LOG_CHARS = 2_000


@dataclass(frozen=True)
class DatasetPlace:
    tenant_id: UUID
    id: str
    path: str


@dataclass(frozen=True)
class JobData:
    """Rows of the database, read before anything that blocks."""

    dataset: DatasetPlace | None
    file: TrainingFile | None
    validation: TrainingFile | None


def folder_of(data_dir: Path, tenant_id: UUID, job_id: UUID) -> Path:
    return data_dir / "training" / str(tenant_id) / str(job_id)


def lay_out_data(store: ArtifactStore, job: FineTuningJob, data: JobData, folder: Path) -> None:
    """Brings the rows and looks at each. Raises RowOfAnotherTenant, DatasetDamaged, TrainingFileDamaged, TrainingFailed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if data.dataset is not None:
        open_dataset(store, data.dataset, folder)
    if data.file is not None:
        _fetch(store, data.file, folder / (PREFERENCES if job.method is Method.DPO else TRAIN))
    if data.validation is not None and job.method is Method.SFT:
        _fetch(store, data.validation, folder / HELDOUT)
    try:
        _read(folder, job.method)
    except Problem as problem:
        raise problem_from({"code": problem.code, "fields": problem.fields}) from problem


def _fetch(store: ArtifactStore, file: TrainingFile, into: Path) -> None:
    try:
        store.get(file.path, into)
    except FileNotFoundError:
        raise TrainingFileDamaged(file=file.id, problem="it is missing") from None
    if sha256_of(into) != file.sha256:
        raise TrainingFileDamaged(file=file.id, problem="its checksum is another one")


def _read(folder: Path, method: Method) -> None:
    if method is Method.DPO:
        read_preferences(folder / PREFERENCES)
        return
    read_chats(folder / TRAIN)
    heldout = folder / HELDOUT
    if heldout.exists() and heldout.stat().st_size:
        read_chats(heldout)


def write_spec(job: FineTuningJob, folder: Path, base: str, threads: int) -> None:
    said: dict[str, Any] = {
        "format": 1,
        "job": str(job.id),
        "tenant": str(job.tenant_id),
        "name": job.name,
        "base": base,
        "base_name": job.base_model,
        "method": job.method.value,
        "adaptation": job.adaptation.value,
        "hyperparameters": job.hyperparameters,
        "threads": threads,
    }
    (folder / "job.json").write_text(json.dumps(said, indent=2))


def fetch_base(store: ArtifactStore, version: ModelVersion, data_dir: Path) -> str:
    """The merged weights of a version, kept on this node by their digest."""
    artifact: StoredArtifact = version.artifacts["merged"]
    folder = data_dir / "training" / str(version.tenant_id) / "bases" / artifact["sha256"]
    if not folder.exists() and not fetch_folder(store, artifact, folder):
        raise TrainingBaseUnusable(problem="its weights are not in the artifact store any more")
    return str(folder)


def fetch_folder(store: ArtifactStore, artifact: StoredArtifact, folder: Path) -> bool:
    """It is there whole or not at all; False where the store does not have it, or something else."""
    draft = folder.parent / f".{folder.name}.{secrets.token_hex(4)}"
    try:
        get_folder(store, artifact, draft)
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    except (FileNotFoundError, DigestWrong):
        return False
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return True


def fetch_checkpoint(store: ArtifactStore, path: str, manifest_sha256: str, folder: Path) -> bool:
    """Whole, as far as its manifest goes: the trainer holds that against every file."""
    draft = folder.parent / f".{folder.name}.{secrets.token_hex(4)}"
    packed = draft.with_suffix(".tar")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        store.get(path, packed)
        unpack(packed, draft)
        if sha256_of(draft / "MANIFEST.json") != manifest_sha256:
            return False
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    except (FileNotFoundError, tarfile.TarError):
        return False
    finally:
        packed.unlink(missing_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
    return True


def end_of_log(folder: Path) -> str:
    try:
        return (folder / LOG).read_text(errors="replace")[-_LOG_CHARS:]
    except FileNotFoundError:
        return ""


def read_json(file: Path) -> dict[str, Any] | None:
    try:
        return json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return None


def clear(folder: Path, keep: Sequence[str] = _KEPT) -> None:
    """When nobody goes on from here any more."""
    for one in folder.iterdir() if folder.is_dir() else ():
        if one.name in keep:
            continue
        if one.is_dir():
            shutil.rmtree(one, ignore_errors=True)
        else:
            one.unlink(missing_ok=True)
