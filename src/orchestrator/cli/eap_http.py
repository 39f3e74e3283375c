"""The HTTP side of the stand-in of `orchestrator eap check`."""

import contextlib
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from orchestrator.eap.standin import Standin
from orchestrator.eap.standin_routes import Call, answered

_MOST_BYTES = 16_000_000


@contextlib.contextmanager
def listening(host: str, port: int) -> Generator[Standin]:
    server = ThreadingHTTPServer((host, port), BaseHTTPRequestHandler)
    standin = Standin(f"http://{host}:{server.server_port}")
    server.RequestHandlerClass = _handler(standin)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield standin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(standin: Standin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            self._serve("GET")

        def do_POST(self) -> None:
            self._serve("POST")

        def do_PUT(self) -> None:
            self._serve("PUT")

        def _serve(self, method: str) -> None:
            body = self.rfile.read(min(int(self.headers.get("content-length") or 0), _MOST_BYTES))
            bearer = (self.headers.get("authorization") or "").removeprefix("Bearer ")
            reply = answered(standin, Call(method, self.path, bearer, body))
            if reply is None:
                self.close_connection = True
            else:
                self._send(*reply)

        def _send(self, status: int, content: bytes) -> None:
            with contextlib.suppress(ConnectionError):
                self.send_response(status)
                self.send_header("content-type", "application/json")
                if status != 204:
                    self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

    return Handler
