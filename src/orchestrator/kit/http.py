"""The edge: request ids, and the one shape of error as an HTTP answer."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestrator.kit.errors import DatabaseUnreachable, DiskFull, OrchestratorError
from orchestrator.kit.ids import new_id

_HEADER = b"x-request-id"
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


class BodyLimitMiddleware:
    """Ends a request whose body is over the limit with 413, before the rest of it is read."""

    def __init__(
        self,
        app: ASGIApp,
        most_bytes: int,
        but_not_below: tuple[str, ...] = (),
        but_not: re.Pattern[str] | None = None,
    ) -> None:
        self.app = app
        self.most_bytes = most_bytes
        self.but_not_below = but_not_below
        self.but_not = but_not

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_spared(scope["path"]):
            await self.app(scope, receive, send)
            return
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.most_bytes:
                raise HTTPException(413)
            return message

        await self.app(scope, limited, send)

    def _is_spared(self, path: str) -> bool:
        return is_below(path, self.but_not_below) or (self.but_not is not None and bool(self.but_not.fullmatch(path)))


def is_below(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def request_id_of(scope: Mapping[str, Any]) -> str:
    return str(scope.get("state", {}).get("request_id", ""))


def error_response(error: OrchestratorError, scope: Mapping[str, Any]) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    return JSONResponse(error.body(request_id_of(scope)), status_code=error.status, headers=headers)


def database_error(error: Exception) -> OrchestratorError:
    """What to answer for one of DATABASE_TROUBLE."""
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _DISK_FULL:
        return DiskFull()
    return DatabaseUnreachable(problem="nothing was changed, try again shortly.")
