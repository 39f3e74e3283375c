"""An OpenAI-compatible model that a test steers while it runs: it calls tools until it is told that it is enough."""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

INPUT_TOKENS, OUTPUT_TOKENS = 5000, 50


class RestlessModel:
    """Its first call of a tool writes `made.txt`, the others run `echo`. `calls` holds each request's conversation id."""

    def __init__(self) -> None:
        self.enough = False
        self.exhausted = False
        self.refuses_key = False
        self.calls: list[str] = []
        self.last_call_at = 0.0
        self.prompts: list[int] = []
        """How many messages of a person each request held: a prompt that is sent twice shows here."""
        self.keys: set[str] = set()
        self.waits_after: int | None = None
        """Calls that hold as many results of tools get their answers when `released` is set."""
        self.released = threading.Event()
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                model.keys.add(self.headers.get("authorization", ""))
                model.last_call_at = time.monotonic()
                if body.get("tools"):
                    model.calls.append(self.headers.get("x-session-id", ""))
                if model.refuses_key:
                    error = {
                        "message": "Incorrect API key provided",
                        "type": "invalid_request_error",
                        "code": "invalid_api_key",
                    }
                    self._answer(401, json.dumps({"error": error}).encode(), "application/json")
                    return
                if model.exhausted:
                    error = {"message": "You exceeded your current quota", "type": "insufficient_quota"}
                    self._answer(
                        429, json.dumps({"error": {**error, "code": "insufficient_quota"}}).encode(), "application/json"
                    )
                    return
                if body.get("tools"):
                    model.prompts.append(sum(m["role"] == "user" for m in body["messages"]))
                if body.get("tools") and model.waits_after is not None and _results(body) >= model.waits_after:
                    model.released.wait(120)
                events = b"".join(b"data: " + json.dumps(one).encode() + b"\n\n" for one in _answer(model, body))
                self._answer(200, events + b"data: [DONE]\n\n", "text/event-stream")

            def _answer(self, status: int, content: bytes, kind: str) -> None:
                with contextlib.suppress(ConnectionError):  # Whoever asked may have been killed since.
                    self.send_response(status)
                    self.send_header("content-type", kind)
                    self.send_header("content-length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _results(body: dict[str, Any]) -> int:
    return sum(m["role"] == "tool" for m in body["messages"])


def _answer(model: RestlessModel, body: dict[str, Any]) -> list[dict[str, Any]]:
    base = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
    message, finish = _message(model, body)
    usage = {
        "prompt_tokens": INPUT_TOKENS,
        "completion_tokens": OUTPUT_TOKENS,
        "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
    }
    return [
        {**base, "choices": [{"index": 0, "delta": message, "finish_reason": None}]},
        {**base, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]},
        {**base, "choices": [], "usage": usage},
    ]


def _message(model: RestlessModel, body: dict[str, Any]) -> tuple[dict[str, Any], str]:
    done = _results(body)
    if not body.get("tools") or (model.enough and done):
        return {"role": "assistant", "content": "Done."}, "stop"
    name, arguments = (
        ("write", {"filePath": "made.txt", "content": "made\n"})
        if not done
        else ("bash", {"command": f"echo {done}", "description": "go on"})
    )
    function = {"name": name, "arguments": json.dumps(arguments)}
    call = {"index": 0, "id": f"call_{done}", "type": "function", "function": function}
    return {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"
