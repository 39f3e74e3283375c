"""Commits of a session on their way to another node, whose mirror has what the origin has and no more, and to a person's
clone and back."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestrator.workspaces.bundles import split_bundle, write_bundle
from orchestrator.workspaces.errors import CommitsRefused, GitFailed, WorkspaceFailed
from orchestrator.workspaces.git import Git, GitOptions
from orchestrator.workspaces.mirror import Mirrors
from orchestrator.workspaces.packs import take_in, write_pack


class Transfers:
    def __init__(self, git: Git, mirrors: Mirrors) -> None:
        self._git = git
        self._mirrors = mirrors
        self._known_at_origin: set[tuple[Path, str]] = set()

    async def pack(self, mirror: Path, base_commit: str, commit: str, anchor: str | None, pack: Path) -> bool:
        """Write what another node lacks of `commit`, besides the origin's history and the commit `anchor`.

        False, and no file, when it lacks nothing.
        """
        # Checkpoints stand side by side on the base, and git leaves out what an ancestor has; hence the anchor's tree.
        without = await self._at_origin(mirror, base_commit) + ([anchor, f"{anchor}^{{tree}}"] if anchor else [])
        if commit in without:
            return False
        await write_pack(self._git, mirror, commit, without, pack, thin=True)
        return True

    async def unpack(self, mirror: Path, packs: list[Path], base_commit: str, commit: str, ref: str) -> None:
        """Take in the packs, each upon the one before, and keep the commit under the ref. Raises WorkspaceFailed.

        What a file such as `.gitmodules` says was judged when the commit was made; here all objects have to be there.
        """
        try:
            for pack in packs:
                await take_in(self._git, mirror, pack, GitOptions(purpose="git unpack"), strict=False)
            await self._git.run(mirror, "merge-base", "--is-ancestor", base_commit, commit)
            await self._git.run(mirror, "rev-list", "--objects", "--quiet", commit, f"^{base_commit}")
        except GitFailed as failure:
            detail = f"the objects of its checkpoint are not whole: {failure.fields.get('detail') or failure}"
            raise WorkspaceFailed(action="brought to this node", detail=detail) from failure
        await self._mirrors.refs.point(mirror, ref, commit)

    async def common(self, mirror: Path, commits: Sequence[str]) -> list[str]:
        """Those of them that the mirror has."""
        if not commits or not mirror.exists():
            return []
        asked = "".join(f"{commit}\n" for commit in commits).encode()
        answer = await self._git.text(mirror, "cat-file", "--batch-check", options=GitOptions(stdin=asked))
        return [line.split()[0] for line in answer.splitlines() if line.split()[1:2] == ["commit"]]

    async def bundle(self, mirror: Path, branch: str, commit: str, have: Sequence[str], file: Path) -> None:
        """A bundle of what a clone that has those commits lacks of `commit`."""
        common, pack = await self.common(mirror, have), file.with_suffix(".pack")
        await write_pack(self._git, mirror, commit, common, pack, thin=True)
        await asyncio.to_thread(write_bundle, file, f"refs/heads/{branch}", commit, common, pack)
        pack.unlink()

    async def receive(self, mirror: Path, bundle: Path, base_commit: str) -> str:
        """Take in what a person sent, which is trusted no more than an agent's. No ref keeps the commit yet."""
        pack = bundle.with_suffix(".pack")
        commit = await asyncio.to_thread(split_bundle, bundle, pack)
        try:
            await take_in(self._git, mirror, pack, GitOptions(purpose="git unpack"))
            await self._git.run(mirror, "merge-base", "--is-ancestor", base_commit, commit)
            await self._git.run(mirror, "rev-list", "--objects", "--quiet", commit, f"^{base_commit}")
        except GitFailed as failure:
            raise CommitsRefused(problem=str(failure.fields.get("detail") or failure)) from failure
        return commit

    async def keep(self, mirror: Path, ref: str, commit: str) -> None:
        await self._mirrors.refs.point(mirror, ref, commit)

    async def has(self, mirror: Path, commit: str, ref: str | None = None) -> bool:
        """Whether the commit is here; with the ref that keeps it, all of its objects are here as well."""
        return await self._mirrors.refs.commit_at(mirror, ref or commit) == commit

    async def kept(self, mirror: Path, commits: Mapping[str, str]) -> set[str]:
        """The refs that are at their commits here, so that all of the objects of those are here: asked for at once."""
        if not commits or not mirror.exists():
            return set()
        asked = "".join(f"{ref}\n" for ref in commits).encode()
        options = GitOptions(stdin=asked)
        answer = await self._git.text(mirror, "cat-file", "--batch-check=%(objectname)", options=options)
        lines = answer.splitlines()
        return {ref for (ref, commit), line in zip(commits.items(), lines, strict=True) if line == commit}

    async def forget(self, mirror: Path, folder: str, kept: set[str]) -> None:
        """Delete the refs in a folder of ours, but for those named."""
        listing = await self._git.text(mirror, "for-each-ref", "--format=%(refname)", f"{folder}/")
        commands = "".join(f"delete {ref}\n" for ref in listing.split() if ref not in kept).encode()
        if not commands:
            return

        async def delete(lock_fd: int) -> None:
            await self._git.run(mirror, "update-ref", "--stdin", options=GitOptions(stdin=commands, lock_fd=lock_fd))

        await self._mirrors.refs.writing(mirror, delete)

    async def _at_origin(self, mirror: Path, base_commit: str) -> list[str]:
        """The base, when a branch or tag of the origin leads to it; else all of those, for then the base goes along.

        A session may start from another session's result, which only the mirror of one node has.
        """
        known = (mirror, base_commit)
        if known not in self._known_at_origin:
            arguments = ("--max-count=1", base_commit, "--not", "--remotes=origin", "--tags")
            if await self._git.text(mirror, "rev-list", *arguments):
                refs = await self._mirrors.refs.below(mirror, "refs/remotes/origin")
                return sorted(refs | await self._mirrors.refs.below(mirror, "refs/tags"))
            self._known_at_origin.add(known)
        return [base_commit]
