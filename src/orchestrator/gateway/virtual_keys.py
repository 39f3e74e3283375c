"""Virtual keys: minted for a runtime, and revoked with it."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.models import GatewayKey
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.tenancy.keys import mint_key

VIRTUAL_PREFIX = "oiv"


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
