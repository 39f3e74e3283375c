"""Files of training data: kept as they were sent, and once more as rows; taken back, and never used after that."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import ColumnElement, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.finetuning.job_models import FineTuningJob, TrainingFile
from orchestrator.finetuning.uploads import Taken, take
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import Conflict, NotFound
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal


class TrainingFileInUse(Conflict):
    """The job {job} is not over, and it trains on this file."""

    code = "training_file_in_use"
    hint = "Wait for the job, or cancel it, and delete the file then."


ROWS, SENT = "rows.jsonl", "sent.jsonl"


def folder_of(tenant_id: UUID, file_id: UUID) -> str:
    return f"{tenant_id}/training/files/{file_id}"


def sent_path(row: TrainingFile) -> str:
    """Where the file is as it was sent; `row.path` has its rows."""
    return f"{folder_of(row.tenant_id, row.id)}/{SENT}"


async def store(artifacts: ArtifactStore, tenant_id: UUID, file_id: UUID, sent: Path) -> Taken:
    """Raises TrainingFileInvalid, TrainingFileEmpty, TrainingFileMixed; then nothing is kept."""
    return await asyncio.to_thread(_store, artifacts, folder_of(tenant_id, file_id), sent)


def _store(artifacts: ArtifactStore, folder: str, sent: Path) -> Taken:
    with TemporaryDirectory(prefix="orchestrator-training-file-") as scratch:
        rows = Path(scratch) / ROWS
        taken = take(sent, rows)
        artifacts.put(f"{folder}/{SENT}", sent)
        artifacts.put(f"{folder}/{ROWS}", rows)
    return taken


async def forget(artifacts: ArtifactStore, tenant_id: UUID, file_id: UUID) -> None:
    """What was stored for a file that there is no row of."""
    for name in (SENT, ROWS):
        await asyncio.to_thread(artifacts.delete, f"{folder_of(tenant_id, file_id)}/{name}")


def add(db: AsyncSession, principal: Principal, file_id: UUID, filename: str, purpose: str, taken: Taken) -> TrainingFile:
    row = TrainingFile(
        id=file_id,
        filename=filename,
        purpose=purpose,
        bytes=taken.bytes,
        sha256=taken.sha256,
        path=f"{folder_of(principal.tenant_id, file_id)}/{ROWS}",
        rows=taken.rows,
        created_by=principal.actor,
        created_at=now(),
    )
    IndustrialRepository(db).add(row)
    audit.record(
        db, principal.tenant_id, principal.actor, "training_file.create", str(file_id), after={"sha256": row.sha256}
    )
    return row


async def read(db: AsyncSession, file_id: UUID, *, lock: bool = False) -> TrainingFile:
    """Raises NotFound, also of one that was deleted."""
    row = await IndustrialRepository(db).get(TrainingFile, file_id, lock=lock)
    if row.deleted_at is not None:
        raise NotFound
    return row


async def listed(
    db: AsyncSession, after: UUID | None, limit: int, purpose: str | None
) -> tuple[Sequence[TrainingFile], bool]:
    """The newest first; the flag says whether there are more. Raises NotFound when there is no file `after`."""
    rows = IndustrialRepository(db)
    where: list[ColumnElement[bool]] = [TrainingFile.deleted_at.is_(None)]
    if purpose is not None:
        where.append(TrainingFile.purpose == purpose)
    if after is not None:
        last = await rows.get(TrainingFile, after)
        where.append(tuple_(TrainingFile.created_at, TrainingFile.id) < (last.created_at, last.id))
    order = (TrainingFile.created_at.desc(), TrainingFile.id.desc())
    found = await rows.list(TrainingFile, *where, order=order, limit=limit + 1)
    return found[:limit], len(found) > limit


async def delete(db: AsyncSession, principal: Principal, artifacts: ArtifactStore, file_id: UUID) -> TrainingFile:
    """Its content goes; jobs that were trained on it still name it. Raises NotFound, TrainingFileInUse."""
    row = await read(db, file_id, lock=True)
    uses = (FineTuningJob.training_file_id == file_id) | (FineTuningJob.validation_file_id == file_id)
    if job := await IndustrialRepository(db).list(FineTuningJob, uses, FineTuningJob.finished_at.is_(None), limit=1):
        raise TrainingFileInUse(job=job[0].id)
    row.deleted_at = now()
    _note(db, principal, "training_file.delete", row)
    await db.flush()
    await forget(artifacts, row.tenant_id, row.id)
    return row


def _note(db: AsyncSession, principal: Principal, deed: str, row: TrainingFile) -> None:
    audit.record(db, principal.tenant_id, principal.actor, deed, str(row.id), after={"sha256": row.sha256})
