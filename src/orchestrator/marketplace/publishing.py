"""What publishers do: publish signed versions, say who sees them, and take them back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator import __version__
from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.kit.ids import new_id
from orchestrator.marketplace import namespaces, packing, trust, versions
from orchestrator.marketplace.errors import SignatureInvalid, TooManyVersions, VersionTaken
from orchestrator.marketplace.manifest import Manifest
from orchestrator.marketplace.models import (
    Check,
    Listing,
    ListingVersion,
    Namespace,
    SigningKey,
    VersionStatus,
    Visibility,
)
from orchestrator.marketplace.signing import Document
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal

MOST_VERSIONS = 500
"""Of a listing."""
PUBLISHING = "publishing"
"""The suite of checks that every version has passed: what the files are, what they ask for, and who signed them."""
_CHECKED = ("files", "manifest", "digest", "signature")


@dataclass(frozen=True)
class Signed:
    """A version as its publisher sends it."""

    document: Document
    digest: str
    signature: str
    public_key: str


@dataclass(frozen=True)
class Audience:
    visibility: Visibility
    visible_to: Sequence[str] = ()
    """Slugs of tenants, when it is for chosen ones."""


async def publish(
    db: AsyncSession, principal: Principal, namespace: str, agent: str, signed: Signed, audience: Audience | None
) -> ListingVersion:
    """The first version of a name makes its listing, seen by its own tenant unless an audience is named. Raises NotFound,
    ListingInvalid, SignatureInvalid, VersionTaken, TooManyVersions."""
    owner = await namespaces.called(db, namespace, lock=True)
    versions.checked(signed.document.version)
    manifest = packing.parsed(signed.document.manifest)
    packing.checked(manifest, signed.document.files)
    key = await _key_of(db, owner, signed)
    listing = await _listing(db, principal, owner, agent, manifest)
    row = await _insert(db, principal, listing, key, signed)
    if audience is not None:
        _show(listing, audience)
    await _renew(db, listing)
    _tell(db, principal, "listing.publish", listing, version=row.version, digest=row.digest)
    return row


async def _key_of(db: AsyncSession, owner: Namespace, signed: Signed) -> SigningKey:
    known = {one.public_key: one for one in await namespaces.keys_of(db, owner)}
    if (key := known.get(signed.public_key)) is None:
        raise SignatureInvalid(problem="its key is none of its namespace")
    if key.retired_at is not None:
        raise SignatureInvalid(problem="its key is retired")
    if trust.digest_of(signed.document) != signed.digest:
        raise SignatureInvalid(problem="the digest is not that of its content")
    if problem := trust.problem_with_signature(key, signed.digest, signed.signature):
        raise SignatureInvalid(problem=problem)
    return key


async def _listing(db: AsyncSession, principal: Principal, owner: Namespace, agent: str, manifest: Manifest) -> Listing:
    rows, moment = IndustrialRepository(db), now()
    found = await rows.find(Listing, Listing.namespace_id == owner.id, Listing.agent == agent)
    if found is not None:
        return found
    made = Listing(
        id=new_id(),
        namespace_id=owner.id,
        namespace=owner.name,
        agent=agent,
        kind=manifest.kind,
        visibility=Visibility.TENANT,
        visible_to=[],
        description=manifest.description,
        capabilities=manifest.capabilities,
        created_by=principal.actor,
        created_at=moment,
        updated_at=moment,
    )
    rows.add(made)
    await db.flush()
    return made


async def _insert(
    db: AsyncSession, principal: Principal, listing: Listing, key: SigningKey, signed: Signed
) -> ListingVersion:
    rows, moment = IndustrialRepository(db), now()
    if len(await _versions(db, listing)) >= MOST_VERSIONS:
        raise TooManyVersions(listing=listing.name, most=MOST_VERSIONS)
    values = {
        "tenant_id": rows.tenant_id,
        "id": new_id(),
        "listing_id": listing.id,
        "version": signed.document.version,
        "manifest": dict(signed.document.manifest),
        "files": dict(signed.document.files),
        "digest": signed.digest,
        "signature": signed.signature,
        "key_id": key.id,
        "status": VersionStatus.ACTIVE,
        "published_by": principal.actor,
        "published_at": moment,
        "updated_at": moment,
    }
    columns = [ListingVersion.tenant_id, ListingVersion.listing_id, ListingVersion.version]
    query = insert(ListingVersion).values(values).on_conflict_do_nothing(index_elements=columns)
    row = (await db.execute(query.returning(ListingVersion))).scalar_one_or_none()
    if row is None:
        raise VersionTaken(listing=listing.name, version=signed.document.version)
    rows.add(
        Check(
            id=new_id(),
            version_id=row.id,
            suite=PUBLISHING,
            suite_version=__version__,
            passed=True,
            report={"checked": list(_CHECKED)},
            checked_at=moment,
        )
    )
    await db.flush()
    return row


async def show_to(db: AsyncSession, principal: Principal, namespace: str, agent: str, audience: Audience) -> Listing:
    """Who has installed it keeps what it installed, and sees no later version when it is not shown to it any more."""
    listing = await _own(db, namespace, agent)
    before = {"visibility": listing.visibility.value, "visible_to": ", ".join(listing.visible_to)}
    _show(listing, audience)
    listing.updated_at = now()
    await db.flush()
    _tell(db, principal, "listing.visibility", listing, before=before)
    return listing


def _show(listing: Listing, audience: Audience) -> None:
    listing.visibility = audience.visibility
    listing.visible_to = sorted(set(audience.visible_to)) if audience.visibility is Visibility.CHOSEN else []


async def mark(
    db: AsyncSession,
    principal: Principal,
    namespace: str,
    agent: str,
    version: str,
    status: VersionStatus,
    reason: str | None,
) -> ListingVersion:
    """What is deleted or deprecated can become active again: the content never changed."""
    listing = await _own(db, namespace, agent)
    where = ListingVersion.listing_id == listing.id, ListingVersion.version == version
    row = await IndustrialRepository(db).find(ListingVersion, *where)
    if row is None:
        raise NotFound
    before = {"status": row.status.value, "reason": row.reason}
    row.status, row.reason, row.updated_at = status, reason, now()
    await db.flush()
    await _renew(db, listing)
    _tell(db, principal, "listing.status", listing, before=before, version=row.version, status=status.value, reason=reason)
    return row


async def _own(db: AsyncSession, namespace: str, agent: str) -> Listing:
    """Of the tenant, kept for this transaction alone. Raises NotFound."""
    owner = await namespaces.called(db, namespace, lock=True)
    found = await IndustrialRepository(db).find(Listing, Listing.namespace_id == owner.id, Listing.agent == agent)
    if found is None:
        raise NotFound
    return found


async def _renew(db: AsyncSession, listing: Listing) -> None:
    """What search looks at is what the latest version says."""
    latest = versions.latest_of(await _versions(db, listing))
    listing.latest_id, listing.latest = (latest.id, latest.version) if latest else (None, None)
    if latest is not None:
        manifest = Manifest.model_validate(latest.manifest)
        listing.kind, listing.description = manifest.kind, manifest.description
        listing.capabilities = manifest.capabilities
    listing.updated_at = now()
    await db.flush()


async def _versions(db: AsyncSession, listing: Listing) -> Sequence[ListingVersion]:
    return await IndustrialRepository(db).list(ListingVersion, ListingVersion.listing_id == listing.id)


def _tell(
    db: AsyncSession,
    principal: Principal,
    action: str,
    listing: Listing,
    before: Mapping[str, Any] | None = None,
    **more: Any,
) -> None:
    shown = {"visibility": listing.visibility.value, "visible_to": ", ".join(listing.visible_to)}
    after = {"listing": listing.name, **shown, **more}
    audit.record(db, listing.tenant_id, principal.actor, action, f"listing:{listing.id}", before, after)
    told = {"listing_id": str(listing.id), "listing": listing.name, **more}
    events.append(db, listing.tenant_id, action, actor=principal.actor, session_id=None, **told)
