"""Virtual keys: minted for a runtime, for a lease of an external agent or for an evaluation, and revoked with it."""

from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.models import GatewayKey
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.tenancy.keys import mint_key

VIRTUAL_PREFIX = "oiv"


ASSIGNMENT_PREFIX = "oie"
EVALUATION_PREFIX = "oiq"


def mint_virtual_key(db: AsyncSession, runtime_id: UUID) -> str:
    """The text that the runtime gets; only its digest is stored."""
    return _mint(db, VIRTUAL_PREFIX, runtime_id=runtime_id)


def mint_assignment_key(db: AsyncSession, assignment_id: UUID) -> str:
    """The text that an external agent gets with one lease."""
    return _mint(db, ASSIGNMENT_PREFIX, assignment_id=assignment_id)


def mint_evaluation_key(db: AsyncSession, evaluation_id: UUID) -> str:
    """The text with which an evaluation of a model asks its tasks."""
    return _mint(db, EVALUATION_PREFIX, evaluation_id=evaluation_id)


def _mint(db: AsyncSession, prefix: str, **owner: UUID) -> str:
    minted = mint_key(prefix)
    key = GatewayKey(
        id=new_id(),
        public_id=minted.public_id,
        secret_sha256=minted.secret_sha256,
        created_at=now(),
        **owner,
    )
    IndustrialRepository(db).add(key)
    return minted.text


async def revoke_virtual_keys(db: AsyncSession, runtime_id: UUID) -> None:
    await _revoke(db, GatewayKey.runtime_id == runtime_id)


async def revoke_assignment_keys(db: AsyncSession, assignment_id: UUID) -> None:
    await _revoke(db, GatewayKey.assignment_id == assignment_id)


async def revoke_evaluation_keys(db: AsyncSession, evaluation_id: UUID) -> None:
    await _revoke(db, GatewayKey.evaluation_id == evaluation_id)


async def _revoke(db: AsyncSession, whose: ColumnElement[bool]) -> None:
    tenant_id = IndustrialRepository(db).tenant_id
    open_keys = GatewayKey.tenant_id == tenant_id, whose, GatewayKey.revoked_at.is_(None)
    await db.execute(update(GatewayKey).where(*open_keys).values(revoked_at=now()))
