"""The sockets that roles serve on."""

import socket

from orchestrator.kit.errors import OrchestratorError


class PortTaken(OrchestratorError):
    """The port {port} on {host} cannot be used: {problem}."""

    status = 409
    code = "port_taken"
    hint = "Stop what listens there, or choose another port with ORCHESTRATOR_PORT."


def listen(host: str, port: int) -> socket.socket:
    """Bound before anything else starts, and handed to a role: a restarted role finds its callers waiting."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        raise PortTaken(host=host, port=port, problem=error.strerror or str(error)) from error
    listener.set_inheritable(True)
    return listener
