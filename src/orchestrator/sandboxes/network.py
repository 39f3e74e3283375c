"""A sandbox with a network of its own: loopback only, and a forwarder that carries it to unix sockets of ours.

What lies behind the sockets is in `egress`; the forwarder that runs inside is `forwarder.py`.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrator.kit.errors import OrchestratorError
from orchestrator.sandboxes.mounts import Mount

PROXY_PORT, SERVER_PORT, GATEWAY_PORT = 61128, 61096, 61097
"""On the loopback of the sandbox alone, so they are the same in each; above those that outgoing connections take."""

PROXY_SOCKET, GATEWAY_SOCKET = "proxy.sock", "gateway.sock"
_INSIDE = "/network"
_FORWARDER = "forwarder.py"


class SandboxNetworkUnavailable(OrchestratorError):
    """This tenant's sandboxes must have a network of their own, and none can be made here: {reason}."""

    status = 503
    code = "sandbox_network_unavailable"
    hint = (
        "`orchestrator doctor` shows the check. Let the node make network namespaces (bubblewrap on Linux; in a container, "
        "CAP_NET_ADMIN for root), or loosen the policy: `orchestrator network set --mode host`."
    )


@dataclass(frozen=True)
class SandboxNetwork:
    """`folder` on the host holds the sockets that are the way out; None: there is none.

    `server` is the descriptor of a listening socket whose connections go to SERVER_PORT: the way in.
    """

    folder: Path | None = None
    server: int | None = None

    @property
    def mounts(self) -> tuple[Mount, ...]:
        if self.folder is None:
            return ()
        return (Mount(self.folder, _INSIDE), Mount(Path(sys.base_prefix), str(Path(sys.base_prefix))))

    @property
    def variables(self) -> dict[str, str]:
        return {} if self.folder is None else dict(_PROXY)

    @property
    def python(self) -> str:
        return str(Path(sys.executable).resolve())

    def wrap(self, argv: Sequence[str]) -> tuple[str, ...]:
        """The command behind the forwarder. It runs on the Python that we run on, which is there for certain."""
        if self.folder is None:
            return tuple(argv)
        return (self.python, "-I", "-S", f"{_INSIDE}/{_FORWARDER}", *self._routes(), "--", *argv)

    def _routes(self) -> tuple[str, ...]:
        out = tuple(
            f"{port}={_INSIDE}/{name}"
            for port, name in ((PROXY_PORT, PROXY_SOCKET), (GATEWAY_PORT, GATEWAY_SOCKET))
            if self.folder is not None and (self.folder / name).exists()
        )
        return out if self.server is None else (*out, f"fd:{self.server}={SERVER_PORT}")


def write_forwarder(folder: Path) -> None:
    """Into the folder of the sockets."""
    file = folder / _FORWARDER
    file.write_text(Path(__file__).with_name(_FORWARDER).read_text())
    file.chmod(0o644)


_ADDRESS = f"http://127.0.0.1:{PROXY_PORT}"
_DIRECT = "localhost,127.0.0.1,::1"
_PROXY = {
    "HTTP_PROXY": _ADDRESS,
    "HTTPS_PROXY": _ADDRESS,
    "NO_PROXY": _DIRECT,
    "http_proxy": _ADDRESS,
    "https_proxy": _ADDRESS,
    "no_proxy": _DIRECT,
    # Node's own fetch looks at the variables above only when it is told to.
    "NODE_USE_ENV_PROXY": "1",
}
