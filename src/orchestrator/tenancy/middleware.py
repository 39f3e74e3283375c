"""Turns the credential of a request into a principal and the tenant scope that everything below runs in."""

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE, database_error, error_response, is_below, request_id_of
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.log_in import LogIns
from orchestrator.tenancy.principal import CrossSiteRequest, Principal
from orchestrator.tenancy.service import authenticate
from orchestrator.tenancy.throttle import Throttle

log = get_logger(__name__)

PUBLIC_PATHS = ("/health/live", "/health/ready")
LOG_IN_COOKIE = "oio_session"
# Where a person who has not chosen a tenant yet reads which there are.
_WITHOUT_TENANT = "/api/v1/me"


class TenantMiddleware:
    """Nothing but the health checks answers without a key or a log-in; a key wins over a log-in.

    `X-Tenant-ID` picks among the principal's tenants.
    """

    def __init__(self, app: ASGIApp, database: Database, log_ins: LogIns, also_public: tuple[str, ...] = ()) -> None:
        self.app = app
        self.database = database
        self.log_ins = log_ins
        self.also_public = also_public
        self.throttle = Throttle(database)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_public(scope["path"]):
            await self.app(scope, receive, send)
            return
        headers = HTTPConnection(scope).headers
        # A header that comes twice is one value with a comma, which is no tenant's name.
        tenant = ",".join(headers.getlist("x-tenant-id")) if "x-tenant-id" in headers else None
        try:
            principal = await self._principal(HTTPConnection(scope), tenant)
            if principal is not None:
                await self.throttle.check(principal, scope["path"])
        except OrchestratorError as error:
            await error_response(error, scope)(scope, receive, send)
            return
        except DATABASE_TROUBLE as error:
            log.error("database_trouble", request_id=request_id_of(scope), problem=str(error).split("\n")[0])
            await error_response(database_error(error), scope)(scope, receive, send)
            return
        if principal is None:
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})["principal"] = principal
        with tenant_scope(principal.tenant_id):
            await self.app(scope, receive, send)

    async def _principal(self, request: HTTPConnection, tenant: str | None) -> Principal | None:
        """None is a person who asks which tenants there are to choose from."""
        cookie = request.cookies.get(LOG_IN_COOKIE)
        if cookie is None or "authorization" in request.headers:
            return await authenticate(self.database, bearer(request.headers.get("authorization")), tenant)
        person = await self.log_ins.person(cookie)
        refuse_other_sites(request, self.log_ins.public_url)
        request.state.person = person
        if request.scope["path"] == _WITHOUT_TENANT and tenant is None and len(person.belongings) != 1:
            return None
        return person.principal_in(tenant)

    def _is_public(self, path: str) -> bool:
        return path in PUBLIC_PATHS or is_below(path, self.also_public)


def refuse_other_sites(request: HTTPConnection, public_url: str) -> None:
    """A browser sends its cookies along with what another site makes it send; it also says which site that was."""
    if request.scope["method"] in ("GET", "HEAD"):
        return
    if request.headers.get("origin") != public_url and request.headers.get("sec-fetch-site") != "same-origin":
        raise CrossSiteRequest


def bearer(authorization: str | None) -> str | None:
    scheme, _, credential = (authorization or "").partition(" ")
    return credential.strip() or None if scheme.lower() == "bearer" else None
