"""Installing a listing: exactly what was looked at, for exactly what was consented to, as an agent of the tenant."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents import registry, secrets
from orchestrator.agents.models import Agent
from orchestrator.agents.registry import Known
from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, lock_until_commit
from orchestrator.kit.ids import new_id
from orchestrator.marketplace import asks, packing, reading, trust
from orchestrator.marketplace.errors import (
    AlreadyInstalled,
    ConsentDiffers,
    DigestDiffers,
    EnrolmentNeeded,
    ListingUntrusted,
    NotInstalled,
    VersionDeleted,
)
from orchestrator.marketplace.manifest import NOTHING, Asks
from orchestrator.marketplace.models import Install, InstallStatus, ListingKind, Pin, VersionStatus
from orchestrator.marketplace.reading import Found
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal


@dataclass(frozen=True)
class Wanted:
    """`consent` None: no more than was consented to before."""

    namespace: str
    listing: str
    version: str
    digest: str
    consent: Asks | None


@dataclass(frozen=True)
class Preview:
    """What would come of installing a version, or of updating to it."""

    found: Found
    installed: Install | None
    beyond: Sequence[str]
    """What it asks for beyond the last consent; of what is not installed everything."""
    secrets_missing: Sequence[str]
    agent_name_taken: bool
    problem: str | None
    """Why it cannot be installed."""


async def preview(db: AsyncSession, principal: Principal, found: Found) -> Preview:
    former = await _of(db, found)
    installed = former if former and former.status is InstallStatus.INSTALLED else None
    wanted = found.manifest.asks
    consented = Asks.model_validate(installed.consent) if installed else NOTHING
    there = {row.name for row in await secrets.listed(db)}
    taken = None if former else await IndustrialRepository(db).find(Agent, Agent.name == found.listing.agent)
    return Preview(
        found,
        installed,
        asks.beyond(wanted, consented) if installed else (),
        [name for name in wanted.secrets if name not in there],
        taken is not None,
        trust.problem_with(found.listing, found.version, found.key),
    )


async def install(db: AsyncSession, principal: Principal, wanted: Wanted, agent_name: str | None) -> Install:
    """Makes the agent, or gives the one that an earlier install made its next version and switches it on. Raises NotFound,
    VersionDeleted, ListingUntrusted, DigestDiffers, ConsentDiffers, EnrolmentNeeded, AlreadyInstalled, AgentNameTaken,
    AgentSecretMissing."""
    found = await _found(db, principal, wanted)
    await lock_until_commit(db, f"{principal.tenant_id}:install:{found.listing.id}")
    former = await _of(db, found)
    if former is not None and former.status is InstallStatus.INSTALLED:
        raise AlreadyInstalled(listing=former.name, version=former.version)
    _check(found, wanted)
    consent = _exactly(found, wanted.consent or NOTHING)
    definition = packing.definition_of(found.version.files)
    if former is None:
        known = await registry.create(db, principal, agent_name or found.listing.agent, definition)
        row = _new(db, principal, found, known, consent)
    else:
        await registry.switch(db, principal, former.agent_id, enabled=True)
        known = await registry.new_version(db, principal, former.agent_id, definition)
        row = _renewed(former, principal, found, consent)
    await _pin(db, principal, row, known)
    _record(db, principal, "install.add", row)
    return row


async def update(
    db: AsyncSession, principal: Principal, install_id: UUID, version: str, digest: str, consent: Asks | None
) -> Install:
    """To any version, also an older one. What asks for more than was consented to needs a consent to exactly what it asks
    for. Raises as `install` does, and NotInstalled."""
    row = await IndustrialRepository(db).get(Install, install_id, lock=True)
    if row.status is InstallStatus.UNINSTALLED:
        raise NotInstalled(listing=row.name)
    wanted = Wanted(row.namespace, row.agent, version, digest, consent)
    found = await _found(db, principal, wanted)
    _check(found, wanted)
    if consent is not None:
        row = _renewed(row, principal, found, _exactly(found, consent))
    else:
        more = asks.beyond(found.manifest.asks, Asks.model_validate(row.consent))
        if more:
            raise ConsentDiffers(listing=row.name, version=found.version.version, difference="; ".join(more))
        row = _renewed(row, principal, found, None)
    known = await registry.new_version(db, principal, row.agent_id, packing.definition_of(found.version.files))
    await _pin(db, principal, row, known)
    _record(db, principal, "install.update", row)
    return row


async def uninstall(db: AsyncSession, principal: Principal, install_id: UUID) -> Install:
    """Its agent takes no new work; sessions under way go on, and all that it did stays."""
    row = await IndustrialRepository(db).get(Install, install_id, lock=True)
    if row.status is InstallStatus.INSTALLED:
        row.status, row.updated_at = InstallStatus.UNINSTALLED, now()
        await registry.switch(db, principal, row.agent_id, enabled=False)
        await db.flush()
        _record(db, principal, "install.remove", row)
    return row


async def _found(db: AsyncSession, principal: Principal, wanted: Wanted) -> Found:
    listing = await reading.listing(db, principal, wanted.namespace, wanted.listing)
    return await reading.version(db, principal, listing, wanted.version)


async def _of(db: AsyncSession, found: Found) -> Install | None:
    return await IndustrialRepository(db).find(Install, Install.listing_id == found.listing.id)


def _check(found: Found, wanted: Wanted) -> None:
    """That it may be installed at all, and is what was looked at."""
    named = {"listing": found.listing.name, "version": found.version.version}
    if found.version.status is VersionStatus.DELETED:
        raise VersionDeleted(**named, reason=found.version.reason)
    if problem := trust.problem_with(found.listing, found.version, found.key):
        raise ListingUntrusted(**named, problem=problem)
    if found.version.digest != wanted.digest:
        raise DigestDiffers(**named, digest=found.version.digest)
    if found.manifest.kind is ListingKind.EXTERNAL:
        capabilities = ", ".join(found.manifest.capabilities) or "that it is to have"
        raise EnrolmentNeeded(listing=found.listing.name, agent=found.listing.agent, capabilities=capabilities)


def _exactly(found: Found, consent: Asks) -> Asks:
    if different := asks.differences(found.manifest.asks, consent):
        named = {"listing": found.listing.name, "version": found.version.version}
        raise ConsentDiffers(**named, difference="; ".join(different))
    return consent


def _new(db: AsyncSession, principal: Principal, found: Found, known: Known, consent: Asks) -> Install:
    row = Install(
        id=new_id(),
        publisher_id=found.listing.tenant_id,
        listing_id=found.listing.id,
        namespace=found.listing.namespace,
        agent=found.listing.agent,
        agent_id=known.agent.id,
        created_by=principal.actor,
        created_at=now(),
    )
    return IndustrialRepository(db).add(_renewed(row, principal, found, consent))


def _renewed(row: Install, principal: Principal, found: Found, consent: Asks | None) -> Install:
    """With what is installed now; `consent` None: what stands is enough."""
    if consent is not None:
        row.consent, row.consented_by = consent.model_dump(mode="json"), principal.actor
    row.status, row.updated_at = InstallStatus.INSTALLED, now()
    row.version_id, row.version, row.digest = found.version.id, found.version.version, found.version.digest
    row.public_key = found.key.public_key
    return row


async def _pin(db: AsyncSession, principal: Principal, row: Install, known: Known) -> None:
    await db.flush()
    pin = Pin(
        id=new_id(),
        install_id=row.id,
        publisher_id=row.publisher_id,
        version_id=row.version_id,
        agent_version_id=known.version.id,
        pinned_by=principal.actor,
        pinned_at=now(),
    )
    IndustrialRepository(db).add(pin)
    await db.flush()


def _record(db: AsyncSession, principal: Principal, action: str, row: Install) -> None:
    after: dict[str, Any] = {"listing": row.name, "version": row.version, "digest": row.digest}
    audit.record(db, row.tenant_id, principal.actor, action, f"install:{row.id}", None, after)
    told = {"install_id": str(row.id), "agent_id": str(row.agent_id), **after}
    events.append(db, row.tenant_id, action, actor=principal.actor, session_id=None, **told)
