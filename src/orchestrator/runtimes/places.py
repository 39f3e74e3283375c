"""Where runtimes and their sessions' commands keep their things on this node, and which ports they have."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from orchestrator.kit.group_ledger import OwnedGroup
from orchestrator.runtimes.running import NodeContext, RunningRuntime
from orchestrator.sandboxes import GROUP_PREFIX, Identity, Mount, Sandbox, SandboxSpec, prepare_owner
from orchestrator.sandboxes.leftovers import forget_marks
from orchestrator.workspaces import Workspace, remove_tree

SCRATCH_INSIDE = "/scratch"
OUTFITS_INSIDE = "/outfits"
_FIRST_PORT, _PORTS_EACH, _PORT_RANGES = 20_000, 10, 1_200


class Places:
    def __init__(self, node: NodeContext) -> None:
        self._node = node
        self._ports: dict[UUID, int] = {}
        self._groups: dict[UUID, OwnedGroup] = {}
        """Of the sessions whose commands may run here."""

    def home(self, tenant_id: UUID, session_id: UUID | None) -> Path:
        root = self._node.workspaces.folders(str(tenant_id)).root
        return root / "runtimes" / (str(session_id) if session_id else "shared") / "home"

    def tmp(self, tenant_id: UUID | str) -> Path:
        return self._node.workspaces.folders(str(tenant_id)).root / "tmp"

    def scratch(self, workspace: Workspace) -> Path:
        """What the session's commands have as /tmp; its name is that of the place where the worktree stands."""
        return self.tmp(workspace.tenant_id) / workspace.folder.name

    def outfits(self, tenant_id: UUID | str) -> Path:
        """What agents bring, in a folder for each place where a worktree stands."""
        return self._node.workspaces.folders(str(tenant_id)).root / "outfits"

    def outfits_inside(self, sandbox: Sandbox, tenant_id: UUID | str) -> str:
        """Where servers and commands have them; without isolation that is where they are."""
        return OUTFITS_INSIDE if sandbox.isolated else str(self.outfits(tenant_id).absolute())

    def left(self, tenant_id: UUID | str, session_id: UUID) -> Path:
        """Where it is written down what commands of the session left running; no command has it in its sandbox."""
        return self._node.workspaces.folders(str(tenant_id)).root / "left" / str(session_id)

    def prepare_commands(
        self,
        runtime: RunningRuntime,
        workspace: Workspace,
        session_id: UUID,
        env: Mapping[str, str],
        identity: Identity | None,
    ) -> None:
        """What the wrapper around every command of the agent needs: its mounts, its variables, a /tmp that stays."""
        scratch, left = self.scratch(workspace), self.left(workspace.tenant_id, session_id)
        sandbox = self._node.sandbox
        (self.outfits(workspace.tenant_id) / scratch.name).mkdir(parents=True, exist_ok=True)
        for folder in (scratch, left):
            folder.mkdir(parents=True, exist_ok=True)
            prepare_owner(folder, identity if sandbox.isolated else None)
        place = workspace.place
        target = f"{SCRATCH_INSIDE}/{scratch.name}"
        outfit = self.outfits(workspace.tenant_id) / scratch.name
        mounts = (
            place.worktree_mount,
            place.objects_mount,
            *place.lfs_mounts,
            Mount(scratch, target, writable=True),
            Mount(outfit, f"{OUTFITS_INSIDE}/{scratch.name}"),
        )
        port = self.port(session_id)
        variables = {**env, "PORT": str(port), "PORT_LAST": str(port + _PORTS_EACH - 1)}
        groups = self._group(workspace, session_id, scratch.name, identity)
        network = runtime.spec.network
        spec = SandboxSpec(mounts, place.target, variables, identity, network=network, groups=groups, left=left)
        folder = self._node.workspaces.folders(workspace.tenant_id).root / "shell"
        sandbox.write_session_shell(folder, scratch.name, spec)

    def _group(self, workspace: Workspace, session_id: UUID, place: str, identity: Identity | None) -> tuple[Path, ...]:
        """The folders of the session's control group, made when there is none yet; none where there are no groups.

        The wrapper finds it by the place where the worktree stands, which another attempt may have elsewhere.
        """
        limits, groups = self._node.sandbox.limits, self._node.ledger.groups
        if limits is None or groups is None or not limits.grouped:
            return ()
        name, known = f"{GROUP_PREFIX}{place}", self._groups.get(session_id)
        if known is not None and known.name != name:
            known.end()
        if known is None or known.name != name:
            self._groups[session_id] = groups.make(
                workspace.tenant_id,
                name,
                limits.limits,
                purpose="session",
                session_id=str(session_id),
                entered_by=(identity.uid, identity.gid) if identity and self._node.sandbox.isolated else None,
            )
        return self._groups[session_id].cgroup.folders

    def port(self, session_id: UUID) -> int:
        """The first of the session's own ten ports."""
        if session_id not in self._ports:
            taken = set(self._ports.values())
            start = session_id.int % _PORT_RANGES
            ranges = ((start + n) % _PORT_RANGES for n in range(_PORT_RANGES))
            self._ports[session_id] = next(port for n in ranges if (port := _FIRST_PORT + n * _PORTS_EACH) not in taken)
        return self._ports[session_id]

    async def clear(self, workspace: Workspace, session_id: UUID) -> None:
        """The next session in this place must not find anything of this one's, and none of its commands lives on."""
        self._ports.pop(session_id, None)
        if (group := self._groups.pop(session_id, None)) is not None:
            await group.close()
        await asyncio.to_thread(forget_marks, self.left(workspace.tenant_id, session_id))
        await remove_tree(self.scratch(workspace))
