"""Virtual keys: minted for a runtime, revoked with it, and recognised by the gateway."""

import time
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import column, exists, not_, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.models import GatewayKey
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.tenancy.keys import mint_key, parse_key

VIRTUAL_PREFIX = "oiv"
_CACHE_SECONDS = 1.0
_CACHE_ENTRIES = 10_000

# A runtime that a power cut ended could not revoke its key: the node's next start closes the runtime's row alone.
_RUNTIMES = table("runtimes", column("tenant_id"), column("id"), column("stopped_at"))
_RUNTIME_ENDED = exists().where(
    _RUNTIMES.c.tenant_id == GatewayKey.tenant_id,
    _RUNTIMES.c.id == GatewayKey.runtime_id,
    _RUNTIMES.c.stopped_at.is_not(None),
)


@dataclass(frozen=True)
class VirtualKey:
    tenant_id: UUID
    runtime_id: UUID


def mint_virtual_key(db: AsyncSession, runtime_id: UUID) -> str:
    """The text that the runtime gets; only its digest is stored."""
    minted = mint_key(VIRTUAL_PREFIX)
    IndustrialRepository(db).add(
        GatewayKey(
            id=new_id(),
            public_id=minted.public_id,
            secret_sha256=minted.secret_sha256,
            runtime_id=runtime_id,
            created_at=now(),
        )
    )
    return minted.text


async def revoke_virtual_keys(db: AsyncSession, runtime_id: UUID) -> None:
    tenant_id = IndustrialRepository(db).tenant_id
    await db.execute(
        update(GatewayKey)
        .where(GatewayKey.tenant_id == tenant_id, GatewayKey.runtime_id == runtime_id, GatewayKey.revoked_at.is_(None))
        .values(revoked_at=now())
    )


class VirtualKeys:
    """Looks virtual keys up; an answer is remembered for a second, so a revoked key works no longer than that."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: dict[str, tuple[float, VirtualKey]] = {}

    async def find(self, credential: str | None) -> VirtualKey | None:
        known = self._remembered.get(credential or "")
        if known and known[0] > time.monotonic():
            return known[1]
        parsed = parse_key(credential, VIRTUAL_PREFIX) if credential else None
        if parsed is None or credential is None:
            return None
        async with self._database.system_transaction() as db:
            query = select(GatewayKey).where(GatewayKey.public_id == parsed.public_id, not_(_RUNTIME_ENDED))
            row = (await db.execute(query)).scalar_one_or_none()
        if row is None or row.revoked_at is not None or not parsed.matches(row.secret_sha256):
            self._remembered.pop(credential, None)
            return None
        return self._remember(credential, VirtualKey(row.tenant_id, row.runtime_id))

    def _remember(self, credential: str, key: VirtualKey) -> VirtualKey:
        if len(self._remembered) >= _CACHE_ENTRIES:
            self._remembered.clear()
        self._remembered[credential] = (time.monotonic() + _CACHE_SECONDS, key)
        return key
