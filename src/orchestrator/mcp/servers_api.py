"""The remote MCP servers of an agent, as its sessions reach them: through here, where the secrets of their headers are.

A session's token opens the servers of the version that it works with, and no others. What is said passes unchanged.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Coroutine, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from orchestrator.agents.definitions import Definition
from orchestrator.agents.secrets import opened
from orchestrator.agents.servers import RemoteServer, filled_in
from orchestrator.gateway.upstream import hindrance, trusted
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE, database_error, error_response
from orchestrator.kit.logging import get_logger
from orchestrator.kit.outbound import AddressRefused, Allowed, AnswerTooLong, Limits, Outbound, pieces
from orchestrator.kit.sealing import Sealer
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.mcp.own_session import ToolTokenInvalid
from orchestrator.sessions.tool_tokens import TOOL_PREFIX
from orchestrator.tenancy.keys import parse_key
from orchestrator.tenancy.middleware import bearer

log = get_logger(__name__)

PATH = "/mcp/servers"
_METHODS = ["GET", "POST", "DELETE"]
MOST_ASKED_BYTES = 2_000_000
MOST_ANSWERED_BYTES = 20_000_000
MOST_AT_ONCE = 32
"""Calls of one tenant in this process."""
_LIMITS = Limits(seconds=300, connect_seconds=10, silence_seconds=130, answer_bytes=MOST_ANSWERED_BYTES)
"""Longer than the longest time-out of a server, after which OpenCode has given up."""
_PASSED_ON = ("accept", "content-type", "mcp-protocol-version", "mcp-session-id", "last-event-id")
_PASSED_BACK = ("content-type", "mcp-session-id")

_BY_TOKEN = b"""
select t.tenant_id, t.secret_sha256, s.id as session_id, v.definition
from tool_tokens t
join sessions s on s.tenant_id = t.tenant_id and s.id = t.session_id and s.attempt = t.attempt
    and s.status in ('running', 'waiting', 'degraded')
left join agent_versions v on v.tenant_id = s.tenant_id and v.id = s.agent_version_id
where t.public_id = %(public_id)s
"""


class McpServerUnknown(OrchestratorError):
    """The agent of this session has no remote MCP server of that name."""

    status = 404
    code = "mcp_server_unknown"
    hint = "The version of the agent that the session works with names its servers."


class McpServerAddressRefused(OrchestratorError):
    """{host} is, or may lead, inside the orchestrator's own network, where an agent's MCP server may not be."""

    status = 403
    code = "mcp_server_address_refused"
    hint = "Name a public address, or have an operator set ORCHESTRATOR_PRIVATE_MCP_SERVERS."


class McpServerUnreachable(OrchestratorError):
    """The MCP server {server} does not work: {problem}."""

    status = 502
    code = "mcp_server_unreachable"
    hint = "Look whether it runs where the agent's definition says, and speaks streamable HTTP there."


class McpStreamNotOffered(OrchestratorError):
    """What an MCP server says comes in the answer to a request; a stream beside that is not offered."""

    status = 405
    code = "mcp_stream_not_offered"
    hint = "Nothing needs to be done: the protocol lets clients go on without it."


class McpServersBusy(OrchestratorError):
    """This team's sessions have {most} calls of MCP servers under way already."""

    status = 429
    code = "mcp_servers_busy"
    hint = "Wait as long as Retry-After says, and call again."


class McpRequestTooLarge(OrchestratorError):
    """The request has more than {most} bytes."""

    status = 413
    code = "mcp_request_too_large"
    hint = "Hand large material over in pieces."


@dataclass(frozen=True)
class _Called:
    tenant_id: UUID
    session_id: UUID
    name: str
    server: RemoteServer


