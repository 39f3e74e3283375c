"""Files that come with a result: declared with their size and digest, sent in pieces, and there once both are right.

Pieces lie in the artifact store under the session's folder until the last one has come, so that any process takes any
piece. Whoever reads artifacts sees whole ones alone.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.eap.assignments import had, held
from orchestrator.eap.errors import ArtifactIncomplete, ArtifactMismatch, ArtifactRefused, LeaseStale, OffsetWrong
from orchestrator.eap.messages import DeclareArtifact
from orchestrator.eap.models import Artifact, Assignment
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.kit.ids import new_id
from orchestrator.kit.settings import Settings

MOST_PIECE_BYTES = 3_900_000
"""Of one request: below what the API takes of any body."""
MOST_OF_ONE_LEASE = 100
_ROOM = text("""
    select q.storage_bytes, (select coalesce(sum(bytes), 0)::bigint from storage_samples s where s.tenant_id = q.tenant_id)
    from quotas q where q.tenant_id = :tenant_id
""")


def folder_of(row: Assignment) -> str:
    """Beside the checkpoints of its session, with which it goes."""
    return f"{row.tenant_id}/sessions/{row.session_id}"


def bundle_path(tenant_id: UUID, session_id: UUID, assignment_id: UUID) -> str:
    return f"{tenant_id}/sessions/{session_id}/assignment-{assignment_id}.bundle"


async def declare(
    db: AsyncSession, settings: Settings, member_id: UUID, assignment_id: UUID, told: DeclareArtifact
) -> Artifact:
    """The same declaration again is the same artifact. Raises ArtifactRefused, LeaseStale, NotFound."""
    row = await held(db, member_id, assignment_id, told.lease_epoch, lock=True)
    check_name(told.name)
    known = await _called(db, row, told.lease_epoch, told.name)
    if known is not None:
        if (known.bytes, known.sha256) != (told.size, told.sha256):
            raise ArtifactRefused(problem=f"{told.name} was declared with another size or digest before")
        return known
    await _check_room(db, settings, row, told)
    artifact = Artifact(
        id=new_id(),
        assignment_id=row.id,
        lease_epoch=told.lease_epoch,
        name=told.name,
        media_type=told.media_type,
        bytes=told.size,
        sha256=told.sha256,
        received=0,
        created_at=now(),
    )
    IndustrialRepository(db).add(artifact)
    await db.flush()
    return artifact


def check_name(name: str) -> None:
    """A plain file name: of no folder, and nothing that a system takes for one. Raises ArtifactRefused."""
    wrong = (
        name in (".", "..") or name.startswith((".", "-", "~")) or name != name.strip() or not name.isprintable(),
        any(character in name for character in '/\\:*?"<>|\x00'),
        name.lower().startswith(".git"),
    )
    if any(wrong):
        raise ArtifactRefused(problem=f"{name[:80]!r} is no plain file name")


async def _check_room(db: AsyncSession, settings: Settings, row: Assignment, told: DeclareArtifact) -> None:
    own = Artifact.tenant_id == row.tenant_id, Artifact.assignment_id == row.id, Artifact.lease_epoch == told.lease_epoch
    count, together = (await db.execute(select(func.count(), func.coalesce(func.sum(Artifact.bytes), 0)).where(*own))).one()
    if told.size > settings.eap_artifact_bytes:
        raise ArtifactRefused(problem=f"{told.size} bytes are more than the {settings.eap_artifact_bytes} that one may have")
    if together + told.size > settings.eap_artifacts_bytes:
        raise ArtifactRefused(problem=f"all of them would have more than {settings.eap_artifacts_bytes} bytes")
    if count >= MOST_OF_ONE_LEASE:
        raise ArtifactRefused(problem=f"there are {MOST_OF_ONE_LEASE} already")
    most, used = (await db.execute(_ROOM, {"tenant_id": row.tenant_id})).one()
    if most is not None and used + told.size > most:
        raise ArtifactRefused(problem="the tenant's storage has no room for it")


async def read(db: AsyncSession, member_id: UUID, assignment_id: UUID, artifact_id: UUID) -> Artifact:
    """Raises NotFound."""
    await had(db, member_id, assignment_id)
    return await _of(db, assignment_id, artifact_id)


async def take_piece(
    db: AsyncSession, store: ArtifactStore, member_id: UUID, ids: tuple[UUID, UUID], offset: int, piece: bytes
) -> Artifact:
    """The last piece makes it whole, or undoes all of it. Sent again, a piece changes nothing.

    Raises NotFound, LeaseStale, OffsetWrong, ArtifactMismatch. Its caller commits also when it raises ArtifactMismatch.
    """
    assignment_id, artifact_id = ids
    row = await had(db, member_id, assignment_id, lock=True)
    artifact = await _of(db, assignment_id, artifact_id)
    if row.lease_epoch != artifact.lease_epoch or row.external_agent_id != member_id or row.has_ended:
        raise LeaseStale(epoch=artifact.lease_epoch)
    if artifact.path is not None or (piece and offset + len(piece) <= artifact.received):
        return artifact
    if offset != artifact.received:
        raise OffsetWrong(received=artifact.received, offset=offset)
    if offset + len(piece) > artifact.bytes:
        await _forget(db, store, row, artifact)
        raise ArtifactMismatch(name=artifact.name, problem=f"more than {artifact.bytes} bytes came")
    if piece:
        await asyncio.to_thread(store.write, _piece(row, artifact, offset), piece)
    artifact.received = offset + len(piece)
    if artifact.received == artifact.bytes:
        await _complete(db, store, row, artifact)
    await db.flush()
    return artifact


async def _complete(db: AsyncSession, store: ArtifactStore, row: Assignment, artifact: Artifact) -> None:
    path = f"{folder_of(row)}/artifact-{artifact.id}"
    sha256 = await asyncio.to_thread(_put_together, store, _pieces(store, row, artifact), path, artifact.sha256)
    await _drop_pieces(store, row, artifact)
    if sha256 != artifact.sha256:
        await _forget(db, store, row, artifact)
        raise ArtifactMismatch(name=artifact.name, problem=f"its SHA-256 is {sha256}")
    artifact.path = path


def _put_together(store: ArtifactStore, pieces: Sequence[str], path: str, wanted: str) -> str:
    """The digest; the file is there only when that is the wanted one."""
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(prefix="orchestrator-artifact-") as whole:
        for piece in pieces:
            content = store.read(piece)
            digest.update(content)
            whole.write(content)
        whole.flush()
        if digest.hexdigest() == wanted:
            store.put(path, Path(whole.name))
    return digest.hexdigest()


def _piece(row: Assignment, artifact: Artifact, offset: int) -> str:
    return f"{folder_of(row)}/artifact-{artifact.id}.{offset:020d}.piece"


def _pieces(store: ArtifactStore, row: Assignment, artifact: Artifact) -> list[str]:
    """In their order. A piece that a crash left without its row is written again before it is read."""
    own = f"artifact-{artifact.id}."
    return [f"{folder_of(row)}/{name}" for name in store.list(folder_of(row)) if name.startswith(own)]


async def _drop_pieces(store: ArtifactStore, row: Assignment, artifact: Artifact) -> None:
    for piece in await asyncio.to_thread(_pieces, store, row, artifact):
        await asyncio.to_thread(store.delete, piece)


async def _forget(db: AsyncSession, store: ArtifactStore, row: Assignment, artifact: Artifact) -> None:
    await _drop_pieces(store, row, artifact)
    artifact.received = 0
    await db.flush()


async def check_whole(db: AsyncSession, row: Assignment, names: Sequence[str]) -> None:
    """Raises ArtifactRefused for one that was never declared, ArtifactIncomplete for one that is not all here."""
    for name in names:
        artifact = await _called(db, row, row.lease_epoch, name)
        if artifact is None:
            raise ArtifactRefused(problem=f"nothing called {name[:80]!r} was declared")
        if artifact.path is None:
            raise ArtifactIncomplete(name=name, received=artifact.received, bytes=artifact.bytes)


async def of_result(db: AsyncSession, row: Assignment, name: str) -> Artifact:
    """A whole one of the lease that the result came under. Raises NotFound."""
    artifact = await _called(db, row, row.result_epoch or 0, name)
    if artifact is None or artifact.path is None:
        raise NotFound
    return artifact


async def whole_ones(db: AsyncSession, row: Assignment) -> Sequence[Artifact]:
    """Those that its result names."""
    named = list(dict.fromkeys((row.result or {}).get("artifacts", [])))
    own = Artifact.assignment_id == row.id, Artifact.lease_epoch == row.result_epoch, Artifact.path.is_not(None)
    return await IndustrialRepository(db).list(Artifact, *own, Artifact.name.in_(named), order=(Artifact.name,))


async def _called(db: AsyncSession, row: Assignment, epoch: int, name: str) -> Artifact | None:
    own = Artifact.assignment_id == row.id, Artifact.lease_epoch == epoch, Artifact.name == name
    return await IndustrialRepository(db).find(Artifact, *own)


async def _of(db: AsyncSession, assignment_id: UUID, artifact_id: UUID) -> Artifact:
    artifact = await IndustrialRepository(db).find(
        Artifact, Artifact.id == artifact_id, Artifact.assignment_id == assignment_id
    )
    if artifact is None:
        raise NotFound
    return artifact
