"""What a result holds that a passing verification says nothing about, or that makes it say too much."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from orchestrator.workspaces import make_targets
from orchestrator.workspaces.bending import bending
from orchestrator.workspaces.config import RepositoryConfig
from orchestrator.workspaces.diffs import TEXT_LIMIT, Diffs, FileDiff
from orchestrator.workspaces.git import Git, GitOptions
from orchestrator.workspaces.judges import judges
from orchestrator.workspaces.mirror import Base
from orchestrator.workspaces.names import name_of, readable
from orchestrator.workspaces.protected import TEST_GLOBS, Change, ProtectedFinding, findings, matches
from orchestrator.workspaces.shadows import shadowing

LARGE_BYTES = 50_000_000
"""Forges warn of files above this size, and refuse those twice as large."""
_SCRIPT_LIMIT_BYTES = 64 * 1024
_MOST_NAMED = 5
_MAKE = re.compile(r"\bg?make\b")


@dataclass(frozen=True)
class Inspection:
    """`only_spaces` when nothing but white space differs from the base. `new_tests` are the test files that it adds to
    those that are there; empty when there are none yet."""

    changed: bool
    only_spaces: bool
    found: tuple[ProtectedFinding, ...]
    bending: tuple[str, ...]
    large: tuple[str, ...]
    new_tests: tuple[str, ...]

    def doubts(self) -> Iterator[str]:
        """Those that hold whether it was verified or not."""
        if self.found:
            yield f"protected paths were changed: {named([f'{one.path} ({one.reason})' for one in self.found])}"
        if self.large:
            yield f"large files were added: {named(self.large)}"


def named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}"


def _bent(files: Sequence[FileDiff]) -> tuple[str, ...]:
    return tuple(str(place) for place in bending(files))


class Inspector:
    def __init__(self, git: Git, diffs: Diffs) -> None:
        self._git = git
        self._diffs = diffs

    async def inspect(
        self, mirror: Path, base: Base, commit: str, config: RepositoryConfig, commands: Sequence[str]
    ) -> Inspection:
        changes = await self._diffs.changes(mirror, base.commit, commit)
        if not changes:
            return Inspection(False, False, (), (), (), ())
        paths = await self._paths(mirror, base.commit)
        new = frozenset(change.path for change in changes if change.status[:1] in "ACR")
        new_tests = _new_tests(changes, paths)
        own, texts = await self._judges(mirror, base.commit, commands, paths | new)
        own -= {path for path in own & new if path in new_tests or _is_asked_for(path, commands)}
        # Beside the event loop, since there may be any number of files.
        judged = await asyncio.to_thread(findings, changes, config.protected_paths, own)
        found = [
            *judged,
            *await asyncio.to_thread(lambda: list(shadowing(changes, paths, commands))),
            *await self._made_already(mirror, base.commit, new, paths, [*commands, *texts]),
        ]
        return Inspection(
            changed=True,
            only_spaces=not await self._differs_in_more_than_spaces(mirror, base.commit, commit),
            found=tuple({one.path: one for one in reversed(found)}.values())[::-1],
            bending=await asyncio.to_thread(_bent, await self._diffs.files(mirror, base.commit, commit)),
            large=tuple([name async for name in self._large(mirror, commit, changes)]),
            new_tests=new_tests,
        )

    async def _paths(self, mirror: Path, commit: str) -> frozenset[str]:
        listing = await self._git.run(mirror, "ls-tree", "-r", "-z", "--name-only", commit)
        return await asyncio.to_thread(lambda: frozenset(readable(name) for name in listing.stdout.split(b"\0") if name))

    async def _judges(
        self, mirror: Path, commit: str, commands: Sequence[str], paths: frozenset[str]
    ) -> tuple[frozenset[str], list[str]]:
        """With the texts of all that was read but makefiles. They are read one after the other until no new name comes up;
        of what the commit has not, there is none.
        """
        texts: dict[str, str] = {}
        wanted: set[str] = set()

        def read(path: str) -> str:
            if path not in texts:
                wanted.add(path)
            return texts.get(path, "")

        found = judges(commands, paths, read)
        while wanted:
            for path in sorted(wanted):
                texts[path] = await self._text(mirror, commit, path)
            wanted.clear()
            found = judges(commands, paths, read)
        return found, [text for path, text in texts.items() if path.rpartition("/")[2] not in make_targets.NAMES]

    async def _made_already(
        self, mirror: Path, commit: str, new: Set[str], paths: frozenset[str], texts: Sequence[str]
    ) -> list[ProtectedFinding]:
        """Only where the verification runs make."""
        if not any(_MAKE.search(text) for text in texts):
            return []
        wanted = make_targets.makefiles_above(new, paths)
        makefiles = {path: await self._text(mirror, commit, path) for path in sorted(wanted)}
        found = await asyncio.to_thread(make_targets.made_already, sorted(new), paths, makefiles)
        return [
            ProtectedFinding(path, f"a new file for which make does nothing for its target {target}")
            for path, target in found.items()
        ]

    async def _text(self, mirror: Path, commit: str, path: str) -> str:
        options = GitOptions(output_limit=_SCRIPT_LIMIT_BYTES, accept=(0, 128))
        blob = f"{commit}:{os.fsdecode(name_of(path))}"
        return (await self._git.run(mirror, "cat-file", "blob", blob, options=options)).text

    async def _differs_in_more_than_spaces(self, mirror: Path, base: str, commit: str) -> bool:
        """A larger text differs in more, whatever it differs in: nobody compares it by lines."""
        form = ("--patch", "--ignore-all-space", "--ignore-blank-lines", "--no-ext-diff", "--no-textconv")
        arguments = ("-c", f"core.bigFileThreshold={TEXT_LIMIT}", "diff", *form, base, commit, "--")
        return bool((await self._git.run(mirror, *arguments, options=GitOptions(output_limit=1))).stdout)

    async def _large(self, mirror: Path, commit: str, changes: Sequence[Change]) -> AsyncIterator[str]:
        paths = [change.path for change in changes if change.status[:1] in "AMCRT" and "\n" not in change.path]
        options = GitOptions(stdin=b"".join(b"%b:%b\n" % (commit.encode(), name_of(path)) for path in paths))
        sizes = await self._git.text(mirror, "cat-file", "--batch-check=%(objectsize)", options=options)
        for path, size in zip(paths, sizes.splitlines(), strict=True):
            if size.isdigit() and int(size) >= LARGE_BYTES:
                yield f"{path} ({int(size) // 1_000_000} MB)"


def _is_asked_for(path: str, commands: Sequence[str]) -> bool:
    """A command that names a new file is about it, unless it only takes it in where it is there."""
    taken_in = re.compile(rf"(?:^|[\s;&|(])(?:\.|source)\s+\S*{re.escape(path)}")
    return any(path in command and not taken_in.search(command) for command in commands)


def _new_tests(changes: Sequence[Change], paths: frozenset[str]) -> tuple[str, ...]:
    """What is renamed into a folder of tests is new there as well."""
    if not any(matches(path, TEST_GLOBS) for path in paths):
        return ()
    return tuple(change.path for change in changes if change.status[:1] in "ACR" and matches(change.path, TEST_GLOBS))
