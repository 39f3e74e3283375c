"""The commits of other sessions' checkpoints, brought to this node: what a session begins at, or merges."""

from collections.abc import Sequence
from uuid import UUID

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.sessions.checkpoint_store import CheckpointStore, kept_of
from orchestrator.sessions.context import Services
from orchestrator.sessions.models import Checkpoint
from orchestrator.workspaces import Base


async def bring(
    services: Services, store: CheckpointStore, tenant_id: UUID, repository_key: str, checkpoint_id: UUID
) -> str:
    """With all that it needs, into the repository's mirror, which is there already. Raises CheckpointDamaged."""
    return (await bring_all(services, store, tenant_id, repository_key, [checkpoint_id]))[0]


async def bring_all(
    services: Services, store: CheckpointStore, tenant_id: UUID, repository_key: str, checkpoint_ids: Sequence[UUID]
) -> list[str]:
    """The commits, in the order of their checkpoints. What is here already costs one question for all of them."""
    async with services.database.transaction() as db:
        found = await IndustrialRepository(db).list(Checkpoint, Checkpoint.id.in_(checkpoint_ids), order=(Checkpoint.id,))
    rows = {row.id: row for row in found}
    if not rows.keys() >= set(checkpoint_ids):
        raise NotFound
    mirror = services.workspaces.mirror(str(tenant_id), Base(repository_key, "", ""))
    transfers = services.workspaces.transfers
    kept = await transfers.kept(mirror, {row.ref: row.commit for row in found})
    for row in found:
        if row.ref not in kept:
            async with store.open(tenant_id, kept_of(row)) as contents:
                await transfers.unpack(mirror, contents.packs, row.base_commit or row.commit, row.commit, row.ref)
    return [rows[one].commit for one in checkpoint_ids]
