"""How full the disk of the data directory is, and whether an error says that it is full."""

import errno
import os
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)
_WORDS = ("No space left on device", "Disk quota exceeded")


MIN_FREE_FILES = 10_000
"""Of a disk that has a fixed number of them; of a small one a twentieth."""


def has_room(folder: Path, min_free_bytes: int) -> bool:
    """A disk is full of files as well: millions of empty ones leave all bytes free and no file for anybody."""
    facts = os.statvfs(folder)
    fewest = min(MIN_FREE_FILES, facts.f_files // 20)
    return facts.f_bavail * facts.f_frsize >= min_free_bytes and facts.f_favail >= fewest


def says_full(error: BaseException | None) -> bool:
    """Of our own writes the number tells, of git's and other programs' their words."""
    while error is not None:
        if (isinstance(error, OSError) and error.errno in _FULL) or any(word in str(error) for word in _WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False
