"""Who a tenant's processes run as when the orchestrator is root, and how folders become theirs."""

import os
from pathlib import Path

from orchestrator.sandboxes.base import Identity, IdentityExhausted

# Between the ranges that systemd gives to containers and the ids with the top bit set; nobody hands these out.
_FIRST_ID = 1_900_000_000
# A container with remapped users often maps 65536 ids only; these are its last below `nobody`.
_FIRST_SMALL_ID = 64_000
_SMALL_IDS = 1_500
# Each level that is walked costs a descriptor and a call on the stack, and an agent may nest folders without end. What
# people and tools make lies nowhere near as deep.
_DEEPEST = 256


def tenant_identity(ordinal: int) -> Identity | None:
    """The same id for the same tenant number; None unless we are root, who alone can become somebody else."""
    if os.geteuid() != 0:
        return None
    if _mapped("uid", _FIRST_ID + ordinal) and _mapped("gid", _FIRST_ID + ordinal):
        return Identity(_FIRST_ID + ordinal, _FIRST_ID + ordinal)
    if ordinal >= _SMALL_IDS:
        raise IdentityExhausted(ordinal=ordinal)
    return Identity(_FIRST_SMALL_ID + ordinal, _FIRST_SMALL_ID + ordinal)


def _mapped(kind: str, number: int) -> bool:
    """Whether an id exists in our user namespace, from the lines `first-inside first-outside count` of the kernel."""
    try:
        lines = Path(f"/proc/self/{kind}_map").read_text().splitlines()
    except OSError:
        return True
    ranges = [(int(first), int(count)) for first, _, count in (line.split() for line in lines)]
    return any(first <= number < first + count for first, count in ranges)


def prepare_owner(path: Path, identity: Identity | None) -> None:
    """Gives a tree to an identity. Links are given, never followed: the tree may belong to an agent already. What lies
    deeper than anybody but such an agent would put it stays whose it is.

    Blocking; run it in a thread for a large tree.
    """
    if identity is None or os.geteuid() != 0:
        return
    _give(path.name, os.open(path.parent, os.O_DIRECTORY), identity, close=True)
    # fwalk holds every folder by a descriptor, so an agent cannot swap one for a link while we walk.
    top = len(path.parts)
    for here, folders, files, descriptor in os.fwalk(path, follow_symlinks=False):
        for name in (*folders, *files):
            _give(name, descriptor, identity)
        if len(Path(here).parts) - top >= _DEEPEST:
            folders.clear()


def _give(name: str, folder: int, identity: Identity, *, close: bool = False) -> None:
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if (found.st_uid, found.st_gid) != (identity.uid, identity.gid):
            os.chown(name, identity.uid, identity.gid, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        # A process of the tenant removed it while we walked; there is nothing left to give.
        return
    finally:
        if close:
            os.close(folder)
