"""Versions of tuned models: what a job made, where it came from, and what came of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from semver import Version
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator import __version__
from orchestrator.events import log as events
from orchestrator.finetuning.artifact_files import StoredArtifact
from orchestrator.finetuning.job_models import FineTuningJob
from orchestrator.finetuning.version_errors import JobUnfinished, VersionNameUnknown
from orchestrator.finetuning.version_models import Evaluation, ModelVersion, VersionStage, VersionStep
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, Json, lock_until_commit
from orchestrator.kit.errors import NotFound
from orchestrator.kit.ids import new_id

FIRST = "1.0.0"
_NAMED = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]{0,62})@(?P<version>[0-9A-Za-z.-]{5,64})")


@dataclass(frozen=True)
class Lineage:
    """Both ways: what a version came of, and what came of it. Evaluations and steps are the newest first."""

    version: ModelVersion
    parent: ModelVersion | None
    children: Sequence[ModelVersion]
    job: FineTuningJob | None
    evaluations: Sequence[Evaluation]
    steps: Sequence[VersionStep]


async def register(
    db: AsyncSession,
    job: FineTuningJob,
    artifacts: Mapping[str, StoredArtifact],
    metrics: Mapping[str, Any],
    base_digest: str,
) -> ModelVersion:
    """What the job trained, as the next candidate of its name. A job has one version, however often this is called."""
    known = IndustrialRepository(db)
    await lock_until_commit(db, f"{known.tenant_id}:model-versions:{job.name}")
    former = await known.find(ModelVersion, ModelVersion.job_id == job.id)
    if former is not None:
        return former
    if not artifacts:
        raise JobUnfinished(job=job.id, status=job.status.value)
    parent = await named(db, job.base_model) if "@" in job.base_model else None
    row = ModelVersion(
        id=new_id(),
        name=job.name,
        version=await _next_version(db, job.name),
        base_model=job.base_model,
        base_digest=base_digest,
        parent_id=parent.id if parent else None,
        dataset_id=job.dataset_id,
        training_file_id=job.training_file_id,
        job_id=job.id,
        code_version=__version__,
        metrics=dict(metrics),
        artifacts={kind: dict(one) for kind, one in artifacts.items()},
        stage=VersionStage.CANDIDATE,
        created_by=job.created_by,
        created_at=now(),
        updated_at=now(),
    )
    known.add(row)
    await db.flush()
    job.model_version_id = row.id
    told: Json = {"version_id": str(row.id), "version": label(row), "job_id": str(job.id)}
    events.append(db, row.tenant_id, "model_version.registered", actor=job.created_by, **told)
    return row


async def _next_version(db: AsyncSession, name: str) -> str:
    rows = await of_name(db, name)
    return str(Version.parse(rows[0].version).bump_patch()) if rows else FIRST


def label(version: ModelVersion) -> str:
    return f"{version.name}@{version.version}"


async def of_name(db: AsyncSession, name: str) -> list[ModelVersion]:
    """The highest first."""
    rows = await IndustrialRepository(db).list(ModelVersion, ModelVersion.name == name)
    return sorted(rows, key=lambda row: Version.parse(row.version), reverse=True)


async def get(db: AsyncSession, name: str, version: str, *, lock: bool = False) -> ModelVersion:
    """`version` may be `latest` or `production`. Raises NotFound."""
    known = IndustrialRepository(db)
    if version == "latest":
        rows = await of_name(db, name)
        if not rows:
            raise NotFound
        return await known.get(ModelVersion, rows[0].id, lock=lock)
    which = ModelVersion.stage == VersionStage.PRODUCTION if version == "production" else ModelVersion.version == version
    found = await known.find(ModelVersion, ModelVersion.name == name, which)
    if found is None:
        raise NotFound
    return await known.get(ModelVersion, found.id, lock=lock)


async def named(db: AsyncSession, text: str) -> ModelVersion:
    """By `name@1.2.3`. Raises VersionNameUnknown."""
    found = _NAMED.fullmatch(text)
    try:
        if found is None:
            raise NotFound
        return await get(db, found["name"], found["version"])
    except NotFound:
        raise VersionNameUnknown(version=text[:130]) from None


async def lineage(db: AsyncSession, version: ModelVersion) -> Lineage:
    known = IndustrialRepository(db)
    newest = Evaluation.created_at.desc(), Evaluation.id.desc()
    return Lineage(
        version=version,
        parent=await known.get(ModelVersion, version.parent_id) if version.parent_id else None,
        children=await known.list(
            ModelVersion, ModelVersion.parent_id == version.id, order=(ModelVersion.created_at, ModelVersion.id)
        ),
        job=await known.get(FineTuningJob, version.job_id) if version.job_id else None,
        evaluations=await known.list(Evaluation, Evaluation.version_id == version.id, order=newest),
        steps=await known.list(
            VersionStep,
            VersionStep.version_id == version.id,
            order=(VersionStep.taken_at.desc(), VersionStep.id.desc()),
        ),
    )


async def descendants(db: AsyncSession, dataset_id: str) -> Sequence[ModelVersion]:
    """Every version that learnt from the dataset, itself or through the version that it was trained on."""
    tenant_id = IndustrialRepository(db).tenant_id
    own = ModelVersion.tenant_id == tenant_id
    family = select(ModelVersion.id).where(own, ModelVersion.dataset_id == dataset_id).cte("family", recursive=True)
    family = family.union(select(ModelVersion.id).where(own, ModelVersion.parent_id == family.c.id))
    query = select(ModelVersion).where(own, ModelVersion.id.in_(select(family.c.id)))
    return (await db.execute(query.order_by(ModelVersion.created_at, ModelVersion.id))).scalars().all()
