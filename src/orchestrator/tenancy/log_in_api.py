"""HTTP of the log-in: to the OpenID provider, back from it, and out again."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Cookie, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import request_id_of
from orchestrator.kit.logging import get_logger
from orchestrator.tenancy.dependencies import public
from orchestrator.tenancy.log_in import PENDING_SECONDS, LogIns
from orchestrator.tenancy.middleware import LOG_IN_COOKIE, refuse_other_sites
from orchestrator.tenancy.oidc import LogInFailed
from orchestrator.tenancy.sign_in import SignIns

log = get_logger(__name__)

AUTH_PREFIX = "/auth"
_PENDING_COOKIE = "oio_log_in"
_NOT_KEPT = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

router = APIRouter(
    prefix=AUTH_PREFIX, tags=["log-in"], dependencies=[public("who is about to log in has no key, and is no principal yet")]
)


async def log_ins_of(request: Request) -> LogIns:
    return request.app.state.log_ins


async def sign_ins_of(request: Request) -> SignIns:
    return request.app.state.sign_ins


LogInsDep = Annotated[LogIns, Depends(log_ins_of)]
Text = Annotated[str | None, Query(max_length=4096)]
Pending = Annotated[str | None, Cookie(alias=_PENDING_COOKIE, max_length=100, include_in_schema=False)]


@router.get("/log-in", status_code=303, summary="Leave for the OpenID provider", response_class=RedirectResponse)
async def log_in(
    request: Request,
    log_ins: LogInsDep,
    come_back_to: Annotated[str, Query(alias="next", description="A path of the orchestrator itself.")] = "/",
    pending: Pending = None,
) -> RedirectResponse:
    try:
        departure = await log_ins.depart(come_back_to, pending)
    except OrchestratorError as error:
        return _refused(error, request)
    answer = RedirectResponse(departure.url, status_code=303, headers=_NOT_KEPT)
    answer.set_cookie(_PENDING_COOKIE, departure.browser, max_age=PENDING_SECONDS, path=AUTH_PREFIX, **cookie_flags(log_ins))
    return answer


@router.get("/callback", status_code=303, summary="Come back from the OpenID provider", response_class=RedirectResponse)
async def callback(
    request: Request,
    log_ins: LogInsDep,
    code: Text = None,
    state: Text = None,
    iss: Text = None,
    error: Text = None,
    pending: Pending = None,
) -> RedirectResponse:
    try:
        if iss is not None and iss != log_ins.provider.issuer:
            raise LogInFailed(problem="the answer is another provider's")
        if error is not None or not code:
            log.info("log_in_refused_by_provider", error=(error or "")[:100])
            raise LogInFailed(problem="the OpenID provider did not agree")
        arrival = await log_ins.arrive(state or "", code, pending or "", request_id_of(request.scope))
    except OrchestratorError as refusal:
        return _refused(refusal, request)
    answer = RedirectResponse(arrival.next, status_code=303, headers=_NOT_KEPT)
    answer.set_cookie(LOG_IN_COOKIE, arrival.cookie, max_age=arrival.seconds, **cookie_flags(log_ins))
    return answer


@router.post("/log-out", status_code=204, summary="End this log-in, on every process at once")
async def log_out(
    request: Request,
    response: Response,
    log_ins: LogInsDep,
    sign_ins: Annotated[SignIns, Depends(sign_ins_of)],
    cookie: Annotated[str | None, Cookie(alias=LOG_IN_COOKIE, include_in_schema=False)] = None,
) -> None:
    if cookie:
        refuse_other_sites(request, log_ins.public_url)
        await log_ins.log_out(cookie, request_id_of(request.scope))
        await sign_ins.sign_out(cookie, request_id_of(request.scope))
    response.delete_cookie(LOG_IN_COOKIE, **cookie_flags(log_ins))


def _refused(error: OrchestratorError, request: Request) -> RedirectResponse:
    """A person comes to the sign-in page, which says why; a program gets the error as ever."""
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    why = urlencode({"refused": error.code, "request": request_id_of(request.scope)})
    return RedirectResponse(f"/sign-in?{why}", status_code=303, headers=_NOT_KEPT)


def cookie_flags(log_ins: LogIns) -> dict[str, Any]:
    """Lax rather than strict, so that who follows a link into the orchestrator is logged in there too. Writes that come
    from other sites are refused by their origin."""
    return {"httponly": True, "samesite": "lax", "secure": log_ins.public_url.startswith("https:")}
