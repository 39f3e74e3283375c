"""Commits of a session on their way to another node, whose mirror has what the origin has and no more."""

from pathlib import Path

from orchestrator.workspaces.errors import GitFailed, WorkspaceFailed
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

    async def has(self, mirror: Path, commit: str, ref: str | None = None) -> bool:
        """Whether the commit is here; with the ref that keeps it, all of its objects are here as well."""
        return await self._mirrors.refs.commit_at(mirror, ref or commit) == commit

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
