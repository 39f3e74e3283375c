"""HTTP over listings: searched, read, published, offered and taken back."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.pagination import Page
from orchestrator.marketplace import installs, publishing, reading, search
from orchestrator.marketplace.models import Listing, ListingKind, Visibility
from orchestrator.marketplace.namespaces_api import Named
from orchestrator.marketplace.publishing import Audience, Signed
from orchestrator.marketplace.schemas import (
    InstallPreview,
    ListingExport,
    ListingMark,
    ListingPublish,
    ListingRead,
    ListingVersionItem,
    ListingVersionRead,
    ListingVisibility,
)
from orchestrator.marketplace.search import ListingOrder, Wanted
from orchestrator.marketplace.signing import Document
from orchestrator.tenancy.dependencies import Db, IdempotencyKeyHeader, Limit, require_permission
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/marketplace/listings", tags=["marketplace"])

Reader = Annotated[Principal, Depends(require_permission(Permission.MARKET_READ))]
Publisher = Annotated[Principal, Depends(require_permission(Permission.MARKET_PUBLISH))]
_Capability = Annotated[str, Query(max_length=50, pattern=r"^[^\x00]*$")]


@router.get("", summary="Search what is offered, the newest or the best first")
async def index(
    principal: Reader,
    db: Db,
    q: Annotated[str | None, Query(max_length=500, pattern=r"^[^\x00]*$", description="Words to search for.")] = None,
    kind: ListingKind | None = None,
    capability: Annotated[list[_Capability] | None, Query(max_length=20, description="All of them.")] = None,
    min_rating: Annotated[
        float | None, Query(ge=0, le=1, description="Least lower bound: in the capabilities asked for, or of all outcomes.")
    ] = None,
    updated_since: datetime | None = None,
    own: Annotated[bool, Query(description="Those alone that the tenant publishes.")] = False,
    order: ListingOrder = ListingOrder.UPDATED,
    limit: Limit = 50,
    cursor: str | None = None,
) -> Page[ListingRead]:
    wanted = Wanted(q, kind, capability or (), min_rating, updated_since, own, order)
    rows, following = await search.found(db, principal, wanted, limit, cursor)
    return Page(items=await _read(db, principal, rows), next_cursor=following)


@router.get("/{namespace}/{agent}", summary="Read a listing, with what its latest version proved")
async def read(namespace: Named, agent: Named, principal: Reader, db: Db) -> ListingRead:
    row = await reading.listing(db, principal, namespace, agent)
    (told,) = await _read(db, principal, [row])
    return told


@router.patch("/{namespace}/{agent}", summary="Say who is offered a listing of the tenant")
async def show_to(namespace: Named, agent: Named, body: ListingVisibility, principal: Publisher, db: Db) -> ListingRead:
    audience = Audience(body.visibility, body.visible_to)
    row = await publishing.show_to(db, principal, namespace, agent, audience)
    (told,) = await _read(db, principal, [row])
    return told


@router.get(
    "/{namespace}/{agent}/versions", summary="List the versions of a listing, the highest first, with what each proved"
)
async def versions(namespace: Named, agent: Named, principal: Reader, db: Db) -> Page[ListingVersionItem]:
    rows = await reading.versions(db, principal, await reading.listing(db, principal, namespace, agent))
    proved = await reading.proved(db, rows)
    return Page(items=[ListingVersionItem.of(row, proved[row.id]) for row in rows])


@router.post(
    "/{namespace}/{agent}/versions", status_code=201, summary="Publish a signed version; the first makes the listing"
)
async def publish(
    namespace: Named,
    agent: Named,
    body: ListingPublish,
    principal: Publisher,
    db: Db,
    response: Response,
    key: IdempotencyKeyHeader = None,
) -> ListingVersionRead:
    document = Document(f"{namespace}/{agent}", body.version, body.manifest, body.files)
    signed = Signed(document, body.digest, body.signature, body.public_key)
    audience = None if body.visibility is None else Audience(Visibility(body.visibility), body.visible_to)

    async def make() -> UUID:
        return (await publishing.publish(db, principal, namespace, agent, signed, audience)).id

    deed = Deed(f"POST /marketplace/listings/{namespace}/{agent}/versions", body.model_dump(mode="json"))
    await once(db, principal, key, deed, make)
    response.headers["Location"] = f"/api/v1/marketplace/listings/{namespace}/{agent}/versions/{body.version}"
    return await _version(db, principal, namespace, agent, body.version)


@router.get("/{namespace}/{agent}/versions/{version}", summary="Read a version of a listing; `latest` is the latest")
async def read_version(namespace: Named, agent: Named, version: Named, principal: Reader, db: Db) -> ListingVersionRead:
    return await _version(db, principal, namespace, agent, version)


@router.patch("/{namespace}/{agent}/versions/{version}", summary="Deprecate or delete a version, or make it active again")
async def mark(
    namespace: Named, agent: Named, version: Named, body: ListingMark, principal: Publisher, db: Db
) -> ListingVersionRead:
    await publishing.mark(db, principal, namespace, agent, version, body.status, body.reason)
    return await _version(db, principal, namespace, agent, version)


@router.get(
    "/{namespace}/{agent}/versions/{version}/export", summary="A version with its files and signature, to be verified"
)
async def export(namespace: Named, agent: Named, version: Named, principal: Reader, db: Db) -> ListingExport:
    listing = await reading.listing(db, principal, namespace, agent)
    return ListingExport.of(await reading.version(db, principal, listing, version))


@router.get("/{namespace}/{agent}/versions/{version}/preview", summary="What installing it, or updating to it, asks for")
async def preview(namespace: Named, agent: Named, version: Named, principal: Reader, db: Db) -> InstallPreview:
    listing = await reading.listing(db, principal, namespace, agent)
    found = await reading.version(db, principal, listing, version)
    return InstallPreview.of(await installs.preview(db, principal, found))


async def _version(db: AsyncSession, principal: Principal, namespace: str, agent: str, version: str) -> ListingVersionRead:
    listing = await reading.listing(db, principal, namespace, agent)
    found = await reading.version(db, principal, listing, version)
    proved = await reading.proved(db, [found.version])
    return ListingVersionRead.with_manifest(found, proved[found.version.id])


async def _read(db: AsyncSession, principal: Principal, rows: list[Listing]) -> list[ListingRead]:
    proved = await reading.proved_by_id(db, [row.latest_id for row in rows if row.latest_id])
    return [ListingRead.of(row, principal.tenant_id, proved.get(row.latest_id) if row.latest_id else None) for row in rows]
