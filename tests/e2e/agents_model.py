"""A scripted model in Anthropic's messages and OpenAI's responses, for the command-line agents that speak no other format.

Asked with a tool that runs commands it calls it once, with the command given, and then says that it is done.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "scripted-model"
SAID = "The discount is taken off."
INPUT_TOKENS, OUTPUT_TOKENS = 700, 20
Json = dict[str, Any]


class AgentsModel:
    def __init__(self, command: str) -> None:
        self.command, self.paths = command, list[str]()
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                path = self.path.split("?")[0]
                model.paths.append(path)
                events = model.messages(body) if path.endswith("/messages") else model.responses(body)
                content = b"".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n".encode() for one in events)
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
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
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def messages(self, body: Json) -> Iterator[Json]:
        usage = {"input_tokens": INPUT_TOKENS, "output_tokens": OUTPUT_TOKENS}
        head = {"id": "msg_1", "type": "message", "role": "assistant", "model": MODEL, "content": []}
        yield {"type": "message_start", "message": {**head, "stop_reason": None, "stop_sequence": None, "usage": usage}}
        if "Bash" in _tools(body) and "tool_result" not in json.dumps(body["messages"]):
            block: Json = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {}}
            asked = json.dumps({"command": self.command, "description": "Take the discount off"})
            delta, stop = {"type": "input_json_delta", "partial_json": asked}, "tool_use"
        else:
            block, stop = {"type": "text", "text": ""}, "end_turn"
            delta = {"type": "text_delta", "text": SAID}
        yield {"type": "content_block_start", "index": 0, "content_block": block}
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
        yield {"type": "content_block_stop", "index": 0}
        yield {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": usage}
        yield {"type": "message_stop"}

    def responses(self, body: Json) -> Iterator[Json]:
        if "exec_command" in _tools(body) and "function_call_output" not in json.dumps(body["input"]):
            arguments = json.dumps({"cmd": self.command})
            item: Json = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "exec_command"}
            item |= {"arguments": arguments, "status": "completed"}
        else:
            content = [{"type": "output_text", "text": SAID, "annotations": []}]
            item = {"type": "message", "id": "m_1", "role": "assistant", "status": "completed", "content": content}
        usage = {"input_tokens": INPUT_TOKENS, "output_tokens": OUTPUT_TOKENS, "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS}
        usage |= {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
        head: Json = {"id": "resp_1", "object": "response", "created_at": 1, "model": MODEL}
        yield {"type": "response.created", "response": {**head, "status": "in_progress", "output": []}}
        yield {"type": "response.output_item.added", "output_index": 0, "item": item}
        yield {"type": "response.output_item.done", "output_index": 0, "item": item}
        yield {"type": "response.completed", "response": {**head, "status": "completed", "output": [item], "usage": usage}}


def _tools(body: Mapping[str, Any]) -> list[str]:
    return [str(one.get("name")) for one in body.get("tools") or []]
