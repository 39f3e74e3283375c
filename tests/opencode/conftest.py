"""One real OpenCode server on the scripted model for all tests; folders and sessions are each test's own."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from orchestrator.kit.clock import now
from orchestrator.kit.processes import ProcessLedger
from orchestrator.opencode.binary import OpenCodeInstall, find_opencode, find_ripgrep
from orchestrator.opencode.config import (
    ModelConfig,
    prepare_home,
    server_config,
    server_environment,
    server_guard,
)
from orchestrator.opencode.ids import message_id, part_id
from orchestrator.opencode.outfits import OUTFITS_VARIABLE, outfit_plugin
from orchestrator.opencode.permissions import GUARDS, for_conversation
from orchestrator.opencode.schemas import Rule, Session
from orchestrator.opencode.scripted_files import parse_scenarios
from orchestrator.opencode.scripted_model import ScriptedModel
from orchestrator.opencode.server import ServerProcess, new_password, serve_command
from orchestrator.opencode.turns import Turn, turn_of
from orchestrator.sandboxes.base import Launch

REFUSED = tuple(Rule(permission=name, action="deny") for name in GUARDS)
PERMISSIONS = (Rule(permission="*", action="allow"), *for_conversation(REFUSED))
MODEL = ModelConfig(id="scripted-model", input_price=1.0, output_price=2.0)
PATCHING = ModelConfig(id="gpt-5-scripted")
"""OpenCode gives models of this name a tool for patches in place of `write` and `edit`."""

Found = TypeVar("Found")

_BEGAN: dict[str, datetime] = {}
"""When each prompt was sent first: sent again, it has the same ids."""


def call(name: str, **arguments: Any) -> dict[str, Any]:
    return {"tool": {"name": name, "arguments": arguments}}


def bash(command: str) -> dict[str, Any]:
    return call("bash", command=command, description="A command")


def patch(*lines: str) -> dict[str, Any]:
    return call("apply_patch", patchText="\n".join(("*** Begin Patch", *lines, "*** End Patch")))


QUESTION = {"question": "Which?", "header": "Which", "options": [{"label": "a", "description": "A"}]}

TOO_LONG = {
    "message": "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
    "type": "invalid_request_error",
    "code": "context_length_exceeded",
}

SCENARIOS: list[dict[str, Any]] = [
    {"name": "hello", "match": "Say hello", "steps": [{"text": "Hello."}]},
    {"name": "again", "match": "Say it again", "steps": [{"text": "Again."}]},
    {"name": "tool", "match": "Run a command", "steps": [bash("echo from-bash"), {"text": "It ran."}]},
    {"name": "slow", "match": "Think long", "steps": [{"text": "Thought.", "delay_seconds": 1.0}]},
    {"name": "slow tool", "match": "Run for long", "steps": [bash("sleep 30"), {"text": "Went on."}]},
    {
        "name": "spent",
        "match": "Spend it",
        "steps": [{"fault": {"status": 402, "body": {"error": {"message": "spent"}}}}],
    },
    {"name": "broken", "match": "Break down", "steps": [{"fault": {"status": 500}}]},
    {
        "name": "search",
        "match": "Search",
        "steps": [call("grep", pattern="needle"), call("glob", pattern="*.txt"), {"text": "Found."}],
    },
    {
        "name": "numbered",
        "match": "Count your calls",
        "steps": [
            {"tool": {"id": "bash:0", **bash("echo ran")["tool"]}},
            {"tool": {"id": "read:1", **call("read", filePath="a.txt")["tool"]}},
            {"tool": {"id": "read:2", **call("read", filePath="missing.txt")["tool"]}},
            {"text": "Counted."},
        ],
    },
    {"name": "env", "match": "Read secrets", "steps": [call("read", filePath=".env"), {"text": "Read."}]},
    {
        "name": "out",
        "match": "Leave",
        "steps": [bash("cd /tmp && ls"), call("read", filePath="/etc/hostname"), {"text": "Left."}],
    },
    {
        "name": "links",
        "match": "Follow links",
        "steps": [
            call("write", filePath="link/planted.txt", content="planted"),
            call("write", filePath="dangling", content="planted"),
            call("read", filePath="link/secret.txt"),
            call("grep", pattern="secret", path="link"),
            call("write", filePath="sideways/../planted.txt", content="planted"),
            call("write", filePath="inside/new.txt", content="fine"),
            {"text": "Followed."},
        ],
    },
    {
        "name": "patches",
        "match": "Patch links",
        "steps": [
            patch("*** Add File: link/a.txt", "+planted"),
            patch("*** Add File:link/b.txt", "+planted"),
            patch("*** Add File: fine\u2028/../link/c.txt", "+planted"),
            patch("*** Update File:a.txt", "*** Move to:link/d.txt", "@@", "-needle", "+needle"),
            patch("*** Delete File:link/secret.txt"),
            patch("*** Add File:inside/new.txt", "+fine"),
            {"text": "Patched."},
        ],
    },
    {
        "name": "pipes",
        "match": "Read pipes",
        "steps": [
            call("read", filePath="pipe"),
            call("read", filePath="noted/plain.txt"),
            call("grep", pattern="needle", path="pipe"),
            call("write", filePath="pipe", content="planted"),
            {"text": "Read."},
        ],
    },
    {"name": "question", "match": "Ask me", "steps": [call("question", questions=[QUESTION]), {"text": "Asked."}]},
    {
        "name": "outgrown",
        "match": "Fill the context",
        "steps": [bash("echo before") | {"usage": {"input": 127_000, "output": 5}}, {"text": "Filled."}],
    },
    {
        "name": "too long",
        "match": "Send too much",
        "steps": [{"fault": {"status": 400, "body": {"error": TOO_LONG}}, "times": 1, "text": "Sent."}],
    },
    {"name": "big", "match": "Read much", "steps": [{"text": "Read.", "usage": {"input": 10, "output": 5}}]},
]


@dataclass
class OpenCode:
    """`environment` is what the server runs with: the command line tools of OpenCode need the same."""

    server: ServerProcess
    environment: dict[str, str]
    folder: Path
    sessions: list[str] = field(default_factory=list[str])

    async def new_session(self, directory: Path, permissions: Any = PERMISSIONS) -> Session:
        return await self.server.client.create_session(
            str(directory), title="A test", model=MODEL.ref, permissions=permissions
        )


@pytest.fixture(scope="session")
def install() -> OpenCodeInstall:
    return find_opencode()


@pytest.fixture(scope="session")
async def model() -> AsyncIterator[ScriptedModel]:
    model = ScriptedModel(parse_scenarios(SCENARIOS, "conftest.py"))
    await model.start()
    yield model
    await model.stop()


Starting = Callable[..., Any]


@pytest.fixture(scope="session")
def starting(install: OpenCodeInstall, model: ScriptedModel) -> Starting:
    """A function that starts one more server in a folder: `async with starting(folder) as opencode`."""

    @asynccontextmanager
    async def start(
        folder: Path, model_url: str = model.base_url, permissions: Sequence[Rule] = REFUSED, **changes: str
    ) -> AsyncIterator[OpenCode]:
        home = folder / "home"
        prepare_home(home, find_ripgrep())
        password = new_password()
        plugins = [server_guard(str(home)), outfit_plugin(str(home))]
        config = server_config(
            [MODEL, PATCHING], MODEL.id, MODEL.id, model_url, "sk-virtual", plugins=plugins, permissions=permissions
        )
        # The body of its requests names the model that the scripted server has.
        config["provider"]["gateway"]["models"][PATCHING.id]["options"] = {"model": MODEL.id}
        environment = server_environment(config, password, str(home), str(folder), "/bin/sh", os.environ["PATH"])
        environment |= {OUTFITS_VARIABLE: str(folder / "outfits"), **changes}
        launch = Launch(serve_command(str(install.binary)), environment, str(folder))
        server = await ServerProcess.start(
            ProcessLedger(folder / "processes"), launch, password=password, log_file=folder / "server.log"
        )
        try:
            yield OpenCode(server, environment, folder)
        finally:
            await server.stop()

    return start


@pytest.fixture(scope="session")
async def opencode(starting: Starting, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenCode]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(starting(tmp_path_factory.mktemp("opencode")))


def repository(folder: Path) -> Path:
    """The project's id comes from the first commit, so every folder needs a commit of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.txt").write_text(f"needle in {folder}\n")
    author = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], [*author, "commit", "-q", "-m", str(folder)]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def worktree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("worktree") / "repo")


