"""A real OpenCode server in the sandbox of a runtime: it starts, and its agent's commands are in theirs."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.sandboxes.waiting import eventually, lives

from orchestrator.kit.clock import now
from orchestrator.kit.processes import ProcessLedger
from orchestrator.opencode.binary import find_opencode, find_ripgrep
from orchestrator.opencode.config import ModelConfig, prepare_home, server_config, server_environment, server_guard
from orchestrator.opencode.ids import message_id, part_id
from orchestrator.opencode.schemas import Part
from orchestrator.opencode.scripted_files import parse_scenarios
from orchestrator.opencode.scripted_model import ScriptedModel
from orchestrator.opencode.server import ServerProcess, new_password, serve_command
from orchestrator.opencode.turns import turn_of
from orchestrator.sandboxes import BubblewrapSandbox, Mount, SandboxSpec, prepare_owner, tenant_identity, write_plugin

MODEL = ModelConfig(id="scripted-model", input_price=1.0, output_price=2.0)
CALLS: list[dict[str, Any]] = [
    {
        "name": "bash",
        "arguments": {"command": "env; python3 -c 'print(6 * 7)'; touch made", "description": "a"},
    },
    {"name": "bash", "arguments": {"command": "echo ran", "workdir": "/workspaces/one/link", "description": "b"}},
    {"name": "bash", "arguments": {"command": "pwd", "workdir": "/workspaces/one/sub", "description": "c"}},
]
SCENARIO = {"name": "all", "match": "Go", "steps": [*({"tool": call} for call in CALLS), {"text": "Done."}]}


def prepare(folder: Path) -> None:
    sandbox, identity = BubblewrapSandbox(), tenant_identity(5)
    for session in ("one", "two"):
        workspace = folder / "workspaces" / session
        (workspace / "sub").mkdir(parents=True)
        (workspace / "link").symlink_to("/workspaces/two")
        subprocess.run(["git", "init", "-q", workspace], check=True)
        left = folder / "left" / session
        left.mkdir(parents=True)
        prepare_owner(workspace, identity)
        prepare_owner(left, identity)
        place = Mount(workspace, f"/workspaces/{session}", True)
        spec = SandboxSpec((place,), place.target, {}, identity, left=left)
        sandbox.write_session_shell(folder / "shell", session, spec)
    sandbox.write_shell(folder / "shell")
    write_plugin(folder / "shell")
    prepare_home(folder / "runtime", find_ripgrep())
    prepare_owner(folder / "runtime", identity)


def runtime(folder: Path, password: str, base_url: str) -> SandboxSpec:
    mounts = (
        Mount(folder / "workspaces", "/workspaces", writable=True),
        Mount(folder / "runtime", "/runtime", writable=True),
        Mount(folder / "shell", "/shell"),
        Mount(folder / "left", "/left", writable=True),
        Mount(find_opencode().folder, "/opencode"),
    )
    plugins = [server_guard("/runtime"), "/shell/workspace.js"]
    config = server_config([MODEL], MODEL.id, MODEL.id, base_url, "sk-virtual", plugins=plugins)
    environment = server_environment(config, password, "/runtime", "/runtime", "/shell/bash")
    return SandboxSpec(mounts, "/runtime", environment, tenant_identity(5), nested=True)


@pytest.fixture
async def model() -> AsyncIterator[ScriptedModel]:
    model = ScriptedModel(parse_scenarios([SCENARIO], "test_opencode.py"))
    await model.start()
    yield model
    await model.stop()


async def test_a_server_runs_and_its_commands_are_wrapped(tmp_path: Path, model: ScriptedModel) -> None:
    prepare(tmp_path)
    password = new_password()
    install, spec = find_opencode(), runtime(tmp_path, password, model.base_url)
    sandbox = BubblewrapSandbox()
    launch = sandbox.launch(spec, serve_command(sandbox.inside(spec, install.binary)))
    log = tmp_path / "server.log"
    server = await ServerProcess.start(ProcessLedger(tmp_path / "processes"), launch, password=password, log_file=log)
    try:
        assert await server.healthy()
        family = psutil.Process(server.pid).children(recursive=True)
        first, second, third = await turn(server)
    finally:
        await server.stop()
    assert "42" in first
    assert "HOME=/tmp" in first
    assert password not in first
    assert "OPENCODE" not in first
    assert (tmp_path / "workspaces/one/made").exists()
    assert "outside of this session's workspace; the command was not run" in second
    assert third == "/workspaces/one/sub\n"
    assert family
    eventually(lambda: not any(map(lives, family)))


async def turn(server: ServerProcess) -> list[str]:
    """The outputs of the tool calls of one turn in session `one`."""
    directory = "/workspaces/one"
    session = await server.client.create_session(directory, title="A test", model=MODEL.ref)
    mine = message_id(session.id, 1)
    await server.client.prompt_async(
        directory, session.id, message_id=mine, part_id=part_id(session.id, 1, at=now()), text="Go", model=MODEL.ref
    )
    async with asyncio.timeout(60):
        # OpenCode's answers are all there is to look at.
        while not (found := turn_of(await server.client.list_messages(directory, session.id), mine)).over:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    parts: list[Part] = [part for answer in found.answers for part in answer.parts]
    return [part.state.output or part.state.error or "" for part in parts if part.state]
