"""HTTP over checks of external agents: publishers begin them, agents under check call what is at `/eap-check`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.responses import Response
from starlette.routing import Route

from orchestrator.eap.standin_routes import Call
from orchestrator.kit.errors import NotFound
from orchestrator.kit.http import error_response
from orchestrator.marketplace import reading
from orchestrator.marketplace.checks_schemas import ListingCheckBegun, ListingCheckRead
from orchestrator.marketplace.conformance import Conformance
from orchestrator.marketplace.errors import Trouble
from orchestrator.marketplace.namespaces_api import Named
from orchestrator.tenancy.dependencies import Db, require_permission
from orchestrator.tenancy.middleware import bearer
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/marketplace", tags=["marketplace"])

Publisher = Annotated[Principal, Depends(require_permission(Permission.MARKET_PUBLISH))]


async def conformance_of(request: Request) -> Conformance:
    return request.app.state.conformance


ConformanceDep = Annotated[Conformance, Depends(conformance_of)]


@router.post(
    "/listings/{namespace}/{agent}/versions/{version}/checks",
    status_code=202,
    summary="Check an external agent of the tenant: point it at the address, and its badge says what was seen",
)
async def begin(
    namespace: Named,
    agent: Named,
    version: Named,
    principal: Publisher,
    db: Db,
    request: Request,
    checks: ConformanceDep,
) -> ListingCheckBegun:
    listing = await reading.listing(db, principal, namespace, agent)
    if listing.tenant_id != principal.tenant_id:
        raise NotFound
    found = await reading.version(db, principal, listing, version)
    base = request.app.state.settings.public_url or str(request.base_url)
    return ListingCheckBegun.begun(checks.begin(principal, found, base))


@router.get("/checks/{check_id}", summary="Read a check of the tenant while it goes on, and a while after")
async def read(check_id: UUID, principal: Publisher, checks: ConformanceDep) -> ListingCheckRead:
    return ListingCheckRead.of(checks.read(principal, check_id))


def standins(state: State) -> Starlette:
    """What agents under check call, with the tokens that their check gives them."""

    async def call(request: Request) -> Response:
        checks: Conformance = state.conformance
        try:
            run = checks.called(request.path_params["check"])
        except NotFound as error:
            return error_response(error, request.scope)
        address = f"/{request.path_params['rest']}" + (f"?{request.url.query}" if request.url.query else "")
        token = bearer(request.headers.get("authorization")) or ""
        reply = await checks.answer(run, Call(request.method, address, token, await request.body()))
        if reply is None:
            return error_response(Trouble(retry_after_seconds=1), request.scope)
        status, content = reply
        return Response(content if status != 204 else None, status, media_type="application/json")

    return Starlette(routes=[Route("/{check}/{rest:path}", call, methods=["GET", "POST", "PUT"])])
