"""Merging commits of a mirror, made of its objects alone: no worktree, no hook, no filter, no merge driver."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestrator.workspaces.diffs import TEXT_LIMIT
from orchestrator.workspaces.errors import GitFailed
from orchestrator.workspaces.git import EMAIL, NAME, Git, GitOptions, GitResult

MERGE_SECONDS = 300.0
_TOLD_CHARACTERS = 4_000
_DIFF_CHARACTERS = 12_000
MOST_NAMED = 100
"""So many names the system takes in a command line, however long they are; and more would not be told anyway."""
MERGE_MEMORY_BYTES = 2 << 30
"""Git takes ten times the size of a text to merge it, and agents write texts of any size."""
_MOST_NAMES_BYTES = 64 << 20
_FILES_AS_WHOLES = ("-c", "merge.default=binary", "-c", "merge.renames=false")


@dataclass(frozen=True)
class MergedTree:
    """`conflicts` are files of the tree that hold marks or were decided by nobody; `told` is what git says of them."""

    tree: str
    conflicts: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True)
class Merged:
    """With conflicts the commit is the one that was there before."""

    commit: str
    conflicts: tuple[str, ...] = ()
    told: str = ""


class Merges:
    def __init__(self, git: Git) -> None:
        self._git = git

    async def into(self, mirror: Path, head: str, commit: str, message: str, moment: datetime) -> Merged:
        """`head` with `commit` in it: either of them where the other is in it already, else a commit with both for parents.

        The same moment gives the same commit again.
        """
        shared = await self._shared(mirror, head, commit)
        if shared in (head, commit):
            return Merged(commit if shared == head else head)
        merged = await merge_trees(self._git, mirror, head, commit)
        if merged.conflicts:
            return Merged(head, merged.conflicts, merged.told)
        who = f"{NAME} <{EMAIL}> {int(moment.timestamp())} +0000"
        lines = (f"tree {merged.tree}", f"parent {head}", f"parent {commit}", f"author {who}", f"committer {who}")
        options = GitOptions(stdin="\n".join([*lines, "", message, ""]).encode("utf-8", "replace"))
        made = await self._git.text(mirror, "hash-object", "-t", "commit", "-w", "--stdin", options=options)
        return Merged(made)

    async def _shared(self, mirror: Path, ours: str, theirs: str) -> str | None:
        """The newest commit that both have, or one of those: the one of the two that the other one has, if so."""
        found = await self._git.run(mirror, "merge-base", ours, theirs, options=GitOptions(accept=(0, 1)))
        return found.text.split()[0] if found.exit_code == 0 and found.text else None

    async def both_sides(self, mirror: Path, ours: str, theirs: str, files: Sequence[str]) -> tuple[str, str]:
        """What each of two commits changed in the files since they parted, as far as it is short enough to be told."""
        base, told = await self._shared(mirror, ours, theirs), _before_the_merge(files[:MOST_NAMED])
        if base is None:
            return "", ""
        return await self._changes(mirror, base, ours, told), await self._changes(mirror, base, theirs, told)

    async def _changes(self, mirror: Path, base: str, commit: str, files: Sequence[str]) -> str:
        options = GitOptions(
            env={"GIT_LITERAL_PATHSPECS": "1"},
            timeout_seconds=MERGE_SECONDS,
            output_limit=4 * _DIFF_CHARACTERS,  # A character is four bytes at most.
            memory_bytes=MERGE_MEMORY_BYTES,
            purpose="git diff",
        )
        flags = ("--no-ext-diff", "--no-textconv", "--no-color", "-U3")
        arguments = ("-c", f"core.bigFileThreshold={TEXT_LIMIT}", "diff", *flags, base, commit, "--", *files)
        text = (await self._git.run(mirror, *arguments, options=options)).stdout.decode("utf-8", "replace")
        return text if len(text) <= _DIFF_CHARACTERS else f"{text[:_DIFF_CHARACTERS]}\n[... cut off ...]"


def _before_the_merge(files: Sequence[str]) -> list[str]:
    """What cannot keep its name beside a folder of that name gets `~` and its commit's; neither side has it by that."""
    names = (name for file in files for name in (file, re.sub(r"~[0-9a-f]{40,64}(_\d+)?$", "", file)))
    return list(dict.fromkeys(names))


async def merge_trees(git: Git, mirror: Path, ours: str, theirs: str) -> MergedTree:
    """From the base that the history of the two commits gives.

    Where there is not memory enough to merge line by line, a file that both sides changed is a conflict as a whole.
    """
    try:
        done = await _merge_tree(git, mirror, ours, theirs)
    except GitFailed:
        done = await _merge_tree(git, mirror, ours, theirs, *_FILES_AS_WHOLES)
    tree, *rest = done.stdout.decode("utf-8", "backslashreplace").split("\0")
    if done.exit_code == 0:
        return MergedTree(tree)
    end = rest.index("") if "" in rest else len(rest)
    files = tuple(dict.fromkeys(rest[:end]))
    if not files:
        raise GitFailed(command="merge-tree", detail="it names no file that conflicts")
    return MergedTree(tree, files, _told(rest[end + 1 :]))


async def _merge_tree(git: Git, mirror: Path, ours: str, theirs: str, *settings: str) -> GitResult:
    options = GitOptions(
        accept=(0, 1),
        timeout_seconds=MERGE_SECONDS,
        output_limit=_MOST_NAMES_BYTES,
        memory_bytes=MERGE_MEMORY_BYTES,
        purpose="git merge-tree",
    )
    arguments = (*settings, "merge-tree", "--write-tree", "--name-only", "-z", ours, theirs)
    done = await git.run(mirror, *arguments, options=options)
    if done.truncated:
        raise GitFailed(command="merge-tree", detail="it conflicts in more files than can be told")
    return done


def _told(fields: list[str]) -> str:
    """Git's messages: each is the number of paths, the paths, its kind and its text."""
    texts = [field.strip() for field in fields if field.startswith("CONFLICT ")]
    return "\n".join(texts)[:_TOLD_CHARACTERS]
