"""HTTP of the dashboard: its files, and its one page for every address that is not the API's."""

import asyncio
import re

from fastapi import APIRouter, Request, Response
from starlette.convertors import PathConvertor, register_url_convertor

from orchestrator.kit.errors import NotFound, OrchestratorError
from orchestrator.kit.http import error_response
from orchestrator.tenancy.dependencies import public
from orchestrator.web.files import Dist, Served

_NOT_PAGES = r"(?:a2a|api|auth|gateway|health|mcp|metrics|v1)(?:/|$)"
_PAGE = re.compile(rf"/(?!{_NOT_PAGES}).*", re.DOTALL)
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_SAFETY = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)", re.IGNORECASE)


class DashboardNotBuilt(OrchestratorError):
    """This orchestrator was installed without its dashboard."""

    status = 503
    code = "dashboard_not_built"
    hint = "In a checkout `make run` builds it, or `make setup` and a new start. The command line and /api/v1 work without."


class _PageConvertor(PathConvertor):
    """A path that is not the API's: such a route cannot shadow one of those, nor their 404 and 405."""

    regex = rf"(?!{_NOT_PAGES}).*"


register_url_convertor("page", _PageConvertor())
router = APIRouter(
    include_in_schema=False,
    dependencies=[public("the dashboard's files hold no data; what it shows, it asks the API for")],
)


def is_page(path: str) -> bool:
    return _PAGE.fullmatch(path) is not None


@router.api_route("/{path:page}", methods=["GET", "HEAD"])
async def page(path: str, request: Request) -> Response:
    dist: Dist = request.app.state.dist
    if not dist.is_built():
        return _refusal(DashboardNotBuilt(), request)
    # The first time a file is asked for, it is read and packed.
    served = await asyncio.to_thread(dist.find, path)
    return _refusal(NotFound(), request) if served is None else _answer(served, request)


def _refusal(error: OrchestratorError, request: Request) -> Response:
    answer = error_response(error, request.scope)
    answer.headers.update(_SAFETY | {"Cache-Control": "no-store"})
    return answer


def _answer(served: Served, request: Request) -> Response:
    headers = _SAFETY | {"Cache-Control": served.cache_control, "ETag": served.etag, "Vary": "Accept-Encoding"}
    if served.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = served.content
    if served.packed is not None and _GZIP.search(request.headers.get("accept-encoding", "")):
        content, headers = served.packed, headers | {"Content-Encoding": "gzip"}
    return Response(content, media_type=served.media_type, headers=headers)
