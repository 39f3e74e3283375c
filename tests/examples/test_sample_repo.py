"""The demo's scenarios on the sample repository, played by the scripted model to the real OpenCode server."""

import asyncio
import base64
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from orchestrator.opencode.scripted_model import MODEL, Scenarios, ScriptedModel, load_scenarios

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "examples" / "sample-repo"
SESSIONS = ROOT / "src" / "orchestrator" / "opencode" / "scenarios" / "demo_sessions.yml"
PASSWORD = "sample-repo-test"
START_SECONDS = 60.0
TURN_SECONDS = 100.0

BUG_FIX, FEATURE, HASTY_FIX = yaml.safe_load(SESSIONS.read_text())


@dataclass
class OpenCode:
    http: httpx.AsyncClient

    async def session(self, folder: Path, title: str | None = None) -> str:
        params = {"directory": str(folder)}
        answer = await self.http.post("/session", params=params, json={"title": title} if title else {})
        return answer.raise_for_status().json()["id"]

    async def turn(self, folder: Path, session_id: str, prompt: str) -> dict[str, Any]:
        body = {"parts": [{"type": "text", "text": prompt}]}
        path = f"/session/{session_id}/message"
        answer = await self.http.post(path, params={"directory": str(folder)}, json=body, timeout=TURN_SECONDS)
        return answer.raise_for_status().json()

    async def parts(self, folder: Path, session_id: str) -> list[dict[str, Any]]:
        answer = await self.http.get(f"/session/{session_id}/message", params={"directory": str(folder)})
        return [part for message in answer.raise_for_status().json() for part in message["parts"]]

    async def tools(self, folder: Path, session_id: str) -> list[tuple[str, str]]:
        parts = await self.parts(folder, session_id)
        return [(part["tool"], part["state"]["status"]) for part in parts if part["type"] == "tool"]


def without_delays(scenarios: Scenarios) -> Scenarios:
    """The demo is slowed down for people to watch; the tests need not wait for that."""
    fast = {"delay_seconds": 0.0, "chunk_delay_seconds": 0.0}
    steps = [[step.model_copy(update=fast) for step in item.steps] for item in scenarios.items]
    changed = zip(scenarios.items, steps, strict=True)
    return Scenarios(tuple(item.model_copy(update={"steps": new}) for item, new in changed))


def binary() -> Path:
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine().lower()]
    return ROOT / "node_modules" / f"opencode-{sys.platform}-{machine}" / "bin" / "opencode"


def configuration(base_url: str) -> str:
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "options": {"baseURL": base_url, "apiKey": "none"},
        "models": {MODEL: {"limit": {"context": 128_000, "output": 16_000}}},
    }
    chosen = f"scripted/{MODEL}"
    return json.dumps(
        {
            "provider": {"scripted": provider},
            "model": chosen,
            "small_model": chosen,
            "share": "disabled",
            "autoupdate": False,
            "snapshot": False,
            "lsp": False,
            "formatter": False,
            "permission": {"external_directory": "deny", "doom_loop": "deny"},
        }
    )


