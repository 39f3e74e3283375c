"""Where agents are reached by A2A: the SDK's own routes at and below each agent's address, and its card."""

import asyncio
import hashlib
from email.utils import format_datetime

from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestrator.a2a.refusals import REFUSED
from orchestrator.kit.errors import NotFound, OrchestratorError
from orchestrator.kit.http import error_response

PREFIX = "/a2a"
_AGENT = "/{agent}"
_CARD = "/.well-known/agent-card.json"
_CACHED = "private, max-age=60, must-revalidate"


class AgentsFace:
    """`state` is the application's. The SDK takes most of a second to import, which is not for a process's start."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._app: ASGIApp | None = None
        self._loading = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._loading:
            if self._app is None:
                self._app = await asyncio.to_thread(self._built)
        await self._app(scope, receive, _Refusing(scope, receive, send))

    def _built(self) -> ASGIApp:
        from a2a.server.routes import create_jsonrpc_routes, create_rest_routes

        from orchestrator.a2a.calls import CallBuilder, Parts
        from orchestrator.a2a.handler import SessionsHandler

        def parts() -> Parts:
            return Parts(**{name: getattr(self._state, name) for name in Parts.__dataclass_fields__})

        handler, builder = SessionsHandler(), CallBuilder(parts)
        routes: list[BaseRoute] = [
            Route(_AGENT + _CARD, self._card),
            *create_jsonrpc_routes(handler, _AGENT, builder),
            *create_jsonrpc_routes(
                handler, _AGENT + "/", builder
            ),  # As clients build it that take the address for a folder.
        ]
        # Without those that have a tenant in the address: which it is says the key, and X-Tenant-ID.
        rest = create_rest_routes(handler, builder, path_prefix=_AGENT)
        routes += [one for one in rest if isinstance(one, Route)]
        return Starlette(routes=routes)

    async def _card(self, request: Request) -> Response:
        from a2a.server.request_handlers.response_helpers import agent_card_to_dict

        from orchestrator.a2a.calls import base_url_of
        from orchestrator.a2a.cards import card, described

        try:
            found = await described(self._state.database, request.path_params["agent"])
        except NotFound as error:
            return error_response(error, request.scope)
        answer = JSONResponse(agent_card_to_dict(card(found, base_url_of(self._state.settings, request))))
        tag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()}"'
        headers = {"ETag": tag, "Cache-Control": _CACHED, "Last-Modified": format_datetime(found.changed_at, usegmt=True)}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        answer.headers.update(headers)
        return answer


class _Refusing:
    """Sends what is refused over HTTP in the place of the SDK's answer, which has HTTP 200 or 500 for it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._is_refused = False

    async def __call__(self, message: Message) -> None:
        if self._is_refused:
            return
        error = self._scope["state"].get(REFUSED)
        if message["type"] == "http.response.start" and isinstance(error, OrchestratorError):
            self._is_refused = True
            await error_response(error, self._scope)(self._scope, self._receive, self._send)
            return
        await self._send(message)
