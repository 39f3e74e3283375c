"""Adding an A2A agent by its card: what a LEAD takes is pinned, and changes only when a LEAD reads the card again."""

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents import registry
from orchestrator.agents.capabilities import checked
from orchestrator.agents.definitions import Definition, External
from orchestrator.agents.errors import AgentNameTaken
from orchestrator.agents.registry import Known
from orchestrator.eap import liveness
from orchestrator.eap.errors import AgentNameOfOthers
from orchestrator.eap.members import member, record
from orchestrator.eap.models import Auth, Desired, ExternalAgent, Liveness, RemoteCard, Reported, Transport
from orchestrator.eap.outbound.cards import Chosen, Fetched
from orchestrator.eap.outbound.errors import CredentialInvalid, CredentialNeeded, NoA2aAgent, OriginChanged
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.tenancy.principal import Principal

AGENT_TYPE = "a2a"
LOOK_SECONDS = 15.0
_CREDENTIAL = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,3998}[\x21-\x7e])?")


@dataclass(frozen=True)
class Wanted:
    name: str | None
    capabilities: list[str] | None
    credential: str | None
    max_tasks: int
    beside: bool


async def add(
    db: AsyncSession, sealer: Sealer, principal: Principal, read: tuple[Fetched, Chosen], wanted: Wanted
) -> ExternalAgent:
    """Raises CredentialNeeded, CredentialInvalid, AgentNameOfOthers, AgentNameReserved and CapabilityInvalid."""
    fetched, chosen = read
    auth = _auth_of(chosen, wanted.credential)
    name = wanted.name or _name_of(chosen.name)
    capabilities = checked(chosen.capabilities if wanted.capabilities is None else wanted.capabilities)
    known = await _known(db, principal, name, _definition(chosen, capabilities), beside=wanted.beside)
    row = _member(principal, known, name, chosen, wanted)
    if wanted.credential is not None:
        row.secret_sealed = sealer.seal(Sealed(IndustrialRepository(db).tenant_id, row.id), wanted.credential)
    rows = IndustrialRepository(db)
    rows.add(row)
    await db.flush()
    card = RemoteCard(id=row.id)
    _pin(card, fetched, chosen, auth)
    rows.add(card)
    record(db, row, principal.actor, "external.a2a_added", card_url=fetched.url, card_sha256=fetched.sha256)
    await db.flush()
    await liveness.count_room(db, row.agent_id)
    return row


async def read_again(
    db: AsyncSession,
    sealer: Sealer,
    principal: Principal,
    member_id: UUID,
    read: tuple[Fetched, Chosen],
    credential: str | None,
) -> ExternalAgent:
    """What the card says now is pinned instead. Raises NotFound, NoA2aAgent, OriginChanged and what `add` raises."""
    fetched, chosen = read
    row = await member(db, member_id, lock=True)
    card = await card_of(db, member_id)
    before = _origin(card.interface_url)
    if row.secret_sealed is not None and credential is None and _origin(chosen.url) != before:
        raise OriginChanged(now=_origin(chosen.url), before=before)
    sealed = Sealed(row.tenant_id, row.id)
    kept = credential or (None if row.secret_sealed is None else sealer.open(sealed, row.secret_sealed))
    auth = _auth_of(chosen, kept)
    known = await registry.version(db, row.version_id)
    known = await _known(db, principal, row.name, _definition(chosen, list(known.definition.capabilities)), beside=True)
    row.version_id, row.version = known.version.id, chosen.version
    row.protocol_version, row.endpoint_url = chosen.protocol_version, chosen.url
    if credential is not None:
        row.secret_sealed = sealer.seal(sealed, credential)
    changed = card.card_sha256 != fetched.sha256
    _pin(card, fetched, chosen, auth)
    record(db, row, principal.actor, "external.a2a_card_read", card_sha256=fetched.sha256, changed=changed)
    await db.flush()
    return row


async def card_of(db: AsyncSession, member_id: UUID) -> RemoteCard:
    """Raises NoA2aAgent."""
    card = await IndustrialRepository(db).find(RemoteCard, RemoteCard.id == member_id)
    if card is None:
        raise NoA2aAgent
    return card


def _auth_of(chosen: Chosen, credential: str | None) -> Auth:
    """A card that names no way to log in, and a credential all the same: it is sent as the bearer."""
    if credential is None:
        if chosen.auth is not Auth.NONE:
            words = {Auth.API_KEY: f"an API key in the header {chosen.auth_header}"}
            raise CredentialNeeded(scheme=words.get(chosen.auth, f"HTTP {chosen.auth.value}"))
        return Auth.NONE
    is_fine = _CREDENTIAL.fullmatch(credential) and (chosen.auth is not Auth.BASIC or ":" in credential)
    if not is_fine:
        raise CredentialInvalid
    return Auth.BEARER if chosen.auth is Auth.NONE else chosen.auth


def _name_of(card_name: str) -> str:
    """A name of the registry, after the one that the card has."""
    words = re.sub(r"[^a-z0-9]+", "-", card_name.lower()).strip("-")
    return (words if words[:1].isalpha() else f"a2a-{words}")[:48].strip("-")


def _definition(chosen: Chosen, capabilities: list[str]) -> Definition:
    external = External(agent_type=AGENT_TYPE, version=chosen.version)
    said = {"description": chosen.description, "prompt": "", "capabilities": capabilities, "external": external}
    return Definition.model_validate(said)


async def _known(db: AsyncSession, principal: Principal, name: str, definition: Definition, *, beside: bool) -> Known:
    try:
        return await registry.join(db, principal.actor, name, definition, may_share=beside)
    except AgentNameTaken:
        raise AgentNameOfOthers(agent=name) from None


def _member(principal: Principal, known: Known, name: str, chosen: Chosen, wanted: Wanted) -> ExternalAgent:
    """It has proven itself by its card, which is read again and again as others send heartbeats."""
    moment = now()
    return ExternalAgent(
        id=new_id(),
        agent_id=known.agent.id,
        version_id=known.version.id,
        name=name,
        agent_type=AGENT_TYPE,
        version=chosen.version,
        protocol_version=chosen.protocol_version,
        transport=Transport.A2A,
        endpoint_url=chosen.url,
        about={},
        proven_at=moment,
        max_tasks=wanted.max_tasks,
        status=Reported.HEALTHY,
        current_load=0.0,
        metrics={},
        desired=Desired.CONTINUE,
        heartbeat_at=moment,
        liveness=Liveness.LIVE,
        created_by=principal.actor,
        created_at=moment,
    )


def _pin(card: RemoteCard, fetched: Fetched, chosen: Chosen, auth: Auth) -> None:
    card.card_url, card.card, card.card_sha256 = fetched.url, chosen.card, fetched.sha256
    card.interface_url, card.binding = chosen.url, chosen.binding
    card.protocol_version, card.streaming = chosen.protocol_version, chosen.streaming
    card.auth, card.auth_header = auth, chosen.auth_header
    card.seen_sha256, card.read_at = fetched.sha256, now()
    card.next_look_at = now() + timedelta(seconds=LOOK_SECONDS)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
