"""The gateway's HTTP side: exactly the paths of the three formats, and bytes that pass unchanged both ways."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from orchestrator.gateway.asks import Ask
from orchestrator.gateway.callers import Credentials
from orchestrator.gateway.calls import Call
from orchestrator.gateway.channel import BrokenOff
from orchestrator.gateway.faults import GatewayStopping, PathUnknown, refusal
from orchestrator.gateway.provider_refusals import Head
from orchestrator.gateway.proxy import MAX_BODY_BYTES, Gateway
from orchestrator.gateway.requests import parse_request
from orchestrator.gateway.routing import ApiFormat, ModelOffer
from orchestrator.gateway.upstream import COUNT_TOKENS, PATHS
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE, database_error
from orchestrator.kit.intake import RequestTooSlow
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

PREFIX = "/gateway/v1"
_MODELS = "/models"
_FORMATS: Mapping[str, ApiFormat] = {path: format_ for format_, path in PATHS.items()} | {COUNT_TOKENS: ApiFormat.MESSAGES}
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_LONGEST_ID = 200
_CLIENT_LEFT = 499
_SERVER_ENDS = "Task cancelled, timeout graceful shutdown exceeded"
"""With this uvicorn cancels the calls that it has waited for as long as it does."""


def gateway_routes(gateway: Gateway, below: str = "") -> list[Route]:
    """`below`: where they stand, if not in a mount at PREFIX; everything that is no path of a format is 404."""
    return [
        Route(f"{below}/health/live", _live),
        Route(f"{below}/{{path:path}}", _Endpoint(gateway), methods=_METHODS),
    ]


async def _live(_request: Request) -> Response:
    """Asked for where model calls go, it says that they would arrive."""
    return JSONResponse({"status": "ok"})


class _Endpoint:
    """An ASGI application, since all that Starlette puts around a function is passed by every piece of every answer."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._response(Request(scope, receive))
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        path = _path(request)
        format_ = _FORMATS.get(path, ApiFormat.MESSAGES if path.startswith("/messages") else ApiFormat.CHAT)
        try:
            return await _answer(self._gateway, request, path, format_)
        except OrchestratorError as error:
            told = refusal(error, format_)
            # Nobody waits for the rest of what was too slow.
            ends = {"connection": "close"} if isinstance(error, RequestTooSlow) else {}
            return JSONResponse(told.body, told.status, told.headers | ends)
        except DATABASE_TROUBLE as error:
            log.error("database_trouble", problem=str(error).split("\n")[0])
            told = refusal(database_error(error), format_)
            return JSONResponse(told.body, told.status, told.headers)
        except ClientDisconnect:
            return Response(status_code=_CLIENT_LEFT)
        except asyncio.CancelledError as cancelled:
            if _SERVER_ENDS not in cancelled.args:
                raise
            told = refusal(GatewayStopping(), format_)
            return JSONResponse(told.body, told.status, told.headers)


def _path(request: Request) -> str:
    """As it was sent: what is written in another way, a slash as %2F say, is another path."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    return raw.split(b"?")[0].decode("latin-1").removeprefix(PREFIX)


async def _answer(gateway: Gateway, request: Request, path: str, format_: ApiFormat) -> Response:
    calls = request.method == "POST" and path in _FORMATS
    given = _credentials(request)
    if calls and (tenant_id := gateway.callers.tenant_of(given)):
        gateway.prefetch(tenant_id)
    caller = await gateway.callers.identify(given, needs_session=calls)
    if request.method == "GET" and path == _MODELS:
        await gateway.limits.take(caller.tenant_id)
        return JSONResponse(_listing(await gateway.catalog.offers(caller.tenant_id)))
    if not calls:
        raise PathUnknown
    with contextlib.ExitStack() as unless_begun:
        held = gateway.intake.hold(caller.tenant_id, MAX_BODY_BYTES)
        unless_begun.callback(held.release)
        body = parse_request(format_, await held.read(request.stream()))
        query = request.scope["query_string"].decode("latin-1")
        ask = Ask(caller, body, path, query, dict(request.headers), is_free=path == COUNT_TOKENS)
        call = gateway.begin(ask, held)
        unless_begun.pop_all()
    return await _answer_of(call, request)


def _credentials(request: Request) -> Credentials:
    headers = request.headers
    authorization = headers.get("authorization", "")
    bearer = authorization[7:].strip() if authorization[:7].lower() == "bearer " else None
    return Credentials(
        bearer if bearer is not None else headers.get("x-api-key"),
        headers.get("x-session-id", "")[:_LONGEST_ID] or None,
        headers.get("x-parent-session-id", "")[:_LONGEST_ID] or None,
        headers.get("x-tenant-id", "")[:_LONGEST_ID] or None,
    )


def _listing(offers: tuple[ModelOffer, ...]) -> dict[str, object]:
    """As OpenAI's and Anthropic's clients both read it."""
    models = [
        {
            "id": offer.name,
            "object": "model",
            "type": "model",
            "display_name": offer.name,
            "created": 0,
            "created_at": "1970-01-01T00:00:00Z",
            "owned_by": "orchestrator",
        }
        for offer in offers
    ]
    ends = {"first_id": models[0]["id"], "last_id": models[-1]["id"]} if models else {"first_id": None, "last_id": None}
    return {"object": "list", "data": models, "has_more": False, **ends}


async def _answer_of(call: Call, request: Request) -> Response:
    watcher = asyncio.create_task(_watch(request.receive, call))
    with contextlib.ExitStack() as unless_answered:
        unless_answered.callback(call.leave)
        unless_answered.callback(watcher.cancel)
        head = await asyncio.shield(call.head)
        unless_answered.pop_all()
    return _Answer(call, head, watcher)


async def _watch(receive: Receive, call: Call) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    call.leave()


class _Answer(Response):
    """The provider's answer while it comes. One that breaks off breaks this one off: it must not look complete."""

    def __init__(self, call: Call, head: Head, watcher: asyncio.Task[None]) -> None:
        super().__init__(status_code=head.status)
        self._call = call
        self._body = head.body
        self._is_whole = head.is_whole
        self._watcher = watcher
        self.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in head.headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if self._is_whole:
                await self._call.channel.begun()
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if self._body:
                await send({"type": "http.response.body", "body": self._body, "more_body": True})
            async for piece in self._call.channel.pieces():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except BrokenOff:
            return  # The server closes the connection of an answer that has no end.
        except asyncio.CancelledError as cancelled:
            if _SERVER_ENDS not in cancelled.args:
                raise
        finally:
            self._watcher.cancel()
            self._call.leave()


def gateway_app(
    gateway: Gateway,
    beside: Sequence[Route] = (),
    running: Callable[[], AbstractAsyncContextManager[None]] = contextlib.nullcontext,
) -> Starlette:
    """The gateway as a process of its own. `beside`: what else runtimes reach there, while `running` is entered."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with gateway.running(), running():
            yield

    app = Starlette(routes=[*beside, *gateway_routes(gateway, PREFIX), Route("/health/live", _live)], lifespan=lifespan)
    app.router.redirect_slashes = False  # The address of such a redirect would be built from the Host header.
    return app
