"""MCP servers that tests make: one over HTTP, and one that speaks over its input and output."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

LOCAL = """
import json, os, sys

def written(path):
    try:
        open(path, "w").close()
        return "written"
    except OSError as error:
        return error.strerror

def look():
    secret = [n for n in os.environ if "PASSWORD" in n or "CONFIG" in n]
    pids = sorted(int(n) for n in os.listdir("/proc") if n.isdigit())
    return {"files": sorted(os.listdir(".")), "worktree": written("planted.txt"), "tmp": written("/tmp/noted"),
            "told": os.environ.get("TOLD"), "secret": secret, "processes": len(pids), "mark": sys.argv[1]}

TOOL = {"name": "look", "description": "Looks around", "inputSchema": {"type": "object", "properties": {}}}
for line in sys.stdin:
    asked = json.loads(line)
    if "id" not in asked:
        continue
    given = asked.get("params") or {}
    result = {
        "initialize": lambda: {"protocolVersion": given["protocolVersion"], "capabilities": {"tools": {}},
                               "serverInfo": {"name": "local", "version": "1"}},
        "tools/list": lambda: {"tools": [TOOL]},
        "tools/call": lambda: {"content": [{"type": "text", "text": json.dumps(look())}]},
    }.get(asked["method"], dict)()
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
"""

TOOL = {"name": "find", "description": "Finds a ticket", "inputSchema": {"type": "object", "properties": {}}}


@dataclass
class Remote:
    """Keeps the headers that it was called with. A ticket's answer may be made `large` or a `redirect`."""

    url: str = ""
    called: list[tuple[str, dict[str, str]]] = field(default_factory=list[tuple[str, dict[str, str]]])
    large: bool = False
    redirect: bool = False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("X-Tracker") != "Bearer hush-hush":
            return web.json_response({"error": "who are you?"}, status=401)
        asked: dict[str, Any] = await request.json()
        self.called.append((asked["method"], dict(request.headers)))
        if self.redirect:
            return web.Response(status=307, headers={"Location": "http://127.0.0.1:1/"})
        if "id" not in asked:
            return web.Response(status=202)
        answer = {"jsonrpc": "2.0", "id": asked["id"], "result": self._result(asked)}
        if self.large:
            return web.Response(body=b"x" * 25_000_000)
        if asked["method"] == "tools/call":
            return web.Response(text=f"event: message\ndata: {json.dumps(answer)}\n\n", content_type="text/event-stream")
        return web.json_response(answer, headers={"Mcp-Session-Id": "s-1", "X-Inner": "not for others"})

    def _result(self, asked: dict[str, Any]) -> dict[str, Any]:
        match asked["method"]:
            case "initialize":
                version = asked["params"]["protocolVersion"]
                server = {"name": "tracker", "version": "1"}
                return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": server}
            case "tools/list":
                return {"tools": [TOOL, TOOL | {"name": "close"}]}
            case _:
                return {"content": [{"type": "text", "text": "TICKET-7 is about discounts"}]}


@asynccontextmanager
async def remote_server() -> AsyncIterator[Remote]:
    made = Remote()
    app = web.Application()
    app.router.add_route("*", "/mcp", made.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/mcp"
    yield made
    await runner.cleanup()
