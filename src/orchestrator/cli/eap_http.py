"""The HTTP side of the stand-in of `orchestrator eap check --listen`."""

import contextlib
import json
import threading
import time
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from orchestrator.cli.eap_standin import Broken, Refusal, Standin

_PREFIX = "/api/v1/agents/external/"
_NOTHING_SECONDS = 0.2
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
            try:
                self._send(*_reply(_answer(standin, method, self.path, bearer, body)))
            except Refusal as refusal:
                self._send(refusal.status, json.dumps(refusal.body).encode())
            except Broken:
                self.close_connection = True

        def _send(self, status: int, content: bytes) -> None:
            with contextlib.suppress(ConnectionError):
                self.send_response(status)
                self.send_header("content-type", "application/json")
                if status != 204:
                    self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

    return Handler


def _reply(answer: dict[str, Any] | bytes | None) -> tuple[int, bytes]:
    if answer is None:
        return 204, b""
    if isinstance(answer, bytes):
        return 200, answer
    return (201 if "challenge" in answer else 200), json.dumps(answer).encode()


def _answer(standin: Standin, method: str, address: str, bearer: str, body: bytes) -> dict[str, Any] | bytes | None:
    url = urlsplit(address)
    words = url.path.removeprefix(_PREFIX).split("/")
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    with standin.lock:
        if words == ["register"]:
            return standin.register(body, bearer)
        if words == ["token"]:
            return standin.token(body)
        standin.authorise(bearer)
        if words[0] != standin.agent_id:
            raise Refusal(404, "not_found", "There is no such agent.")
        if words[3:] != ["repository"]:
            answer = _of_agent(standin, method, words[1:], query, body)
            held = None
        else:
            answer, held = None, standin.held(words[2], int(query.get("lease_epoch", "0")))
    if held is not None:
        return standin.repository(held)
    if answer is None:
        time.sleep(_NOTHING_SECONDS)
    return answer


def _of_agent(standin: Standin, method: str, words: list[str], query: dict[str, str], body: bytes) -> dict[str, Any] | None:
    match (method, *words):
        case ("POST", "prove"):
            return standin.prove(body)
        case ("POST", "heartbeat"):
            return standin.heartbeat(body)
        case ("POST", "tasks", "lease"):
            return standin.lease()
        case ("POST", "tasks", task, "events"):
            return standin.events(task, body)
        case ("POST", "tasks", task, "artifacts"):
            return standin.declare(task, body)
        case ("PUT", "tasks", task, "artifacts", artifact):
            return standin.piece(task, artifact, int(query.get("offset", "0")), body)
        case ("PUT", "tasks", task, "result"):
            return standin.result(task, body)
        case _:
            raise Refusal(404, "not_found", "There is no such address.")
