"""Keeps the providers that tenants name out of the orchestrator's own network: when they are named, and at each call."""

import socket
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from orchestrator.kit.addresses import addresses_of, is_own, is_public
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.settings import Settings


class ProviderAddressInvalid(OrchestratorError):
    """{url} is no address of a provider: {problem}."""

    status = 422
    code = "provider_address_invalid"
    hint = "Name it as https://host[:port]/path, without user, password, question mark or fragment."


class ProviderAddressRefused(OrchestratorError):
    """{host} is, or may lead, inside the orchestrator's own network, where a tenant's provider may not be."""

    status = 403
    code = "provider_address_refused"
    hint = "Name a public address, ask an operator to add the provider, or set ORCHESTRATOR_PRIVATE_PROVIDERS."


class PrivateAddress(OSError):
    """Raised in the middle of connecting, so it is an OSError: aiohttp tells it as a failed connection."""


def parse_base_url(url: str) -> str:
    """Without the slash at its end. Raises ProviderAddressInvalid."""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port != 0
    except ValueError as error:
        raise ProviderAddressInvalid(url=_shown(url), problem=str(error)[:100]) from None
    wrong = {
        "it has characters that belong into no address": not url.isascii() or not url.isprintable() or " " in url,
        "it begins with neither http:// nor https://": parts.scheme not in ("http", "https"),
        "it names no host": not parts.hostname,
        "it has a user or a password": "@" in parts.netloc,
        "it has a question mark or a fragment": "?" in url or "#" in url or "\\" in url,
        "its port is none": not port_is_fine,
    }
    for problem, is_so in wrong.items():
        if is_so:
            raise ProviderAddressInvalid(url=_shown(url), problem=problem)
    return url.rstrip("/")


def _shown(url: str) -> str:
    """Without what may be a password, and with what an answer can be written with."""
    return url.rpartition("@")[2][:200].encode("ascii", "replace").decode()


async def refuse_private(url: str, settings: Settings) -> None:
    """Raises ProviderAddressRefused when the name stands for any address that is not public, at this moment."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if settings.private_providers:
        return
    if (
        host == "localhost"
        or host.endswith(".localhost")
        or not all(is_public(address) and not is_own(address) for address in await addresses_of(host))
    ):
        raise ProviderAddressRefused(host=host[:200])


def guarded_connector(settings: Settings, **options: Any) -> aiohttp.TCPConnector:
    """For calls to endpoints that are `is_guarded`. It looks at the address that is really connected to, so that a name
    which stood for another one a moment ago does not help. A proxy of the environment may stand on the inside; what is
    behind it, the connector cannot see: call `refuse_private` before each request that goes through one."""
    if settings.private_providers:
        return aiohttp.TCPConnector(**options)
    return aiohttp.TCPConnector(socket_factory=_Guard(_proxies()), **options)


class _Guard:
    def __init__(self, proxies: frozenset[tuple[str, int]]) -> None:
        self._proxies = proxies

    def __call__(self, info: tuple[int, int, int, str, tuple[Any, ...]]) -> socket.socket:
        family, kind, protocol, _, address = info
        host, port = str(address[0]), int(address[1])
        if (not is_public(host) or is_own(host)) and (host, port) not in self._proxies:
            raise PrivateAddress(f"{host} is not public")
        return socket.socket(family, kind, protocol)


def _proxies() -> frozenset[tuple[str, int]]:
    """Addresses and ports of the environment's proxies, resolved once a process."""
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
