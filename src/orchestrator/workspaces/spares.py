"""Worktrees that are made before anybody wants them: of a large repository, writing the files takes longer than all else.

The next session of the repository takes the spare one, and git writes only what differs in its own commit. Another is made
in the background. A spare lies where no sandbox shows it, and was never an agent's.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.workspaces.checkout import Checkouts, Setup
from orchestrator.workspaces.layout import TenantFolders, make_folder
from orchestrator.workspaces.place import CHECKOUT_INSIDE, Place
from orchestrator.workspaces.removal import remove_tree

log = get_logger(__name__)

FEWEST_FILES = 5_000
"""Of smaller repositories a worktree is there as soon as a spare one would be."""
_FREE_SHARE = 0.2
"""Of the disk: with less than this free, no spare is made."""


@dataclass(frozen=True)
class Spare:
    """`index` belongs to the files, which have been moved to where they are wanted."""

    index: Path


class Spares:
    def __init__(self, checkouts: Checkouts) -> None:
        self._checkouts = checkouts
        self._making: dict[Path, asyncio.Task[None]] = {}

    def take(self, folders: TenantFolders, place: Place, setup: Setup | None, scratch: Path) -> Spare | None:
        """Its files become `place.folder`; None when there is none. Of two that ask at once one gets it."""
        try:
            _home(folders, place, setup).rename(scratch / "spare")
        except FileNotFoundError:
            return None
        (scratch / "spare/tree").rename(place.folder)
        return Spare(scratch / "spare/index")

    def renew(self, folders: TenantFolders, place: Place, commit: str, setup: Setup | None, lfs: str | None) -> None:
        """In the background, unless one is there or being made."""
        home = _home(folders, place, setup)
        task = self._making.get(home)
        if home.exists() or (task is not None and not task.done()) or not _has_room(folders.root):
            return
        self._making[home] = asyncio.create_task(self._tried(lambda: self._make(folders, place, commit, setup, home, lfs)))

    async def made(self) -> None:
        """When none is being made any more."""
        await asyncio.gather(*self._making.values())

    async def _tried(self, make: Callable[[], Awaitable[None]]) -> None:
        try:
            await make()
        except (OrchestratorError, OSError) as error:
            log.warning("spare_not_made", problem=str(error))

    async def _make(
        self, folders: TenantFolders, place: Place, commit: str, setup: Setup | None, home: Path, lfs: str | None
    ) -> None:
        scratch = folders.new_scratch()
        try:
            draft = scratch / "spare"
            make_folder(draft)
            tree = Place(
                place.tenant_id, f"spare-{home.name}", draft / "tree", CHECKOUT_INSIDE, place.mirror, place.identity
            )
            await self._checkouts.build(tree, commit, branch=None, setup=setup, lfs=lfs)
            (tree.folder / ".git/index").rename(draft / "index")
            await remove_tree(tree.folder / ".git")
            make_folder(home.parent, mode=0o700)
            draft.rename(home)
        finally:
            await asyncio.shield(remove_tree(scratch))


def is_large(index: Path) -> bool:
    """An index begins with `DIRC`, a version and the number of its entries, each four bytes."""
    with index.open("rb") as file:
        return int.from_bytes(file.read(12)[8:12], "big") >= FEWEST_FILES


def _home(folders: TenantFolders, place: Place, setup: Setup | None) -> Path:
    """Results of setup lie in it too, so it is of no use to a session that needs others."""
    repository = place.mirror.name.removesuffix(".git")
    return folders.spares / f"{repository}-{setup.folder.parent.name if setup else 'plain'}"


def _has_room(folder: Path) -> bool:
    usage = shutil.disk_usage(folder)
    return usage.free > usage.total * _FREE_SHARE and os.access(folder, os.W_OK)
