"""Refs of a mirror: read them, and write them so that a crash of ours never blocks the next writer."""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from orchestrator.workspaces.errors import GitFailed, GitTimedOut
from orchestrator.workspaces.git import Git, GitOptions
from orchestrator.workspaces.locks import locked, try_lock


class Refs:
    def __init__(self, git: Git) -> None:
        self._git = git
        self._mended: set[Path] = set()

    async def first(self, mirror: Path, names: list[str]) -> str | None:
        for name in names:
            if commit := await self.commit_at(mirror, name):
                return commit
        return None

    async def commit_at(self, mirror: Path, name: str) -> str | None:
        """The commit that a full ref name or commit id leads to, or None."""
        if not mirror.exists():
            return None
        arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        found = await self._git.run(mirror, *arguments, options=GitOptions(accept=(0, 1, 128)))
        return found.text if found.exit_code == 0 else None

    async def below(self, mirror: Path, folder: str) -> set[str]:
        """The commits that the refs in a folder of refs keep."""
        listing = await self._git.text(mirror, "for-each-ref", "--format=%(objectname)", f"{folder}/")
        return set(listing.split())

    async def keeper(self, mirror: Path, commit: str) -> str | None:
        """A ref of ours from which the commit is reachable, with all that it needs; None when nothing keeps it."""
        options = GitOptions(accept=(0, 1, 128, 129))
        places = ("refs/orchestrator/", "refs/heads/orchestrator/")
        arguments = ("for-each-ref", "--count=1", "--format=%(refname)", f"--contains={commit}", *places)
        found = await self._git.run(mirror, *arguments, options=options)
        if found.exit_code != 0 or not found.text:
            return None
        whole = await self._git.run(mirror, "rev-list", "--objects", "--quiet", "--max-count=1", commit, options=options)
        return found.text if whole.exit_code == 0 else None

    async def point(self, mirror: Path, ref: str, commit: str) -> None:
        """Point a ref of ours at a commit, which has to be there."""
        if _loose(mirror, ref) == commit:
            return

        async def update(lock_fd: int) -> None:
            await self._git.run(mirror, "update-ref", "--", ref, commit, options=GitOptions(lock_fd=lock_fd))

        await self.writing(mirror, update)

    async def writing(self, mirror: Path, write: Callable[[int], Awaitable[None]]) -> None:
        """Write refs under the shared lock. A `*.lock` file that stays in the way is a dead git's: whoever holds the
        lock exclusively knows that no git of ours is alive in this mirror, because each inherits the shared lock.
        """
        path = mirror.with_suffix(".write-lock")
        if mirror not in self._mended:
            self._mended.add(mirror)
            await self._remove_stale_locks(mirror, path, wait=False)
        try:
            async with locked(path, shared=True) as lock_fd:
                await write(lock_fd)
        except GitFailed as failure:
            if isinstance(failure, GitTimedOut) or ".lock': File exists" not in str(failure):
                raise
            await self._remove_stale_locks(mirror, path, wait=True)
            async with locked(path, shared=True) as lock_fd:
                await write(lock_fd)

    async def _remove_stale_locks(self, mirror: Path, path: Path, wait: bool) -> None:
        async with _exclusively(path, wait) as held:
            if held:
                await asyncio.to_thread(_remove_leftovers, mirror)


@asynccontextmanager
async def _exclusively(path: Path, wait: bool) -> AsyncGenerator[bool]:
    if wait:
        async with locked(path):
            yield True
        return
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield try_lock(fd, shared=False)
    finally:
        os.close(fd)


def _remove_leftovers(mirror: Path) -> None:
    """What a killed git leaves: lock files of refs and configuration, and halves of packs and objects."""
    patterns = ("*.lock", "*.tmp", "refs/**/*.lock", "objects/pack/tmp_*", "objects/??/tmp_obj_*")
    for pattern in patterns:
        for path in mirror.glob(pattern):
            with contextlib.suppress(OSError):
                path.unlink()


def _loose(mirror: Path, ref: str) -> str | None:
    try:
        return (mirror / ref).read_text().strip()
    except OSError:
        return None
