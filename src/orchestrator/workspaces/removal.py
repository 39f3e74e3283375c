"""Deleting folders that an agent could write into.

An agent may nest them so deep that no path reaches the last one, and neither a call stack nor the descriptors that a process
may have suffice to go there. So none is gone down into: each folder is moved to the top, and emptied there.
"""

import asyncio
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

_TRIES = 5


async def remove_tree(folder: Path) -> None:
    """Delete it and all below, following no symlink out of it, also where an agent took its own rights away."""
    await asyncio.to_thread(remove_tree_now, folder)


def remove_tree_now(folder: Path) -> None:
    for _ in range(_TRIES - 1):
        # A process of the agent that is just dying may add a file while we delete, hence the tries.
        with suppress(OSError):
            return _remove(folder)
    _remove(folder)


def _remove(folder: Path) -> None:
    if not os.path.lexists(folder):
        return
    parent = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        top = _open(folder.name, parent)
        try:
            while _empty(top, top):
                pass
        finally:
            os.close(top)
        os.rmdir(folder.name, dir_fd=parent)
    finally:
        os.close(parent)


def _open(name: str, parent: int) -> int:
    """Whoever owns a folder may give back the right to read and to write it."""
    mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
    if stat.S_ISDIR(mode) and mode & 0o700 != 0o700:
        os.chmod(name, 0o700, dir_fd=parent)
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)


def _empty(folder: int, top: int) -> bool:
    """Whether there was anything in it. Its folders go to the top, and those of the top are emptied and removed."""
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        # Somebody else may be removing the same.
        with suppress(FileNotFoundError):
            if is_folder:
                _clear(name, folder, top)
            else:
                os.unlink(name, dir_fd=folder)
    return bool(found)


def _clear(name: str, parent: int, top: int) -> None:
    here = _open(name, parent)
    try:
        if parent == top:
            _empty(here, top)
    finally:
        os.close(here)
    if parent == top:
        os.rmdir(name, dir_fd=top)
    else:
        # To move a folder is to write into it, for which it was opened up.
        os.rename(name, secrets.token_hex(8), src_dir_fd=parent, dst_dir_fd=top)
