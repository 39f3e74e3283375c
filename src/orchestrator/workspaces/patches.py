"""Patches of others, upon a commit of a mirror: made of objects in a repository of their own, and taken in as strictly as
what an agent commits. No worktree, no hook, no filter; git refuses paths that lead out of the tree or into `.git`."""

from datetime import datetime
from pathlib import Path

from orchestrator.workspaces.checkout import object_format, skeleton
from orchestrator.workspaces.errors import CommitsRefused, GitFailed
from orchestrator.workspaces.git import EMAIL, NAME, Git, GitOptions
from orchestrator.workspaces.merges import MERGE_MEMORY_BYTES, MERGE_SECONDS
from orchestrator.workspaces.packs import take_in, write_pack


class Patches:
    def __init__(self, git: Git) -> None:
        self._git = git

    async def onto(self, mirror: Path, commit: str, patch: Path, message: str, moment: datetime, scratch: Path) -> str:
        """A commit with the patch for its change, in the mirror; no ref keeps it yet. The same patch at the same moment
        gives the same commit. `scratch` is a folder of the caller's. Raises CommitsRefused."""
        if patch.stat().st_size == 0:
            return commit
        try:
            return await self._onto(mirror, commit, patch, message, moment, scratch)
        except GitFailed as failure:
            raise CommitsRefused(problem=str(failure.fields.get("detail") or failure)) from failure

    async def _onto(self, mirror: Path, commit: str, patch: Path, message: str, moment: datetime, scratch: Path) -> str:
        git_dir = scratch / "patched.git"
        skeleton(git_dir, "ref: refs/heads/none", object_format(commit))
        (git_dir / "objects/info/alternates").write_text(f"{mirror / 'objects'}\n")
        options = GitOptions(
            env={"GIT_INDEX_FILE": str(git_dir / "index")},
            timeout_seconds=MERGE_SECONDS,
            memory_bytes=MERGE_MEMORY_BYTES,
            purpose="git apply",
        )
        await self._git.run(git_dir, "read-tree", commit, options=options)
        flags = ("--cached", "--binary", "--whitespace=nowarn")
        await self._git.run(git_dir, "apply", *flags, str(patch), options=options)
        tree = (await self._git.text(git_dir, "write-tree", options=options)).strip()
        if tree == (await self._git.text(git_dir, "rev-parse", f"{commit}^{{tree}}")).strip():
            return commit
        made = await self._commit(git_dir, tree, commit, message, moment)
        pack = scratch / "patch.pack"
        await write_pack(self._git, git_dir, made, [commit], pack)
        await take_in(self._git, mirror, pack, GitOptions(purpose="git unpack"))
        return made

    async def _commit(self, git_dir: Path, tree: str, parent: str, message: str, moment: datetime) -> str:
        who = f"{NAME} <{EMAIL}> {int(moment.timestamp())} +0000"
        lines = (f"tree {tree}", f"parent {parent}", f"author {who}", f"committer {who}")
        options = GitOptions(stdin="\n".join([*lines, "", message, ""]).encode("utf-8", "replace"))
        made = await self._git.text(git_dir, "hash-object", "-t", "commit", "-w", "--stdin", options=options)
        return made.strip()