def environment(home: Path, base_url: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PWD": str(home),
        **{f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CONFIG", "STATE", "CACHE")},
        "OPENCODE_CONFIG_CONTENT": configuration(base_url),
        "OPENCODE_SERVER_PASSWORD": PASSWORD,
        "OPENCODE_DISABLE_MODELS_FETCH": "1",
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
    }


@asynccontextmanager
async def serve(home: Path, base_url: str) -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        str(binary()),
        *("serve", "--hostname", "127.0.0.1", "--port", "0"),
        cwd=home,
        env=environment(home, base_url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield await listening_url(process)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()


async def listening_url(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    said: list[str] = []
    async with asyncio.timeout(START_SECONDS):
        async for line in process.stdout:
            said.append(line.decode())
            if "listening on" in said[-1]:
                return said[-1].split()[-1]
    raise AssertionError(f"opencode ended before it listened: {''.join(said)}")


async def wait_until_healthy(http: httpx.AsyncClient) -> None:
    """A request in the first moments can be accepted and never answered, so each try is short."""
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                if (await http.get("/global/health", timeout=1.0)).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)


@pytest.fixture(scope="session")
async def opencode(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenCode]:
    home = tmp_path_factory.mktemp("opencode-home")
    model = ScriptedModel(without_delays(load_scenarios(None)))
    await model.start()
    token = base64.b64encode(f"opencode:{PASSWORD}".encode()).decode()
    headers = {"authorization": f"Basic {token}"}
    async with (
        serve(home, model.base_url) as url,
        httpx.AsyncClient(base_url=url, headers=headers, timeout=60.0, trust_env=False) as http,
    ):
        await wait_until_healthy(http)
        yield OpenCode(http)
    await model.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample as a git repository with one commit."""
    copy = tmp_path / "sample"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    git(copy, "init", "--quiet")
    git(copy, "add", "--all")
    git(copy, "-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "--quiet", "-m", "Sample")
    return copy


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


def changed(folder: Path) -> list[str]:
    lines = git(folder, "status", "--porcelain", "--untracked-files=all").splitlines()
    return sorted(line[3:] for line in lines)


def failing_output(folder: Path, commands: list[str]) -> str:
    """What the first failing command says; empty when all of them pass."""
    for command in commands:
        # The shell is the point: these are the commands that a session verifies with.
        done = subprocess.run(  # noqa: S602
            command,
            shell=True,
            cwd=folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        if done.returncode:
            return f"$ {command}\n{done.stdout}{done.stderr}"
    return ""


@pytest.mark.parametrize("session", [BUG_FIX, FEATURE, HASTY_FIX], ids=lambda session: session["title"])
def test_every_session_has_something_to_do(folder: Path, session: dict[str, Any]) -> None:
    assert failing_output(folder, session["verify"])


def test_existing_stock_tests_pass_at_the_base(folder: Path) -> None:
    assert failing_output(folder, ["python3 -m unittest -q tests.test_stock"]) == ""


def test_sample_uses_the_standard_library_only() -> None:
    modules = {*sys.stdlib_module_names, "inventory"}
    for file in SAMPLE.rglob("*.py"):
        lines = [line.split() for line in file.read_text().splitlines()]
        imported = {words[1].split(".")[0] for words in lines if words[:1] in (["import"], ["from"])}
        assert imported <= modules, file


@pytest.mark.walks
async def test_bug_is_fixed(opencode: OpenCode, folder: Path) -> None:
    session_id = await opencode.session(folder)
    message = await opencode.turn(folder, session_id, BUG_FIX["prompt"])
    assert message["info"].get("error") is None
    assert message["info"]["modelID"] == MODEL
    assert await opencode.tools(folder, session_id) == [
        (tool, "completed") for tool in ("read", "read", "bash", "edit", "edit", "bash")
    ]
    assert failing_output(folder, BUG_FIX["verify"]) == ""
    assert changed(folder) == ["inventory/prices.py"]


@pytest.mark.walks
async def test_feature_comes_with_a_new_test(opencode: OpenCode, folder: Path) -> None:
    session_id = await opencode.session(folder)
    await opencode.turn(folder, session_id, FEATURE["prompt"])
    assert await opencode.tools(folder, session_id) == [
        (tool, "completed") for tool in ("read", "read", "write", "edit", "bash")
    ]
    assert failing_output(folder, FEATURE["verify"]) == ""
    assert changed(folder) == ["inventory/stock.py", "tests/test_low_stock.py"]
    await played_again_it_does_no_harm(opencode, folder, session_id)


async def played_again_it_does_no_harm(opencode: OpenCode, folder: Path, session_id: str) -> None:
    """A node died in mid-turn and the session is told to go on: the scenario begins again on files half changed."""
    before = git(folder, "diff")
    await opencode.turn(folder, session_id, "You were interrupted. Go on.")
    assert git(folder, "diff") == before
    assert failing_output(folder, FEATURE["verify"]) == ""


@pytest.mark.walks
async def test_first_fix_fails_and_the_feedback_turn_mends_it(opencode: OpenCode, folder: Path) -> None:
    session_id = await opencode.session(folder)
    await opencode.turn(folder, session_id, HASTY_FIX["prompt"])
    failing = failing_output(folder, HASTY_FIX["verify"])
    assert "test_negative_amounts" in failing
    await opencode.turn(folder, session_id, f"The verification failed. Mend what it shows.\n\n{failing}")
    assert {status for _, status in await opencode.tools(folder, session_id)} == {"completed"}
    assert failing_output(folder, HASTY_FIX["verify"]) == ""
    assert changed(folder) == ["inventory/report.py"]


@pytest.mark.walks
async def test_session_gets_a_title_from_its_prompt(opencode: OpenCode, folder: Path) -> None:
    session_id = await opencode.session(folder)
    await opencode.turn(folder, session_id, "Sing a song")
    async with asyncio.timeout(30):
        while (title := await current_title(opencode, folder, session_id)).startswith("New session"):  # noqa: ASYNC110 - OpenCode makes it beside the turn.
            await asyncio.sleep(0.1)
    assert title == "Sing a song"
    texts = [part["text"] for part in await opencode.parts(folder, session_id) if part["type"] == "text"]
    assert "scripted model" in texts[-1]


async def current_title(opencode: OpenCode, folder: Path, session_id: str) -> str:
    answer = await opencode.http.get(f"/session/{session_id}", params={"directory": str(folder)})
    return answer.raise_for_status().json()["title"]
