"""A receiver of webhooks as a customer would run it: a real HTTP server on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True)
class Received:
    headers: dict[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """`answer` says what to answer to a call; what was taken (2xx) and what was not are all in `calls`."""

    port: int = 0
    slow_seconds: float = 0
    """So long it has each call wait."""
    at_once: int = 0
    most_at_once: int = 0
    calls: list[Received] = field(default_factory=list[Received])
    answer: Callable[[Received], web.Response] = lambda _: web.Response(status=204)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def handle(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.slow_seconds)
        self.at_once -= 1
        call = Received({name.lower(): value for name, value in request.headers.items()}, await request.text())
        async with self.news:
            self.calls.append(call)
            self.news.notify_all()
        return self.answer(call)

    async def until(self, count: int, seconds: float = 20) -> list[Received]:
        async with asyncio.timeout(seconds), self.news:
            await self.news.wait_for(lambda: len(self.calls) >= count)
        return self.calls


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()
