"""What a commit changes, read from the mirror: as one patch, file by file, as totals."""

from dataclasses import dataclass
from pathlib import Path

from orchestrator.workspaces.git import DEFAULT, Git, GitOptions, GitResult
from orchestrator.workspaces.protected import Change

PATCH_LIMIT_BYTES = 32 * 1024 * 1024
FILE_PATCH_LIMIT_BYTES = 256 * 1024
# Text above this size is shown like a binary file.
TEXT_LIMIT = "4m"
_STATUS = {"A": "added", "M": "modified", "D": "deleted", "R": "renamed", "C": "copied", "T": "type_changed"}


@dataclass(frozen=True)
class FileDiff:
    """One changed file. `patch` holds at most FILE_PATCH_LIMIT_BYTES; `truncated` tells that more was cut off."""

    path: str
    old_path: str | None
    status: str
    additions: int
    deletions: int
    binary: bool
    patch: str
    truncated: bool


class Diffs:
    def __init__(self, git: Git) -> None:
        self._git = git

    async def patch(self, mirror: Path, base: str, commit: str) -> str:
        """The unified patch; one longer than PATCH_LIMIT_BYTES ends with a line that says so."""
        content, truncated = await self._patch_bytes(mirror, base, commit)
        text = content.decode("utf-8", "replace")
        note = f"\n# The patch is longer than {PATCH_LIMIT_BYTES} bytes; the rest is left out.\n"
        return text + note if truncated else text

    async def files(self, mirror: Path, base: str, commit: str) -> list[FileDiff]:
        changes = await self.changes(mirror, base, commit)
        counts = await self._counts(mirror, base, commit)
        content, _ = await self._patch_bytes(mirror, base, commit)
        patches = _per_change(content, changes)
        return [_file_diff(*triple) for triple in zip(changes, counts, patches, strict=True)]

    async def changes(self, mirror: Path, base: str, commit: str) -> list[Change]:
        fields = (await self._diff(mirror, base, commit, "--raw", "-z")).stdout.decode("utf-8", "backslashreplace")
        return _read_changes(fields.split("\0"))

    async def _counts(self, mirror: Path, base: str, commit: str) -> list[tuple[int | None, int | None]]:
        """Added and deleted lines in the order of `changes`; None for binary files."""
        fields = iter((await self._diff(mirror, base, commit, "--numstat", "-z")).stdout.split(b"\0"))
        counts: list[tuple[int | None, int | None]] = []
        for field in filter(None, fields):
            added, deleted, path = field.split(b"\t", 2)
            if not path:
                # A rename has its two paths in fields of their own.
                next(fields)
                next(fields)
            counts.append((None, None) if added == b"-" else (int(added), int(deleted)))
        return counts

    async def _patch_bytes(self, mirror: Path, base: str, commit: str) -> tuple[bytes, bool]:
        options = GitOptions(output_limit=PATCH_LIMIT_BYTES)
        result = await self._diff(mirror, base, commit, "--patch", options=options)
        return result.stdout, result.truncated

    async def _diff(self, mirror: Path, base: str, commit: str, *form: str, options: GitOptions = DEFAULT) -> GitResult:
        return await self._git.run(
            mirror, "-c", f"core.bigFileThreshold={TEXT_LIMIT}", "-c", "diff.renameLimit=2000", "diff", *form,
            "--no-color", "--no-ext-diff", "--no-textconv", "--full-index", "--src-prefix=a/", "--dst-prefix=b/",
            "--find-renames", "--ignore-submodules=none", "--submodule=short", base, commit, "--",
            options=options,
        )  # fmt: skip


def _read_changes(fields: list[str]) -> list[Change]:
    changes: list[Change] = []
    rest = iter(fields)
    for facts in filter(None, rest):
        status = facts.rsplit(" ", 1)[-1][:1]
        first = next(rest)
        changes.append(Change(status, next(rest), first) if status in "RC" else Change(status, first))
    return changes


def _per_change(content: bytes, changes: list[Change]) -> list[bytes]:
    """Cut the patch at its file headers, which no line of content can look like; a change of type has two."""
    pieces = [b"diff --git " + piece for piece in (b"\n" + content).split(b"\ndiff --git ")[1:]]
    position, patches = 0, list[bytes]()
    for change in changes:
        width = 2 if change.status == "T" else 1
        patches.append(b"\n".join(pieces[position : position + width]))
        position += width
    return patches


def _file_diff(change: Change, counts: tuple[int | None, int | None], patch: bytes) -> FileDiff:
    truncated = len(patch) > FILE_PATCH_LIMIT_BYTES or not patch
    shown = patch[:FILE_PATCH_LIMIT_BYTES].rpartition(b"\n")[0] if truncated else patch.rstrip(b"\n")
    return FileDiff(
        path=change.path,
        old_path=change.old_path,
        status=_STATUS.get(change.status, "modified"),
        additions=counts[0] or 0,
        deletions=counts[1] or 0,
        binary=counts[0] is None,
        patch=shown.decode("utf-8", "replace") + "\n" if shown else "",
        truncated=truncated,
    )
