"""Tools behind the official SDK's streamable HTTP. Every request stands for itself, so any process can answer it."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Generic

from orchestrator import __version__
from orchestrator.kit.tasks import background
from orchestrator.mcp.tools import CallerT, Tool, carry_out

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext
    from mcp.server.session import ServerSession
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams

MOST_BYTES = 300_000
"""Of a request: a context's value, written as JSON in JSON."""
BEAT_SECONDS = 3.0
CALLER = "mcp_caller"
"""Where the state of a request has who calls."""


class ToolServer(Generic[CallerT]):
    """`beats` are for tools that may take long: the client hears every few seconds that a call goes on, so it need not
    wait for a silent one, and nothing between the two takes the connection for dead."""

    def __init__(self, instructions: str, tools: Sequence[Tool[CallerT]], *, beats: bool = False) -> None:
        self._instructions, self._beats = instructions, beats
        self._tools = {one.name: one for one in tools}
        self._wanted, self._ready = asyncio.Event(), asyncio.Event()
        self._manager: StreamableHTTPSessionManager | None = None

    def load(self) -> None:
        """Ahead of the first request. The SDK takes half a second to import, which is not for a process's start."""
        self._wanted.set()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        async with background(self._run()):
            yield

    async def _run(self) -> None:
        await self._wanted.wait()
        self._manager = await asyncio.to_thread(self._built)
        async with self._manager.run():
            self._ready.set()
            await asyncio.Event().wait()

    async def manager(self) -> "StreamableHTTPSessionManager":
        self.load()
        await self._ready.wait()
        assert self._manager is not None  # noqa: S101 - it is there before the event is set.
        return self._manager

    def _built(self) -> "StreamableHTTPSessionManager":
        from mcp.server.lowlevel import Server
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        server: Server[dict[str, Any]] = Server(
            "orchestrator",
            title="OpenCode Industrial Orchestrator",
            version=__version__,
            instructions=self._instructions,
            on_list_tools=self._list,
            on_call_tool=self._call,
        )
        return StreamableHTTPSessionManager(
            server, json_response=not self._beats, stateless=True, max_request_body_size=MOST_BYTES
        )

    async def _list(
        self, context: "ServerRequestContext[dict[str, Any]]", _: "PaginatedRequestParams | None"
    ) -> "ListToolsResult":
        from mcp_types import ListToolsResult
        from mcp_types import Tool as Listed

        caller: CallerT = caller_of(context.request)
        tools = [one for one in self._tools.values() if one.offered is None or await one.offered(caller)]
        return ListToolsResult(
            tools=[Listed(name=one.name, description=one.description, input_schema=one.schema) for one in tools]
        )

    async def _call(
        self, context: "ServerRequestContext[dict[str, Any]]", params: "CallToolRequestParams"
    ) -> "CallToolResult":
        from mcp.shared.exceptions import MCPError
        from mcp_types import INVALID_PARAMS, CallToolResult, TextContent

        one = self._tools.get(params.name)
        if one is None:
            raise MCPError(INVALID_PARAMS, f"There is no tool {params.name[:100]}.")
        caller = caller_of(context.request)
        async with background(*([_beat(context.session)] if self._beats else [])):
            told = await carry_out(one, caller, dict(params.arguments or {}))
        return CallToolResult(content=[TextContent(text=told.text)], is_error=told.is_error)


async def _beat(session: "ServerSession") -> None:
    """A sign of life, for who asked for progress."""
    for beat in itertools.count(1):
        await asyncio.sleep(BEAT_SECONDS)
        await session.report_progress(beat)


def caller_of(request: Any) -> Any:
    """The SDK hands on the request as its transport had it."""
    state: Mapping[str, Any] = request.scope["state"]
    return state[CALLER]
