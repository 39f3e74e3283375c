"""One reader of the event log: everything after a number, then what comes, without loss or doubling."""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from orchestrator.events.deltas import DELTAS_CHANNEL
from orchestrator.events.listener import Listener
from orchestrator.events.log import EVENTS_CHANNEL, EVERYTHING, Only, last_number, read_after
from orchestrator.events.models import Event
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.tenant_scope import tenant_scope

HEARTBEAT_SECONDS = 10.0
_BUFFERED_DELTAS = 1000
_KEPT_EVENTS = 1000
_AT_ONCE = 500


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
    """What one connection waits for. Text that is being written is of sessions, and not of a plan."""

    def __init__(self, only: Only = EVERYTHING) -> None:
        self.only = only
        self.news = asyncio.Event()
        self.deltas: asyncio.Queue[Delta] = asyncio.Queue(_BUFFERED_DELTAS)
        self.overflown = False
        self.is_closed = False

    def close(self) -> None:
        """The reader is told nothing more."""
        self.is_closed = True
        self.news.set()

    def push(self, delta: Delta) -> None:
        if self.only.plan_id is not None or not self.only.has_session(delta.session_id):
            return
        try:
            self.deltas.put_nowait(delta)
        except asyncio.QueueFull:
            self.overflown = True
        self.news.set()


class Tail:
    """The newest events of one tenant, read once for all who follow them."""

    def __init__(self, database: Database, tenant_id: UUID) -> None:
        self._database, self._tenant_id = database, tenant_id
        self._events: deque[Event] = deque(maxlen=_KEPT_EVENTS)
        self._last: int | None = None
        self._told: int | None = None
        """The number of the newest event that was told of; None when there may be any."""
        self._reading = asyncio.Lock()

    def tell(self, number: int | None) -> None:
        if number is None:
            self._told = None
        elif self._told is not None:
            self._told = max(self._told, number)

    async def after(self, number: int, only: Only) -> tuple[Sequence[Event], int]:
        """Those wanted that follow, and up to which number these are all."""
        async with self._reading:
            last = await self._read()
        if number >= last - len(self._events):
            found = [event for event in self._events if event.seq > number and only.has(event)]
            return found, max(number, last)
        found = await self._stored(number, only)
        return found, found[-1].seq if len(found) == _AT_ONCE else max([last, *(event.seq for event in found[-1:])])

    async def _read(self) -> int:
        """Whatever is new; the number of the newest."""
        if self._last is not None and self._told is not None and self._told <= self._last:
            return self._last
        told, self._told = self._told, self._told or 0
        is_read = False
        try:
            if self._last is None:
                self._last = await self._newest()
            while rows := await self._stored(self._last, EVERYTHING):
                self._events.extend(rows)
                self._last = rows[-1].seq
            is_read = True
        finally:
            if not is_read:
                self._told = told
        return self._last

    async def _newest(self) -> int:
        with tenant_scope(self._tenant_id):
            async with self._database.transaction() as db:
                return await last_number(db)

    async def _stored(self, after: int, only: Only) -> Sequence[Event]:
        with tenant_scope(self._tenant_id):
            async with self._database.transaction() as db:
                return await read_after(db, after, only, limit=_AT_ONCE)


class EventHub:
    """Spreads one process's notifications over its readers, tenant by tenant."""

    def __init__(self, database: Database, listener: Listener) -> None:
        self._database = database
        self._readers: dict[UUID, set[Reader]] = {}
        self._tails: dict[UUID, Tail] = {}
        self._is_closed = False
        listener.subscribe(EVENTS_CHANNEL, self._on_event)
        listener.subscribe(DELTAS_CHANNEL, self._on_delta)

    def _on_event(self, payload: str) -> None:
        name, _, number = payload.partition(":")
        for tenant_id in [UUID(name)] if payload else list(self._readers):
            if (tail := self._tails.get(tenant_id)) is not None:
                tail.tell(int(number) if payload else None)
            for reader in self._readers.get(tenant_id, ()):
                reader.news.set()

    def _on_delta(self, payload: str) -> None:
        if not payload:
            return
        told: dict[str, Any] = json.loads(payload)
        delta = Delta(UUID(told["session_id"]), told["part_id"], told["text"])
        for reader in self._readers.get(UUID(told["tenant_id"]), ()):
            reader.push(delta)

    def close(self) -> None:
        """The process ends: its readers are let go, and resume by number at the next one."""
        self._is_closed = True
        for readers in self._readers.values():
            for reader in readers:
                reader.close()

    async def read(self, tenant_id: UUID, after: int, reader: Reader) -> AsyncGenerator[Event | Delta | Heartbeat]:
        """Until the reader is closed. Ends with ReaderTooSlow when it falls behind; it then resumes by number."""
        self._readers.setdefault(tenant_id, set()).add(reader)
        tail = self._tails.setdefault(tenant_id, Tail(self._database, tenant_id))
        try:
            while not (reader.is_closed or self._is_closed):
                reader.news.clear()
                behind = True
                while behind:
                    events, position = await tail.after(after, reader.only)
                    for event in events:
                        if reader.is_closed:
                            return
                        yield event
                    behind, after = position > after, position
                while not reader.deltas.empty():
                    yield reader.deltas.get_nowait()
                if reader.overflown:
                    raise ReaderTooSlow
                if not await _happens(reader.news, HEARTBEAT_SECONDS):
                    yield Heartbeat()
        finally:
            self._readers[tenant_id].discard(reader)
            if not self._readers[tenant_id]:
                del self._readers[tenant_id]
                del self._tails[tenant_id]


async def _happens(event: asyncio.Event, timeout_seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_seconds):
            await event.wait()
        return True
    return False
