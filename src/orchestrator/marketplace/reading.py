"""What a tenant sees of the marketplace: its own listings, those that are offered to it, and what it installed.

The database's policies say the same a second time (migration 0370).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import exists, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from orchestrator.kit.errors import NotFound
from orchestrator.kit.tenant_scope import current_tenant
from orchestrator.marketplace.errors import ListingUntrusted
from orchestrator.marketplace.manifest import Manifest
from orchestrator.marketplace.models import (
    Check,
    Install,
    Listing,
    ListingVersion,
    Pin,
    Score,
    SigningKey,
    VersionStatus,
    Visibility,
)
from orchestrator.marketplace.versions import LATEST, newest_first
from orchestrator.tenancy.principal import Principal


@dataclass(frozen=True)
class Found:
    """A version with the listing that it belongs to and the key that signed it."""

    listing: Listing
    version: ListingVersion
    key: SigningKey

    @property
    def manifest(self) -> Manifest:
        """It was read when it was published. Raises ListingUntrusted for what has become of it since."""
        try:
            return Manifest.model_validate(self.version.manifest)
        except ValidationError as problem:
            named = {"listing": self.listing.name, "version": self.version.version}
            raise ListingUntrusted(**named, problem="its manifest cannot be read") from problem


@dataclass(frozen=True)
class Proved:
    """What is known of a version: its scores by capability, and the newest check of each suite."""

    scores: dict[str, Score]
    checks: list[Check]


def offered(principal: Principal) -> ColumnElement[bool]:
    """Listings that anybody of the tenant may find."""
    chosen = (Listing.visibility == Visibility.CHOSEN) & Listing.visible_to.contains([principal.tenant_slug])
    open_ = (Listing.visibility == Visibility.ALL) | chosen
    return or_(Listing.tenant_id == principal.tenant_id, open_ & Listing.latest_id.is_not(None))


async def listing(db: AsyncSession, principal: Principal, namespace: str, agent: str) -> Listing:
    """Raises NotFound, also for what is not offered to the tenant and was not installed there."""
    mine = (Install.tenant_id == principal.tenant_id) & (Install.listing_id == Listing.id)
    named = (Listing.namespace == namespace) & (Listing.agent == agent)
    query = select(Listing).where(named, or_(offered(principal), exists().where(mine)))
    row = (await db.execute(query)).scalar_one_or_none()
    if row is None:
        raise NotFound
    return row


async def versions(db: AsyncSession, principal: Principal, found: Listing) -> list[ListingVersion]:
    """The highest first."""
    query = select(ListingVersion).where(*_of(found), await _visible(db, principal, found))
    return newest_first((await db.execute(query)).scalars())


async def version(db: AsyncSession, principal: Principal, found: Listing, number: str) -> Found:
    """`number` may be `latest`. Raises NotFound."""
    wanted = ListingVersion.id == found.latest_id if number == LATEST else ListingVersion.version == number
    query = (
        select(ListingVersion, SigningKey)
        .join(SigningKey, (SigningKey.tenant_id == ListingVersion.tenant_id) & (SigningKey.id == ListingVersion.key_id))
        .where(*_of(found), wanted, await _visible(db, principal, found))
    )
    row = (await db.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return Found(found, row[0], row[1])


def _of(found: Listing) -> tuple[ColumnElement[bool], ...]:
    return ListingVersion.tenant_id == found.tenant_id, ListingVersion.listing_id == found.id


async def _visible(db: AsyncSession, principal: Principal, found: Listing) -> ColumnElement[bool]:
    """Who no longer is offered a listing still sees what it installed of it, and its publisher everything."""
    if found.tenant_id == principal.tenant_id:
        return ListingVersion.tenant_id == principal.tenant_id
    pinned = exists().where(Pin.tenant_id == principal.tenant_id, Pin.version_id == ListingVersion.id)
    is_open = exists().where(Listing.tenant_id == found.tenant_id, Listing.id == found.id, offered(principal))
    return or_((ListingVersion.status != VersionStatus.DELETED) & is_open, pinned)


async def proved(db: AsyncSession, rows: Sequence[ListingVersion]) -> dict[UUID, Proved]:
    """By the ids of the versions, which the tenant sees."""
    return await proved_by_id(db, [row.id for row in rows])


async def proved_by_id(db: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Proved]:
    found = {one: Proved({}, []) for one in ids}
    for score in (await db.execute(select(Score).where(Score.version_id.in_(ids)))).scalars():
        found[score.version_id].scores[score.capability] = score
    checks = select(Check).where(Check.version_id.in_(ids)).ext(distinct_on(Check.version_id, Check.suite))
    newest = checks.order_by(Check.version_id, Check.suite, Check.checked_at.desc())
    for check in (await db.execute(newest)).scalars():
        found[check.version_id].checks.append(check)
    return found


async def installs(db: AsyncSession) -> Sequence[Install]:
    query = select(Install).where(Install.tenant_id == current_tenant()).order_by(Install.namespace, Install.agent)
    return (await db.execute(query)).scalars().all()
