"""What can be wrong with an address that somebody typed, before anything is looked up or called."""

from collections.abc import Mapping
from urllib.parse import urlsplit

_SHOWN_CHARACTERS = 200
_LEAST_FREE_PORT = 1024
_WEB_PORTS = (None, 80, 443)


def problem_with(
    url: str, *, query: bool = True, only_free_ports: bool = False, also: Mapping[str, bool] | None = None
) -> str:
    """In words, nothing when it is fine: http or https to a host, with no user, password or fragment. `also`: further
    problems, and whether each is there."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return "it has characters that belong into no address"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return str(error)[:100]
    taken = only_free_ports and port not in _WEB_PORTS and (port or 0) < _LEAST_FREE_PORT
    wrong = {
        "it begins with neither http:// nor https://": parts.scheme not in ("http", "https"),
        "it names no host": not parts.hostname,
        "it has a user or a password": "@" in parts.netloc,
        "it has a fragment": "#" in url,
        "it has a question mark": not query and "?" in url,
        "its port is none": port == 0,
        "its port is one of another kind of service": taken,
        **(also or {}),
    }
    return next((problem for problem, is_so in wrong.items() if is_so), "")


def shown(url: str) -> str:
    """Without what may be a password, and with what an answer can be written with."""
    return url.rpartition("@")[2][:_SHOWN_CHARACTERS].encode("ascii", "replace").decode()


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".")