async def prompt(
    opencode: OpenCode, directory: Path, session: Session, text: str, *key: object, model: ModelConfig = MODEL
) -> str:
    """Begin a turn; the id of its message."""
    key = key or (text,)
    mine = message_id(session.id, *key)
    await opencode.server.client.prompt_async(
        str(directory),
        session.id,
        message_id=mine,
        part_id=part_id(session.id, *key, at=_BEGAN.setdefault(mine, now())),
        text=text,
        model=model.ref,
    )
    return mine


async def until(wanted: Callable[[], Awaitable[Found | None]], timeout_seconds: float = 20) -> Found:
    async with asyncio.timeout(timeout_seconds):
        while (found := await wanted()) is None:  # noqa: ASYNC110 - OpenCode's answers are all there is to look at.
            await asyncio.sleep(0.02)
        return found


async def turn_over(opencode: OpenCode, directory: Path, session: Session, mine: str) -> Turn:
    async def over() -> Turn | None:
        turn = turn_of(await opencode.server.client.list_messages(str(directory), session.id), mine)
        busy = await opencode.server.client.statuses(str(directory))
        return turn if turn.over and session.id not in busy else None

    return await until(over)


async def run_turn(
    opencode: OpenCode, directory: Path, session: Session, text: str, *key: object, model: ModelConfig = MODEL
) -> Turn:
    mine = await prompt(opencode, directory, session, text, *key, model=model)
    return await turn_over(opencode, directory, session, mine)


def tools(turn: Turn) -> list[tuple[str, str, str]]:
    """Name, status and output or error of every tool call of a turn."""
    calls = [part for answer in turn.answers for part in answer.parts if part.state is not None]
    return [(p.tool or "", p.state.status, p.state.output or p.state.error or "") for p in calls if p.state]


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accepts, reads until the caller has given up, and never answers."""
    try:
        while await reader.read(65_536):
            continue
    except ConnectionError:
        return
    finally:
        writer.close()
