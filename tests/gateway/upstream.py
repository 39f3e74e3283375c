"""A model provider on a loopback port that keeps what it was asked and answers as each test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

KEY = "sk-real-key-of-the-provider"


@dataclass
class Asked:
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Upstream:
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answer: Answer | None = None
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.asked.append(Asked(request.path, request.rel_url.raw_query_string, headers, await request.read()))
        try:
            return await self.answer(request) if self.answer else web.json_response({"ok": True})
        except (asyncio.CancelledError, ConnectionError):
            self.left.set()
            raise

    def answers(self, status: int = 200, body: bytes = b"{}", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(_request: web.Request) -> web.StreamResponse:
            return web.Response(status=status, body=body, headers=named)

        self.answer = answer


@asynccontextmanager
async def upstream_running() -> AsyncIterator[Upstream]:
    upstream = Upstream()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", upstream.handle)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    upstream.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield upstream
    finally:
        await runner.cleanup()


async def begin_stream(request: web.Request, **headers: Any) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **headers})
    await response.prepare(request)
    return response
