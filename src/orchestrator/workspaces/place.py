"""A worktree on disk and how a sandbox sees it: what every command in it needs to be told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from orchestrator.sandboxes import Identity, Mount, Sandbox, SandboxSpec
from orchestrator.workspaces.lfs import Store

MIRRORS_INSIDE = "/mirrors"
WORKSPACES_INSIDE = "/workspaces"
CHECKOUT_INSIDE = f"{WORKSPACES_INSIDE}/checkout"
HOME_INSIDE = "/home/agent"


@dataclass(frozen=True)
class Place:
    """`target` is the worktree's path inside an isolating sandbox; `process` keeps the host's paths."""

    tenant_id: str
    session_id: str
    folder: Path
    target: str
    mirror: Path
    identity: Identity | None

    @property
    def worktree_mount(self) -> Mount:
        return Mount(self.folder, self.target, writable=True)

    @property
    def objects_mount(self) -> Mount:
        """The mirror's objects alone: its refs would show what other sessions of the tenant do."""
        return Mount(self.mirror / "objects", f"{MIRRORS_INSIDE}/{self.mirror.name}/objects")

    @property
    def lfs_mounts(self) -> tuple[Mount, ...]:
        """Of a repository that uses Git LFS, the files that its pointers stand for."""
        store = Store(self.mirror).folder
        return (Mount(store, f"{MIRRORS_INSIDE}/{self.mirror.name}/lfs/objects"),) if store.is_dir() else ()

    def moved(self, folder: Path) -> "Place":
        return replace(self, folder=folder)

    def spec(self, sandbox: Sandbox, home: Path, env: Mapping[str, str], *more: Mount) -> SandboxSpec:
        borrowed = (self.objects_mount, *self.lfs_mounts)
        mounts = (self.worktree_mount, *borrowed, Mount(home, HOME_INSIDE, writable=True), *more)
        bare = SandboxSpec(mounts=mounts, cwd=self.target, env=env, identity=self.identity)
        places = {"HOME": sandbox.inside(bare, home), "PWD": sandbox.inside(bare, self.folder)}
        return replace(bare, cwd=places["PWD"], env={**env, **places})
