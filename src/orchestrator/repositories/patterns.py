"""Which repositories a credential is for: a scheme, a host and the beginning of a path. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from orchestrator.repositories.errors import PatternInvalid

_SCP_LIKE = re.compile(r"[^@/\s]+@(?P<host>[A-Za-z0-9][A-Za-z0-9.-]*):(?P<path>[^\s]*)")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
_USUAL_PORTS = {"https": ":443", "http": ":80", "ssh": ":22"}


@dataclass(frozen=True)
class Pattern:
    scheme: str
    host: str
    path: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}/{self.path}"

    def matches(self, other: "Pattern") -> bool:
        """`acme` is for acme/shop and for acme, not for acme-labs/shop."""
        if (self.scheme, self.host) != (other.scheme, other.host):
            return False
        mine, theirs = _parts(self.path), _parts(other.path)
        return theirs[: len(mine)] == mine


def _parts(path: str) -> list[str]:
    return [part for part in path.removesuffix(".git").split("/") if part]


def parse_pattern(text: str, usual_scheme: str) -> Pattern:
    """`host[:port][/path]`, with the scheme before it where it is not the usual one. Raises PatternInvalid."""
    whole = text.strip() if "://" in text else f"{usual_scheme}://{text.strip()}"
    found = pattern_of(whole.removesuffix("*"))
    if found is None or any(sign in found.path for sign in "*?[] "):
        raise PatternInvalid(pattern=text[:200])
    return found


def pattern_of(url: str) -> Pattern | None:
    """The pattern that matches one repository alone; None for what is no remote."""
    if scp := _SCP_LIKE.fullmatch(url):
        return Pattern("ssh", scp["host"].lower(), scp["path"].strip("/"))
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2].lower()
    if parts.scheme not in _USUAL_PORTS or not _HOST.fullmatch(host):
        return None
    path = unquote(parts.path).strip("/")
    if ".." in path.split("/") or re.search(r"[\x00-\x1f\x7f]", path):
        return None
    return Pattern(parts.scheme, host.removesuffix(_USUAL_PORTS[parts.scheme]), path)
