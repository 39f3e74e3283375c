"""Sessions that a full disk stopped: they wait in the queue, with their work, instead of failing."""

from sqlalchemy import update

from orchestrator.kit.logging import get_logger
from orchestrator.runtimes.models import Node
from orchestrator.sessions.context import Services, SessionKey, load
from orchestrator.sessions.lifecycle import move, transition
from orchestrator.sessions.states import QueueReason, Status
from orchestrator.workspaces import Workspace
from orchestrator.workspaces.disk import free_bytes

log = get_logger(__name__)


async def held_by_disk(services: Services, key: SessionKey, workspace: Workspace | None) -> bool:
    """Back to the queue when the node's disk is really full; a write that failed for another reason is a failure.

    The node starts nothing more until its heartbeat finds room again, and then goes on with the open turn.
    """
    settings = services.settings
    if free_bytes(settings.data_dir) >= settings.min_free_bytes:
        return False
    if workspace is not None:
        await services.runtimes.release(workspace, key.session_id)
    async with services.database.system_transaction() as db:
        await db.execute(update(Node).where(Node.id == services.runtimes.node.node_id).values(disk_full=True))
    async with services.database.transaction() as db:
        session = await load(db, key, lock=True)
        await move(db, session, Status.RUNNING, "its disk is full")
        reason = "disk: that of its node is full"
        await transition(db, session, Status.QUEUED, reason, queue_reason=QueueReason.DISK)
    log.warning("session_held_by_disk", session_id=str(key.session_id))
    return True
