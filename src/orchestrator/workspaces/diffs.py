"""What a commit changes, read from the mirror: as one patch, file by file, as totals."""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrator.workspaces.git import DEFAULT, Git, GitOptions, GitResult
from orchestrator.workspaces.names import name_of, readable
from orchestrator.workspaces.protected import Change, findings, matches

PATCH_LIMIT_BYTES = 32 * 1024 * 1024
FILE_PATCH_LIMIT_BYTES = 256 * 1024
# Text above this size is shown like a binary file.
TEXT_LIMIT = "4m"
GENERATED_GLOBS: tuple[str, ...] = (
    "**/package-lock.json", "**/npm-shrinkwrap.json", "**/yarn.lock", "**/pnpm-lock.yaml", "**/bun.lock*", "**/poetry.lock",
    "**/uv.lock", "**/pdm.lock", "**/Pipfile.lock", "**/Cargo.lock", "**/go.sum", "**/Gemfile.lock", "**/composer.lock",
    "**/mix.lock", "**/flake.lock", "**/*.min.js", "**/*.min.css", "**/*.map", "**/*.snap", "**/__snapshots__/**",
    "**/*.pb.go", "**/*_pb2.py", "**/*_pb2_grpc.py", "**/*.generated.*", "**/*.g.dart", "**/*.designer.cs",
    "**/node_modules/**", "**/vendor/**", "**/dist/**", "**/__pycache__/**",
)  # fmt: skip
"""What a reviewer passes over: lock files, built and vendored files, snapshots."""
_STATUS = {"A": "added", "M": "modified", "D": "deleted", "R": "renamed", "C": "copied", "T": "type_changed"}

Counts = tuple[int | None, int | None]
"""Added and deleted lines; None of a binary file."""


@dataclass(frozen=True)
class FileSummary:
    """One changed file without its patch. `generated`: by its name or folder, a program wrote it. `version`: another
    one when the change of the file is another one. `protected`: why it asks for a person's review, if it does."""

    path: str
    old_path: str | None
    status: str
    additions: int
    deletions: int
    binary: bool
    generated: bool
    version: str
    protected: str | None


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
    """A result may be any number of files: what goes through all of them is done beside the event loop, which else stood
    still for everybody meanwhile."""

    def __init__(self, git: Git) -> None:
        self._git = git

    async def patch(self, mirror: Path, base: str, commit: str) -> str:
        """The unified patch; one longer than PATCH_LIMIT_BYTES ends with a line that says so."""
        content, truncated = await self._patch_bytes(mirror, base, commit)
        text = content.decode("utf-8", "replace")
        note = f"\n# The patch is longer than {PATCH_LIMIT_BYTES} bytes; the rest is left out.\n"
        return text + note if truncated else text

    async def files(self, mirror: Path, base: str, commit: str) -> list[FileDiff]:
        changes, counts = await self._counted(mirror, base, commit)
        content, _ = await self._patch_bytes(mirror, base, commit)
        return await asyncio.to_thread(_file_diffs, changes, counts, content)

    async def summary(
        self, mirror: Path, base: str, commit: str, protected_globs: Sequence[str] | None
    ) -> list[FileSummary]:
        """What changed, file by file, with no content read into memory."""
        changes, counts = await self._counted(mirror, base, commit)
        return await asyncio.to_thread(_summaries, changes, counts, protected_globs)

    async def file(self, mirror: Path, base: str, commit: str, path: str, most_bytes: int) -> FileDiff | None:
        """One changed file, with at most so many bytes of its patch; None when it is not among the changed ones."""
        counted = zip(*await self._counted(mirror, base, commit), strict=True)
        change, count = next((one for one in counted if one[0].path == path), (None, (None, None)))
        if change is None:
            return None
        paths = [os.fsdecode(name_of(one)) for one in (change.old_path, change.path) if one]
        options = GitOptions(output_limit=most_bytes + 1)
        patch = await self._diff(mirror, base, commit, "--patch", options=options, paths=paths)
        return _file_diff(change, count, patch.stdout, most_bytes)

    async def changes(self, mirror: Path, base: str, commit: str) -> list[Change]:
        listed = await self._diff(mirror, base, commit, "--raw", "--no-abbrev", "-z")
        return (await asyncio.to_thread(_read, listed.stdout))[0]

    async def _counted(self, mirror: Path, base: str, commit: str) -> tuple[list[Change], list[Counts]]:
        """Two lists of the same length, from one comparison: git compares the trees and looks for renames each time."""
        listed = await self._diff(mirror, base, commit, "--raw", "--no-abbrev", "--numstat", "-z")
        return await asyncio.to_thread(_read, listed.stdout)

    async def _patch_bytes(self, mirror: Path, base: str, commit: str) -> tuple[bytes, bool]:
        options = GitOptions(output_limit=PATCH_LIMIT_BYTES)
        result = await self._diff(mirror, base, commit, "--patch", options=options)
        return result.stdout, result.truncated

    async def _diff(
        self, mirror: Path, base: str, commit: str, *form: str, options: GitOptions = DEFAULT, paths: Sequence[str] = ()
    ) -> GitResult:
        """`paths` are names, never patterns."""
        return await self._git.run(
            mirror, "--literal-pathspecs", "-c", f"core.bigFileThreshold={TEXT_LIMIT}", "-c", "diff.renameLimit=2000",
            "diff", *form,
            "--no-color", "--no-ext-diff", "--no-textconv", "--full-index", "--src-prefix=a/", "--dst-prefix=b/",
            "--find-renames", "--ignore-submodules=none", "--submodule=short", base, commit, "--",
            *paths, options=options,
        )  # fmt: skip


