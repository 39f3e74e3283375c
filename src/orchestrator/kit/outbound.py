"""Calls to addresses that tenants name, which must not lead into the orchestrator's own network.

A name is resolved once for a connection, and it is the resolved address that is looked at and connected to: a name that
stands for another address a moment later (DNS rebinding) leads nowhere. Redirects are not followed, cookies not kept,
bodies not decompressed; time and size have ends.
"""

import asyncio
import ipaddress
import socket
import ssl
import urllib.request
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp

from orchestrator.kit.addresses import addresses_of, is_own, is_public
from orchestrator.kit.settings_webhooks import IpNetwork
from orchestrator.kit.urls import host_of

_AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]


class AddressRefused(OSError):
    """Raised in the middle of connecting as well, so it is an OSError: aiohttp tells it as a failed connection."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is refused")
        self.host = host[:200]


class AnswerTooLong(OSError):
    """The answer has more than {most} bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"the answer has more than {most} bytes")


@dataclass(frozen=True)
class Allowed:
    """What an operator lets calls reach: public addresses, over http too if `plain_http`; `networks` over both, and with
    `anywhere` every address. This machine's own public address leads to what listens on it, as loopback does: it is
    refused with the others inside."""

    networks: tuple[IpNetwork, ...] = ()
    anywhere: bool = False
    plain_http: bool = True

    def has(self, address: str, scheme: str = "https") -> bool:
        outside = (self.plain_http or scheme == "https") and is_public(address) and not is_own(address)
        return self.anywhere or outside or self._is_in_networks(address)

    def _is_in_networks(self, text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        plain = address.ipv4_mapped or address if isinstance(address, ipaddress.IPv6Address) else address
        return any(plain.version == network.version and plain in network for network in self.networks)

    async def check(self, url: str) -> None:
        """At this moment, for a clear answer; what is connected to later is looked at then. Raises AddressRefused when the
        name stands for any address that is refused. A name that stands for none leads nowhere, and passes."""
        host, scheme = host_of(url), urlsplit(url).scheme
        if self.anywhere:
            return
        addresses = await addresses_of(host)
        unknown_here = not addresses and (host == "localhost" or host.endswith(".localhost"))
        if unknown_here or not all(self.has(address, scheme) for address in addresses):
            raise AddressRefused(host)

    def connector(self, scheme: str = "https", *, proxies: bool = False, **options: Any) -> aiohttp.TCPConnector:
        """Looks at the very address that it connects to. With `proxies` those of the environment may stand inside; what is
        behind one it cannot see: `check` before each request."""
        if self.anywhere:
            return aiohttp.TCPConnector(**options)
        passed = _proxies() if proxies else frozenset[tuple[str, int]]()
        return aiohttp.TCPConnector(socket_factory=partial(self._socket, scheme, passed), **options)

    def _socket(self, scheme: str, passed: frozenset[tuple[str, int]], info: _AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        host, port = str(address[0]), int(address[1])
        if not self.has(host, scheme) and (host, port) not in passed:
            raise AddressRefused(host)
        return socket.socket(family, kind, protocol)


@dataclass(frozen=True)
class Limits:
    """`seconds`: from the look-up of the name to the answer's last byte. `silence_seconds`: between two of its bytes."""

    seconds: float = 30.0
    connect_seconds: float = 10.0
    silence_seconds: float = 30.0
    answer_bytes: int = 1_000_000


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Outbound:
    """For one call or as long as its process lives; connections are kept for later calls until it is closed. `proxies`:
    those of the environment are used."""

    def __init__(self, allowed: Allowed, tls: ssl.SSLContext | None = None, *, proxies: bool = False) -> None:
        self._allowed, self._proxies = allowed, proxies
        self._options: dict[str, Any] = {"limit": 0, "use_dns_cache": False, "ssl": tls or True}
        self._clients: dict[str, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def call(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", limits: Limits | None = None
    ) -> Answer:
        """The whole answer, even a redirect. Raises AddressRefused, AnswerTooLong, aiohttp.ClientError, TimeoutError, which
        `hindrance` tells in words."""
        limits = limits or Limits()
        async with self.opened(method, url, headers=headers, body=body, limits=limits) as answer:
            return Answer(answer.status, answer.headers, await _all_of(answer, limits.answer_bytes))

    @asynccontextmanager
    async def opened(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", limits: Limits
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        """When its head is there; whoever reads the body counts its bytes, or reads it by `pieces`."""
        async with asyncio.timeout(limits.seconds):
            if self._proxies:
                await self._allowed.check(url)
            timeout = aiohttp.ClientTimeout(sock_connect=limits.connect_seconds, sock_read=limits.silence_seconds)
            told = {"accept-encoding": "identity", **headers}
            try:
                answer = await self._client(urlsplit(url).scheme).request(
                    method, url, headers=told, data=body or None, timeout=timeout, allow_redirects=False
                )
            except aiohttp.ClientConnectorError as failed:
                if isinstance(failed.os_error, AddressRefused):
                    raise AddressRefused(host_of(url)) from failed
                raise
            async with answer:
                yield answer

    async def close(self) -> None:
        for client in self._clients.values():
            await client.close()
        self._clients.clear()

    def _client(self, scheme: str) -> aiohttp.ClientSession:
        """One for each scheme, since it is a matter of the scheme which addresses are allowed."""
        if scheme not in self._clients:
            self._clients[scheme] = aiohttp.ClientSession(
                connector=self._allowed.connector(scheme, proxies=self._proxies, **self._options),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=self._proxies,
                auto_decompress=False,
            )
        return self._clients[scheme]


async def pieces(answer: aiohttp.ClientResponse, most_bytes: int) -> AsyncGenerator[bytes]:
    """Raises AnswerTooLong before the piece that would pass the limit."""
    read = 0
    async for piece in answer.content.iter_any():
        read += len(piece)
        if read > most_bytes:
            raise AnswerTooLong(most_bytes)
        yield piece


async def _all_of(answer: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    return b"".join([piece async for piece in pieces(answer, most_bytes)])


def hindrance(error: Exception) -> str:
    """In words, and without addresses: what a name stands for inside is nobody's business outside."""
    causes = (error, getattr(error, "os_error", None), error.__cause__)
    if any(isinstance(cause, AddressRefused) for cause in causes):
        return "its address is, or became, one inside the orchestrator's own network"
    match error:
        case aiohttp.InvalidURL():
            return "it is no address"
        case aiohttp.ClientConnectorDNSError():
            return "its host name is not known"
        case aiohttp.ClientSSLError():
            return "its certificate is not trusted"
        case aiohttp.ClientHttpProxyError() | aiohttp.ClientProxyConnectionError():
            return "the proxy on the way did not let the call through"
        case aiohttp.ClientConnectorError():
            return "nothing takes connections there"
        case TimeoutError():
            return "it did not answer in time"
        case AnswerTooLong():
            return "its answer is too long"
        case _:
            return "the connection broke off"


def _proxies() -> frozenset[tuple[str, int]]:
    """Addresses and ports of the environment's proxies, resolved once for a connector."""
    found: set[tuple[str, int]] = set()
    for scheme, url in urllib.request.getproxies().items():
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if scheme == "no" or not parts.hostname:
            continue
        try:
            resolved = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM)
        except OSError:
            continue
        found |= {(str(address[0]), int(address[1])) for *_, address in resolved}
    return frozenset(found)
