"""Places for worktrees: a session gets the lowest free one of its tenant and gives it back when its worktree goes.

An OpenCode server keeps some 30 MB and half a second of work for every directory it has ever seen, and gives nothing
of it back; so sessions stand in few directories one after another, instead of each in one of its own.
"""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager

from orchestrator.workspaces.layout import TenantFolders, make_folder

_FILE = "slot"


def slot_of(folders: TenantFolders, session_id: object) -> str | None:
    try:
        return (folders.workspace_state(session_id) / _FILE).read_text() or None
    except FileNotFoundError:
        return None


def take_slot(folders: TenantFolders, session_id: object) -> str:
    """The session's own slot, the same at every call until its state is removed."""
    with _alone(folders):
        if known := slot_of(folders, session_id):
            return known
        taken = {slot_of(folders, entry.name) for entry in folders.state.iterdir() if entry.is_dir()}
        number = 1
        while (slot := f"w{number}") in taken or folders.workspace(slot).exists():
            number += 1
        own = folders.workspace_state(session_id)
        make_folder(own, mode=0o700)
        draft = own / f"{_FILE}.tmp"
        draft.write_text(slot)
        draft.replace(own / _FILE)
        return slot


@contextmanager
def _alone(folders: TenantFolders) -> Generator[None]:
    """Held for the reading of a few small files, so waiting for it on the event loop does no harm."""
    make_folder(folders.state, mode=0o700)
    fd = os.open(folders.root / "slots.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
