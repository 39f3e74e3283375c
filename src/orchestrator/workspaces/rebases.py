"""A session's commits upon another base, made of objects of the mirror alone: no worktree, no hook, no filter.

Each commit is merged as a cherry-pick does it, three trees at a time. `git merge-tree` of Debian 12 cannot be told which
base to merge from, so it gets commits that are made up for it: two that have the base for their one parent.
"""

from dataclasses import dataclass
from pathlib import Path

from orchestrator.kit.clock import now
from orchestrator.workspaces.git import EMAIL, NAME, Git, GitOptions
from orchestrator.workspaces.merges import MOST_NAMED, MergedTree, merge_trees

MOST_COMMITS = 200
"""A longer history becomes one commit."""
MOST_SAID_BYTES = 1 << 20
"""Of a commit's message: an agent writes one of any length, and it is held in memory."""
_MARKS = r"^(<<<<<<<|>>>>>>>) "


@dataclass(frozen=True)
class Rebased:
    """`conflicts` are files of the commit that hold marks or were decided by nobody; `told` is what git says of them."""

    commit: str
    conflicts: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True)
class _Said:
    """Of a commit: the line that names its author and the time, as it stands there, and its message."""

    author: bytes
    message: bytes
    encoding: bytes = b""


class Rebases:
    def __init__(self, git: Git) -> None:
        self._git = git

    async def onto(self, mirror: Path, old_base: str, commit: str, new_base: str, message: str) -> Rebased:
        """Commit by commit where that goes without a conflict, else all of it as one commit with that message.

        What the new base has already is dropped; a commit that contains the new base stays as it is.
        """
        if await self._contains(mirror, commit, new_base):
            return Rebased(commit)
        return await self._one_by_one(mirror, old_base, commit, new_base) or await self._at_once(
            mirror, old_base, commit, new_base, message
        )

    async def unsolved(self, mirror: Path, commit: str, files: tuple[str, ...]) -> list[str]:
        """Those of the files that still hold marks of a conflict."""
        options = GitOptions(accept=(0, 1), env={"GIT_LITERAL_PATHSPECS": "1"})
        # Names that are no UTF-8 are told as that, and a command line takes so many names alone.
        named = len(files) <= MOST_NAMED and all("\\x" not in file for file in files)
        paths, wanted = files if named else (), frozenset(files)
        arguments = ("grep", "--name-only", "-z", "--text", "-E", _MARKS, commit, "--", *paths)
        found = (await self._git.run(mirror, *arguments, options=options)).stdout.decode("utf-8", "backslashreplace")
        marked = [path.removeprefix(f"{commit}:") for path in found.split("\0") if path]
        return marked if named else [path for path in marked if path in wanted]

    async def _contains(self, mirror: Path, commit: str, base: str) -> bool:
        options = GitOptions(accept=(0, 1))
        return (await self._git.run(mirror, "merge-base", "--is-ancestor", base, commit, options=options)).exit_code == 0

    async def _one_by_one(self, mirror: Path, old_base: str, commit: str, new_base: str) -> Rebased | None:
        """None when there is a conflict, or a merge among the commits, or too many of them."""
        listing = await self._git.text(mirror, "rev-list", "--reverse", "--topo-order", "--parents", f"{old_base}..{commit}")
        lines = [line.split() for line in listing.splitlines()]
        if len(lines) > MOST_COMMITS or any(len(line) != 2 for line in lines):
            return None
        tip = new_base
        for one, parent in lines:
            merged = await self._merge(mirror, parent, tip, one)
            if merged.conflicts:
                return None
            if merged.tree != await self._tree(mirror, tip):
                tip = await self._commit(mirror, merged.tree, tip, said=await self._said(mirror, one))
        return Rebased(tip)

    async def _at_once(self, mirror: Path, old_base: str, commit: str, new_base: str, message: str) -> Rebased:
        merged = await self._merge(mirror, old_base, new_base, commit)
        if merged.tree == await self._tree(mirror, new_base):
            return Rebased(new_base)
        said = _Said(_ours(), message.encode("utf-8", "replace"))
        made = await self._commit(mirror, merged.tree, new_base, said=said)
        return Rebased(made, merged.conflicts, merged.told)

    async def _merge(self, mirror: Path, base: str, ours: str, theirs: str) -> MergedTree:
        trees = [await self._tree(mirror, one) for one in (base, ours, theirs)]
        if trees[0] == trees[1]:
            return MergedTree(trees[2])
        root = await self._made_up(mirror, trees[0])
        sides = [await self._made_up(mirror, tree, root) for tree in trees[1:]]
        return await merge_trees(self._git, mirror, *sides)

    async def _tree(self, mirror: Path, commit: str) -> str:
        return await self._git.text(mirror, "rev-parse", f"{commit}^{{tree}}")

    async def _made_up(self, mirror: Path, tree: str, *parents: str) -> str:
        return await self._commit(mirror, tree, *parents, said=_Said(_ours(), b"A side"))

    async def _said(self, mirror: Path, commit: str) -> _Said:
        options = GitOptions(output_limit=MOST_SAID_BYTES)
        raw = (await self._git.run(mirror, "cat-file", "commit", commit, options=options)).stdout
        head, _, message = raw.partition(b"\n\n")
        lines = {name: value for name, _, value in (line.partition(b" ") for line in reversed(head.split(b"\n")))}
        return _Said(lines[b"author"], message.strip() or b"(no message)", lines.get(b"encoding", b""))

    async def _commit(self, mirror: Path, tree: str, *parents: str, said: _Said) -> str:
        """Written as an object: `git commit-tree` refuses authors and times that others, or an agent, have written."""
        lines = [f"tree {tree}".encode(), *(f"parent {parent}".encode() for parent in parents)]
        lines += [b"author " + said.author, b"committer " + _ours()]
        lines += [b"encoding " + said.encoding] if said.encoding else []
        options = GitOptions(stdin=b"\n".join([*lines, b"", said.message, b""]))
        return await self._git.text(mirror, "hash-object", "-t", "commit", "-w", "--stdin", options=options)


def _ours() -> bytes:
    return f"{NAME} <{EMAIL}> {int(now().timestamp())} +0000".encode()
