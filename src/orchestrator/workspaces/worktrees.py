"""The life of one session's worktree on this node: made whole or not at all, kept under a ref before it goes."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestrator.workspaces.checkout import Checkouts, save_index
from orchestrator.workspaces.checkpoints import Checkpoint, Checkpoints, checkpoint_ref, checkpoint_refs
from orchestrator.workspaces.config import RepositoryConfig
from orchestrator.workspaces.errors import WorkspaceFailed, WorkspaceNotKept, told_as_failure
from orchestrator.workspaces.large_files import LargeFiles
from orchestrator.workspaces.layout import Layout, TenantFolders, make_folder
from orchestrator.workspaces.lineage import Lineage, Mark
from orchestrator.workspaces.locks import locked
from orchestrator.workspaces.mirror import Base, Mirrors
from orchestrator.workspaces.place import Place
from orchestrator.workspaces.removal import remove_tree
from orchestrator.workspaces.setups import Setups
from orchestrator.workspaces.spares import Spares, is_large
from orchestrator.workspaces.submodules import Submodules


@dataclass(frozen=True)
class Workspace:
    tenant_id: str
    session_id: str
    base: Base
    branch: str
    place: Place

    @property
    def folder(self) -> Path:
        """The worktree on the host."""
        return self.place.folder

    @property
    def inside(self) -> str:
        """The worktree as an isolating sandbox shows it."""
        return self.place.target


class Worktrees:
    def __init__(
        self,
        layout: Layout,
        mirrors: Mirrors,
        checkouts: Checkouts,
        setups: Setups,
        checkpoints: Checkpoints,
        submodules: Submodules,
        large_files: LargeFiles,
    ) -> None:
        self._layout = layout
        self._mirrors = mirrors
        self._checkouts = checkouts
        self._setups = setups
        self._checkpoints = checkpoints
        self._submodules = submodules
        self._large_files = large_files
        self._spares = Spares(checkouts)

    async def make(self, workspace: Workspace, commit: str, config: RepositoryConfig, head: str | None = None) -> None:
        """A finished one is used again as it is, one that is gone or that a crash left half-made is made anew."""
        async with self._state_locked(workspace, "made"):
            if not self._is_whole(workspace):
                await self._build(workspace, commit, config, head)

    async def restore(self, workspace: Workspace, commit: str, config: RepositoryConfig) -> None:
        """Put the worktree and its branch at a commit of the mirror; what it held before is kept under a ref."""
        async with self._state_locked(workspace, "restored"):
            await self._keep(workspace)
            await self._build(workspace, commit, config)

    async def set_back(self, workspace: Workspace, mark: Mark, conversation: bytes) -> None:
        """The next `create` makes the worktree anew, and the runtime takes up the conversation: both of the checkpoint
        `mark`. What the worktree held is kept under a ref.
        """
        async with self._state_locked(workspace, "set back"):
            if (last := await self._keep(workspace)) is not None:
                await self._prove_kept(workspace, last)
            await self._discard(workspace)
            lineage = self.lineage(workspace.tenant_id, workspace.session_id)
            lineage.keep_conversation(conversation)
            lineage.write(mark)

    async def spares_made(self) -> None:
        await self._spares.made()

    def is_here(self, workspace: Workspace) -> bool:
        """Whether this node has the whole worktree."""
        return (self._state(workspace) / "ready.json").exists() and workspace.folder.is_dir()

    async def checkpoint(self, workspace: Workspace, number: int, message: str) -> Checkpoint:
        """Commit the worktree as it is. The same number on an unchanged tree gives the same commit."""
        ref = checkpoint_ref(workspace.session_id, number)
        async with self._state_locked(workspace, "saved"):
            return await self._snapshot(workspace, ref, message)

    async def remove(self, workspace: Workspace, settled: str | None = None) -> None:
        """Delete the worktree, after what it holds has been kept under a ref of the mirror.

        `settled` is the commit of a checkpoint since which nothing of the session has run. Where a ref keeps it, it is
        all there is to keep; where none does, the worktree is looked at as always.
        """
        async with self._state_locked(workspace, "removed"):
            last = settled if settled in await self._checkpointed(workspace) else await self._keep(workspace)
            if last is not None:
                await self._prove_kept(workspace, last)
            await self._discard(workspace)
        await remove_tree(self._state(workspace))

    def lineage(self, tenant_id: str, session_id: str) -> Lineage:
        return Lineage(self._folders(tenant_id).workspace_state(session_id))

    def _folders(self, tenant_id: str) -> TenantFolders:
        return self._layout.tenant(tenant_id)

    def _state(self, workspace: Workspace) -> Path:
        return self._folders(workspace.tenant_id).workspace_state(workspace.session_id)

    @asynccontextmanager
    async def _state_locked(self, workspace: Workspace, action: str) -> AsyncGenerator[None]:
        with told_as_failure(action):
            make_folder(self._state(workspace), mode=0o700)
            async with locked(self._state(workspace) / "lock"):
                yield

    def _is_whole(self, workspace: Workspace) -> bool:
        try:
            facts = json.loads((self._state(workspace) / "ready.json").read_text())
        except (OSError, ValueError):
            return False
        if facts != _facts(workspace):
            raise WorkspaceFailed(action="created", detail="the session has one already, from another base or branch")
        return workspace.folder.is_dir()

    async def _build(self, workspace: Workspace, commit: str, config: RepositoryConfig, head: str | None = None) -> None:
        folders, state, place = self._folders(workspace.tenant_id), self._state(workspace), workspace.place
        setup = await self._setups.prepare(folders, workspace.base, config, place.identity)
        parts = await self._submodules.ready(folders, workspace.base, commit, config)
        lfs = await self._large_files.ready(folders, workspace.base, commit)
        scratch = folders.new_scratch()
        try:
            draft = place.moved(scratch / "worktree")
            # Files of a submodule at another commit would stay behind in a spare one.
            spare = None if parts else self._spares.take(folders, draft, setup, scratch)
            index = spare and spare.index
            await self._checkouts.build(draft, commit, workspace.branch, setup, head, parts, index, lfs.attributes)
            if not parts and not lfs.lacking and is_large(draft.folder / ".git/index"):
                self._spares.renew(folders, place, workspace.base.commit, setup, lfs.attributes)
            await self._discard(workspace)
            await asyncio.to_thread(save_index, draft, state / "index")
            (state / "excludes").write_text(setup.excludes if setup else "", errors="surrogateescape")
            _write_attributes(state / "lfs", lfs.attributes)
            make_folder(folders.workspaces)
            draft.folder.rename(place.folder)
        finally:
            await asyncio.shield(remove_tree(scratch))
        _write_whole(state / "ready.json", json.dumps(_facts(workspace)))

    async def _snapshot(self, workspace: Workspace, ref: str, message: str) -> Checkpoint:
        state = self._state(workspace)
        try:
            excludes = (state / "excludes").read_text(errors="surrogateescape")
        except FileNotFoundError:
            excludes = ""
        commit = workspace.base.commit
        branch = workspace.branch
        lfs = _read_attributes(state / "lfs")
        return await self._checkpoints.take(workspace.place, ref, branch, commit, message, state / "index", excludes, lfs)

    async def _keep(self, workspace: Workspace) -> str | None:
        """The commit that now holds what the worktree held; None when there is no worktree."""
        if self.is_here(workspace):
            ref = f"refs/orchestrator/kept/{workspace.session_id}"
            return (await self._snapshot(workspace, ref, "Kept before the workspace was removed")).commit
        return None

    async def _prove_kept(self, workspace: Workspace, commit: str) -> None:
        """A write that the disk only seemed to take is found out here, while the worktree still stands."""
        mirror = workspace.place.mirror
        if await self._mirrors.refs.keeper(mirror, commit) is None:
            raise WorkspaceNotKept(commit=commit, repository=mirror.name)

    async def _checkpointed(self, workspace: Workspace) -> set[str]:
        mirror = workspace.place.mirror
        return await self._mirrors.refs.below(mirror, checkpoint_refs(workspace.session_id))

    async def _discard(self, workspace: Workspace) -> None:
        """The mark goes first and the folder by a rename, so that a crash leaves no half that passes for a whole."""
        (self._state(workspace) / "ready.json").unlink(missing_ok=True)
        if workspace.folder.exists():
            scratch = self._folders(workspace.tenant_id).new_scratch()
            workspace.folder.rename(scratch / "discarded")
            await remove_tree(scratch)


def _write_attributes(file: Path, attributes: str | None) -> None:
    file.unlink(missing_ok=True)
    if attributes is not None:
        file.write_text(attributes, errors="surrogateescape")


def _read_attributes(file: Path) -> str | None:
    return file.read_text(errors="surrogateescape") if file.exists() else None


def _facts(workspace: Workspace) -> dict[str, str]:
    return {"base": workspace.base.commit, "branch": workspace.branch}


def _write_whole(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.tmp")
    draft.write_text(text)
    draft.replace(path)
