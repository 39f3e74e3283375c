"""HTTP over who would do a piece of work, and why."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from orchestrator.sessions import assigning
from orchestrator.sessions.api import CatalogDep
from orchestrator.sessions.routing_schemas import RoutingRead, RoutingRequest
from orchestrator.tenancy.dependencies import CallerDep, Db, require_permission
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/agents", tags=["agents"])

Reader = Annotated[Principal, Depends(require_permission(Permission.AGENTS_READ))]


@router.post("/route", summary="Which agent would do it, and why; nothing is made")
async def route(body: RoutingRequest, principal: Reader, caller: CallerDep, catalog: CatalogDep) -> RoutingRead:
    """The same seed gives the same choice, as long as nothing else has changed."""
    models = frozenset(offer.name for offer in await catalog.offers(principal.tenant_id))
    async with caller.in_tenant(principal.tenant_id) as db:
        asked = tuple(assigning.checked(body.capabilities))
        return RoutingRead.of(await assigning.find(db, asked, body.model, models, body.seed))


@router.get("/decisions/{decision_id}", summary="Why an agent was chosen for a session")
async def decision(decision_id: UUID, _: Reader, db: Db) -> RoutingRead:
    return RoutingRead.stored(await assigning.decision(db, decision_id))