@dataclass(frozen=True)
class _Sent:
    method: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class AgentsServers:
    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._sealer = Sealer(settings)
        self._outbound: Outbound | None = None
        self._under_way: Counter[UUID] = Counter()

    def route(self, below: str = "") -> Route:
        """`below`: where it stands, if not in a mount there."""
        return Route(f"{below}{PATH}/{{name}}", self, methods=_METHODS)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        anywhere = self._settings.private_mcp_servers
        async with Outbound(Allowed(anywhere=anywhere), trusted(self._settings), proxies=not anywhere) as self._outbound:
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            called = await self._called(bearer(request.headers.get("authorization")), request.path_params["name"])
            if request.method == "GET":
                raise McpStreamNotOffered
            headers = await self._headers(called, request.headers)
            sent = _Sent(request.method, headers, await _body(request))
            with self._counted(called.tenant_id):
                await unless_gone(receive, self._pass(called, sent, send))
        except OrchestratorError as error:
            await error_response(error, scope)(scope, receive, send)
        except DATABASE_TROUBLE as error:
            await error_response(database_error(error), scope)(scope, receive, send)
        except ClientDisconnect:
            return

    async def _called(self, token: str | None, name: str) -> _Called:
        """Raises ToolTokenInvalid, McpServerUnknown."""
        parsed = parse_key(token, TOOL_PREFIX) if token else None
        rows = await self._database.look(_BY_TOKEN, public_id=parsed.public_id) if parsed else []
        if parsed is None or not rows or not parsed.matches(rows[0]["secret_sha256"]):
            raise ToolTokenInvalid
        row = rows[0]
        server = Definition.of(row["definition"]).mcp.get(name) if row["definition"] else None
        if not isinstance(server, RemoteServer) or not server.enabled:
            raise McpServerUnknown
        return _Called(row["tenant_id"], row["session_id"], name, server)

    async def _headers(self, called: _Called, given: Headers) -> dict[str, str]:
        """Raises AgentSecretMissing, and what is wrong with the master key."""
        passed = {name: given[name] for name in _PASSED_ON if name in given}
        with tenant_scope(called.tenant_id):
            async with self._database.transaction() as db:
                secrets = await opened(db, self._sealer, called.server.secrets)
        return passed | {name: filled_in(value, secrets) for name, value in called.server.headers.items()}

    @contextmanager
    def _counted(self, tenant_id: UUID) -> Generator[None]:
        """Raises McpServersBusy."""
        if self._under_way[tenant_id] >= MOST_AT_ONCE:
            raise McpServersBusy(most=MOST_AT_ONCE, retry_after_seconds=1)
        self._under_way[tenant_id] += 1
        try:
            yield
        finally:
            self._under_way[tenant_id] -= 1
            if not self._under_way[tenant_id]:
                del self._under_way[tenant_id]

    async def _pass(self, called: _Called, sent: _Sent, send: Send) -> None:
        """Raises McpServerAddressRefused and McpServerUnreachable as long as nothing was answered. An answer that breaks off
        or is too long ends in its middle."""
        assert self._outbound is not None  # noqa: S101 - it is there while this runs.
        passing, began = _Passing(send), time.monotonic()
        try:
            async with self._outbound.opened(
                sent.method, called.server.url, headers=sent.headers, body=sent.body, limits=_LIMITS
            ) as answer:
                if 300 <= answer.status < 400:
                    raise McpServerUnreachable(server=called.name, problem=f"it answers {answer.status}, a redirect")
                await passing.all_of(answer)
        except AddressRefused as refused:
            raise McpServerAddressRefused(host=refused.host) from refused
        except (aiohttp.ClientError, TimeoutError) as error:
            if not passing.begun:
                raise McpServerUnreachable(server=called.name, problem=hindrance(error)) from error
            passing.outcome = hindrance(error)
        finally:
            log.info(
                "mcp_server_called",
                tenant_id=str(called.tenant_id),
                session_id=str(called.session_id),
                server=called.name,
                outcome=passing.outcome,
                answered_bytes=passing.bytes,
                seconds=round(time.monotonic() - began, 3),
            )


class _Passing:
    """An answer on its way back, piece by piece."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.bytes = 0
        self.outcome = "never answered"

    @property
    def begun(self) -> bool:
        return self.outcome != "never answered"

    async def all_of(self, answer: aiohttp.ClientResponse) -> None:
        self.outcome = str(answer.status)
        headers = [(name.encode(), answer.headers[name].encode()) for name in _PASSED_BACK if name in answer.headers]
        await self._send({"type": "http.response.start", "status": answer.status, "headers": headers})
        try:
            async for piece in pieces(answer, MOST_ANSWERED_BYTES):
                self.bytes += len(piece)
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        except AnswerTooLong:
            self.outcome = f"cut off after {MOST_ANSWERED_BYTES} bytes"
        await self._send({"type": "http.response.body", "body": b""})


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Done to its end, or as long as whoever asked is there."""
    working, gone = asyncio.create_task(work), asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait((working, gone), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        working.cancel()
        gone.cancel()
        await asyncio.gather(working, gone, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _body(request: Request) -> bytes:
    """Raises McpRequestTooLarge."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_ASKED_BYTES:
            raise McpRequestTooLarge(most=MOST_ASKED_BYTES)
    return bytes(body)
