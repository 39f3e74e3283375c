"""How an agent joins and stays known: registration, proof of its key, tokens for assertions, other keys, revocation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents import registry
from orchestrator.agents.capabilities import checked
from orchestrator.agents.definitions import Definition, External
from orchestrator.agents.errors import AgentNameTaken
from orchestrator.agents.registry import Known
from orchestrator.eap import enrolments, liveness
from orchestrator.eap.errors import (
    AgentNameOfOthers,
    CapabilityNotAllowed,
    ProofInvalid,
    ProtocolUnknown,
)
from orchestrator.eap.keys import check_signature, new_challenge, public_key_of, rotation_text
from orchestrator.eap.members import actor_of, member, record
from orchestrator.eap.messages import PROTOCOL_VERSION, Register, RotateKey
from orchestrator.eap.models import (
    AccessToken,
    Desired,
    Enrolment,
    ExternalAgent,
    Liveness,
    Reported,
    Transport,
)
from orchestrator.eap.tokens import add_token
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.webhooks.signing import new_secret

CHALLENGE_SECONDS = 15 * 60
_MAJOR = PROTOCOL_VERSION.partition(".")[0]


@dataclass(frozen=True)
class Joined:
    agent: ExternalAgent
    token: str
    expires_at: datetime
    secret: str | None


async def register(db: AsyncSession, sealer: Sealer, enrolment_id: UUID, wanted: Register) -> Joined:
    """The enrolment is burned with the insert, or neither happens. Raises EnrolmentInvalid, ProtocolUnknown,
    CapabilityNotAllowed, PublicKeyInvalid, AgentNameOfOthers, AgentNameReserved and CapabilityInvalid."""
    if wanted.protocol_version.partition(".")[0] != _MAJOR:
        raise ProtocolUnknown(version=wanted.protocol_version, known=PROTOCOL_VERSION)
    enrolment = await enrolments.locked(db, enrolment_id)
    actor = f"enrolment:{enrolment.id}"
    known = await _known(db, actor, enrolment, wanted)
    row, secret = _row(sealer, known, enrolment, wanted)
    IndustrialRepository(db).add(row)
    await db.flush()
    enrolment.used_at, enrolment.external_agent_id = row.created_at, row.id
    token, expires_at = add_token(db, row)
    record(db, row, actor, "external.joined", name=row.name, agent_type=row.agent_type, transport=row.transport.value)
    await db.flush()
    return Joined(row, token, expires_at, secret)


async def _known(db: AsyncSession, actor: str, enrolment: Enrolment, wanted: Register) -> Known:
    """The agent of the registry that it is one of, in the version that it says it is."""
    capabilities = checked(wanted.capabilities)
    if enrolment.capabilities is not None and (more := sorted(set(capabilities) - set(enrolment.capabilities))):
        raise CapabilityNotAllowed(names=", ".join(more), allowed=", ".join(enrolment.capabilities) or "none")
    if enrolment.agent_name not in (None, wanted.name):
        raise AgentNameOfOthers(agent=wanted.name)
    external = External(agent_type=wanted.agent_type, version=wanted.version)
    said = {"description": wanted.description, "prompt": "", "capabilities": capabilities, "external": external}
    definition = Definition.model_validate(said)
    try:
        return await registry.join(db, actor, wanted.name, definition, may_share=enrolment.agent_name is not None)
    except AgentNameTaken:
        raise AgentNameOfOthers(agent=wanted.name) from None


def _row(sealer: Sealer, known: Known, enrolment: Enrolment, wanted: Register) -> tuple[ExternalAgent, str | None]:
    agent_id, moment = new_id(), now()
    secret = None if wanted.endpoint_url is None else new_secret()
    row = ExternalAgent(
        id=agent_id,
        agent_id=known.agent.id,
        version_id=known.version.id,
        name=wanted.name,
        agent_type=wanted.agent_type,
        version=wanted.version,
        protocol_version=wanted.protocol_version,
        transport=Transport.PULL if secret is None else Transport.PUSH,
        endpoint_url=wanted.endpoint_url,
        secret_sealed=None if secret is None else sealer.seal(Sealed(enrolment.tenant_id, agent_id), secret),
        about=wanted.metadata,
        public_key=public_key_of(wanted.public_key),
        challenge=new_challenge(agent_id),
        challenge_until=moment + timedelta(seconds=CHALLENGE_SECONDS),
        max_tasks=wanted.max_tasks,
        status=Reported.HEALTHY,
        current_load=0.0,
        metrics={},
        desired=Desired.CONTINUE,
        heartbeat_at=moment,
        liveness=Liveness.LIVE,
        created_by=enrolment.created_by,
        created_at=moment,
    )
    return row, secret


async def renew_challenge(db: AsyncSession, agent_id: UUID) -> ExternalAgent:
    row = await member(db, agent_id, lock=True)
    row.challenge, row.challenge_until = new_challenge(row.id), now() + timedelta(seconds=CHALLENGE_SECONDS)
    await db.flush()
    return row


async def prove(db: AsyncSession, agent_id: UUID, signature: str) -> ExternalAgent:
    """From then on it gets work. Said again it changes nothing. Raises ProofInvalid."""
    row = await member(db, agent_id, lock=True)
    if row.proven_at is not None:
        return row
    if row.challenge is None or row.challenge_until is None or row.challenge_until <= now() or row.public_key is None:
        raise ProofInvalid(problem="its challenge has expired")
    check_signature(row.public_key, signature, row.challenge)
    row.proven_at, row.challenge, row.challenge_until = now(), None, None
    record(db, row, actor_of(row.id), "external.proven")
    await db.flush()
    await liveness.count_room(db, row.agent_id)
    return row


async def rotate(db: AsyncSession, agent_id: UUID, wanted: RotateKey) -> ExternalAgent:
    """Assertions are signed with the new key from then on; tokens that there are go on. Raises ProofInvalid and
    PublicKeyInvalid."""
    row = await member(db, agent_id, lock=True)
    new_key, words = public_key_of(wanted.public_key), rotation_text(agent_id, wanted.public_key)
    check_signature(row.public_key or b"", wanted.old_signature, words)
    check_signature(new_key, wanted.new_signature, words)
    row.public_key = new_key
    row.proven_at = row.proven_at or now()
    record(db, row, actor_of(row.id), "external.key_rotated")
    await db.flush()
    return row


async def revoke(db: AsyncSession, actor: str, agent_id: UUID) -> ExternalAgent:
    """For good, and at once: its tokens are gone with it, and so are its leases."""
    row = await IndustrialRepository(db).get(ExternalAgent, agent_id, lock=True)
    if row.revoked_at is None:
        row.revoked_at = now()
        row.challenge, row.public_key, row.secret_sealed = None, None, None
        own = AccessToken.tenant_id == row.tenant_id, AccessToken.external_agent_id == row.id
        await db.execute(delete(AccessToken).where(*own))
        await db.execute(_END_LEASES, {"tenant_id": row.tenant_id, "id": row.id})
        record(db, row, actor, "external.revoked")
        await db.flush()
        await liveness.count_room(db, row.agent_id)
    return row


_END_LEASES = text(
    "update assignments set lease_until = now() "
    "where tenant_id = :tenant_id and external_agent_id = :id and status = 'leased'"
)
