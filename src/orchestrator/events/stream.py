"""One reader of the event log: everything after a number, then what comes, without loss or doubling."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from orchestrator.events.listener import Listener
from orchestrator.events.log import DELTAS_CHANNEL, EVENTS_CHANNEL, read_after
from orchestrator.events.models import Event
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.tenant_scope import tenant_scope

HEARTBEAT_SECONDS = 10.0
_BUFFERED_DELTAS = 1000


class ReaderTooSlow(OrchestratorError):
    """The reader fell behind what is being written."""

    status = 503
    code = "reader_too_slow"
    hint = "Connect again with Last-Event-ID: nothing that is stored is lost."


@dataclass(frozen=True)
class Delta:
    session_id: UUID
    part_id: str
    text: str


@dataclass(frozen=True)
class Heartbeat:
    pass


class Reader:
    """What one connection waits for."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self.deltas: asyncio.Queue[Delta] = asyncio.Queue(_BUFFERED_DELTAS)
        self.overflown = False

    def push(self, delta: Delta) -> None:
        try:
            self.deltas.put_nowait(delta)
        except asyncio.QueueFull:
            self.overflown = True
        self.news.set()


class EventHub:
    """Spreads one process's notifications over its readers, tenant by tenant."""

    def __init__(self, database: Database, listener: Listener) -> None:
        self._database = database
        self._readers: dict[UUID, set[Reader]] = {}
        listener.subscribe(EVENTS_CHANNEL, self._on_event)
        listener.subscribe(DELTAS_CHANNEL, self._on_delta)

    def _on_event(self, payload: str) -> None:
        tenants = [UUID(payload.partition(":")[0])] if payload else list(self._readers)
        for tenant_id in tenants:
            for reader in self._readers.get(tenant_id, ()):
                reader.news.set()

    def _on_delta(self, payload: str) -> None:
        if not payload:
            return
        told: dict[str, Any] = json.loads(payload)
        delta = Delta(UUID(told["session_id"]), told["part_id"], told["text"])
        for reader in self._readers.get(UUID(told["tenant_id"]), ()):
            reader.push(delta)

    async def read(self, tenant_id: UUID, after: int, session_id: UUID | None) -> AsyncIterator[Event | Delta | Heartbeat]:
        """Ends with ReaderTooSlow when the reader falls behind; it then resumes by number."""
        reader = Reader()
        self._readers.setdefault(tenant_id, set()).add(reader)
        try:
            while True:
                reader.news.clear()
                async for event in self._stored(tenant_id, after, session_id):
                    after = event.seq
                    yield event
                while not reader.deltas.empty():
                    delta = reader.deltas.get_nowait()
                    if session_id in (None, delta.session_id):
                        yield delta
                if reader.overflown:
                    raise ReaderTooSlow
                if not await _happens(reader.news, HEARTBEAT_SECONDS):
                    yield Heartbeat()
        finally:
            self._readers[tenant_id].discard(reader)
            if not self._readers[tenant_id]:
                del self._readers[tenant_id]

    async def _stored(self, tenant_id: UUID, after: int, session_id: UUID | None) -> AsyncIterator[Event]:
        while True:
            with tenant_scope(tenant_id):
                async with self._database.transaction() as db:
                    rows = await read_after(db, after, session_id=session_id)
            if not rows:
                return
            for row in rows:
                after = row.seq
                yield row


async def _happens(event: asyncio.Event, timeout_seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_seconds):
            await event.wait()
        return True
    return False
