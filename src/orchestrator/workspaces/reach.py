"""Which machines git may be led to: a tenant names the address, and it must not lead into the network at home.

The name is looked at before each operation, for a clear answer. What git then connects to goes through a proxy of ours,
which looks at the very address: a redirect, or a name that has changed its meaning in between, leads no further. Ssh uses
no proxy, and follows no redirect: it is told the address.
"""

import asyncio
import re
import urllib.request
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from orchestrator.kit.addresses import addresses_of, is_own, is_public
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.network_policy import HostPattern, NetworkMode, NetworkPolicy, plain_host
from orchestrator.sandboxes import Connection, Proxy, closing

_SCP_LIKE = re.compile(r"[^@/\s]+@(?P<host>[^:/\s]+):")
_USUAL_PORTS = {"https": 443, "http": 80, "ssh": 22}
_HEAD_BYTES = 64 * 1024


class RepositoryAddressRefused(OrchestratorError):
    """{host} is, or may lead, inside the orchestrator's own network, where a tenant's repository may not be."""

    status = 403
    code = "repository_address_refused"
    hint = (
        "Name a public address. If this is a server of yours, an operator allows it: ORCHESTRATOR_GIT_PRIVATE_HOSTS={host}"
    )


@dataclass(frozen=True)
class _AnyHost(NetworkPolicy):
    """All of the internet, and of the network at home what the operator named; without a port it is any port."""

    mode: NetworkMode = NetworkMode.ALLOWLIST

    def allows(self, host: str, port: int) -> bool:
        return True

    def may_be_private(self, host: str, port: int) -> bool:
        return any(one.host == plain_host(host) and one.port in (None, port) for one in self.private)


class Reach:
    def __init__(self, private_hosts: Sequence[HostPattern] = ()) -> None:
        self._policy = _AnyHost(private=tuple(private_hosts))

    async def check(self, location: str) -> tuple[str, ...]:
        """Raises RepositoryAddressRefused when the host stands for any address that git may not be led to.

        For an address of ssh it gives the options by which ssh connects to what was looked at, and looks up no name again.
        """
        host, port = host_of(location)
        if self._policy.may_be_private(host, port):
            return ()
        addresses = await addresses_of(plain_host(host))
        if not all(is_public(address) and not is_own(address) for address in addresses):
            raise RepositoryAddressRefused(host=host[:200])
        return () if location.startswith(("https://", "http://")) else _to_the_very_address(host, port, addresses)

    @asynccontextmanager
    async def way_out(self, location: str) -> AsyncGenerator[Mapping[str, str]]:
        """The variables by which git finds the proxy, for one operation. Where the operator's environment names a proxy
        that one decides; ssh uses none."""
        if not location.startswith(("https://", "http://")) or _has_proxy():
            yield {}
            return
        refused: list[str] = []
        proxy = Proxy(self._policy, None, lambda host, port, _: refused.append(f"{host}:{port}"))

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            near = Connection(reader, writer)
            async with closing(near):
                await proxy.serve(near)

        server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=_HEAD_BYTES)
        try:
            address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            yield {"http_proxy": address, "https_proxy": address, "no_proxy": "", "NO_PROXY": ""}
        except OrchestratorError as failure:
            if refused:
                raise RepositoryAddressRefused(host=refused[0]) from failure
            raise
        finally:
            server.close()
            proxy.close()


def _to_the_very_address(host: str, port: int, addresses: Sequence[str]) -> tuple[str, ...]:
    """The key of the host is known by its name, as ever. A name below `.invalid` has never an address."""
    alias = host.lower() if port == _USUAL_PORTS["ssh"] else f"[{host.lower()}]:{port}"
    return f"-oHostName={addresses[0] if addresses else f'{host}.invalid'}", f"-oHostKeyAlias={alias}"


def host_of(location: str) -> tuple[str, int]:
    """Of an address that `parse_reference` has let through."""
    if found := _SCP_LIKE.match(location):
        return found["host"], _USUAL_PORTS["ssh"]
    parts = urlsplit(location)
    return parts.hostname or "", parts.port or _USUAL_PORTS[parts.scheme]


def _has_proxy() -> bool:
    return any(scheme in ("http", "https", "all") for scheme in urllib.request.getproxies())
