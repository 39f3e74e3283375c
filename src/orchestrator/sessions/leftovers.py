"""What a session's commands left running, from the records of its node into the database.

The wrapper around a command has written its record before the command is over. A checkpoint takes the records over after
its commit is made, in the transaction of its own row: of the commands whose work a checkpoint holds none is unknown to the
node that goes on from it.
"""

import asyncio
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.sandboxes.leftovers import forget_records, left_running
from orchestrator.sessions.context import Services, SessionKey, load
from orchestrator.sessions.models import LeftRunning, Session
from orchestrator.workspaces import named


class Leftovers:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def on_node(self, key: SessionKey) -> dict[str, list[str]]:
        return await asyncio.to_thread(left_running, self._services.runtimes.left(key.tenant_id, key.session_id))

    async def forget(self, key: SessionKey, records: dict[str, list[str]]) -> None:
        """Once they are in the database. Those that a crash keeps are taken over again, to no effect."""
        folder = self._services.runtimes.left(key.tenant_id, key.session_id)
        await asyncio.to_thread(forget_records, folder, list(records))

    async def doubts(self, key: SessionKey) -> list[str]:
        """Of the commands since somebody last asked for a result."""
        records = await self.on_node(key)
        async with self._services.database.transaction() as db:
            session = await load(db, key)
            await store(db, key.tenant_id, key.session_id, records)
            rows = await _since_asked(db, session)
        await self.forget(key, records)
        return _told(rows, ended=self._services.runtimes.node.sandbox.isolated)


async def store(db: AsyncSession, tenant_id: UUID, session_id: UUID, records: dict[str, list[str]]) -> None:
    ids = {"tenant_id": tenant_id, "session_id": session_id, "created_at": now()}
    rows = [{**ids, "record": record, "programs": programs} for record, programs in records.items()]
    if rows:
        await db.execute(insert(LeftRunning).values(rows).on_conflict_do_nothing())


async def _since_asked(db: AsyncSession, session: Session) -> list[list[str]]:
    query = select(LeftRunning.programs).where(
        LeftRunning.tenant_id == session.tenant_id,
        LeftRunning.session_id == session.id,
        LeftRunning.created_at >= (session.started_at or session.created_at),
    )
    return list((await db.execute(query.order_by(LeftRunning.created_at, LeftRunning.record))).scalars())


def _told(rows: list[list[str]], *, ended: bool) -> list[str]:
    doubts: list[str] = []
    if programs := list(dict.fromkeys(name for row in rows for name in row)):
        doubts.append(f"commands left processes running{', which ended with them' if ended else ''}: {named(programs)}")
    if not all(rows):
        doubts.append("commands ended so that nobody saw what they left running")
    return doubts
