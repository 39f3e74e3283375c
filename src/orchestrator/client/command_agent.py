"""Any command-line agent as an external agent: a command in a fresh clone, its prompt on stdin, news as lines of JSON.

CommandAgent("my-agent --quiet").work(ExternalAgent.join(url, token, name="mine"))
"""

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestrator.client.command_news import News, Translate, own_words
from orchestrator.client.external_agent import Dropped, ExternalAgent, Task, git

PROMPT_VARIABLE = "ORCHESTRATOR_PROMPT_FILE"
_OURS = ("ORCHESTRATOR_API_KEY", "ORCHESTRATOR_ENROLMENT_TOKEN")
"""What opens more than the task is not the command's business."""
_LOOK_SECONDS, _GRACE_SECONDS = 0.2, 5.0
_PATCH_CHARACTERS = 1_900_000


@dataclass(frozen=True)
class CommandAgent:
    """`command` is run without a shell. `translate` makes events of its lines of JSON. Clones are made in `folder`."""

    command: str | Sequence[str]
    translate: Translate = own_words
    env: Mapping[str, str] | None = None
    folder: Path | None = None

    def work(self, agent: ExternalAgent, *, most: int | None = None, wait: float = 30) -> int:
        return agent.work(self.do, most=most, wait=wait)

    def do(self, task: Task) -> dict[str, Any]:
        """The result of one task; neither process nor folder stays behind."""
        with tempfile.TemporaryDirectory(
            prefix="orchestrator-external-", dir=self.folder, ignore_cleanup_errors=True
        ) as made:
            root = Path(made)
            clone = task.clone(root / "repository")
            (root / "tmp").mkdir()
            prompt = root / "prompt.md"
            prompt.write_text(task.prompt)
            return self._run(task, clone, prompt)

    def _run(self, task: Task, clone: Path, prompt: Path) -> dict[str, Any]:
        written = shlex.split(self.command) if isinstance(self.command, str) else self.command
        words = [_filled(word, task) for word in written]
        kept = {name: value for name, value in os.environ.items() if name not in _OURS}
        env = {**kept, **environment(task, prompt), **(self.env or {})}
        with prompt.open("rb") as stdin:
            process = subprocess.Popen(
                words,
                cwd=clone,
                env=env,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        news = News(task, self.translate)
        with process:
            news.listen(process)
            try:
                ended = _wait(process, task)
            finally:
                _end_group(process)
                news.close()
        if task.agent.stopping.is_set() and ended is not None:
            raise Dropped("The agent stops: others take the task when its lease is over.")
        if ended is not None:
            return {"status": "failed", "error": ended}
        if process.returncode != 0:
            told = f"The command ended with status {process.returncode}:\n{news.tail()}"
            return {"status": "failed", "error": told}
        return handed_in(task, clone)


def _filled(word: str, task: Task) -> str:
    """`{base_url}` and `{model}` are those of the task's gateway."""
    gateway = task.told.get("gateway") or {"base_url": "", "model": ""}
    return word.replace("{base_url}", gateway["base_url"]).replace("{model}", gateway["model"])


def environment(task: Task, prompt: Path) -> dict[str, str]:
    """What the command learns: the task, where its prompt is, and the session's models behind the gateway."""
    # What it leaves in the folder for temporary files goes with the clone.
    told = {
        "TMPDIR": str(prompt.with_name("tmp")),
        PROMPT_VARIABLE: str(prompt),
        "ORCHESTRATOR_TASK_ID": task.id,
        "ORCHESTRATOR_TASK_TYPE": task.told["task_type"],
    }
    gateway = task.told.get("gateway")
    if gateway is None:
        return told
    base, key, model = gateway["base_url"], gateway["api_key"], gateway["model"]
    told |= {"OPENAI_BASE_URL": base, "OPENAI_API_KEY": key, "OPENAI_MODEL": model}
    # Anthropic's own clients put /v1/messages behind their base.
    told |= {"ANTHROPIC_BASE_URL": base.removesuffix("/v1"), "ANTHROPIC_API_KEY": key, "ANTHROPIC_MODEL": model}
    return told | {"ORCHESTRATOR_MODEL": model}


def handed_in(task: Task, clone: Path) -> dict[str, Any]:
    """Commits as a bundle, with what is not committed in one of its own; otherwise the difference as a patch."""
    commit, branch = task.told["repository"]["commit"], task.told["repository"]["branch"]
    if git(clone, "rev-parse", "HEAD").strip() != commit:
        git(clone, "add", "--all")
        if git(clone, "status", "--porcelain").strip():
            who = "-c", "user.name=external agent", "-c", "user.email=external@agent.invalid"
            git(clone, *who, "commit", "--quiet", "--no-verify", "--message", "What was not committed yet")
        git(clone, "checkout", "--quiet", "-B", branch)
        bundle = clone.parent / "work.bundle"
        git(clone, "bundle", "create", "--quiet", str(bundle), f"{commit}..{branch}")
        return task.result(bundle_artifact=task.upload("work.bundle", bundle.read_bytes()))
    patch = task.patch_of(clone)
    if len(patch) > _PATCH_CHARACTERS:
        return task.result(patch_artifact=task.upload("work.patch", patch.encode()))
    return task.result(patch=patch)


def _wait(process: "subprocess.Popen[bytes]", task: Task) -> str | None:
    """Until it ends; otherwise why it is ended."""
    end = time.monotonic() + task.told["timeout_seconds"]
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_SECONDS)
            return None
        if task.cancelled.is_set():
            return "The task was cancelled."
        if task.agent.stopping.is_set():
            return "The agent was told to stop."
        if time.monotonic() >= end:
            return f"The command was not done after {task.told['timeout_seconds']} seconds."


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """All that the command started, unless it left the group: asked first, then killed."""
    for number, seconds in ((signal.SIGTERM, _GRACE_SECONDS), (signal.SIGKILL, _GRACE_SECONDS)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        end = time.monotonic() + seconds
        while _group_lives(process) and time.monotonic() < end:
            time.sleep(0.05)


def _group_lives(process: "subprocess.Popen[bytes]") -> bool:
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
