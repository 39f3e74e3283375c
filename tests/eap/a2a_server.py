"""An A2A agent of the SDK as a process of its own: `python -m tests.eap.a2a_server PORT`. What it does, the prompt says.

`GET /seen` tells what came: the ids of messages and tasks, what was cancelled, and with which header.
"""

import asyncio
import os
import sys
from collections import defaultdict
from typing import Any

import uvicorn
from a2a.helpers import get_data_parts, new_task_from_user_message, new_text_part
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.events import EventQueue
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes, create_rest_routes
from a2a.server.tasks import InMemoryTaskStore, TaskUpdater
from a2a.types import (
    AgentCapabilities,
    AgentCard,
    AgentInterface,
    AgentSkill,
    HTTPAuthSecurityScheme,
    Part,
    SecurityRequirement,
    SecurityScheme,
    StringList,
)
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

PATCH = "diff --git a/a2a.txt b/a2a.txt\nnew file mode 100644\n--- /dev/null\n+++ b/a2a.txt\n@@ -0,0 +1 @@\n+done\n"
TOKEN = "a-very-secret-token"


class Scripted(AgentExecutor):
    """Ends at once what its prompt says, but `wait`, which waits for `POST /go` with the same words."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.cancelled: list[str] = []
        self.go: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        message = context.message
        assert message is not None
        data = get_data_parts(message.parts)
        prompt = message.parts[0].text
        files = [[part.filename, len(part.raw)] for part in message.parts if part.HasField("raw")]
        task = context.current_task or new_task_from_user_message(message)
        about = {"message": message.message_id, "task": task.id, "context": task.context_id, "prompt": prompt}
        self.seen.append(about | {"data": data[0], "files": files, "answers": context.current_task is not None})
        await event_queue.enqueue_event(task)
        told = TaskUpdater(event_queue, task.id, task.context_id)
        await told.start_work(told.new_agent_message([new_text_part("I begin.")]))
        await self._end(prompt, told)

    async def _end(self, prompt: str, told: TaskUpdater) -> None:
        said = told.new_agent_message([new_text_part(f"This is how it went: {prompt}")])
        match prompt.split()[0]:
            case "fail":
                await told.failed(said)
            case "reject":
                await told.reject(said)
            case "ask":
                await told.requires_input(said)
            case "auth":
                await told.requires_auth(said)
            case "cancel":
                await told.cancel(said)
            case "raise":
                raise RuntimeError("it broke")
            case "wait":
                await self.go[prompt].wait()
                await self._complete(told, said)
            case _:
                await self._complete(told, said)

    async def _complete(self, told: TaskUpdater, said: Any) -> None:
        await told.add_artifact([Part(text=PATCH, media_type="text/x-diff")], name="work.patch")
        await told.add_artifact([Part(raw=b"What I did.", filename="../notes.txt", media_type="text/plain")])
        await told.complete(said)

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        self.cancelled.append(context.task_id or "")
        await TaskUpdater(event_queue, context.task_id or "", context.context_id or "").cancel()


def card(url: str) -> AgentCard:
    binding = os.environ.get("BINDING", "JSONRPC")
    address = f"{url}/rpc" if binding == "JSONRPC" else f"{url}/rest"
    bearer = SecurityScheme(http_auth_security_scheme=HTTPAuthSecurityScheme(scheme="Bearer"))
    return AgentCard(
        name="Scripted Agent",
        description="Does what its prompt says.",
        version=os.environ.get("CARD_VERSION", "1.0.0"),
        supported_interfaces=[AgentInterface(url=address, protocol_binding=binding, protocol_version="1.0")],
        capabilities=AgentCapabilities(streaming=os.environ.get("STREAMING") != "no"),
        default_input_modes=["text/plain"],
        default_output_modes=["text/x-diff"],
        skills=[AgentSkill(id="bug-fix", name="Fix", description="Fixes.", tags=["testing", "of my own"])],
        security_schemes={"key": bearer},
        security_requirements=[SecurityRequirement(schemes={"key": StringList()})],
    )


def application(port: int) -> Starlette:
    scripted, about = Scripted(), card(f"http://127.0.0.1:{port}")
    handler = DefaultRequestHandler(agent_executor=scripted, task_store=InMemoryTaskStore(), agent_card=about)

    async def seen(_: Request) -> Response:
        return JSONResponse({"seen": scripted.seen, "cancelled": scripted.cancelled})

    async def go(request: Request) -> Response:
        scripted.go[request.query_params["prompt"]].set()
        return Response(status_code=204)

    own = [Route("/seen", seen), Route("/go", go, methods=["POST"])]
    rest = create_rest_routes(handler, path_prefix="/rest")
    routes = [*own, *create_agent_card_routes(about), *create_jsonrpc_routes(handler, "/rpc"), *rest]
    return Starlette(routes=routes, middleware=[Middleware(Guarded)])


class Guarded:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_open = scope["type"] != "http" or not scope["path"].startswith(("/rpc", "/rest"))
        if is_open or Request(scope).headers.get("authorization") == f"Bearer {TOKEN}":
            await self.app(scope, receive, send)
        else:
            await Response(status_code=401)(scope, receive, send)


def main() -> None:
    port = int(sys.argv[1])
    uvicorn.run(application(port), host="127.0.0.1", port=port, log_level="error")


if __name__ == "__main__":
    main()
