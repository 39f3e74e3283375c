"""Hooks of git that an agent wrote into its worktree. None of them ever runs for us, and none leaves with the result; that
somebody wrote one is told."""

import os
import re
from pathlib import Path

from orchestrator.workspaces.plain_files import read_plainly

_CONFIG_LIMIT_BYTES = 64 * 1024
_HOOKS_PATH = re.compile(r"^[ \t]*hooksPath[ \t]*=[ \t]*(.*)$", re.IGNORECASE | re.MULTILINE)
# The package husky sets this whenever packages are installed; its folder is a protected path.
_HUSKYS = re.compile(r"\"?\.husky(?:/_)?\"?")


def written_hooks(worktree: Path) -> list[str]:
    """Names as a person knows them, such as `post-checkout` and `core.hooksPath`."""
    git_dir = worktree / ".git"
    if git_dir.is_symlink() or not git_dir.is_dir():
        return []
    hooks = git_dir / "hooks"
    names = [] if hooks.is_symlink() or not hooks.is_dir() else sorted(entry.name for entry in os.scandir(hooks))
    moved = [path for path in _HOOKS_PATH.findall(_config(git_dir)) if not _HUSKYS.fullmatch(path.strip())]
    linked = ["hooks"] if hooks.is_symlink() else []
    return [*(name for name in names if not name.endswith(".sample")), *linked, *(["core.hooksPath"] if moved else [])]


def _config(git_dir: Path) -> str:
    """The agent owns it: no link is followed, and no more is read than a configuration has."""
    try:
        return read_plainly(git_dir / "config", _CONFIG_LIMIT_BYTES).decode(errors="replace")
    except OSError:
        return ""
