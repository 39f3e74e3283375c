"""Sessions that a full disk stopped: they wait in the queue, with their work, instead of failing."""

from sqlalchemy import select, update

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.runtimes.models import Node
from orchestrator.sessions.context import Services, SessionKey, Superseded, load
from orchestrator.sessions.errors import FailureClass
from orchestrator.sessions.failures import NoRoomOnNode, class_of
from orchestrator.sessions.lifecycle import move, transition
from orchestrator.sessions.states import QueueReason, Status
from orchestrator.workspaces import Workspace
from orchestrator.workspaces.disk import has_room, says_full

log = get_logger(__name__)

_MAY_HIDE_A_FULL_DISK = (
    FailureClass.INTERNAL,
    FailureClass.RUNTIME_START,
    FailureClass.RUNTIME_LOST,
    FailureClass.REPOSITORY,
)
"""What also goes wrong when a program that is not ours cannot write: OpenCode then ends a turn without a word, git and
setup commands say it in words of their own."""


def may_be_for_want_of_room(error: BaseException) -> bool:
    if says_full(error) or not isinstance(error, OrchestratorError):
        return says_full(error)
    return class_of(error.code) in _MAY_HIDE_A_FULL_DISK


async def out_of_room(services: Services) -> bool:
    """Now, or at the node's last heartbeat: what failed a moment ago may have made the room that there is now."""
    settings = services.settings
    if not has_room(settings.data_dir, settings.min_free_bytes):
        return True
    node = select(Node.disk_full).where(Node.id == services.runtimes.node.node_id)
    async with services.database.system_transaction() as db:
        return bool((await db.execute(node)).scalar())


async def refuse_without_room(services: Services, failed: list[str]) -> None:
    """Nothing is judged by commands that failed on a full disk. Raises NoRoomOnNode."""
    if failed and await out_of_room(services):
        raise NoRoomOnNode(commands=", ".join(failed))


async def held_by_disk(services: Services, key: SessionKey, workspace: Workspace | None) -> bool:
    """Back to the queue when the node's disk is really full; a write that failed for another reason is a failure.

    The node starts nothing more until its heartbeat finds room again, and then goes on with the open turn. A session that
    somebody ended, or began again, in the meantime is left as it is.
    """
    if not await out_of_room(services):
        return False
    async with services.database.system_transaction() as db:
        await db.execute(update(Node).where(Node.id == services.runtimes.node.node_id).values(disk_full=True))
    try:
        await _queue(services, key, workspace)
    except Superseded as ended:
        log.info("session_superseded", session_id=str(key.session_id), problem=ended.message)
        return True
    log.warning("session_held_by_disk", session_id=str(key.session_id))
    return True


async def _queue(services: Services, key: SessionKey, workspace: Workspace | None) -> None:
    """The place in the runtime is given back before others can see the session queued. Raises Superseded."""
    async with services.database.transaction() as db:
        await load(db, key)
    if workspace is not None:
        await services.runtimes.release(workspace, key.session_id)
    async with services.database.transaction() as db:
        session = await load(db, key, lock=True)
        await move(db, session, Status.RUNNING, "its disk is full")
        await transition(db, session, Status.QUEUED, "disk: that of its node is full", queue_reason=QueueReason.DISK)
