"""Keeps webhooks out of the orchestrator's own network: when an address is named, and at each connection.

The name is resolved once for a call, and it is the resolved address that is looked at and connected to: a name that
stands for another address a moment later (DNS rebinding) leads nowhere. Redirects and proxies would lead past that, so
there are none.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp

from orchestrator.kit.addresses import addresses_of, is_own, is_public
from orchestrator.kit.settings import Settings
from orchestrator.kit.settings_webhooks import IpNetwork
from orchestrator.webhooks.errors import WebhookAddressInvalid, WebhookAddressRefused

MOST_URL_CHARACTERS = 2_000
_LEAST_FREE_PORT = 1024


class AddressRefused(OSError):
    """Raised in the middle of connecting, so it is an OSError: aiohttp tells it as a failed connection."""


def checked_url(url: str) -> str:
    """Raises WebhookAddressInvalid."""
    parts, problem = _split(url)
    if problem is not None or parts is None:
        raise WebhookAddressInvalid(url=_shown(url), problem=problem or "it is malformed")
    return url


def _split(url: str) -> tuple[SplitResult | None, str | None]:
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return None, "it has characters that belong into no address"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return None, str(error)[:100]
    wrong = {
        "it begins with neither https:// nor http://": parts.scheme not in ("http", "https"),
        "it names no host": not parts.hostname,
        "it has a user or a password": "@" in parts.netloc,
        "it has a fragment": "#" in url,
        "its port is one of another kind of service": port is not None and port not in (80, 443) and port < _LEAST_FREE_PORT,
    }
    return parts, next((problem for problem, is_so in wrong.items() if is_so), None)


def _shown(url: str) -> str:
    """Without what may be a password, and with what an answer can be written with."""
    return url.rpartition("@")[2][:200].encode("ascii", "replace").decode()


class Guard:
    """Public addresses over https, and those of the operator's networks over http as well."""

    def __init__(self, settings: Settings) -> None:
        self._networks = settings.webhook_networks

    async def check(self, url: str) -> None:
        """At this moment; what is connected to later is looked at then. Raises the errors of addresses."""
        parts = urlsplit(checked_url(url))
        host = (parts.hostname or "").rstrip(".")
        if not all(self.allows(address, parts.scheme) for address in await addresses_of(host)):
            raise WebhookAddressRefused(host=host[:200])

    def allows(self, address: str, scheme: str) -> bool:
        """This machine's own public address leads to what listens on it, as loopback does."""
        outside = scheme == "https" and is_public(address) and not is_own(address)
        return outside or _is_in(address, self._networks)

    def connector(self, scheme: str) -> aiohttp.TCPConnector:
        """Closes each connection after its call, and never takes an address for good that it did not look at."""

        def open_socket(info: tuple[int, int, int, str, tuple[Any, ...]]) -> socket.socket:
            family, kind, protocol, _, address = info
            if not self.allows(str(address[0]), scheme):
                raise AddressRefused(f"{address[0]} is refused")
            return socket.socket(family, kind, protocol)

        return aiohttp.TCPConnector(socket_factory=open_socket, use_dns_cache=False, force_close=True, limit=0)


def _is_in(address: str, networks: tuple[IpNetwork, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    plain = parsed.ipv4_mapped or parsed if isinstance(parsed, ipaddress.IPv6Address) else parsed
    return any(plain.version == network.version and plain in network for network in networks)
