"""The way to the providers: one client a process, the headers that pass, the proxies and authorities of the environment."""

import io
import ipaddress
import ssl
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from orchestrator.gateway.cloud_auth import ProviderAuth
from orchestrator.gateway.guard import guarded_connector, refuse_private
from orchestrator.gateway.routing import ApiFormat, Endpoint
from orchestrator.kit import outbound
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.settings import Settings

PATHS = {ApiFormat.CHAT: "/chat/completions", ApiFormat.RESPONSES: "/responses", ApiFormat.MESSAGES: "/messages"}
COUNT_TOKENS = "/messages/count_tokens"

_PASSED_ON = ("accept", "user-agent", "x-session-id", "x-session-affinity", "openai-beta")
_PASSED_BACK = ("content-type", "content-encoding", "retry-after", "retry-after-ms", "x-should-retry", "request-id")
_PASSED_BACK_BEGINS = ("x-request-id", "x-ratelimit-", "anthropic-ratelimit-", "openai-processing-ms", "openai-version")
_TIMEOUT = aiohttp.ClientTimeout(total=3600, sock_connect=30, sock_read=600)
# Shorter than any provider's own: a connection that its other end is about to close would break the call sent over it.
_KEEP_ALIVE_SECONDS = 15
_SENT_AT_ONCE_BYTES = 64 * 1024

NEVER_ARRIVED = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)
"""There was no connection, so the provider knows nothing of the call."""


def hindrance(error: Exception) -> str:
    """In words, and without an address: that is the business of who keeps the provider."""
    why = outbound.hindrance(error)
    return f"{why}, see ORCHESTRATOR_CA_FILE" if isinstance(error, aiohttp.ClientSSLError) else why


async def all_of(answer: aiohttp.ClientResponse, first: bytes) -> AsyncGenerator[bytes]:
    """What comes of an answer of which `first` was read already."""
    if first:
        yield first
    async for chunk in answer.content.iter_any():
        yield chunk


class CaFileUnreadable(OrchestratorError):
    """The file of certificate authorities {file} cannot be used: {problem}."""

    status = 503
    code = "ca_file_unreadable"
    hint = "ORCHESTRATOR_CA_FILE names a PEM file with the certificates that are trusted besides the system's."


class _Way(StrEnum):
    """How an endpoint is reached."""

    LOOPBACK = "loopback"
    OUTSIDE = "outside"
    GUARDED = "guarded"


@dataclass(frozen=True)
class Prepared:
    client: aiohttp.ClientSession
    url: URL
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    async def send(self) -> aiohttp.ClientResponse:
        """The answer when its headers are there. Raises aiohttp.ClientError and TimeoutError."""
        # From a file-like object a long body is sent piece by piece, so that other calls are not held up.
        data = io.BytesIO(self.body) if len(self.body) > _SENT_AT_ONCE_BYTES else self.body
        return await self.client.post(self.url, data=data, headers=self.headers, allow_redirects=False)


class Upstream:
    """Redirects are not followed, and answers are not decompressed: bytes pass as they come."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tls = trusted(settings)
        self._auth = ProviderAuth()
        self._clients: dict[_Way, aiohttp.ClientSession] = {}

    async def prepare(
        self, endpoint: Endpoint, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> "Prepared":
        """Everything that can go wrong before anything is sent. Raises OrchestratorError."""
        if endpoint.is_guarded:
            # The connector looks again at what is connected to, but sees nothing behind a proxy.
            await refuse_private(endpoint.base_url, self._settings)
        url = _address(endpoint.base_url, path)
        if query:
            url = URL(f"{url}?{query}", encoded=True)
        passed = passed_on(headers)
        credential = await self._auth.headers(endpoint, str(url), passed, body)
        return Prepared(self._client(endpoint), url, passed | credential, body)

    async def close(self) -> None:
        for client in self._clients.values():
            await client.close()

    def _client(self, endpoint: Endpoint) -> aiohttp.ClientSession:
        way = _Way.OUTSIDE
        if endpoint.is_guarded:
            way = _Way.GUARDED
        elif is_loopback(endpoint.base_url):
            way = _Way.LOOPBACK
        if way not in self._clients:
            self._clients[way] = self._new(way)
        return self._clients[way]

    def _new(self, way: _Way) -> aiohttp.ClientSession:
        """The proxies of the environment are for the outside world, not for a model on this machine."""
        options: dict[str, Any] = {"limit": 0, "keepalive_timeout": _KEEP_ALIVE_SECONDS, "ssl": self._tls}
        guarded = way is _Way.GUARDED
        return aiohttp.ClientSession(
            timeout=_TIMEOUT,
            connector=guarded_connector(self._settings, **options) if guarded else aiohttp.TCPConnector(**options),
            trust_env=way is not _Way.LOOPBACK,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("user-agent",),
        )


def trusted(settings: Settings) -> ssl.SSLContext:
    context = ssl.create_default_context()  # Honours SSL_CERT_FILE and SSL_CERT_DIR.
    if settings.ca_file is not None:
        try:
            context.load_verify_locations(settings.ca_file)
        except OSError as error:
            raise CaFileUnreadable(file=settings.ca_file, problem=error.strerror or "it holds no certificate") from error
    return context


def passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    """What a provider learns of the caller: what its API needs, and no more."""
    chosen = {name: headers[name] for name in _PASSED_ON if name in headers}
    chosen |= {
        name: value
        for name, value in headers.items()
        if name.startswith("anthropic-") and not name.startswith("anthropic-organization")
    }
    # What the body is, the gateway has read: a provider that is told of another character set would read it otherwise.
    return chosen | {"accept-encoding": "identity", "content-type": "application/json"}


def passed_back(headers: Mapping[str, str]) -> dict[str, str]:
    """What the caller learns of the provider; neither cookies nor whose account it is."""
    return {
        name: value
        for name, value in ((name.lower(), value) for name, value in headers.items())
        if name in _PASSED_BACK or name.startswith(_PASSED_BACK_BEGINS)
    }


@lru_cache(1000)
def _address(base_url: str, path: str) -> URL:
    return URL(f"{URL(base_url)}{path}", encoded=True)


@lru_cache(1000)
def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
