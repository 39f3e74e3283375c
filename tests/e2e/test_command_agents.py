"""Any command-line agent by `orchestrator external run`: its news, its work, its failure; nothing of it stays behind."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.e2e.test_external_agents import GOOD, until
from tests.e2e.test_sessions import BROKEN, VERIFY
from tests.e2e.tree import Tree, git, make_repository

AGENT = """
import json, os, subprocess, sys, time
prompt = sys.stdin.read()
assert open(os.environ["ORCHESTRATOR_PROMPT_FILE"]).read() == prompt
assert "ORCHESTRATOR_API_KEY" not in os.environ
open(os.path.join(os.environ["TMPDIR"], "left"), "w").close()
base = os.environ["ANTHROPIC_BASE_URL"], os.environ["OPENAI_BASE_URL"], os.environ["OPENAI_MODEL"]
print(json.dumps({"kind": "text", "text": f"I was asked: {prompt}"}), flush=True)
print("no JSON at all", flush=True)
if "give up" in prompt:
    sys.exit("I cannot do that")
if "for ever" in prompt:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(604)"])
    time.sleep(604)
open("shop/price.py", "w").write(sys.argv[1])
if "commit" in prompt:
    subprocess.run(["git", "-c", "user.name=Me", "-c", "user.email=me@x", "commit", "-qam", "Take it off"], check=True)
    open("notes.txt", "w").write("left\\n")
print(json.dumps({"kind": "tool", "data": {"tool": "look", "input": {}, "output": " ".join(base)}}))
"""


@dataclass
class Running:
    tree: Tree
    folder: Path
    path: str = os.environ["PATH"]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        orchestrator = str(Path(sys.executable).with_name("orchestrator"))
        (self.folder / "tmp").mkdir(exist_ok=True)
        env = {
            "PATH": self.path,
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder / "tmp"),
            "ORCHESTRATOR_API_KEY": "oio_x",
        }
        with (self.folder / "agent.log").open("ab") as log:
            words = [orchestrator, "external", "run", "--url", self.tree.url, *arguments]
            self.processes.append(subprocess.Popen(words, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL))
        return self.processes[-1]

    def join(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        status, told = self.tree.request("POST", "/agents/external/enrolments", {})
        assert status == 201, told
        process = self.start("--token", told["token"], "--name", name, *arguments)
        assert until(lambda: f" {name}" in self.names() or process.poll() is not None), self.log()
        assert process.poll() is None, self.log()
        return process

    def names(self) -> str:
        return " ".join(["", *(one["name"] for one in self.agents())])

    def agents(self) -> list[dict[str, Any]]:
        return self.tree.request("GET", "/agents/external?limit=200")[1]["items"]

    def log(self) -> str:
        return (self.folder / "agent.log").read_text()

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
            assert process.wait(40) == 0, self.log()
        assert not list((self.folder / "tmp").iterdir()), "a folder stayed behind"


@pytest.fixture
def running(tree: Tree, tmp_path: Path) -> Iterator[Running]:
    running = Running(tree, tmp_path)
    (tmp_path / "agent.py").write_text(AGENT)
    yield running
    running.stop()


def command(running: Running) -> tuple[str, str]:
    return "--command", shlex.join((sys.executable, str(running.folder / "agent.py"), GOOD))


def sleepers() -> list[int]:
    found = [one for one in psutil.process_iter(["cmdline"]) if "time.sleep(604)" in " ".join(one.info["cmdline"] or [])]
    return [one.pid for one in found]


@pytest.mark.timeout(300)
def test_its_patch_its_commits_and_its_failure_are_the_sessions(tree: Tree, running: Running) -> None:
    shop = make_repository(tree.root / "repositories/commanded", BROKEN)
    identity = running.folder / "identity.json"
    first = running.join("commander", *command(running), "--identity", str(identity), "--version", "1.2.0")
    [joined] = [one for one in running.agents() if one["name"] == "commander"]
    assert joined["version"] == "1.2.0"
    session = tree.wait(
        tree.create(prompt="Fix it", repository=str(shop), agent="commander", verify=VERIFY)["id"], seconds=120
    )
    assert (session["status"], session["verification"]) == ("completed", "verified"), (session, running.log())
    assert git(shop, "show", f"{session['branch']}:shop/price.py") == GOOD.rstrip("\n")
    parts = tree.request("GET", f"/sessions/{session['id']}/transcript?limit=100")[1]["items"]
    assert "I was asked: Fix it" in [part["data"].get("text") for part in parts]
    [looked] = [part["data"]["state"]["output"] for part in parts if part["type"] == "tool"]
    assert looked == f"{tree.url}/gateway {tree.url}/gateway/v1 scripted-model"
    first.send_signal(signal.SIGTERM)
    assert first.wait(40) == 0
    running.start(*command(running), "--identity", str(identity))
    wanted = {"repository": str(shop), "agent": "commander", "verify": VERIFY}
    session = tree.wait(tree.create(prompt="Fix it and commit", **wanted)["id"], seconds=120)
    assert (session["status"], session["verification"]) == ("completed", "verified"), (session, running.log())
    subjects = git(shop, "log", "-2", "--format=%an: %s", session["branch"]).splitlines()
    assert subjects == ["external agent: What was not committed yet", "Me: Take it off"]
    session = tree.wait(tree.create(prompt="Please give up", **wanted)["id"], seconds=120)
    assert session["status"] == "failed"
    assert "I cannot do that" in session["failure"]["message"]
    assert running.names().split().count("commander") == 1, "it came back as the same agent"


@pytest.mark.walks
@pytest.mark.timeout(240)
def test_a_cancelled_task_and_a_late_one_end_all_that_the_command_started(tree: Tree, running: Running) -> None:
    shop = make_repository(tree.root / "repositories/endless", BROKEN)
    running.join("endless", *command(running))
    wanted = {"prompt": "Go on for ever", "repository": str(shop), "agent": "endless", "max_feedback_rounds": 0}
    cancelled = tree.create(**wanted)
    assert until(lambda: len(sleepers()) == 1), running.log()
    assert tree.request("POST", f"/sessions/{cancelled['id']}/cancel")[0] == 200
    assert until(lambda: not sleepers()), "processes stayed behind"
    late = tree.create(**wanted, timeout_seconds=10)
    assert until(lambda: len(sleepers()) == 1), running.log()
    began = time.monotonic()
    assert until(lambda: not sleepers())
    assert time.monotonic() - began < 25
    assert tree.wait(late["id"])["status"] in ("timed_out", "failed")
