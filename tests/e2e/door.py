"""A door in front of the gateway that counts: each request a runtime makes is passed on, and its answer's status kept."""

import http.client
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.e2e.tree import free_port

_OF_ONE_CONNECTION = ("connection", "transfer-encoding", "keep-alive")


@dataclass
class Arrival:
    conversation: str
    at: float
    status: int | None = None


class Door:
    """It leads to `gateway_port`, a free one, at which the gateway is to listen. `arrivals` are in the order in which they
    came, also those that were refused."""

    def __init__(self) -> None:
        self.gateway_port = free_port()
        self.arrivals: list[Arrival] = []
        door = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_POST(self) -> None:
                arrival = Arrival(self.headers.get("x-session-id", ""), time.monotonic())
                door.arrivals.append(arrival)
                body = self.rfile.read(int(self.headers["content-length"]))
                gateway = http.client.HTTPConnection("127.0.0.1", door.gateway_port, timeout=60)
                try:
                    gateway.request("POST", self.path, body, dict(self.headers.items()))
                    answer = gateway.getresponse()
                    arrival.status = answer.status
                    self.send_response_only(answer.status)
                    for name, value in answer.getheaders():
                        if name.lower() not in _OF_ONE_CONNECTION:
                            self.send_header(name, value)
                    self.end_headers()  # In HTTP/1.0 the answer ends with its connection.
                    while piece := answer.read1(65_536):
                        self.wfile.write(piece)
                except ConnectionError:
                    self.close_connection = True  # The runtime was ended meanwhile.
                finally:
                    gateway.close()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def env(self) -> dict[str, str]:
        url = f"http://127.0.0.1:{self._server.server_port}/gateway/v1"
        return {"ORCHESTRATOR_GATEWAY_PORT": str(self.gateway_port), "ORCHESTRATOR_GATEWAY_URL": url}

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
