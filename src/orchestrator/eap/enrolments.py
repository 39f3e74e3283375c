"""Tokens that let one agent join: minted by a LEAD, good for 15 minutes, burned by the transaction that inserts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents.capabilities import checked
from orchestrator.agents.errors import AgentNameTaken
from orchestrator.agents.models import Agent, AgentKind
from orchestrator.eap.errors import EnrolmentInvalid
from orchestrator.eap.models import Enrolment
from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.tenancy import audit
from orchestrator.tenancy.keys import mint_key, parse_key
from orchestrator.tenancy.principal import Principal

ENROLMENT_PREFIX = "oen"
ENROLMENT_SECONDS = 15 * 60
_BY_PUBLIC_ID = b"""
select tenant_id, id, secret_sha256 from external_agent_enrolments
where public_id = %(public_id)s and used_at is null and revoked_at is null and expires_at > now()
"""


@dataclass(frozen=True)
class Opened:
    tenant_id: UUID
    enrolment_id: UUID


async def mint(
    db: AsyncSession, principal: Principal, agent_name: str | None, capabilities: Sequence[str] | None
) -> tuple[Enrolment, str]:
    """The token's text is told once. Raises CapabilityInvalid, and AgentNameTaken for the name of an agent that is none."""
    allowed = None if capabilities is None else checked(capabilities)
    if agent_name is not None:
        found = await IndustrialRepository(db).find(Agent, Agent.name == agent_name)
        if found is not None and found.kind is not AgentKind.EXTERNAL:
            raise AgentNameTaken(agent=agent_name)
    minted, moment = mint_key(ENROLMENT_PREFIX), now()
    row = Enrolment(
        id=new_id(),
        public_id=minted.public_id,
        secret_sha256=minted.secret_sha256,
        agent_name=agent_name,
        capabilities=allowed,
        expires_at=moment + timedelta(seconds=ENROLMENT_SECONDS),
        created_by=principal.actor,
        created_at=moment,
    )
    IndustrialRepository(db).add(row)
    await db.flush()
    _record(db, principal, "external.enrolment", row)
    return row, minted.text


async def take_back(db: AsyncSession, principal: Principal, enrolment_id: UUID) -> None:
    row = await IndustrialRepository(db).get(Enrolment, enrolment_id, lock=True)
    if row.used_at is None and row.revoked_at is None:
        row.revoked_at = now()
        _record(db, principal, "external.enrolment_revoked", row)


async def listed(db: AsyncSession, most: int) -> Sequence[Enrolment]:
    """The newest first."""
    order = (Enrolment.created_at.desc(), Enrolment.id.desc())
    return await IndustrialRepository(db).list(Enrolment, order=order, limit=most)


async def find(database: Database, credential: str | None) -> Opened:
    """Whose token it is. Raises EnrolmentInvalid."""
    parsed = parse_key(credential, ENROLMENT_PREFIX) if credential else None
    if parsed is None:
        raise EnrolmentInvalid
    found: list[dict[str, Any]] = await database.look(_BY_PUBLIC_ID, public_id=parsed.public_id)
    if not found or not parsed.matches(found[0]["secret_sha256"]):
        raise EnrolmentInvalid
    return Opened(found[0]["tenant_id"], found[0]["id"])


async def locked(db: AsyncSession, enrolment_id: UUID) -> Enrolment:
    """As it is when nobody else uses it. Raises EnrolmentInvalid."""
    tenant_id = IndustrialRepository(db).tenant_id
    own = Enrolment.tenant_id == tenant_id, Enrolment.id == enrolment_id
    row = (await db.execute(select(Enrolment).where(*own).with_for_update())).scalar_one_or_none()
    if row is None or row.used_at is not None or row.revoked_at is not None or row.expires_at <= now():
        raise EnrolmentInvalid
    return row


def _record(db: AsyncSession, principal: Principal, action: str, row: Enrolment) -> None:
    after = {"agent_name": row.agent_name, "capabilities": row.capabilities, "expires_at": row.expires_at}
    audit.record(db, row.tenant_id, principal.actor, action, f"external_enrolment:{row.id}", None, after)
    events.append(db, row.tenant_id, action, actor=principal.actor, enrolment_id=str(row.id), agent_name=row.agent_name)
