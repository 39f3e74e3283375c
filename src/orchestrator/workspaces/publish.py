"""A result branch, written into the mirror and, for a local path, into the person's own repository."""

import os
from collections.abc import Collection
from pathlib import Path

from orchestrator.sandboxes import Identity
from orchestrator.workspaces.errors import GitFailed, PublishFailed
from orchestrator.workspaces.git import Git, GitOptions
from orchestrator.workspaces.large_files import LargeFiles
from orchestrator.workspaces.layout import TenantFolders
from orchestrator.workspaces.mirror import Base, Mirrors
from orchestrator.workspaces.packs import take_in, write_pack
from orchestrator.workspaces.removal import remove_tree
from orchestrator.workspaces.slugs import PREFIX


class Publisher:
    def __init__(self, git: Git, mirrors: Mirrors, large_files: LargeFiles) -> None:
        self._git = git
        self._mirrors = mirrors
        self._large_files = large_files

    async def publish(
        self, folders: TenantFolders, base: Base, branch: str, commit: str, own: Collection[str] = frozenset()
    ) -> None:
        """The mirror comes first: a result that the person's repository refuses is kept there."""
        mirror = folders.mirror(base.repository_key)
        location = self._mirrors.location_of(mirror)
        if not branch.startswith(PREFIX):
            raise PublishFailed(branch=branch, repository=location, detail=f"only {PREFIX}* branches are written")
        await self._mirrors.refs.point(mirror, f"refs/heads/{branch}", commit)
        if location is not None and location.startswith("/"):
            target = _PersonsRepository(self._git, self._mirrors, self._large_files, Path(location), mirror, branch)
            await target.receive(folders, base, commit, own)


class _PersonsRepository:
    """Git runs there as the owner of the repository, with hooks off."""

    def __init__(self, git: Git, mirrors: Mirrors, large_files: LargeFiles, path: Path, mirror: Path, branch: str) -> None:
        self._git = git
        self._mirrors = mirrors
        self._large_files = large_files
        self._path = path
        self._mirror = mirror
        self._branch = branch
        self._ref = f"refs/heads/{branch}"
        self._published_ref = f"refs/orchestrator/published/{branch}"

    async def receive(self, folders: TenantFolders, base: Base, commit: str, own: Collection[str]) -> None:
        try:
            user = _owner(self._path)
            await self._refuse_checked_out(user)
            old = await self._tip(user)
            if old == commit:
                return
            if old not in own:
                await self._refuse_foreign_commits(old, commit)
            await self._hand_over(folders, base, commit, user)
            await self._large_files.hand_over(folders, base, commit, self._options(user))
            ref_options = self._options(user)
            await self._git.run(None, "update-ref", "--", self._ref, commit, old or "0" * len(commit), options=ref_options)
            await self._mirrors.refs.point(self._mirror, self._published_ref, commit)
        except GitFailed as failure:
            raise self._refusal(str(failure.fields.get("detail") or failure)) from failure
        except OSError as failure:
            raise self._refusal(failure.strerror or str(failure)) from failure

    def _options(self, user: Identity | None, *accept: int) -> GitOptions:
        return GitOptions(foreign=self._path, user=user, accept=(0, *accept), purpose="git publish")

    async def _refuse_checked_out(self, user: Identity | None) -> None:
        listing = await self._git.run(None, "worktree", "list", "--porcelain", "-z", options=self._options(user))
        if f"branch {self._ref}".encode() in listing.stdout.split(b"\0"):
            raise self._refusal("it is checked out there; switch to another branch first")

    async def _tip(self, user: Identity | None) -> str | None:
        arguments = ("rev-parse", "--verify", "--quiet", self._ref)
        found = await self._git.run(None, *arguments, options=self._options(user, 1))
        return found.text or None

    async def _refuse_foreign_commits(self, old: str | None, commit: str) -> None:
        if old is None or old == await self._mirrors.refs.commit_at(self._mirror, self._published_ref):
            return
        options = GitOptions(accept=(0, 1, 128))
        answer = await self._git.run(self._mirror, "merge-base", "--is-ancestor", old, commit, options=options)
        if answer.exit_code != 0:
            raise self._refusal("it has commits there that this result does not contain; rename that branch first")

    async def _hand_over(self, folders: TenantFolders, base: Base, commit: str, user: Identity | None) -> None:
        arguments = ("cat-file", "-e", f"{base.commit}^{{commit}}")
        has_base = await self._git.run(None, *arguments, options=self._options(user, 1, 128))
        scratch = folders.new_scratch()
        try:
            known = [base.commit] if has_base.exit_code == 0 else []
            await write_pack(self._git, self._mirror, commit, known, scratch / "pack")
            await take_in(self._git, None, scratch / "pack", self._options(user))
        finally:
            await remove_tree(scratch)

    def _refusal(self, detail: str) -> PublishFailed:
        return PublishFailed(branch=self._branch, repository=self._path, detail=detail)


def _owner(path: Path) -> Identity | None:
    """Files that root wrote into somebody's repository would lock that person out of it."""
    facts = path.stat()
    if os.geteuid() != 0 or facts.st_uid == 0:
        return None
    return Identity(facts.st_uid, facts.st_gid)
