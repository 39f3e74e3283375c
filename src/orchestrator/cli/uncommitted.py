"""What a person's checkout holds that no commit does: the work begins at a commit, so the agent does not see it."""

import subprocess
from pathlib import Path

_GIT_SECONDS = 10.0


def uncommitted(folder: Path) -> int:
    """How many files git calls changed or new; 0 where there is no checkout, or git takes too long to say."""
    command = ["git", "-c", "core.fsmonitor=false", "--no-optional-locks", "status", "--porcelain", "-z", "--no-renames"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=_GIT_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    return done.stdout.count(b"\0") if done.returncode == 0 else 0
