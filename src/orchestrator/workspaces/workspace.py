"""Workspaces: one for each session, from the repository it names to the branch it leaves."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestrator.kit.processes import ProcessLedger
from orchestrator.sandboxes import Identity, Sandbox
from orchestrator.workspaces.access import Accesses, Find, nobody
from orchestrator.workspaces.checkout import Checkouts, leave_out, save_index
from orchestrator.workspaces.checkpoints import Checkpoint, Checkpoints, checkpoint_ref, checkpoint_refs
from orchestrator.workspaces.commands import HEAD_BYTES, TAIL_BYTES, CommandResult, Commands, NetworkOfCommand, hosts_network
from orchestrator.workspaces.config import ConfigReader, RepositoryConfig
from orchestrator.workspaces.diffs import Diffs, DiffStat, FileDiff
from orchestrator.workspaces.errors import WorkspaceFailed, WorkspaceNotKept, told_as_failure
from orchestrator.workspaces.gc import Kept, Leftover, Sweeper
from orchestrator.workspaces.git import Git
from orchestrator.workspaces.inspection import Inspection, Inspector
from orchestrator.workspaces.layout import Layout, TenantFolders, make_folder
from orchestrator.workspaces.lineage import Lineage, Mark
from orchestrator.workspaces.locks import locked
from orchestrator.workspaces.mirror import Base, Mirrors
from orchestrator.workspaces.place import CHECKOUT_INSIDE, WORKSPACES_INSIDE, Place
from orchestrator.workspaces.protected import Change
from orchestrator.workspaces.publish import Publisher
from orchestrator.workspaces.push import Pushed, Pusher
from orchestrator.workspaces.removal import remove_tree
from orchestrator.workspaces.repository import Origin, RepositoryChecks
from orchestrator.workspaces.setups import Setups
from orchestrator.workspaces.slots import slot_of, take_slot
from orchestrator.workspaces.transfers import Transfers


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


class Workspaces:
    def __init__(
        self,
        data_dir: Path,
        allowed_roots: tuple[Path, ...],
        sandbox: Sandbox,
        ledger: ProcessLedger,
        find_login: Find = nobody,
        network: NetworkOfCommand = hosts_network,
    ) -> None:
        self._layout = Layout(data_dir)
        self.sandbox = sandbox
        self._git = git = Git(data_dir, ledger)
        self._checks = RepositoryChecks(git, data_dir, allowed_roots)
        self._mirrors = Mirrors(git, Accesses(find_login))
        self._configs = ConfigReader(git)
        self._diffs = Diffs(git)
        self._inspector = Inspector(git, self._diffs)
        self._commands = Commands(self._layout, sandbox, ledger, network)
        self._checkouts = Checkouts(git, self._commands)
        self._setups = Setups(self._checkouts, self._commands, self._configs, sandbox.name)
        self._checkpoints = Checkpoints(git, self._mirrors, self._commands)
        self._publisher = Publisher(git, self._mirrors)
        self._pusher = Pusher(git, self._mirrors)
        self.transfers = Transfers(git, self._mirrors)

    async def check_repository(self, repository: str | None, base_ref: str | None = None) -> Origin:
        """Raise what can be told without the network: a bad address, a path outside the roots, not a repository."""
        origin = await self._checks.check(repository)
        if base_ref not in (None, "HEAD"):
            await self._checks.check_ref(origin, base_ref)
        return origin

    async def prepare_mirror(self, tenant_id: str, repository: str | None, base_ref: str | None = None) -> Base:
        """Fetch, then resolve a branch, tag or commit; without one, the branch the origin's HEAD names."""
        origin = await self._checks.check(repository)
        with told_as_failure("given a mirror"):
            return await self._mirrors.prepare(self.folders(tenant_id), origin, None if base_ref == "HEAD" else base_ref)

    async def read_config(self, tenant_id: str, base: Base) -> RepositoryConfig:
        return await self._configs.read(self.mirror(tenant_id, base), base)

    async def create(
        self,
        tenant_id: str,
        session_id: str,
        base: Base,
        branch: str,
        identity: Identity | None,
        config: RepositoryConfig,
        commit: str | None = None,
    ) -> Workspace:
        """A finished workspace is used again as it is, one that is gone or that a crash left half-made is made anew:
        at `commit`, such as the last checkpoint's, or else at the base.
        """
        with told_as_failure("made"):
            take_slot(self.folders(tenant_id), session_id)
        workspace = self.locate(tenant_id, session_id, base, branch, identity)
        async with self._state_locked(workspace, "made"):
            if not self._is_whole(workspace):
                await self._build(workspace, commit or base.commit, config)
        return workspace

    async def restore(self, workspace: Workspace, commit: str, config: RepositoryConfig) -> Workspace:
        """Put the worktree and its branch at a commit of the mirror; what it held before is kept under a ref."""
        async with self._state_locked(workspace, "restored"):
            await self._keep(workspace)
            await self._build(workspace, commit, config)
        return workspace

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

    def lineage(self, tenant_id: str, session_id: str) -> Lineage:
        return Lineage(self.folders(tenant_id).workspace_state(session_id))

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

    async def publish(self, tenant_id: str, base: Base, branch: str, commit: str) -> None:
        await self._publisher.publish(self.folders(tenant_id), base, branch, commit)

    async def push(self, tenant_id: str, base: Base, branch: str, commit: str) -> Pushed:
        """Into the repository that the mirror was made of, with the tenant's credential."""
        return await self._pusher.push(self.folders(tenant_id), base, branch, commit)

    async def diff(self, tenant_id: str, base: Base, commit: str) -> str:
        return await self._diffs.patch(self.mirror(tenant_id, base), base.commit, commit)

    async def diff_files(self, tenant_id: str, base: Base, commit: str) -> list[FileDiff]:
        return await self._diffs.files(self.mirror(tenant_id, base), base.commit, commit)

    async def diff_stat(self, tenant_id: str, base: Base, commit: str) -> DiffStat:
        return await self._diffs.stat(self.mirror(tenant_id, base), base.commit, commit)

    async def changes(self, tenant_id: str, base: Base, commit: str) -> list[Change]:
        return await self._diffs.changes(self.mirror(tenant_id, base), base.commit, commit)

    async def changed_paths(self, tenant_id: str, base: Base, commit: str) -> list[str]:
        changes = await self.changes(tenant_id, base, commit)
        return sorted({path for change in changes for path in (change.path, change.old_path) if path})

    async def inspect(
        self, tenant_id: str, base: Base, commit: str, config: RepositoryConfig, commands: Sequence[str] = ()
    ) -> Inspection:
        """`commands` are those that verify the result."""
        return await self._inspector.inspect(self.mirror(tenant_id, base), base, commit, config, commands)

    @asynccontextmanager
    async def checkout(
        self,
        tenant_id: str,
        base: Base,
        commit: str,
        identity: Identity | None,
        config: RepositoryConfig,
        without: Sequence[str] = (),
    ) -> AsyncGenerator[Place]:
        """A fresh worktree at a commit, with the results of setup, out of every agent's reach; deleted afterwards.

        `without` are paths of the commit that are left out.
        """
        folders = self.folders(tenant_id)
        setup = await self._setups.prepare(folders, base, config, self._own(identity))
        scratch = folders.new_scratch()
        mirror = folders.mirror(base.repository_key)
        place = Place(tenant_id, "", scratch / "checkout", CHECKOUT_INSIDE, mirror, self._own(identity))
        try:
            with told_as_failure("checked out"):
                await self._checkouts.build(place, commit, branch=None, setup=setup)
                await asyncio.to_thread(leave_out, place.folder, without)
            yield place
        finally:
            await asyncio.shield(remove_tree(scratch))

    async def run(
        self,
        command: str,
        where: Workspace | Place,
        *,
        env: Mapping[str, str],
        timeout_seconds: float,
        output_limit: int = HEAD_BYTES + TAIL_BYTES,
        port: int | None = None,
    ) -> CommandResult:
        """Run a command in a sandbox of its own; no process stays behind. A command that takes too long exits 124."""
        place = where.place if isinstance(where, Workspace) else where
        return await self._commands.shell(
            command, place, env=env, timeout_seconds=timeout_seconds, output_limit=output_limit, port=port
        )

    async def collect(self, tenant_id: str, kept: Kept, days: float, *, dry: bool) -> list[Leftover]:
        """Remove what `kept` does not name and nobody used for so many days; with `dry` only tell what would go."""
        return await Sweeper(self._git, self.folders(tenant_id), kept, days, dry=dry).run()

    async def sweep(self) -> None:
        """Delete what killed processes of ours left half-made. Call it when a node starts."""
        if not self._layout.tenants.is_dir():
            return
        for tenant in self._layout.tenants.iterdir():
            for leftover in TenantFolders(tenant).leftovers():
                await remove_tree(leftover)

    def folders(self, tenant_id: str) -> TenantFolders:
        return self._layout.tenant(tenant_id)

    def mirror(self, tenant_id: str, base: Base) -> Path:
        return self.folders(tenant_id).mirror(base.repository_key)

    def locate(self, tenant_id: str, session_id: str, base: Base, branch: str, identity: Identity | None) -> Workspace:
        """The workspace of a session, whether it is there yet or not."""
        folders = self.folders(tenant_id)
        name = slot_of(folders, session_id) or f"none-{session_id}"
        place = Place(
            tenant_id=str(tenant_id),
            session_id=str(session_id),
            folder=folders.workspace(name),
            target=f"{WORKSPACES_INSIDE}/{name}",
            mirror=folders.mirror(base.repository_key),
            identity=self._own(identity),
        )
        return Workspace(str(tenant_id), str(session_id), base, branch, place)

    def _own(self, identity: Identity | None) -> Identity | None:
        """Without isolation a command runs as the orchestrator's user, so that is who owns its files too."""
        return identity if self.sandbox.isolated else None

    def _state(self, workspace: Workspace) -> Path:
        return self.folders(workspace.tenant_id).workspace_state(workspace.session_id)

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

    async def _build(self, workspace: Workspace, commit: str, config: RepositoryConfig) -> None:
        folders, state, place = self.folders(workspace.tenant_id), self._state(workspace), workspace.place
        setup = await self._setups.prepare(folders, workspace.base, config, place.identity)
        scratch = folders.new_scratch()
        try:
            draft = place.moved(scratch / "worktree")
            await self._checkouts.build(draft, commit, workspace.branch, setup)
            await self._discard(workspace)
            await asyncio.to_thread(save_index, draft, state / "index")
            (state / "excludes").write_text(setup.excludes if setup else "", errors="surrogateescape")
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
        return await self._checkpoints.take(workspace.place, ref, branch, commit, message, state / "index", excludes)

    async def _keep(self, workspace: Workspace) -> str | None:
        """The commit that now holds what the worktree held; None when there is no worktree."""
        if self.is_here(workspace):
            ref = f"refs/orchestrator/kept/{workspace.session_id}"
            return (await self._snapshot(workspace, ref, "Kept before the workspace was removed")).commit
        return None

    async def _prove_kept(self, workspace: Workspace, commit: str) -> None:
        """A write that the disk only seemed to take is found out here, while the worktree still stands."""
        mirror = self.mirror(workspace.tenant_id, workspace.base)
        if await self._mirrors.refs.keeper(mirror, commit) is None:
            raise WorkspaceNotKept(commit=commit, repository=mirror.name)

    async def _checkpointed(self, workspace: Workspace) -> set[str]:
        mirror = self.folders(workspace.tenant_id).mirror(workspace.base.repository_key)
        return await self._mirrors.refs.below(mirror, checkpoint_refs(workspace.session_id))

    async def _discard(self, workspace: Workspace) -> None:
        """The mark goes first and the folder by a rename, so that a crash leaves no half that passes for a whole."""
        (self._state(workspace) / "ready.json").unlink(missing_ok=True)
        if workspace.folder.exists():
            scratch = self.folders(workspace.tenant_id).new_scratch()
            workspace.folder.rename(scratch / "discarded")
            await remove_tree(scratch)


def _facts(workspace: Workspace) -> dict[str, str]:
    return {"base": workspace.base.commit, "branch": workspace.branch}


def _write_whole(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.tmp")
    draft.write_text(text)
    draft.replace(path)
