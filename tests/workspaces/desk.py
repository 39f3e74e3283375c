"""A repository as a person has it, and a desk from which one tenant works on it."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from orchestrator.sandboxes import Identity
from orchestrator.workspaces import Base, RepositoryConfig, Workspace, Workspaces, branch_name

TENANT = "0190aaaa-0000-7000-8000-000000000001"
_GIT_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


@dataclass
class Repository:
    path: Path

    def git(self, *arguments: str) -> str:
        return os.fsdecode(self.pipe(b"", *arguments)).strip()

    def pipe(self, content: bytes, *arguments: str) -> bytes:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env=_GIT_ENVIRONMENT,
            input=content,
            capture_output=True,
            check=True,
            timeout=60,
        )
        return done.stdout

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, files: Mapping[str, str | bytes], message: str = "Work") -> str:
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


@dataclass
class Desk:
    """One tenant's work with one control plane."""

    workspaces: Workspaces
    identity: Identity | None
    tenant: str = TENANT

    async def base(self, repository: Repository | None, base_ref: str | None = None) -> Base:
        return await self.workspaces.prepare_mirror(self.tenant, str(repository.path) if repository else None, base_ref)

    async def changed(self, base: Base, commit: str) -> list[str]:
        return [one.path for one in await self.workspaces.diff_summary(self.tenant, base, commit)]

    async def base_at(self, url: str) -> Base:
        return await self.workspaces.prepare_mirror(self.tenant, url)

    async def open(
        self, repository: Repository | None, config: RepositoryConfig | None = None, session_id: str | None = None
    ) -> Workspace:
        return await self.open_at(await self.base(repository), config, session_id)

    async def open_at(self, base: Base, config: RepositoryConfig | None = None, session_id: str | None = None) -> Workspace:
        session_id = session_id or str(uuid4())
        branch = branch_name("Mend it", session_id)
        return await self.workspaces.create(
            self.tenant, session_id, base, branch, self.identity, config or RepositoryConfig()
        )

    async def open_with_head(self, workspace: Workspace, commit: str) -> Workspace:
        """Made anew at a commit, with the branch at the base."""
        mine = (self.tenant, workspace.session_id, workspace.base, workspace.branch, self.identity, RepositoryConfig())
        return await self.workspaces.create(*mine, commit, head=workspace.base.commit)

    async def run(self, workspace: Workspace, command: str) -> str:
        """What an agent would do, in the sandbox of its commands."""
        result = await self.workspaces.run(command, workspace, env={}, timeout_seconds=60)
        assert result.exit_code == 0, result.output
        return result.output

    def mirror(self, workspace: Workspace) -> Repository:
        return Repository(self.workspaces.mirror(self.tenant, workspace.base))

    def files_at(self, workspace: Workspace, commit: str) -> list[str]:
        listing = self.mirror(workspace).git("ls-tree", "-r", "-z", "--name-only", commit)
        return sorted(filter(None, listing.split("\0")))
