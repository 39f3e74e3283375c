"""Where tools are reached over HTTP: by API key in the API, by a session's own token beside the model gateway."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from httpx import ASGITransport
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from orchestrator.events.stream import EventHub
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE, database_error, error_response, request_id_of
from orchestrator.kit.tasks import background
from orchestrator.mcp.asking_tools import ASKING_TOOLS
from orchestrator.mcp.context_tools import CONTEXT_TOOLS
from orchestrator.mcp.decisions import Decisions
from orchestrator.mcp.fleet_tools import FLEET_TOOLS, INSTRUCTIONS
from orchestrator.mcp.own_session import OwnSession, own_session
from orchestrator.mcp.own_tools import OWN_INSTRUCTIONS, OWN_TOOLS
from orchestrator.mcp.person import Person
from orchestrator.mcp.plan_tools import PLAN_TOOLS
from orchestrator.mcp.rest import RestCaller, headers_of
from orchestrator.mcp.serving import CALLER, ToolServer
from orchestrator.tenancy.middleware import bearer
from orchestrator.tenancy.principal import Principal

PATH = "/mcp"
# A stream or a session of the protocol's there is none: every request is answered for itself.
_METHODS = ["POST"]


class PeoplesTools:
    """For whoever has an API key. `app` is the whole API, which is asked for what the tools do."""

    def __init__(self, app: ASGIApp, database: Database, hub: Callable[[], EventHub]) -> None:
        self.server: ToolServer[Person] = ToolServer(INSTRUCTIONS, (*FLEET_TOOLS, *PLAN_TOOLS, *CONTEXT_TOOLS))
        self._transport = ASGITransport(app=app, raise_app_exceptions=False)
        self._database, self._hub = database, hub

    @property
    def route(self) -> Route:
        return Route(PATH, self, methods=_METHODS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        principal: Principal = scope["state"]["principal"]
        own = {"x-request-id": request_id_of(scope)}
        rest = RestCaller(self._transport, headers_of(Headers(scope=scope)) | own)
        scope["state"][CALLER] = Person(principal.tenant_id, rest, self._database, self._hub())
        await (await self.server.manager()).handle_request(scope, receive, send)


class SessionsTools:
    """For the agents of sessions, which reach nothing but the gateway: so it stands beside that."""

    def __init__(self, database: Database) -> None:
        self.server: ToolServer[OwnSession] = ToolServer(OWN_INSTRUCTIONS, (*OWN_TOOLS, *ASKING_TOOLS), beats=True)
        self._database, self._decisions = database, Decisions(database)

    def route(self, below: str = "") -> Route:
        """`below`: where it stands, if not in a mount there."""
        return Route(f"{below}{PATH}", self, methods=_METHODS)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        async with self.server.running(), background(self._decisions.run()):
            yield

    @asynccontextmanager
    async def running_alone(self) -> AsyncGenerator[None]:
        """In a process that is for models and tools."""
        async with self.running():
            self.server.load()
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            caller = await own_session(self._database, self._decisions, bearer(Headers(scope=scope).get("authorization")))
        except OrchestratorError as error:
            await error_response(error, scope)(scope, receive, send)
            return
        except DATABASE_TROUBLE as error:
            await error_response(database_error(error), scope)(scope, receive, send)
            return
        scope.setdefault("state", {})[CALLER] = caller
        await (await self.server.manager()).handle_request(scope, receive, send)
