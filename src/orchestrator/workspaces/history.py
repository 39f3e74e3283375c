"""What a commit holds and what the commits before it changed, by name alone, read from the mirror."""

from dataclasses import dataclass
from pathlib import Path

from orchestrator.workspaces.git import Git, GitOptions
from orchestrator.workspaces.names import readable

MOST_COMMITS = 500
MOST_BYTES = 32 * 1024 * 1024
"""Of names: of the files of a commit, and of those that its history changed. What is beyond is left out."""
READ_SECONDS = 20.0
_MARK = b"\x01"
"""It stands where a commit begins."""


@dataclass(frozen=True)
class History:
    """`changes` are the files of each of the last commits, the newest first, without merges."""

    files: tuple[str, ...]
    changes: tuple[frozenset[str], ...]


class Histories:
    def __init__(self, git: Git) -> None:
        self._git = git

    async def read(self, mirror: Path, commit: str, most_commits: int = MOST_COMMITS) -> History:
        """Raises GitTimedOut."""
        return History(await self._files(mirror, commit), await self._changes(mirror, commit, most_commits))

    async def _files(self, mirror: Path, commit: str) -> tuple[str, ...]:
        names = await self._fields(mirror, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
        return tuple(readable(name) for name in names)

    async def _changes(self, mirror: Path, commit: str, most_commits: int) -> tuple[frozenset[str], ...]:
        flags = ("--no-merges", f"--max-count={most_commits}", "--format=tformat:%x01", "-z", "--name-only")
        flags += ("--no-renames", "--no-ext-diff", "--no-show-signature")
        fields = await self._fields(mirror, "log", *flags, commit, "--")
        changes: list[set[str]] = []
        after = b""
        for field in fields:
            if field == _MARK:
                changes.append(set())
            else:
                # Before the first file of a commit git ends the line of its mark.
                changes[-1].add(readable(field.removeprefix(b"\n") if after == _MARK else field))
            after = field
        return tuple(frozenset(change) for change in changes)

    async def _fields(self, mirror: Path, *arguments: str) -> list[bytes]:
        options = GitOptions(timeout_seconds=READ_SECONDS, output_limit=MOST_BYTES, purpose="git history")
        fields = (await self._git.run(mirror, *arguments, options=options)).stdout.split(b"\0")
        return fields[:-1]  # After the last there is nothing, or a part of a name.
