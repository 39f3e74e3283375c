"""Commits of a mirror merged of its objects alone, with names and histories as an agent may make them."""

from pathlib import Path

import pytest
from tests.workspaces.desk import Desk, Repository

from orchestrator.kit.clock import now
from orchestrator.workspaces import Workspace
from orchestrator.workspaces.errors import GitFailed

NAMES = (b"--output=x", b"a\nb", b"\xff.txt", b":(top)x", b"\\")


@pytest.fixture
async def workspace(desk: Desk, repository: Repository) -> Workspace:
    repository.commit({"app.py": "one\n"})
    return await desk.open(repository)


def history(first: str, names: list[bytes]) -> bytes:
    """As `git fast-import` takes it: two commits upon the same, which change the same files."""
    parts: list[bytes] = [b"blob\nmark :%d\ndata 2\n%d\n" % (number, number) for number in (1, 2)]
    for number in (1, 2):
        parts.append(b"commit refs/heads/side%d\ncommitter A <a@x> 1 +0000\ndata 1\nx\nfrom %s\n" % (number, first.encode()))
        parts += [b'M 100644 :%d "%s"\n' % (number, b"".join(b"\\%03o" % byte for byte in name)) for name in names]
        parts.append(b"\n")
    return b"".join(parts)


def sides(desk: Desk, workspace: Workspace, names: list[bytes]) -> tuple[Path, str, str]:
    mirror = desk.mirror(workspace)
    mirror.pipe(history(workspace.base.commit, names), "fast-import", "--quiet")
    return mirror.path, mirror.git("rev-parse", "refs/heads/side1"), mirror.git("rev-parse", "refs/heads/side2")


async def test_names_of_any_bytes_are_told_and_name_nothing_else(desk: Desk, workspace: Workspace) -> None:
    mirror, ours, theirs = sides(desk, workspace, list(NAMES))
    merges = desk.workspaces.merges
    merged = await merges.into(mirror, ours, theirs, "Merge", now())
    assert set(merged.conflicts) == {"--output=x", "a\nb", "\\xff.txt", ":(top)x", "\\"}
    told = await merges.both_sides(mirror, ours, theirs, merged.conflicts)
    assert all("a/--output=x" in one for one in told)


async def test_what_thousands_of_files_with_long_names_conflict_in_is_told_as_far_as_it_is_short(
    desk: Desk, workspace: Workspace
) -> None:
    names = [b"/".join([b"%04d" % number, b"n" * 250, b"n" * 250, b"n" * 250]) for number in range(4_000)]
    mirror, ours, theirs = sides(desk, workspace, names)
    merges = desk.workspaces.merges
    merged = await merges.into(mirror, ours, theirs, "Merge", now())
    assert (merged.commit, len(merged.conflicts)) == (ours, 4_000)
    assert all(one.endswith("[... cut off ...]") for one in await merges.both_sides(mirror, ours, theirs, merged.conflicts))
    assert await desk.workspaces.rebases.unsolved(mirror, ours, merged.conflicts) == []


async def test_a_history_of_its_own_is_refused(desk: Desk, workspace: Workspace) -> None:
    mirror, base = desk.mirror(workspace), workspace.base.commit
    alone = mirror.git("commit-tree", "-m", "alone", f"{base}^{{tree}}")
    with pytest.raises(GitFailed, match="unrelated histories"):
        await desk.workspaces.merges.into(mirror.path, base, alone, "Merge", now())
