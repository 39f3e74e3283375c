"""Workspaces: one for each session, from the repository it names to the branch it leaves."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.processes import ProcessLedger
from orchestrator.sandboxes import Identity, Sandbox
from orchestrator.workspaces.access import Accesses, Find, nobody
from orchestrator.workspaces.checkout import Checkouts, leave_out
from orchestrator.workspaces.checkpoints import Checkpoint, Checkpoints
from orchestrator.workspaces.commands import HEAD_BYTES, TAIL_BYTES, CommandResult, Commands, NetworkOfCommand, hosts_network
from orchestrator.workspaces.config import ConfigReader, RepositoryConfig
from orchestrator.workspaces.diffs import Diffs, FileDiff, FileSummary
from orchestrator.workspaces.errors import told_as_failure
from orchestrator.workspaces.gc import Kept, Leftover, Sweeper
from orchestrator.workspaces.git import Git
from orchestrator.workspaces.history import Histories
from orchestrator.workspaces.inspection import Inspection, Inspector
from orchestrator.workspaces.large_files import MOST_BYTES, LargeFiles
from orchestrator.workspaces.layout import Layout, TenantFolders
from orchestrator.workspaces.lineage import Lineage, Mark
from orchestrator.workspaces.merges import Merges
from orchestrator.workspaces.mirror import Base, Mirrors
from orchestrator.workspaces.patches import Patches
from orchestrator.workspaces.place import CHECKOUT_INSIDE, WORKSPACES_INSIDE, Place
from orchestrator.workspaces.publish import Publisher
from orchestrator.workspaces.push import Pushed, Pusher
from orchestrator.workspaces.reach import Reach
from orchestrator.workspaces.rebases import Rebases
from orchestrator.workspaces.removal import remove_tree
from orchestrator.workspaces.repository import Origin, RepositoryChecks
from orchestrator.workspaces.reverts import Reverts
from orchestrator.workspaces.setups import Setups
from orchestrator.workspaces.slots import slot_of, take_slot
from orchestrator.workspaces.submodules import Submodules
from orchestrator.workspaces.transfers import Transfers
from orchestrator.workspaces.worktrees import Workspace, Worktrees


class Workspaces:
    def __init__(
        self,
        data_dir: Path,
        allowed_roots: tuple[Path, ...],
        sandbox: Sandbox,
        ledger: ProcessLedger,
        find_login: Find = nobody,
        network: NetworkOfCommand = hosts_network,
        reach: Reach | None = None,
        most_lfs_bytes: int = MOST_BYTES,
        artifacts: ArtifactStore | None = None,
    ) -> None:
        """Without a `reach` git goes wherever an address leads; without `artifacts` files of Git LFS that a session made
        stay on this node.
        """
        self._layout = Layout(data_dir)
        self.sandbox = sandbox
        self._git = git = Git(data_dir, ledger)
        self._checks = RepositoryChecks(git, data_dir, allowed_roots)
        self._mirrors = Mirrors(git, Accesses(find_login, reach))
        self._submodules = Submodules(git, self._mirrors, self._checks)
        self._large_files = LargeFiles(git, self._mirrors, most_lfs_bytes, artifacts)
        self._configs = ConfigReader(git)
        self._diffs = Diffs(git)
        self._inspector = Inspector(git, self._diffs)
        self.histories = Histories(git)
        self._commands = Commands(self._layout, sandbox, ledger, network)
        self._checkouts = Checkouts(git, self._commands)
        self._setups = Setups(
            self._checkouts,
            self._commands,
            self._configs,
            self._submodules,
            self._large_files,
            self._mirrors,
            sandbox.name,
        )
        taking = Checkpoints(git, self._mirrors, self._commands)
        self._worktrees = Worktrees(
            self._layout, self._mirrors, self._checkouts, self._setups, taking, self._submodules, self._large_files
        )
        self._publisher = Publisher(git, self._mirrors, self._large_files)
        self._pusher = Pusher(git, self._mirrors, self._large_files)
        self.transfers = Transfers(git, self._mirrors)
        self.rebases = Rebases(git)
        self.merges = Merges(git)
        self.patches = Patches(git)
        self.reverts = Reverts(git, self._mirrors)

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
        mirror = self.mirror(tenant_id, base)
        config = await self._configs.read(mirror, base)
        submodules = await self._submodules.paths(mirror, base.commit) if config.submodules else []
        lfs = await self._large_files.ready(self.folders(tenant_id), base, base.commit)
        return config.telling_of(submodules, None if lfs.attributes is None else lfs.lacking)

    async def create(
        self,
        tenant_id: str,
        session_id: str,
        base: Base,
        branch: str,
        identity: Identity | None,
        config: RepositoryConfig,
        commit: str | None = None,
        head: str | None = None,
    ) -> Workspace:
        """A finished workspace is used again as it is, one that is gone or that a crash left half-made is made anew:
        at `commit`, such as the last checkpoint's, or else at the base. `head` is where its branch stands, if elsewhere.
        """
        with told_as_failure("made"):
            take_slot(self.folders(tenant_id), session_id)
        workspace = self.locate(tenant_id, session_id, base, branch, identity)
        await self._worktrees.make(workspace, commit or base.commit, config, head)
        return workspace

    async def restore(self, workspace: Workspace, commit: str, config: RepositoryConfig) -> Workspace:
        """Put the worktree and its branch at a commit of the mirror; what it held before is kept under a ref."""
        await self._worktrees.restore(workspace, commit, config)
        return workspace

    async def set_back(self, workspace: Workspace, mark: Mark, conversation: bytes) -> None:
        """The next `create` makes the worktree anew, at the checkpoint `mark`, and the runtime takes up its conversation."""
        await self._worktrees.set_back(workspace, mark, conversation)

    def lineage(self, tenant_id: str, session_id: str) -> Lineage:
        return self._worktrees.lineage(tenant_id, session_id)

    async def spares_made(self) -> None:
        """When no spare worktree is being made any more."""
        await self._worktrees.spares_made()

    def is_here(self, workspace: Workspace) -> bool:
        """Whether this node has the whole worktree."""
        return self._worktrees.is_here(workspace)

    async def checkpoint(self, workspace: Workspace, number: int, message: str) -> Checkpoint:
        """Commit the worktree as it is. The same number on an unchanged tree gives the same commit."""
        return await self._worktrees.checkpoint(workspace, number, message)

    async def share(self, tenant_id: str, base: Base, commit: str) -> None:
        """Bring to the other nodes what a checkpoint's commit needs besides its objects. Raises ArtifactStoreUnusable."""
        await self._large_files.share(self.folders(tenant_id), base, commit)

    async def remove(self, workspace: Workspace, settled: str | None = None) -> None:
        """Delete the worktree, after what it holds has been kept; `settled` is a commit that holds all of it."""
        await self._worktrees.remove(workspace, settled)

    async def publish(
        self, tenant_id: str, base: Base, branch: str, commit: str, own: Collection[str] = frozenset()
    ) -> None:
        """`own` are commits of whom the branch is: where one of them stands, nobody else's work is there."""
        await self._publisher.publish(self.folders(tenant_id), base, branch, commit, own)

    async def push(self, tenant_id: str, base: Base, branch: str, commit: str) -> Pushed:
        """Into the repository that the mirror was made of, with the tenant's credential."""
        return await self._pusher.push(self.folders(tenant_id), base, branch, commit)

    async def diff(self, tenant_id: str, base: Base, commit: str) -> str:
        return await self._diffs.patch(self.mirror(tenant_id, base), base.commit, commit)

    async def diff_files(self, tenant_id: str, base: Base, commit: str) -> list[FileDiff]:
        return await self._diffs.files(self.mirror(tenant_id, base), base.commit, commit)

    async def diff_summary(self, tenant_id: str, base: Base, commit: str) -> list[FileSummary]:
        """What asks for a person's review does so by the base's own rules."""
        config = await self.read_config(tenant_id, base)
        return await self._diffs.summary(self.mirror(tenant_id, base), base.commit, commit, config.protected_paths)

    async def diff_file(self, tenant_id: str, base: Base, commit: str, path: str, most_bytes: int) -> FileDiff | None:
        return await self._diffs.file(self.mirror(tenant_id, base), base.commit, commit, path, most_bytes)

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
                parts = await self._submodules.ready(folders, base, commit, config)
                lfs = await self._large_files.ready(folders, base, commit)
                await self._checkouts.build(place, commit, branch=None, setup=setup, parts=parts, lfs=lfs.attributes)
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
