"""The real Claude Code and Codex of npm, as external agents, on a scripted model behind the gateway."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.agents_model import INPUT_TOKENS, MODEL, SAID, AgentsModel
from tests.e2e.test_command_agents import Running
from tests.e2e.test_external_agents import GOOD
from tests.e2e.test_sessions import BROKEN, VERIFY
from tests.e2e.tree import Tree, git, make_repository

LOCKED = Path(__file__).with_name("npm_agents")
KEPT = Path(__file__).parents[2] / ".tools" / "npm-agents"


@pytest.fixture(scope="module")
def installed() -> Path:
    """As the lock file says, 800 MB; kept for the next walk."""
    lock = (LOCKED / "package-lock.json").read_text()
    done = KEPT / "installed.json"
    if not (done.exists() and done.read_text() == lock):
        KEPT.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(LOCKED / name, KEPT / name)
        words = ["npm", "ci", "--no-audit", "--no-fund"]
        subprocess.run(words, cwd=KEPT, check=True, capture_output=True, timeout=500)
        done.write_text(lock)
    return KEPT / "node_modules" / ".bin"


@pytest.fixture
def model() -> Iterator[AgentsModel]:
    model = AgentsModel(f"printf %s {shlex.quote(GOOD)} > shop/price.py")
    yield model
    model.close()


@pytest.mark.chaos
@pytest.mark.timeout(700)
@pytest.mark.parametrize(
    ("preset", "kind", "format_", "path"),
    [("claude-code", "anthropic", "messages", "/v1/messages"), ("codex", "openai", "responses", "/v1/responses")],
)
def test_its_work_is_verified_and_its_calls_are_counted(
    tree: Tree, tmp_path: Path, installed: Path, model: AgentsModel, preset: str, kind: str, format_: str, path: str
) -> None:
    shop = make_repository(tree.root / f"repositories/npm-{preset}", BROKEN)
    provider = {"name": f"for-{preset}", "kind": kind, "base_url": model.url, "api_key": "sk-of-the-test"}
    assert tree.request("POST", "/providers", provider)[0] == 201
    target = {"provider": f"for-{preset}", "model": MODEL, "input_price": 1_000_000, "output_price": 1_000_000}
    status, told = tree.request("POST", "/models", {"name": f"m-{preset}", "format": format_, "targets": [target]})
    assert status == 201, told
    running = Running(tree, tmp_path, path=f"{installed}{os.pathsep}{os.environ['PATH']}")
    running.join(preset, "--preset", preset)
    try:
        wanted = {
            "repository": str(shop),
            "agent": preset,
            "model": f"m-{preset}",
            "verify": VERIFY,
            "max_feedback_rounds": 0,
        }
        session = tree.wait(tree.create(prompt="Fix the discount", **wanted)["id"], seconds=200)
        assert (session["status"], session["verification"]) == ("completed", "verified"), (
            session,
            running.log(),
            model.paths,
        )
        assert git(shop, "show", f"{session['branch']}:shop/price.py") == GOOD.rstrip("\n")
        assert set(model.paths) == {path}
        assert session["usage"]["input_tokens"] >= 2 * INPUT_TOKENS, "the gateway counted its calls"
        parts = tree.request("GET", f"/sessions/{session['id']}/transcript?limit=100")[1]["items"]
        assert SAID in [part["data"].get("text") for part in parts]
        assert [part["type"] for part in parts].count("tool") == 1
    finally:
        running.stop()
