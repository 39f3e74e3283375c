"""HTTP over what the tenant installed from the marketplace."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.pagination import Page
from orchestrator.marketplace import installs, reading
from orchestrator.marketplace.installs import Wanted
from orchestrator.marketplace.models import Install
from orchestrator.marketplace.schemas import InstallCreate, InstallRead, InstallUpdate
from orchestrator.tenancy.dependencies import Db, IdempotencyKeyHeader, require_permission
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/marketplace/installs", tags=["marketplace"])

Reader = Annotated[Principal, Depends(require_permission(Permission.MARKET_READ))]
Installer = Annotated[Principal, Depends(require_permission(Permission.MARKET_INSTALL))]


@router.get("", summary="List what the tenant installed, and what it uninstalled")
async def index(_: Reader, db: Db) -> Page[InstallRead]:
    return Page(items=[InstallRead.of(row) for row in await reading.installs(db)])


@router.post("", status_code=201, summary="Install exactly what you looked at and consent to, as an agent of the tenant")
async def create(
    body: InstallCreate, principal: Installer, db: Db, response: Response, key: IdempotencyKeyHeader = None
) -> InstallRead:
    async def make() -> UUID:
        namespace, _, agent = body.listing.partition("/")
        wanted = Wanted(namespace, agent, body.version, body.digest, body.consent)
        return (await installs.install(db, principal, wanted, body.agent_name)).id

    deed = Deed("POST /marketplace/installs", body.model_dump(mode="json"))
    install_id, _ = await once(db, principal, key, deed, make)
    response.headers["Location"] = f"/api/v1/marketplace/installs/{install_id}"
    return InstallRead.of(await IndustrialRepository(db).get(Install, install_id))


@router.get("/{install_id}", summary="Read one install")
async def read(install_id: UUID, _: Reader, db: Db) -> InstallRead:
    return InstallRead.of(await IndustrialRepository(db).get(Install, install_id))


@router.post("/{install_id}/update", summary="Update to another version; what asks for more needs a new consent")
async def update(install_id: UUID, body: InstallUpdate, principal: Installer, db: Db) -> InstallRead:
    row = await installs.update(db, principal, install_id, body.version, body.digest, body.consent)
    return InstallRead.of(row)


@router.delete("/{install_id}", summary="Uninstall: its agent takes no new work, and all that it did stays")
async def uninstall(install_id: UUID, principal: Installer, db: Db) -> InstallRead:
    return InstallRead.of(await installs.uninstall(db, principal, install_id))
