"""A node that drains: each of its sessions ends the model call or tool that it is at, is brought to rest with a checkpoint
and queued, to go on where there is room."""

from uuid import UUID

from sqlalchemy import text

from orchestrator.kit.db import Database
from orchestrator.kit.logging import get_logger
from orchestrator.sessions.lifecycle import CONTROL_CHANNEL

log = get_logger(__name__)

# What a person asked for comes first: a session that is being paused or stopped leaves the node by that.
_ASK = text(
    """
    with asked as (
        update sessions set requested = 'drain', requested_by = null
        where node_id = :node_id and status in ('running', 'waiting', 'degraded', 'verifying') and requested is null
        returning id
    )
    select id, pg_notify(:channel, id::text) from asked
    """
)
_TAKE_BACK = text("update sessions set requested = null where node_id = :node_id and requested = 'drain'")


async def ask_to_leave(database: Database, node_id: UUID) -> None:
    """Asks those that have not been asked yet."""
    async with database.system_transaction() as db:
        asked = (await db.execute(_ASK, {"node_id": node_id, "channel": CONTROL_CHANNEL})).all()
    if asked:
        log.info("node_drains", node_id=str(node_id), sessions=len(asked))


async def let_stay(database: Database, node_id: UUID) -> None:
    """What has not left yet need not any more."""
    async with database.system_transaction() as db:
        await db.execute(_TAKE_BACK, {"node_id": node_id})