def _read(listed: bytes) -> tuple[list[Change], list[Counts]]:
    """What `--raw` and `--numstat` print: all changes first, then the counts of all in the same order."""
    changes, counts = list[Change](), list[Counts]()
    fields = iter(listed.split(b"\0"))
    for field in filter(None, fields):
        if field.startswith(b":"):
            changes.append(_change(field, fields))
        else:
            counts.append(_counts(field, fields))
    return changes, counts


def _change(facts: bytes, names: Iterator[bytes]) -> Change:
    version, _, letter = facts.decode().removeprefix(":").rpartition(" ")
    status, first = letter[:1], readable(next(names))
    path, old_path = (readable(next(names)), first) if status in "RC" else (first, None)
    return Change(status, path, old_path, version)


def _counts(field: bytes, names: Iterator[bytes]) -> Counts:
    added, deleted, path = field.split(b"\t", 2)
    if not path:
        # A rename has its two paths in fields of their own.
        next(names)
        next(names)
    return (None, None) if added == b"-" else (int(added), int(deleted))


def _per_change(content: bytes, changes: list[Change]) -> list[bytes]:
    """Cut the patch at its file headers, which no line of content can look like; a change of type has two."""
    pieces = [b"diff --git " + piece for piece in (b"\n" + content).split(b"\ndiff --git ")[1:]]
    position, patches = 0, list[bytes]()
    for change in changes:
        width = 2 if change.status == "T" else 1
        patches.append(b"\n".join(pieces[position : position + width]))
        position += width
    return patches


def _file_diffs(changes: list[Change], counts: list[Counts], content: bytes) -> list[FileDiff]:
    patches = _per_change(content, changes)
    return [_file_diff(*triple) for triple in zip(changes, counts, patches, strict=True)]


def _summaries(changes: list[Change], counts: list[Counts], protected_globs: Sequence[str] | None) -> list[FileSummary]:
    reasons = {one.path: one.reason for one in findings(changes, protected_globs)}
    return [_summary(change, count, reasons) for change, count in zip(changes, counts, strict=True)]


def _summary(change: Change, counts: Counts, reasons: Mapping[str, str]) -> FileSummary:
    return FileSummary(
        path=change.path,
        old_path=change.old_path,
        status=_STATUS.get(change.status, "modified"),
        additions=counts[0] or 0,
        deletions=counts[1] or 0,
        binary=counts[0] is None,
        generated=matches(change.path, GENERATED_GLOBS),
        version=change.version,
        protected=reasons.get(change.path) or reasons.get(change.old_path or ""),
    )


def _file_diff(change: Change, counts: Counts, patch: bytes, most_bytes: int = FILE_PATCH_LIMIT_BYTES) -> FileDiff:
    truncated = len(patch) > most_bytes or not patch
    shown = patch[:most_bytes].rpartition(b"\n")[0] if truncated else patch.rstrip(b"\n")
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
