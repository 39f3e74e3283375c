"""Deleting folders that an agent could write into."""

import asyncio
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

_TRIES = 5


async def remove_tree(folder: Path) -> None:
    """Delete it and all below, following no symlink out of it, also where an agent took its own rights away."""
    await asyncio.to_thread(remove_tree_now, folder)


def remove_tree_now(folder: Path) -> None:
    for _ in range(_TRIES):
        if not os.path.lexists(folder):
            return
        # A process of the agent that is just dying may add a file while we delete, hence the tries.
        shutil.rmtree(folder, onerror=_open_and_retry)
    if os.path.lexists(folder):
        shutil.rmtree(folder)


def _open_and_retry(function: Callable[..., object], path: str, _problem: object) -> None:
    """Folders without the right to read or write stop rmtree; whoever owns them may give the right back."""
    for each in (os.path.dirname(path), path):
        try:
            if stat.S_ISDIR(os.lstat(each).st_mode):
                os.chmod(each, 0o700, follow_symlinks=os.chmod not in os.supports_follow_symlinks)
        except OSError:
            continue
