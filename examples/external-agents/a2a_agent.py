"""An A2A agent, made of the A2A SDK alone: it takes a message with a repository and hands in a patch.

python a2a_agent.py PORT NAME

Add it with `orchestrator external a2a add http://127.0.0.1:PORT`. Put the work of your own into `change`.
"""

import asyncio
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from a2a.helpers import get_data_parts, new_task_from_user_message, new_text_part
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.events import EventQueue
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from a2a.server.tasks import InMemoryTaskStore, TaskUpdater
from a2a.types import AgentCapabilities, AgentCard, AgentInterface, AgentSkill, Message, Part
from starlette.applications import Starlette

BUNDLE_TYPE, PATCH_TYPE = "application/x-git-bundle", "text/x-diff"


def change(clone: Path, prompt: str, name: str) -> None:
    """The work of this agent: a line in its notes with what it was asked for."""
    with (clone / f"notes-{name}.md").open("a") as notes:
        notes.write(f"- {prompt.splitlines()[0]}\n")


async def git(*words: str, folder: Path) -> str:
    process = await asyncio.create_subprocess_exec("git", *words, cwd=folder, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"git {words[0]} failed")
    return told.decode()


async def bundle_of(message: Message, repository: dict[str, Any]) -> bytes:
    """It goes along with the message, or is fetched with the token that does."""
    for part in message.parts:
        if part.media_type == BUNDLE_TYPE:
            return part.raw
    async with httpx.AsyncClient(timeout=60) as client:
        answer = await client.get(repository["url"], headers={"Authorization": repository["authorization"]})
        return answer.raise_for_status().content


class Noter(AgentExecutor):
    def __init__(self, name: str) -> None:
        self.name = name

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        message = context.message
        if message is None:
            raise ValueError("there is no message")
        task = context.current_task or new_task_from_user_message(message)
        await event_queue.enqueue_event(task)
        told = TaskUpdater(event_queue, task.id, task.context_id)
        await told.start_work(told.new_agent_message([new_text_part("I write it into the notes.")]))
        with tempfile.TemporaryDirectory() as folder:
            patch = await self.patch(message, Path(folder))
        await told.add_artifact([Part(text=patch, media_type=PATCH_TYPE)], name="work.patch")
        await told.complete(told.new_agent_message([new_text_part("Noted.")]))

    async def patch(self, message: Message, folder: Path) -> str:
        assignment = get_data_parts(message.parts)[0]
        repository = assignment["repository"]
        (folder / "repository.bundle").write_bytes(await bundle_of(message, repository))
        clone = folder / "clone"
        await git("clone", "-q", "--branch", repository["branch"], "repository.bundle", "clone", folder=folder)
        change(clone, assignment["input_data"]["prompt"], self.name)
        await git("add", "-A", folder=clone)
        return await git("diff", "--binary", "--cached", repository["commit"], folder=clone)

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        await TaskUpdater(event_queue, context.task_id or "", context.context_id or "").cancel()


def card(url: str, name: str) -> AgentCard:
    return AgentCard(
        name=name,
        description="Writes down what it was asked for.",
        version="1",
        supported_interfaces=[AgentInterface(url=f"{url}/rpc", protocol_binding="JSONRPC", protocol_version="1.0")],
        capabilities=AgentCapabilities(streaming=True),
        default_input_modes=["text/plain", "application/json", BUNDLE_TYPE],
        default_output_modes=["text/plain", PATCH_TYPE],
        skills=[AgentSkill(id="documentation", name="Notes", description="Takes notes.", tags=["documentation"])],
    )


def main() -> None:
    port, name = sys.argv[1:]
    about = card(f"http://127.0.0.1:{port}", name)
    handler = DefaultRequestHandler(agent_executor=Noter(name), task_store=InMemoryTaskStore(), agent_card=about)
    routes = [*create_agent_card_routes(about), *create_jsonrpc_routes(handler, "/rpc")]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=int(port), log_level="warning"))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    asyncio.run(server.serve())


if __name__ == "__main__":
    main()
