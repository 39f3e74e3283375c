"""The host's side of a sandbox's network: unix sockets in a folder that the sandbox has, and nothing else of the network."""

import asyncio
import fcntl
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from orchestrator.kit.network_policy import NetworkPolicy
from orchestrator.sandboxes.base import Identity
from orchestrator.sandboxes.network import (
    GATEWAY_PORT,
    GATEWAY_SOCKET,
    PROXY_SOCKET,
    SandboxNetwork,
    write_forwarder,
)
from orchestrator.sandboxes.proxy import CONNECT_SECONDS, HEAD_BYTES, OnRefused, Proxy
from orchestrator.sandboxes.relays import Connection, Traffic, closing, relay

GATEWAY_IDLE_SECONDS = 3600.0
"""A model call may be held for minutes before its first byte; its own time-outs are the gateway's."""
MOST_OPEN = 512
"""Connections of one sandbox, also those that say nothing: each takes descriptors of the node, which is all tenants'."""
_SERVER_SOCKET = "server.sock"
_BACKLOG = 128
_LEAST_DESCRIPTOR = 64
"""Below are those that the shell in front of a sandbox uses for the made-up accounts."""


class Egress:
    """The way out of one runtime, or of one command. `folder` is empty and its own; whoever made it removes it."""

    def __init__(
        self, folder: Path, policy: NetworkPolicy, gateway_url: str, identity: Identity | None, on_refused: OnRefused
    ) -> None:
        parts = urlsplit(gateway_url)
        tls = parts.scheme == "https"
        self._gateway = (parts.hostname or "", parts.port or (443 if tls else 80))
        # Behind TLS the gateway must be called by its own name, so the way to it is a tunnel of the proxy.
        self.gateway_url = gateway_url if tls else f"http://127.0.0.1:{GATEWAY_PORT}{parts.path}"
        self._proxy = Proxy(policy, self._gateway if tls else None, on_refused)
        self._serve = {PROXY_SOCKET: self._proxy.serve} | ({} if tls else {GATEWAY_SOCKET: self._to_gateway})
        self._folder, self._identity = folder, identity
        self._listening: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._way_in: socket.socket | None = None
        self._outside: int | None = None

    @property
    def traffic(self) -> Traffic:
        return self._proxy.traffic

    async def start(self) -> SandboxNetwork:
        inside = self._inside
        inside.mkdir()
        inside.chmod(0o755)
        await asyncio.to_thread(write_forwarder, inside)
        for name, serve in self._serve.items():
            await self._listen(name, serve)
        return SandboxNetwork(inside)

    def open_way_in(self) -> SandboxNetwork:
        """After `start`: the same with a socket, at `server_path`, that leads to the server's port in the sandbox."""
        outside = self._folder / "outside"
        outside.mkdir(mode=0o700)
        self._outside = os.open(outside, os.O_PATH | os.O_DIRECTORY)
        with _bind(outside, _SERVER_SOCKET, None) as listener:
            self._way_in = socket.socket(fileno=fcntl.fcntl(listener.fileno(), fcntl.F_DUPFD_CLOEXEC, _LEAST_DESCRIPTOR))
        return SandboxNetwork(self._inside, self._way_in.fileno())

    @property
    def server_path(self) -> str:
        """For this process only, and short however deep the folder lies: see `_bind`."""
        return f"/proc/self/fd/{self._outside}/{_SERVER_SOCKET}"

    def hand_over_way_in(self) -> None:
        """Once the sandbox has the socket: after the sandbox's end a connection is then refused, not kept waiting."""
        if self._way_in is not None:
            self._way_in.close()
            self._way_in = None

    async def close(self) -> None:
        for one in self._listening:
            one.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._proxy.close()
        self.hand_over_way_in()
        if self._outside is not None:
            os.close(self._outside)
            self._outside = None

    @property
    def _inside(self) -> Path:
        return self._folder / "inside"

    async def _listen(self, name: str, serve: Callable[[Connection], Awaitable[None]]) -> None:
        async def converse(near: Connection) -> None:
            async with closing(near):
                await serve(near)

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if len(self._tasks) >= MOST_OPEN:
                writer.close()
                return
            task = asyncio.create_task(converse(Connection(reader, writer)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        listener = _bind(self._inside, name, self._identity)
        self._listening.append(await asyncio.start_unix_server(connected, sock=listener, limit=HEAD_BYTES))

    async def _to_gateway(self, near: Connection) -> None:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                far = Connection(*await asyncio.open_connection(*self._gateway))
        except (OSError, TimeoutError):
            return
        async with closing(far):
            await relay(near, far, GATEWAY_IDLE_SECONDS, Traffic())


def _bind(folder: Path, name: str, identity: Identity | None) -> socket.socket:
    """A socket that the identity alone may connect to, or we.

    The path of a socket has 107 bytes at most, and a data directory may lie deep: so a descriptor names the folder.
    """
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(f"/proc/self/fd/{descriptor}/{name}")
    finally:
        os.close(descriptor)
    (folder / name).chmod(0o600)
    if identity is not None and os.geteuid() == 0:
        os.chown(folder / name, identity.uid, identity.gid)
    listener.listen(_BACKLOG)
    return listener
