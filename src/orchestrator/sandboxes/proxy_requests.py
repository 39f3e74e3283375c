"""What a program asks of an HTTP proxy: CONNECT for a tunnel, or a request that names its host in full."""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.kit.network_policy import BadHost, HostPattern

_HOP_BY_HOP = frozenset(
    {"connection", "host", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "upgrade"}
)


class NotForProxies(ValueError):
    """The head of a request that a proxy cannot take; the message says why."""


@dataclass(frozen=True)
class ProxyRequest:
    """`head` is what the host is sent first; None for a tunnel, in which everything is the caller's own."""

    host: str
    port: int
    head: bytes | None


def parse_request(head: bytes) -> ProxyRequest:
    """`head` ends with the empty line. Raises NotForProxies."""
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] not in ("HTTP/1.1", "HTTP/1.0"):
        raise NotForProxies("the request line is not one of HTTP/1")
    if any(forbidden in line for line in (first, *lines) for forbidden in "\r\n\0"):
        raise NotForProxies("a line of the head ends in an unusual way")
    method, target, _ = words
    if method == "CONNECT":
        host, port = _authority(target, None)
        return ProxyRequest(host, port, None)
    scheme, separator, rest = target.partition("://")
    if not separator or scheme.lower() != "http":
        raise NotForProxies("this is a proxy: name the host in full, as in http://host/path, or use CONNECT")
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    host, port = _authority(rest[:end], 80)
    path = rest[end:].partition("#")[0]
    return ProxyRequest(host, port, _head(method, path if path.startswith("/") else f"/{path}", rest[:end], lines))


def _authority(text: str, usual: int | None) -> tuple[str, int]:
    try:
        named = HostPattern.parse(text)
    except BadHost as problem:
        raise NotForProxies(problem.message) from problem
    port = named.port or usual
    if port is None or not named.is_exact:
        raise NotForProxies("a tunnel needs one host and its port, as in host:443")
    return named.host, port


def _head(method: str, path: str, authority: str, lines: list[str]) -> bytes:
    """The host is that of the address, whatever the caller called it, and the connection serves this one request."""
    kept = "".join(f"{line}\r\n" for line in _kept(lines))
    return f"{method} {path} HTTP/1.1\r\nHost: {authority}\r\n{kept}Connection: close\r\n\r\n".encode("latin-1")


def _kept(lines: list[str]) -> Iterator[str]:
    headers = [(line.partition(":")[0].lower(), line) for line in lines]
    if any(not name or name != name.strip() for name, _ in headers):
        raise NotForProxies("a header has no name")
    named = {
        one.strip().lower() for name, line in headers if name == "connection" for one in line.partition(":")[2].split(",")
    }
    for name, line in headers:
        # How long the body is says the caller to the host; nobody may take that away.
        if name not in _HOP_BY_HOP and (name not in named or name in ("content-length", "transfer-encoding")):
            yield line
