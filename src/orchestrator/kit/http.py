"""The edge: request ids, and the one shape of error as an HTTP answer."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestrator.kit.errors import DatabaseUnreachable, DiskFull, OrchestratorError
from orchestrator.kit.ids import new_id

_HEADER = b"x-request-id"
SAFETY: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""What holds for an answer that says nothing else: it is data of whoever asked, with a cookie perhaps. So no browser and no
proxy keeps it, takes it for a page or a script, or shows it in a frame."""
_DISK_FULL = "53100"

DATABASE_TROUBLE = (OperationalError, InterfaceError, PoolTimeout)
"""What is raised when the database cannot work, through no fault of the request."""


class RequestIdMiddleware:
    """Gives every request an id, answers it in `X-Request-ID`, and keeps a sane one that a proxy sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(_HEADER, b"").decode("latin-1")
        request_id = given if 8 <= len(given) <= 64 and given.replace("-", "").isalnum() else str(new_id())
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (_HEADER, request_id.encode())]
            await send(message)

        await self.app(scope, receive, send_with_id)


class SafetyMiddleware:
    """Adds the headers of SAFETY that an answer does not bring itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFETY.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_safely)


def is_below(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def request_id_of(scope: Mapping[str, Any]) -> str:
    return str(scope.get("state", {}).get("request_id", ""))


def error_response(error: OrchestratorError, scope: Mapping[str, Any]) -> JSONResponse:
    # With the headers of every answer, since that of an unexpected error passes no middleware.
    headers = dict(SAFETY) | ({"WWW-Authenticate": "Bearer"} if error.status == 401 else {})
    headers.update(error.headers)
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    return JSONResponse(error.body(request_id_of(scope)), status_code=error.status, headers=headers)


def database_error(error: Exception) -> OrchestratorError:
    """What to answer for one of DATABASE_TROUBLE."""
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _DISK_FULL:
        return DiskFull()
    return DatabaseUnreachable(problem="nothing was changed, try again shortly.")
