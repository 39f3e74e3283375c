"""The proxy that every model call goes through: it swaps a runtime's virtual key for the provider's real one.

Bytes pass unchanged both ways. Only the paths of the provider's own format exist; everything else is 404.
"""

import io
import ipaddress
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from yarl import URL

from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.routing import ApiFormat, ProviderKind
from orchestrator.gateway.service import VirtualKeys
from orchestrator.kit.db import Database
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

PREFIX = "/gateway/v1"
MAX_BODY_BYTES = 32 * 1024 * 1024
_PATHS = {ApiFormat.CHAT: "/chat/completions", ApiFormat.RESPONSES: "/responses", ApiFormat.MESSAGES: "/messages"}
_PASSED_ON = ("accept", "content-type", "user-agent", "x-session-id")
_PASSED_BACK = ("content-type", "retry-after", "retry-after-ms", "x-should-retry", "request-id", "x-request-id")
_TIMEOUT = aiohttp.ClientTimeout(total=3600, connect=30, sock_read=600)


class Gateway:
    """One upstream client for the whole process."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self.catalog = catalog
        self.provider = catalog.own.endpoint
        self.keys = VirtualKeys(database)
        self._client: aiohttp.ClientSession | None = None

    def client(self) -> aiohttp.ClientSession:
        if self._client is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
            # The proxies of the environment are for the outside world, not for a model on this machine.
            trust_env = not is_loopback(self.provider.base_url)
            self._client = aiohttp.ClientSession(
                timeout=_TIMEOUT, connector=connector, trust_env=trust_env, auto_decompress=False
            )
        return self._client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def refusal(self, request: Request) -> Response | None:
        """What to answer who has no virtual key; None lets the request pass."""
        try:
            known = await self.keys.find(credential_of(request))
        except DATABASE_TROUBLE as error:
            log.error("database_trouble", problem=str(error).split("\n")[0])
            return self.refuse(503, "database_unreachable", "The gateway cannot look up keys at the moment.")
        if known is None:
            return self.refuse(401, "virtual_key_invalid", "The gateway does not know this key.")
        return None

    async def models(self, request: Request) -> Response:
        if refusal := await self.refusal(request):
            return refusal
        data = [{"id": m.name, "object": "model", "owned_by": self.provider.name} for m in self.catalog.own.aliases]
        return JSONResponse({"object": "list", "data": data})

    async def forward(self, request: Request) -> Response:
        if refusal := await self.refusal(request):
            return refusal
        body = await _read_body(request)
        if body is None:
            return self.refuse(413, "request_too_large", f"A request may have {MAX_BODY_BYTES} bytes at most.")
        try:
            # From a file-like object a long body is sent piece by piece, so that other calls are not held up.
            upstream = await self.client().post(
                self._upstream_url(request), data=io.BytesIO(body), headers=self._headers(request), allow_redirects=False
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("provider_unreachable", provider=self.provider.name, problem=type(error).__name__)
            return self.refuse(502, "provider_unreachable", "The model provider could not be reached.")
        headers = {name: upstream.headers[name] for name in _PASSED_BACK if name in upstream.headers}
        if "content-encoding" in upstream.headers:
            headers["content-encoding"] = upstream.headers["content-encoding"]
        return StreamingResponse(_bytes_of(upstream), status_code=upstream.status, headers=headers)

    def _upstream_url(self, request: Request) -> URL:
        query = f"?{request.url.query}" if request.url.query else ""
        return URL(f"{URL(self.provider.base_url)}{request.url.path.removeprefix(PREFIX)}{query}", encoded=True)

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        headers |= {name: value for name, value in request.headers.items() if name.startswith("anthropic-")}
        headers["accept-encoding"] = "identity"
        if self.provider.api_key is None:
            return headers
        if self.provider.kind is ProviderKind.ANTHROPIC:
            return headers | {"x-api-key": self.provider.api_key}
        return headers | {"authorization": f"Bearer {self.provider.api_key}"}

    def refuse(self, status: int, code: str, message: str) -> JSONResponse:
        """In the provider's own shape, so that its clients understand it."""
        error = {"type": code, "code": code, "message": message}
        if self.provider.kind is ProviderKind.ANTHROPIC:
            return JSONResponse({"type": "error", "error": error}, status_code=status)
        return JSONResponse({"error": error}, status_code=status)


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def credential_of(request: Request) -> str | None:
    authorization = request.headers.get("authorization", "")
    if authorization.lower().startswith("bearer "):
        return authorization[7:].strip()
    return request.headers.get("x-api-key")


def gateway_routes(gateway: Gateway) -> list[Route]:
    """Below PREFIX; everything that is not the provider's own format is 404."""

    async def unknown(request: Request) -> Response:
        return await gateway.refusal(request) or gateway.refuse(404, "not_found", "The gateway has no such path.")

    return [
        *(Route(_PATHS[one], gateway.forward, methods=["POST"]) for one in gateway.provider.formats),
        Route("/models", gateway.models, methods=["GET"]),
        Route("/{path:path}", unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


def gateway_app(gateway: Gateway) -> Starlette:
    """The gateway as a process of its own."""

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(routes=[Mount(PREFIX, routes=gateway_routes(gateway)), Route("/health/live", live)])


async def _read_body(request: Request) -> bytes | None:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


async def _bytes_of(upstream: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """A provider that breaks off breaks the client's stream off as well: it must not look complete."""
    async with upstream:
        async for chunk in upstream.content.iter_any():
            yield chunk
