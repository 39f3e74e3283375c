"""What a sandbox may reach: the host's network, a list of hosts, or the gateway only. Pure rules; nothing is resolved."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from orchestrator.kit.errors import OrchestratorError

USUAL_PORTS = frozenset({80, 443})
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_LOOKS_LIKE_A_NUMBER = re.compile(r"(\d+|0x[0-9a-f]*)")


class BadHost(OrchestratorError):
    """{given} is no host that can be allowed: {problem}."""

    status = 422
    code = "bad_host"
    hint = (
        "Name a host (`pypi.org`), all hosts below a domain (`*.pythonhosted.org`) or an address, with `:port` where it "
        "is not 80 or 443."
    )


class NetworkMode(StrEnum):
    """From the loosest to the tightest."""

    HOST = "host"
    ALLOWLIST = "allowlist"
    NONE = "none"

    def at_least(self, other: "NetworkMode") -> "NetworkMode":
        """The tighter of the two."""
        order = list(NetworkMode)
        return max(self, other, key=order.index)


@dataclass(frozen=True)
class HostPattern:
    """`host` is a name or an address in its plain form, or `*.` and a domain. Without a port: 80 and 443."""

    host: str
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises BadHost."""
        given = text.strip().lower()
        host, port = _split(given, text)
        return cls(_checked(host, text), port)

    @property
    def is_exact(self) -> bool:
        return not self.host.startswith("*.")

    def matches(self, host: str, port: int) -> bool:
        ports = USUAL_PORTS if self.port is None else {self.port}
        return port in ports and self._has(plain_host(host))

    def covers(self, other: "HostPattern") -> bool:
        """Whether all that the other one matches is matched by this one too."""
        ports = self.port == other.port or (self.port is None and other.port in USUAL_PORTS)
        return ports and (other.host == self.host or self._has(other.host.removeprefix("*")))

    def _has(self, host: str) -> bool:
        return host == self.host if self.is_exact else host.endswith(self.host[1:])

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


def parse_hosts(text: str) -> tuple[HostPattern, ...]:
    """Comma-separated. Raises BadHost."""
    return tuple(HostPattern.parse(one) for one in text.split(",") if one.strip())


def plain_host(host: str) -> str:
    """One form for what is written in several: case, a final dot, brackets, and the ways to write an address."""
    plain = host.strip().lower().removeprefix("[").removesuffix("]").removesuffix(".")
    try:
        return str(ipaddress.ip_address(plain))
    except ValueError:
        return plain


@dataclass(frozen=True)
class NetworkPolicy:
    """What holds for a tenant's sandboxes. `private` are the hosts that an operator lets be at private addresses."""

    mode: NetworkMode = NetworkMode.HOST
    hosts: tuple[HostPattern, ...] = ()
    private: tuple[HostPattern, ...] = ()

    def allows(self, host: str, port: int) -> bool:
        return self.mode is NetworkMode.ALLOWLIST and any(one.matches(host, port) for one in self.hosts)

    def may_be_private(self, host: str, port: int) -> bool:
        return any(one.is_exact and one.matches(host, port) for one in self.private)

    def tightened(self, least: NetworkMode, ceiling: Iterable[HostPattern]) -> "NetworkPolicy":
        """Within what the operator set: no looser mode, and where he named hosts no others."""
        ceiling = tuple(ceiling)
        hosts = self.hosts if not ceiling else tuple(one for one in self.hosts if any(c.covers(one) for c in ceiling))
        return NetworkPolicy(self.mode.at_least(least), hosts, self.private)


def _split(text: str, given: str) -> tuple[str, int | None]:
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise BadHost(given=given[:100], problem="its brackets do not match")
        return host, _port(rest[1:], given) if rest else None
    if text.count(":") >= 2:
        return text, None
    host, colon, port = text.partition(":")
    return host, _port(port, given) if colon else None


def _port(text: str, given: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise BadHost(given=given[:100], problem="its port is no number from 1 to 65535")
    return int(text)


def _checked(host: str, given: str) -> str:
    plain = plain_host(host)
    if _is_address(plain):
        return plain
    labels = plain.removeprefix("*.").split(".")
    if len(plain) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadHost(given=given[:100], problem="it is no name of a host (other alphabets are written as xn--…)")
    if _LOOKS_LIKE_A_NUMBER.fullmatch(labels[-1]):
        raise BadHost(given=given[:100], problem="it is an address that is not written out")
    if plain.startswith("*.") and len(labels) < 2:
        raise BadHost(given=given[:100], problem="a wildcard needs a domain of two parts at least")
    return plain


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text
