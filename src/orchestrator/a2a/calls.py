"""One call: who makes it, of which agent, and what the application has for it."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from a2a.extensions.common import HTTP_EXTENSION_HEADER, get_requested_extensions
from a2a.server.context import ServerCallContext
from a2a.server.routes.common import ServerCallContextBuilder
from a2a.utils.errors import A2AError
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.a2a.errors import OVER_HTTP, as_a2a
from orchestrator.a2a.refusals import REFUSED
from orchestrator.events.stream import EventHub
from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE, database_error, request_id_of
from orchestrator.kit.lanes import Lanes
from orchestrator.kit.logging import get_logger
from orchestrator.kit.settings import Settings
from orchestrator.sessions.checkpoint_store import CheckpointStore
from orchestrator.tenancy.caller import Caller
from orchestrator.tenancy.declarations import NeedsPermission
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal
from orchestrator.tenancy.streams import Streams
from orchestrator.tenancy.watch import Admission, Watch
from orchestrator.workspaces import Workspaces

log = get_logger(__name__)

_CALL = "a2a_call"


@dataclass(frozen=True)
class Parts:
    """Of the application."""

    database: Database
    settings: Settings
    catalog: Catalog
    workspaces: Workspaces
    checkpoints: CheckpointStore
    lanes: Lanes
    streams: Streams
    watch: Watch
    hub: EventHub


@dataclass(frozen=True)
class Call:
    parts: Parts
    agent: str
    principal: Principal
    admission: Admission
    state: MutableMapping[str, Any]
    """Of the request."""
    base_url: str
    is_disconnected: Callable[[], Awaitable[bool]]

    @property
    def caller(self) -> Caller:
        return Caller(self.principal, self.parts.database, request_id_of({"state": self.state}))

    def needs(self, permission: Permission) -> None:
        """Raises PermissionRequired."""
        NeedsPermission(permission).check(self.principal)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        async with self.caller.in_tenant(self.principal.tenant_id) as db:
            yield db

    @contextmanager
    def told(self) -> Generator[None]:
        """Errors of ours leave it as the SDK knows them. It would show any other one's words to the caller."""
        try:
            yield
        except A2AError:
            raise
        except DATABASE_TROUBLE as error:
            log.error("database_trouble", request_id=self.caller.request_id, problem=str(error).split("\n")[0])
            raise self._refused(database_error(error)) from error
        except OrchestratorError as error:
            raise self._refused(error) from error
        except Exception as error:
            log.error("a2a_call_failed", request_id=self.caller.request_id, exc_info=error)
            raise self._refused(OrchestratorError()) from error

    def _refused(self, error: OrchestratorError) -> A2AError:
        if error.status in OVER_HTTP:
            self.state[REFUSED] = error
        return as_a2a(error)


class CallBuilder(ServerCallContextBuilder):
    """The principal is the middleware's; the protocol's `tenant` is nobody's authority, and is not looked at."""

    def __init__(self, parts: Callable[[], Parts]) -> None:
        self._parts = parts

    def build(self, request: Any) -> ServerCallContext:
        state: MutableMapping[str, Any] = request.scope["state"]
        parts = self._parts()
        call = Call(
            parts=parts,
            agent=request.path_params["agent"],
            principal=state["principal"],
            admission=state["admission"],
            state=state,
            base_url=base_url_of(parts.settings, request),
            is_disconnected=request.is_disconnected,
        )
        wanted = get_requested_extensions(request.headers.getlist(HTTP_EXTENSION_HEADER))
        return ServerCallContext(state={"headers": dict(request.headers), _CALL: call}, requested_extensions=wanted)


def call_of(context: ServerCallContext) -> Call:
    state: Mapping[str, Any] = context.state
    return state[_CALL]


def base_url_of(settings: Settings, request: Any) -> str:
    return (settings.public_url or str(request.url.replace(path="", query=""))).rstrip("/")
