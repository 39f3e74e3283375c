"""A person at a machine of their own: command line, clone and OpenCode, which share nothing but the API's address."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.tree import Tree, free_port, is_answering

from orchestrator.opencode.binary import find_opencode

SCENARIOS = """
- name: word
  match: "Which word"
  steps:
    - text: The word is heron.
"""


@dataclass
class Person:
    home: Path
    tree: Tree
    port: int = field(default_factory=free_port)
    model: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        own = {"id": "scripted-model", "limit": {"context": 100000, "output": 8000}}
        provider = {
            "npm": "@ai-sdk/openai-compatible",
            "options": {"baseURL": f"http://127.0.0.1:{self.port}/v1", "apiKey": "sk-own"},
            "models": {"scripted-model": {"limit": own["limit"]}},
        }
        config = {"provider": {"own": provider}, "model": "own/scripted-model", "share": "disabled", "autoupdate": False}
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "ORCHESTRATOR_URL": self.tree.url,
            "ORCHESTRATOR_API_KEY": self.tree.key,
            "ORCHESTRATOR_DATA_DIR": str(self.home / "none"),
            "ORCHESTRATOR_OPENCODE_BINARY": str(self.opencode),
            "OPENCODE_CONFIG_CONTENT": json.dumps(config),
            "OPENCODE_DISABLE_MODELS_FETCH": "1",
            "OPENCODE_DISABLE_AUTOUPDATE": "1",
            "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
            "GIT_CONFIG_GLOBAL": str(self.home / ".gitconfig"),
        }

    @property
    def opencode(self) -> Path:
        return find_opencode().binary

    def start_model(self) -> None:
        (self.home / "scenarios.yml").write_text(SCENARIOS)
        command = [sys.executable, "-m", "orchestrator.opencode.scripted_model", "--port", str(self.port)]
        self.model = subprocess.Popen([*command, "--scenarios", str(self.home / "scenarios.yml")], stdout=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while not is_answering(f"http://127.0.0.1:{self.port}/health"):
            assert time.monotonic() < end
            time.sleep(0.05)

    def stop(self) -> None:
        if self.model is not None:
            self.model.kill()
            self.model.wait(10)

    def run(self, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        env = self.environment | {"PWD": str(folder)}
        return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)

    def ok(self, folder: Path, *words: str) -> str:
        done = self.run(folder, *words)
        assert done.returncode == 0, f"{words}: {done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def orchestrator(self, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run(folder, str(Path(sys.executable).with_name("orchestrator")), *words)

    def says(self, folder: Path, *words: str) -> str:
        done = self.orchestrator(folder, *words)
        assert done.returncode == 0, f"{words}: {done.stdout}\n{done.stderr}"
        return done.stdout
