"""This machine as a node: an id that lasts as long as its data directory, and a heartbeat."""

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.ids import new_id
from orchestrator.kit.logging import get_logger
from orchestrator.runtimes.models import Node

log = get_logger(__name__)

HEARTBEAT_SECONDS = 5.0


def node_id_of(data_dir: Path) -> UUID:
    file = data_dir / "node.id"
    if file.exists():
        return UUID(file.read_text().strip())
    draft = file.with_suffix(".tmp")
    draft.write_text(f"{new_id()}\n")
    draft.replace(file)
    return UUID(file.read_text().strip())


async def register(database: Database, node_id: UUID, slots: int, sandbox: str) -> None:
    """Also closes the rows of runtimes that an earlier process of this node left open: its processes are gone."""
    moment = now()
    values = {
        "hostname": socket.gethostname(),
        "pid": os.getpid(),
        "slots": slots,
        "sandbox": sandbox,
        "started_at": moment,
        "heartbeat_at": moment,
    }
    async with database.system_transaction() as db:
        await db.execute(insert(Node).values(id=node_id, **values).on_conflict_do_update(index_elements=["id"], set_=values))
        await db.execute(
            text(
                "update runtimes set stopped_at = now(), stop_reason = 'node restarted' "
                "where node_id = :n and stopped_at is null"
            ),
            {"n": node_id},
        )


async def heartbeat(database: Database, node_id: UUID, disk_full: Callable[[], bool]) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        try:
            async with database.system_transaction() as db:
                values = {"heartbeat_at": now(), "disk_full": disk_full()}
                await db.execute(update(Node).where(Node.id == node_id).values(values))
        except (DBAPIError, OSError) as error:
            log.warning("heartbeat_failed", problem=str(error).split("\n")[0])
