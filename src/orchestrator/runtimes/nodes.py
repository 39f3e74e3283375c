"""This machine as a node: an id that lasts as long as its data directory, and a heartbeat that can be refused.

A node that was declared dead joins anew as its next incarnation. What its earlier one had begun belongs to others by then.
"""

import asyncio
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text

from orchestrator import __version__
from orchestrator.kit.db import SYSTEM_ROLE, Database, connection_info
from orchestrator.kit.ids import new_id
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

_RETRY_SECONDS = 1.0

_JOIN = text(
    """
    insert into nodes (id, hostname, pid, slots, sandbox, version, opencode_version, started_at, heartbeat_at, heartbeats)
    values (:id, :hostname, :pid, :slots, :sandbox, :version, :opencode_version, now(), now(), 1)
    on conflict (id) do update set hostname = excluded.hostname, pid = excluded.pid, slots = excluded.slots,
        sandbox = excluded.sandbox, version = excluded.version, opencode_version = excluded.opencode_version,
        started_at = now(), heartbeat_at = now(), heartbeats = nodes.heartbeats + 1,
        incarnation = nodes.incarnation + (nodes.died_at is not null)::int, died_at = null
    returning incarnation
    """
)
_CLOSE_RUNTIMES = text(
    "update runtimes set stopped_at = now(), stop_reason = 'node restarted' where node_id = :n and stopped_at is null"
)
_BEAT = """
    update nodes set heartbeat_at = now(), heartbeats = heartbeats + 1, disk_full = %s
    where id = %s and incarnation = %s and died_at is null
    returning draining_since is not null
"""


@dataclass(frozen=True)
class Membership:
    """A node's place in the cluster; it ends when the node is declared dead."""

    node_id: UUID
    incarnation: int

    @property
    def name(self) -> str:
        """Unlike that of any other node and of any earlier time."""
        return f"node-{self.node_id}-{self.incarnation}"


def node_id_of(data_dir: Path) -> UUID:
    file = data_dir / "node.id"
    if file.exists():
        return UUID(file.read_text().strip())
    draft = file.with_suffix(".tmp")
    draft.write_text(f"{new_id()}\n")
    draft.replace(file)
    return UUID(file.read_text().strip())


async def register(
    database: Database, node_id: UUID, slots: int, sandbox: str, opencode_version: str | None = None
) -> Membership:
    """The same incarnation as before, unless that was declared dead.

    Also closes the rows of runtimes that an earlier process of this node left open: its processes are gone.
    """
    values: dict[str, Any] = {"hostname": socket.gethostname(), "pid": os.getpid(), "slots": slots, "sandbox": sandbox}
    values |= {"version": __version__, "opencode_version": opencode_version}
    async with database.system_transaction() as db:
        incarnation = (await db.execute(_JOIN, {"id": node_id, **values})).scalar_one()
        await db.execute(_CLOSE_RUNTIMES, {"n": node_id})
    return Membership(node_id, incarnation)


class Heart:
    """Beats until the node is declared dead, or has been without an answer for as long as that takes.

    On a connection of its own: to wait in the queue for a shared one must not kill the node.
    """

    def __init__(
        self,
        url: str,
        member: Membership,
        beat_seconds: float,
        death_seconds: float,
        *,
        disk_full: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._info = connection_info(url, SYSTEM_ROLE)
        self.member = member
        self._beat_seconds = beat_seconds
        self._death_seconds = death_seconds
        self._disk_full = disk_full
        self._clock = clock
        self._heard_at = clock()
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self.stopped = asyncio.Event()
        """The node does not belong to the cluster any more, whatever its sessions are doing."""
        self.draining = asyncio.Event()

    async def run(self) -> None:
        """Time is measured on the monotonic clock, from before a beat is sent: never later than others measure it."""
        try:
            await self._beat_on()
        finally:
            await self._disconnect()

    async def _beat_on(self) -> None:
        while not self.stopped.is_set():
            sent_at = self._clock()
            left_seconds = self._heard_at + self._death_seconds - sent_at
            if left_seconds <= 0:
                self._stop("the database did not answer for too long")
                return
            if await self._beaten(left_seconds):
                self._heard_at = sent_at
                await asyncio.sleep(self._beat_seconds)
            else:
                await asyncio.sleep(min(_RETRY_SECONDS, self._beat_seconds, left_seconds))

    async def _beaten(self, timeout_seconds: float) -> bool:
        try:
            async with asyncio.timeout(timeout_seconds):
                row = await self._send()
        except (psycopg.Error, OSError, TimeoutError) as error:
            log.warning("heartbeat_failed", problem=(str(error) or type(error).__name__).strip().split("\n")[0])
            await self._disconnect()
            return False
        if row is None:
            self._stop("it was declared dead")
        elif row[0]:
            self.draining.set()
        else:
            self.draining.clear()
        return True

    async def _send(self) -> Any:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(self._info, autocommit=True)
        cursor = await self._connection.execute(_BEAT, (self._disk_full(), self.member.node_id, self.member.incarnation))
        return await cursor.fetchone()

    async def _disconnect(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    def _stop(self, reason: str) -> None:
        log.error("node_given_up", node_id=str(self.member.node_id), incarnation=self.member.incarnation, reason=reason)
        self.stopped.set()
