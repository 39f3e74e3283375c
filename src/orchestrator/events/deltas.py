"""Text while it is being written: told to who is listening now, and not stored."""

import asyncio
import itertools
import json
from collections import defaultdict
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import Database
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

DELTAS_CHANNEL = "orchestrator_deltas"

_DELTA_CHARS = 1200
"""A notification holds 8,000 bytes, and an escaped control character takes six."""
_GATHER_SECONDS = 0.04

_numbers = itertools.count()
"""PostgreSQL delivers equal notifications of one transaction once, so that "====" in two pieces would lose one."""

_NOTIFY = text("select pg_notify(:channel, told) from unnest(:told) told").bindparams(bindparam("told", type_=ARRAY(Text)))

_Place = tuple[UUID, UUID, str]
"""Tenant, session and part."""


class Deltas:
    """One a process: what all its sessions write is told together, at once when it was quiet and every few moments else."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[_Place, list[str]] = defaultdict(list)
        self._news = asyncio.Event()

    def add(self, tenant_id: UUID, session_id: UUID, part_id: str, delta: str) -> None:
        self._waiting[(tenant_id, session_id, part_id)].append(delta)
        self._news.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self._news.wait()
            await self.tell()
            await asyncio.sleep(_GATHER_SECONDS)

    async def tell(self) -> None:
        """What waits. What cannot be told is not kept: it is in the transcript when it is finished."""
        self._news.clear()
        waiting = self._waiting
        self._waiting = defaultdict(list)
        try:
            async with self._database.system_transaction() as db:
                await _tell(db, {place: "".join(pieces) for place, pieces in waiting.items()})
        except (DBAPIError, OSError) as error:
            log.warning("deltas_not_told", problem=str(error).split("\n")[0])


async def _tell(db: AsyncSession, deltas: dict[_Place, str]) -> None:
    told = [payload for place, delta in deltas.items() for payload in _payloads(place, delta)]
    await db.execute(_NOTIFY, {"channel": DELTAS_CHANNEL, "told": told})


def _payloads(place: _Place, delta: str) -> list[str]:
    tenant_id, session_id, part_id = place
    delta = delta.encode("utf-8", "replace").decode()  # A lone surrogate cannot be sent.
    ids = {"tenant_id": str(tenant_id), "session_id": str(session_id), "part_id": part_id}
    pieces = (delta[start : start + _DELTA_CHARS] for start in range(0, len(delta), _DELTA_CHARS))
    return [json.dumps({**ids, "text": piece, "n": next(_numbers)}, ensure_ascii=False) for piece in pieces]
