"""Whoever calls tools with an API key, or from the page of a log-in."""

import asyncio
import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from orchestrator.events.log import Only, last_number
from orchestrator.events.models import Event
from orchestrator.events.stream import EventHub, Reader
from orchestrator.kit.db import Database
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.mcp.rest import RestCaller


@dataclass(frozen=True)
class Person:
    tenant_id: UUID
    rest: RestCaller
    database: Database
    hub: EventHub

    async def session(self, session_id: UUID) -> dict[str, Any]:
        """Raises ToolRefused."""
        return await self.rest.ask("GET", f"/sessions/{session_id}")

    async def session_at_rest(self, session_id: UUID, statuses: Collection[str], seconds: float) -> dict[str, Any]:
        """When it has one of the statuses, or after so long. Raises ToolRefused."""
        with tenant_scope(self.tenant_id):
            async with self.database.transaction() as db:
                after = await last_number(db)
        session = await self.session(session_id)
        if session["status"] in statuses:
            return session
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._until(session_id, statuses, after)
        return await self.session(session_id)

    async def _until(self, session_id: UUID, statuses: Collection[str], after: int) -> None:
        async with contextlib.aclosing(self.hub.read(self.tenant_id, after, Reader(Only(session_id)))) as news:
            async for one in news:
                if isinstance(one, Event) and one.type == "session.status" and one.data["to"] in statuses:
                    return
