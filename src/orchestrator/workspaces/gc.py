"""What the data directory of one node holds without need, why, and how it goes. Nothing here decides by itself what is
in use: `Kept` says it, read from the database a moment before."""

import asyncio
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestrator.workspaces.git import Git, GitOptions
from orchestrator.workspaces.layout import TenantFolders
from orchestrator.workspaces.locks import try_lock
from orchestrator.workspaces.refs import Refs
from orchestrator.workspaces.removal import remove_tree

REPACK_SECONDS = 3_600.0
_MOST_PACKS = 20
_MOST_LOOSE = 2_000
_DAY_SECONDS = 86_400
_OF_SESSION = re.compile(r"refs/orchestrator/(?:checkpoints|kept)/(?P<session>[0-9a-f-]{36})(?:/.*)?")


@dataclass(frozen=True)
class Leftover:
    """`kind` is worktree, setup, spare, mirror, refs, runtime or repack; `name` is its path below the tenant's folder."""

    kind: str
    tenant_id: str
    name: str
    bytes: int
    reason: str
    removed: bool = False


@dataclass(frozen=True)
class Kept:
    """What sessions of one tenant need. `unfinished`: ids whose work is not over. `finished`: ids and when they ended, in
    seconds since the epoch. `results`: repositories in whose mirrors work of sessions lies. `bases`: commits that a session
    began at."""

    unfinished: frozenset[str] = frozenset()
    finished: Mapping[str, float] = field(default_factory=dict[str, float])
    results: frozenset[str] = frozenset()
    in_use: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()

    def knows(self, session_id: str) -> bool:
        return session_id in self.unfinished or session_id in self.finished


class Sweeper:
    """One look at one tenant's folder. With `dry` nothing is touched."""

    def __init__(self, git: Git, folders: TenantFolders, kept: Kept, days: float, *, dry: bool) -> None:
        self._git = git
        self._refs = Refs(git)
        self._folders = folders
        self._kept = kept
        self._before = time.time() - days * _DAY_SECONDS
        self._days = days
        self._dry = dry
        self.found: list[Leftover] = []

    async def run(self) -> list[Leftover]:
        await self._setups()
        await self._spares()
        await self._runtimes()
        for mirror in sorted(self._folders.mirrors.glob("*.git")):
            if not await self._mirror(mirror):
                await self._old_refs(mirror)
                await self._repack(mirror)
        return self.found

    async def _setups(self) -> None:
        for result in _folders_in(self._folders.setups):
            if result.stat().st_mtime < self._before:
                await self._remove_locked("setup", result, result.with_suffix(".lock"), self._unused())

    async def _spares(self) -> None:
        for spare in _folders_in(self._folders.spares):
            if spare.stat().st_mtime < self._before:
                await self._remove("spare", spare, self._unused())

    async def _runtimes(self) -> None:
        """Homes of servers that were one session's own; a follow-up finds its conversation in the last checkpoint."""
        for home in _folders_in(self._folders.root / "runtimes"):
            ended_at = self._kept.finished.get(home.name)
            if ended_at is not None and ended_at < self._before:
                await self._remove("runtime", home, f"its session ended more than {self._days:g} days ago")

    async def _mirror(self, mirror: Path) -> bool:
        key = mirror.name.removesuffix(".git")
        unneeded = key not in self._kept.results and key not in self._kept.in_use
        if not unneeded or mirror.stat().st_mtime >= self._before:
            return False
        return await self._remove_locked("mirror", mirror, mirror.with_suffix(".fetch-lock"), self._unused())

    async def _old_refs(self, mirror: Path) -> None:
        listing = await self._git.text(mirror, "for-each-ref", "--format=%(refname)", "refs/orchestrator/")
        unneeded = [ref for ref in listing.split() if self._is_unneeded(ref)]
        if unneeded:
            names = ", ".join(unneeded[:3])
            self._tell("refs", mirror, 0, f"{len(unneeded)} refs of no session: {names}")
            if not self._dry:
                lines = "".join(f"delete {ref}\n" for ref in unneeded).encode()

                async def delete(lock_fd: int) -> None:
                    options = GitOptions(stdin=lines, lock_fd=lock_fd)
                    await self._git.run(mirror, "update-ref", "--stdin", options=options)

                await self._refs.writing(mirror, delete)

    def _is_unneeded(self, ref: str) -> bool:
        """A ref that came into being after the database was read belongs to a session that is not in `Kept`."""
        path = self._folders.mirrors
        if (found := _OF_SESSION.fullmatch(ref)) is not None:
            return not self._kept.knows(found["session"]) and not (path.parent / "state" / found["session"]).exists()
        base = ref.removeprefix("refs/orchestrator/bases/")
        return base != ref and base not in self._kept.bases and not self._kept.unfinished

    async def _repack(self, mirror: Path) -> None:
        """Nothing is dropped by it: what no ref leads to is packed as well."""
        packs = len(list((mirror / "objects/pack").glob("*.pack")))
        loose = sum(1 for _ in (mirror / "objects").glob("[0-9a-f][0-9a-f]/*"))
        if packs <= _MOST_PACKS and loose <= _MOST_LOOSE:
            return
        self._tell("repack", mirror, await _size(mirror), f"{packs} packs and {loose} loose objects become one pack")
        if not self._dry:

            async def repack(lock_fd: int) -> None:
                options = GitOptions(timeout_seconds=REPACK_SECONDS, lock_fd=lock_fd, purpose="git repack")
                await self._git.run(mirror, "repack", "-a", "-d", "-k", "-l", "-q", options=options)

            await self._refs.writing(mirror, repack)

    async def _remove_locked(self, kind: str, folder: Path, lock: Path, reason: str) -> bool:
        """Only what nobody is just making or fetching; who comes next makes it anew."""
        fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if not try_lock(fd, shared=False) or folder.stat().st_mtime >= self._before:
                return False
            await self._remove(kind, folder, reason)
            return True
        finally:
            os.close(fd)

    async def _remove(self, kind: str, folder: Path, reason: str) -> None:
        self._tell(kind, folder, await _size(folder), reason)
        if not self._dry:
            scratch = self._folders.new_scratch()
            folder.rename(scratch / "discarded")
            await remove_tree(scratch)

    def _tell(self, kind: str, path: Path, size: int, reason: str) -> None:
        name = str(path.relative_to(self._folders.root))
        self.found.append(Leftover(kind, self._folders.root.name, name, size, reason, removed=not self._dry))

    def _unused(self) -> str:
        return f"nobody used it for {self._days:g} days"


def _folders_in(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.is_dir()) if folder.is_dir() else []


async def _size(folder: Path) -> int:
    return await asyncio.to_thread(tree_bytes, folder)


def tree_bytes(folder: Path) -> int:
    """What is allocated on the disk below it."""
    total, pending = 0, [str(folder)]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
        except OSError:
            continue
    return total
