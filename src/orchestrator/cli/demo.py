"""The demo: three sessions at once on a small sample repository, and what came of them."""

import shutil
import subprocess
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import yaml
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, stderr
from orchestrator.cli.progress import FINISHED, status_text
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.errors import ApiError, ServerUnreachable
from orchestrator.client.types import Session
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.settings import Settings
from orchestrator.kit.words import counted

_LONGEST_SECONDS = 1800.0
_GIT = ["git", "-c", "user.name=Demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false"]


class SampleMissing(OrchestratorError):
    """The sample repository of the demo is not installed."""

    code = "sample_missing"
    hint = "Run the demo from a checkout: it takes examples/sample-repo. `orchestrator up --no-demo` leaves it out."


def run_demo(settings: Settings, url: str) -> None:
    try:
        repository = make_repository(settings.demo_dir)
        with connect(settings, url) as client:
            console.print(f"[bold]Demo[/]: three sessions at once on {escape(str(repository))}", soft_wrap=True)
            ids = [client.create_session(repository=str(repository), **wanted)["id"] for wanted in demo_sessions()]
            _print_results(client, _watch(client, ids), repository)
    except (ApiError, OrchestratorError) as error:
        stderr.print(f"[bold red]demo[/] {escape(str(error))}", soft_wrap=True)


def demo_sessions() -> list[dict[str, Any]]:
    text = files("orchestrator.opencode").joinpath("scenarios/demo_sessions.yml").read_text()
    return yaml.safe_load(text)


def make_repository(folder: Path) -> Path:
    """A fresh copy of the sample with one commit; each demo gets its own."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / time.strftime("sample-%Y%m%d-%H%M%S")
    shutil.copytree(_sample(), target, ignore=shutil.ignore_patterns("__pycache__"))
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "The sample as it came"]):
        subprocess.run([*_GIT, *arguments], cwd=target, check=True, capture_output=True, timeout=60)
    return target


def _sample() -> Path:
    for folder in Path(__file__).resolve().parents:
        if (folder / "examples" / "sample-repo").is_dir():
            return folder / "examples" / "sample-repo"
    raise SampleMissing


def _watch(client: Client, ids: list[str]) -> list[Session]:
    """Until all have finished; says what becomes of each meanwhile, or a minute of work would look like none."""
    end = time.monotonic() + _LONGEST_SECONDS
    said: dict[str, str] = {}
    while True:
        try:
            sessions = [client.session(one) for one in ids]
        except (ServerUnreachable, httpx.HTTPError):
            if time.monotonic() > end:
                raise
        else:
            for one in sessions:
                if said.get(one["id"]) != one["status"]:
                    said[one["id"]] = one["status"]
                    console.print(f"  {escape(one['title'])}: {status_text(one)}")
            if all(one["status"] in FINISHED for one in sessions) or time.monotonic() > end:
                return sessions
        time.sleep(0.5)


def _print_results(client: Client, sessions: list[Session], repository: Path) -> None:
    table = Table("session", "status", "verification", "rounds", "changed", "branch", title="Results of the demo")
    for one in sessions:
        rounds = max((item["round"] for item in client.evidence(one["id"])), default=0) + 1
        changed = len(client.diff_files(one["id"])) if one["commit"] else 0
        table.add_row(
            escape(one["title"]),
            status_text(one),
            one["verification"] or "",
            str(rounds),
            counted(changed, "file"),
            one["branch"],
        )
    console.print(table)
    console.print(f"  model: {escape(sessions[0]['model'])}")
    console.print(f"  look: git -C {escape(str(repository))} log --oneline --all", soft_wrap=True)
    console.print(f"  or:   orchestrator sessions show {sessions[0]['id'][-8:]}\n")
