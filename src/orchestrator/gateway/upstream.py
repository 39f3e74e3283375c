"""The way to the providers: one client a process, the headers that pass, the proxies and authorities of the environment."""

import io
import ipaddress
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from orchestrator.gateway.routing import ApiFormat, Endpoint, ProviderKind
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.settings import Settings

PATHS = {ApiFormat.CHAT: "/chat/completions", ApiFormat.RESPONSES: "/responses", ApiFormat.MESSAGES: "/messages"}
COUNT_TOKENS = "/messages/count_tokens"

_PASSED_ON = ("accept", "content-type", "user-agent", "x-session-id", "x-session-affinity", "openai-beta")
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


class CaFileUnreadable(OrchestratorError):
    """The file of certificate authorities {file} cannot be used: {problem}."""

    status = 503
    code = "ca_file_unreadable"
    hint = "ORCHESTRATOR_CA_FILE names a PEM file with the certificates that are trusted besides the system's."


class Upstream:
    """Redirects are not followed, and answers are not decompressed: bytes pass as they come."""

    def __init__(self, settings: Settings) -> None:
        self._tls = _trusted(settings)
        self._direct: aiohttp.ClientSession | None = None
        self._outside: aiohttp.ClientSession | None = None

    async def send(
        self, endpoint: Endpoint, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> aiohttp.ClientResponse:
        """The answer when its headers are there. Raises aiohttp.ClientError and TimeoutError."""
        url = URL(f"{URL(endpoint.base_url)}{path}{f'?{query}' if query else ''}", encoded=True)
        # From a file-like object a long body is sent piece by piece, so that other calls are not held up.
        data = io.BytesIO(body) if len(body) > _SENT_AT_ONCE_BYTES else body
        sent = passed_on(headers) | _credential(endpoint)
        return await self._session(endpoint).post(url, data=data, headers=sent, allow_redirects=False)

    async def close(self) -> None:
        for session in (self._direct, self._outside):
            if session is not None:
                await session.close()

    def _session(self, endpoint: Endpoint) -> aiohttp.ClientSession:
        """The proxies of the environment are for the outside world, not for a model on this machine."""
        if is_loopback(endpoint.base_url):
            self._direct = self._direct or self._new(trust_env=False)
            return self._direct
        self._outside = self._outside or self._new(trust_env=True)
        return self._outside

    def _new(self, *, trust_env: bool) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS, ssl=self._tls)
        return aiohttp.ClientSession(
            timeout=_TIMEOUT,
            connector=connector,
            trust_env=trust_env,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("user-agent",),
        )


def _trusted(settings: Settings) -> ssl.SSLContext:
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
    return chosen | {"accept-encoding": "identity"}


def passed_back(headers: Mapping[str, str]) -> dict[str, str]:
    """What the caller learns of the provider; neither cookies nor whose account it is."""
    return {
        name: value
        for name, value in ((name.lower(), value) for name, value in headers.items())
        if name in _PASSED_BACK or name.startswith(_PASSED_BACK_BEGINS)
    }


def _credential(endpoint: Endpoint) -> dict[str, str]:
    if endpoint.api_key is None:
        return {}
    if endpoint.kind is ProviderKind.ANTHROPIC:
        return {"x-api-key": endpoint.api_key}
    return {"authorization": f"Bearer {endpoint.api_key}"}


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
