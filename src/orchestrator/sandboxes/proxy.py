"""The HTTP proxy of a sandbox: it lets through what the policy allows, and says what to do about the rest.

Names are resolved here, and the very address that was looked at is connected to, so that a name cannot change its
meaning in between.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from orchestrator.kit.addresses import addresses_of, is_own, is_public
from orchestrator.kit.network_policy import NetworkMode, NetworkPolicy
from orchestrator.sandboxes.proxy_requests import NotForProxies, ProxyRequest, parse_request
from orchestrator.sandboxes.relays import Connection, Traffic, closing, relay

HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 15.0
LOOK_UP_SECONDS = 20.0
CONNECT_SECONDS = 10.0
IDLE_SECONDS = 300.0
MOST_CONNECTIONS = 256
_MOST_ADDRESSES = 4
_LINGER_SECONDS = 2.0
_LOOK_UPS = 2

OnRefused = Callable[[str, int, str], None]
"""Host, port and the reason."""


class _Refusal(Exception):
    """The proxy's own answer."""

    def __init__(self, status: str, text: str) -> None:
        super().__init__(text)
        self.status = status


class Proxy:
    """`always` is a host and port that is no matter of policy."""

    def __init__(self, policy: NetworkPolicy, always: tuple[str, int] | None, on_refused: OnRefused) -> None:
        self._policy = policy
        self._always = always
        self._on_refused = on_refused
        self._open = 0
        # Of its own, so that one sandbox's slow names do not keep others', or the node's own work, waiting.
        self._look_ups = ThreadPoolExecutor(_LOOK_UPS, thread_name_prefix="look-up")
        self.traffic = Traffic()

    def close(self) -> None:
        self._look_ups.shutdown(wait=False, cancel_futures=True)

    async def serve(self, near: Connection) -> None:
        self.traffic.connections += 1
        self._open += 1
        try:
            await self._serve(near)
        except _Refusal as refusal:
            await _answer(near, refusal)
        except (OSError, TimeoutError, EOFError):
            return
        finally:
            self._open -= 1

    async def _serve(self, near: Connection) -> None:
        request = await self._request(near)
        if self._open > MOST_CONNECTIONS:
            raise _Refusal("503 Too Many Connections", f"this sandbox has {MOST_CONNECTIONS} connections open already")
        async with closing(await self._connect(request)) as far:
            if request.head is None:
                near.writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                far.writer.write(request.head)
            await relay(near, far, IDLE_SECONDS, self.traffic)

    async def _request(self, near: Connection) -> ProxyRequest:
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                return parse_request(await near.reader.readuntil(b"\r\n\r\n"))
        except asyncio.LimitOverrunError as problem:
            raise _Refusal("431 Request Header Fields Too Large", "the head of the request is too long") from problem
        except NotForProxies as problem:
            raise _Refusal("400 Bad Request", str(problem)) from problem

    async def _connect(self, request: ProxyRequest) -> Connection:
        where, problem = f"{request.host}:{request.port}", "it has no address"
        for address in (await self._checked(request))[:_MOST_ADDRESSES]:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    return Connection(*await asyncio.open_connection(address, request.port, limit=HEAD_BYTES))
            except (OSError, TimeoutError) as error:
                problem = str(error) or "no answer"
        raise _Refusal("502 Bad Gateway", f"{where} cannot be reached: {problem}")

    async def _checked(self, request: ProxyRequest) -> Sequence[str]:
        """The addresses that may be connected to."""
        host, port = request.host, request.port
        if (host, port) == self._always:
            return await self._look_up(host)
        if not self._policy.allows(host, port):
            raise self._refuse(host, port, self._not_allowed(host, port))
        addresses = await self._look_up(host)
        if self._policy.may_be_private(host, port):
            return addresses
        outside = [address for address in addresses if is_public(address) and not is_own(address)]
        if addresses and not outside:
            reason = f"its address {addresses[0]} is one of a private network; an operator can allow it with "
            raise self._refuse(host, port, f"{reason}ORCHESTRATOR_NETWORK_PRIVATE_HOSTS={host}:{port}")
        return outside

    async def _look_up(self, host: str) -> Sequence[str]:
        async with asyncio.timeout(LOOK_UP_SECONDS):
            return await addresses_of(host, self._look_ups)

    def _not_allowed(self, host: str, port: int) -> str:
        if self._policy.mode is NetworkMode.NONE:
            return "the network of this tenant's sandboxes is `none`"
        shown = host if port in (80, 443) else f"{host}:{port}"
        return f"it is not among this tenant's allowed hosts; an ADMIN can add it: orchestrator network allow {shown}"

    def _refuse(self, host: str, port: int, reason: str) -> _Refusal:
        self.traffic.refused += 1
        self._on_refused(host, port, reason)
        return _Refusal("403 Forbidden by the network policy", f"{host}:{port}: {reason}")


async def _answer(near: Connection, refusal: _Refusal) -> None:
    """In the status line as well: of an answer to CONNECT most programs show nothing else."""
    body = f"The orchestrator's proxy: {refusal}\n".encode("ascii", "replace")
    line = f"{refusal.status} ({refusal})".encode("ascii", "replace")
    head = f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
    near.writer.write(b"HTTP/1.1 " + line + b"\r\n" + head + body)
    with contextlib.suppress(OSError, TimeoutError):
        near.writer.write_eof()
        # What the caller still sends is read, or the answer is lost to it in a reset of the connection.
        async with asyncio.timeout(_LINGER_SECONDS):
            while await near.reader.read(HEAD_BYTES):
                pass
