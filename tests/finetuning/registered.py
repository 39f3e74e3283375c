"""Datasets, jobs and versions as they are once a trainer has done its work."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from tests.actors import Actor
from tests.api import Api, Server

from orchestrator.finetuning import artifact_files, versions
from orchestrator.finetuning.dataset_models import Dataset
from orchestrator.finetuning.hyperparameters import checked
from orchestrator.finetuning.job_models import Adaptation, FineTuningJob, JobStatus, Method, TrainerKind
from orchestrator.finetuning.version_models import Evaluation, EvaluationStatus, ModelVersion
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope


@dataclass(frozen=True)
class Trained:
    tenant_id: UUID
    id: UUID
    name: str
    version: str

    @property
    def label(self) -> str:
        return f"{self.name}@{self.version}"

    @property
    def path(self) -> str:
        return f"/models/versions/{self.name}/{self.version}"


def store_of(api: Api | Server) -> ArtifactStore:
    settings = api.settings if isinstance(api, Server) else api.app.state.settings
    return ArtifactStore(settings.artifact_store_url)


async def trained(
    api: Api | Server, actor: Actor, name: str | None = None, folder: Path | None = None, **job: Any
) -> Trained:
    """A candidate of the tenant, whose adapter is in the artifact store."""
    name = name or f"coder-{uuid4().hex[:8]}"
    with tenant_scope(actor.tenant_id):
        async with api.database.transaction() as db:
            row = job_row(name, dataset_row(db, actor.tenant_id), **job)
            IndustrialRepository(db).add(row)
            await db.flush()
            with TemporaryDirectory() as made:
                adapter = folder or _adapter(Path(made))
                stored = artifact_files.put(store_of(api), actor.tenant_id, row.id, "adapter", adapter)
            version = await versions.register(db, row, {"adapter": stored}, {"heldout_loss": 0.1}, "ba5e" * 16)
            return of(version)


def of(version: ModelVersion) -> Trained:
    return Trained(version.tenant_id, version.id, version.name, version.version)


def dataset_row(db: Any, tenant_id: UUID) -> str:
    dataset_id = hashlib.sha256(uuid4().bytes).hexdigest()
    row = Dataset(
        tenant_id=tenant_id,
        id=dataset_id,
        name="d",
        path=f"{tenant_id}/datasets/{dataset_id}",
        train_rows=1,
        heldout_rows=1,
        preference_rows=0,
        tokens=10,
        policy={},
        counters={},
        code_version="1",
        created_by="test",
        created_at=now(),
    )
    db.add(row)
    return dataset_id


def job_row(name: str, dataset_id: str, **changes: Any) -> FineTuningJob:
    values = {
        "id": new_id(),
        "name": name,
        "base_model": "tiny",
        "dataset_id": dataset_id,
        "method": Method.SFT,
        "adaptation": Adaptation.LORA,
        "trainer": TrainerKind.LOCAL,
        "hyperparameters": checked({}, Method.SFT, Adaptation.LORA),
        "status": JobStatus.SUCCEEDED,
        "attempt": 1,
        "step": 10,
        "latest": {},
        "spent_seconds": 1,
        "created_by": "test",
        "created_at": now(),
        "updated_at": now(),
    }
    return FineTuningJob(**values | changes)


def _adapter(folder: Path) -> Path:
    (folder / "adapter_model.safetensors").write_bytes(b"weights")
    (folder / "adapter_config.json").write_text("{}")
    return folder


async def judged(api: Api, version: Trained, status: EvaluationStatus, refusals: Sequence[str] = ()) -> UUID:
    """An evaluation of it that has ended so."""
    verdict = {"passed": status is EvaluationStatus.PASSED, "refusals": list(refusals)}
    row = Evaluation(
        id=new_id(),
        version_id=version.id,
        suite={},
        status=status,
        verdict=None if status is EvaluationStatus.FAILED else verdict,
        created_by="test",
        created_at=now(),
        updated_at=now(),
        finished_at=now(),
    )
    with tenant_scope(version.tenant_id):
        async with api.database.transaction() as db:
            return IndustrialRepository(db).add(row).id
