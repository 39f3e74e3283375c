"""Making the training environment: once, from pinned requirements, and used only when all of it is there and works."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from orchestrator.finetuning.training_env import READY, TRAINER, TrainingEnv
from orchestrator.kit.errors import OrchestratorError

REQUIREMENTS = TRAINER / "requirements.txt"
NEEDED_BYTES = 3_000_000_000
"""While it is made; without a GPU about half of that stays."""
_HOUR_SECONDS = 3_600


class TrainingSetupFailed(OrchestratorError):
    """The training environment could not be made: {problem}"""

    status = 503
    code = "training_setup_failed"
    hint = "See what pip said above; `--pip-args` hands it options, such as another index. Run the command again then."


class TrainingDiskSmall(OrchestratorError):
    """The training environment needs {needed:.1f} GB in {folder}, where {free:.1f} GB are free."""

    status = 503
    code = "training_disk_small"
    hint = "Free space, or name a folder on another disk in ORCHESTRATOR_TRAINING_ENV."


def digest() -> str:
    """Of what it is made from."""
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def is_ready(env: TrainingEnv) -> bool:
    try:
        return env.python.exists() and (env.folder / READY).read_text().strip() == digest()
    except FileNotFoundError:
        return False


def set_up(env: TrainingEnv, pip_args: Sequence[str], say: Callable[[str], None]) -> None:
    """Blocking, for minutes. Raises TrainingDiskSmall, TrainingSetupFailed. One that is ready is left as it is."""
    if is_ready(env):
        say(f"{env.folder} is ready")
        return
    _check_room(env.folder)
    (env.folder / READY).unlink(missing_ok=True)
    say(f"making {env.folder}, of about 1.5 GB without a GPU; a slow network takes minutes")
    _run([sys.executable, "-m", "venv", "--clear", str(env.folder)], "venv")
    pip = [str(env.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    _run([*pip, *pip_args, "-r", str(REQUIREMENTS)], "pip")
    say("looking whether all of it works")
    say(check(env))
    (env.folder / READY).write_text(f"{digest()}\n")
    say(f"{env.folder} is ready")


def check(env: TrainingEnv) -> str:
    """Imports everything, in it; what is there, in words."""
    command = [str(env.python), str(TRAINER), "check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_HOUR_SECONDS, check=False, env=_environment())
    if done.returncode != 0:
        raise TrainingSetupFailed(problem=(done.stderr.strip().splitlines() or ["it does not say why"])[-1])
    return ", ".join(f"{name} {version}" for name, version in json.loads(done.stdout.splitlines()[-1]).items())


def _check_room(folder: Path) -> None:
    there = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(there).free
    if free < NEEDED_BYTES:
        raise TrainingDiskSmall(folder=folder, needed=NEEDED_BYTES / 1e9, free=free / 1e9)


def _run(command: Sequence[str], what: str) -> None:
    """What it says is seen as it says it."""
    try:
        done = subprocess.run(command, check=False, env=_environment(), timeout=_HOUR_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TrainingSetupFailed(problem=str(error)) from error
    if done.returncode != 0:
        raise TrainingSetupFailed(problem=f"{what} ended with status {done.returncode}")


def _environment() -> dict[str, str]:
    """Packages of ours must not be taken for those of the new environment."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
