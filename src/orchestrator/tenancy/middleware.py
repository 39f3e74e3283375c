"""Turns the credential of a request into a principal and the tenant scope that everything below runs in."""

import contextlib
from collections.abc import Callable
from functools import partial
from time import monotonic

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE, database_error, error_response, is_below, request_id_of
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.agent_tokens import OWN_ADDRESSES, agent_principal, is_agent_token
from orchestrator.tenancy.key_uses import KeyUses
from orchestrator.tenancy.log_in import LogIns
from orchestrator.tenancy.principal import CrossSiteRequest, NotForAgents, Principal
from orchestrator.tenancy.service import authenticate
from orchestrator.tenancy.sign_in import COOKIE_PREFIX, SignIns
from orchestrator.tenancy.throttle import Throttle
from orchestrator.tenancy.watch import CHECK_SECONDS, Admission

log = get_logger(__name__)

PUBLIC_PATHS = ("/health/live", "/health/ready")
LOG_IN_COOKIE = "oio_session"
# Where a person who has not chosen a tenant yet reads which there are.
_WITHOUT_TENANT = "/api/v1/me"
# A browser's EventSource sends no headers of ours.
_WITHOUT_HEADERS = ("/api/v1/events",)


class TenantMiddleware:
    """Nothing but the health checks and the pages answers without a key or a log-in; a key wins over a log-in.

    `X-Tenant-ID` picks among the principal's tenants; so does `?tenant=` where a browser cannot send headers.
    """

    def __init__(
        self,
        app: ASGIApp,
        database: Database,
        log_ins: LogIns,
        sign_ins: SignIns,
        key_uses: KeyUses,
        also_public: tuple[str, ...] = (),
        is_page: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.app = app
        self.database = database
        self.log_ins = log_ins
        self.sign_ins = sign_ins
        self.key_uses = key_uses
        self.also_public = also_public
        self.is_page = is_page
        self.throttle = Throttle(database)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_public(scope["path"]):
            await self.app(scope, receive, send)
            return
        admission = self._admission(HTTPConnection(scope))
        try:
            principal = await admission.ask()
            if principal is not None:
                self.key_uses.note(principal)
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
        scope.setdefault("state", {}).update(principal=principal, admission=admission)
        with tenant_scope(principal.tenant_id), contextlib.suppress(NoLongerAllowed):
            await self.app(scope, receive, while_allowed(send, admission, principal))

    def _admission(self, request: HTTPConnection) -> Admission:
        credential = request.headers.get("authorization") or request.cookies.get(LOG_IN_COOKIE) or ""
        tenant = _chosen_tenant(request)
        return Admission(credential, tenant, partial(self._principal, request, tenant))

    async def _principal(self, request: HTTPConnection, tenant: str | None) -> Principal | None:
        """None is a person who asks which tenants there are to choose from."""
        cookie = request.cookies.get(LOG_IN_COOKIE)
        if cookie is None or "authorization" in request.headers:
            return await self._bearer(request, tenant)
        if cookie.startswith(f"{COOKIE_PREFIX}_"):
            principal = await self.sign_ins.principal(cookie, tenant)
            refuse_other_sites(request, self.log_ins.public_url)
            return principal
        person = await self.log_ins.person(cookie)
        refuse_other_sites(request, self.log_ins.public_url)
        request.state.person = person
        if request.scope["path"] == _WITHOUT_TENANT and tenant is None and len(person.belongings) != 1:
            return None
        return person.principal_in(tenant)

    async def _bearer(self, request: HTTPConnection, tenant: str | None) -> Principal:
        credential = bearer(request.headers.get("authorization"))
        if credential is None or not is_agent_token(credential):
            return await authenticate(self.database, credential, tenant)
        principal = await agent_principal(self.database, credential, tenant)
        if not is_below(request.scope["path"], (OWN_ADDRESSES,)):
            raise NotForAgents
        return principal

    def _is_public(self, path: str) -> bool:
        return path in PUBLIC_PATHS or is_below(path, self.also_public) or self.is_page(path)


class NoLongerAllowed(Exception):
    """The reader of an answer may no longer have the rest of it."""


def while_allowed(send: Send, admission: Admission, principal: Principal) -> Send:
    """Asks again, as often as Watch does, before a further piece of a long answer is sent. Raises NoLongerAllowed.

    What was read slowly would else go on for hours after the key's end. Nothing is sent instead of the rest, so that the
    reader sees the answer broken off, never one that seems to be whole. A stream of events is Watch's, which ends it also
    while there is nothing to send.
    """
    asked_at, is_watched = monotonic(), False

    async def send_while_allowed(message: Message) -> None:
        nonlocal asked_at, is_watched
        if message["type"] == "http.response.start":
            is_watched = Headers(raw=message.get("headers", [])).get("content-type", "").startswith("text/event-stream")
        elif message.get("more_body") and not is_watched and monotonic() - asked_at > CHECK_SECONDS:
            if not await _still_allowed(admission, principal):
                raise NoLongerAllowed
            asked_at = monotonic()
        await send(message)

    return send_while_allowed


async def _still_allowed(admission: Admission, principal: Principal) -> bool:
    """With all that it was allowed when it came."""
    try:
        now = await admission.ask()
    except (OrchestratorError, *DATABASE_TROUBLE):
        return False
    return now is not None and now.tenant_id == principal.tenant_id and now.scopes >= principal.scopes


def _chosen_tenant(request: HTTPConnection) -> str | None:
    """What is said twice is one value with a comma, which is no tenant's name, unless it says the same in both places."""
    in_header = ",".join(request.headers.getlist("x-tenant-id")) if "x-tenant-id" in request.headers else None
    if request.scope["path"] not in _WITHOUT_HEADERS or "tenant" not in request.query_params:
        return in_header
    in_query = ",".join(request.query_params.getlist("tenant"))
    return in_query if in_header in (None, in_query) else f"{in_header},{in_query}"


def refuse_other_pages(request: HTTPConnection, public_url: str) -> None:
    """For a request that has no cookie to misuse: a program, which says nothing of pages, may send it too."""
    if "origin" in request.headers or "sec-fetch-site" in request.headers:
        refuse_other_sites(request, public_url)


def refuse_other_sites(request: HTTPConnection, public_url: str) -> None:
    """A browser sends its cookies along with what another site makes it send; it also says which site that was."""
    if request.scope["method"] in ("GET", "HEAD"):
        return
    # Where no public address is set, an `Origin` without a value is not that address.
    is_own = bool(public_url) and request.headers.get("origin") == public_url
    if not is_own and request.headers.get("sec-fetch-site") != "same-origin":
        raise CrossSiteRequest


def bearer(authorization: str | None) -> str | None:
    scheme, _, credential = (authorization or "").partition(" ")
    return credential.strip() or None if scheme.lower() == "bearer" else None
