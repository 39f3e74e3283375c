"""The commit of another session's checkpoint, brought to this node: what a session begins at, or merges."""

from uuid import UUID

from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions.checkpoint_store import CheckpointStore, kept_of
from orchestrator.sessions.context import Services
from orchestrator.sessions.models import Checkpoint
from orchestrator.workspaces import Base


async def bring(
    services: Services, store: CheckpointStore, tenant_id: UUID, repository_key: str, checkpoint_id: UUID
) -> str:
    """With all that it needs, into the repository's mirror, which is there already. Raises CheckpointDamaged."""
    async with services.database.transaction() as db:
        row = await IndustrialRepository(db).get(Checkpoint, checkpoint_id)
    mirror = services.workspaces.mirror(str(tenant_id), Base(repository_key, row.commit, row.commit))
    transfers = services.workspaces.transfers
    if not await transfers.has(mirror, row.commit, row.ref):
        async with store.open(tenant_id, kept_of(row)) as contents:
            await transfers.unpack(mirror, contents.packs, row.base_commit or row.commit, row.commit, row.ref)
    return row.commit
