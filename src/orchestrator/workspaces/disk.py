"""How full the disk of the data directory is, and whether an error says that it is full."""

import errno
import os
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)
_WORDS = ("No space left on device", "Disk quota exceeded")


def free_bytes(folder: Path) -> int:
    facts = os.statvfs(folder)
    return facts.f_bavail * facts.f_frsize


def says_full(error: BaseException | None) -> bool:
    """Of our own writes the number tells, of git's and other programs' their words."""
    while error is not None:
        if (isinstance(error, OSError) and error.errno in _FULL) or any(word in str(error) for word in _WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False
