"""Commits of a mirror merged of its objects alone, with names and histories as an agent may make them."""

from pathlib import Path

import pytest
from tests.workspaces.desk import Desk, Repository

from orchestrator.kit.clock import now
from orchestrator.workspaces import Workspace, merges
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
    merged = await desk.workspaces.merges.into(mirror, ours, theirs, "Merge", now())
    assert set(merged.conflicts) == {"--output=x", "a\nb", "\\xff.txt", ":(top)x", "\\"}
    told = await desk.workspaces.merges.both_sides(mirror, ours, theirs, merged.conflicts)
    assert all("a/--output=x" in one for one in told)


async def test_what_thousands_of_files_with_long_names_conflict_in_is_told_as_far_as_it_is_short(
    desk: Desk, workspace: Workspace
) -> None:
    names = [b"/".join([b"%04d" % number, b"n" * 250, b"n" * 250, b"n" * 250]) for number in range(4_000)]
    mirror, ours, theirs = sides(desk, workspace, names)
    merged = await desk.workspaces.merges.into(mirror, ours, theirs, "Merge", now())
    assert (merged.commit, len(merged.conflicts)) == (ours, 4_000)
    assert all(
        one.endswith("[... cut off ...]")
        for one in await desk.workspaces.merges.both_sides(mirror, ours, theirs, merged.conflicts)
    )
    assert await desk.workspaces.rebases.unsolved(mirror, ours, merged.conflicts) == []


def large_sides(desk: Desk, workspace: Workspace, lines: int) -> tuple[Path, str, str]:
    """Two commits upon the same that add the same text with other words, line by line."""
    mirror, base = desk.mirror(workspace), workspace.base.commit
    parts: list[bytes] = []
    for side in (1, 2):
        text = b"".join(b"%064d\n" % (2 * number + side) for number in range(lines))
        parts.append(b"blob\nmark :%d\ndata %d\n%s\n" % (side, len(text), text))
        parts.append(b"commit refs/heads/side%d\ncommitter A <a@x> 1 +0000\ndata 1\nx\nfrom %s\n" % (side, base.encode()))
        parts.append(b"M 100644 :%d large.txt\n\n" % side)
    mirror.pipe(b"".join(parts), "fast-import", "--quiet")
    return mirror.path, mirror.git("rev-parse", "refs/heads/side1"), mirror.git("rev-parse", "refs/heads/side2")


async def test_what_both_sides_say_of_a_large_text_is_not_read_line_by_line(desk: Desk, workspace: Workspace) -> None:
    """The whole difference came into the worker's memory, to be cut off there."""
    mirror, ours, theirs = large_sides(desk, workspace, 100_000)
    merged = await desk.workspaces.merges.into(mirror, ours, theirs, "Merge", now())
    assert merged.conflicts == ("large.txt",)
    for told in await desk.workspaces.merges.both_sides(mirror, ours, theirs, merged.conflicts):
        assert "Binary files /dev/null and b/large.txt differ" in told


async def test_a_text_that_is_too_large_to_be_merged_is_a_conflict_as_a_whole(
    desk: Desk, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git takes ten times its size for it, outside of all that bounds an agent."""
    mirror, ours, theirs = large_sides(desk, workspace, 300_000)
    monkeypatch.setattr(merges, "MERGE_MEMORY_BYTES", 80 << 20)
    merged = await desk.workspaces.merges.into(mirror, ours, theirs, "Merge", now())
    assert (merged.commit, merged.conflicts) == (ours, ("large.txt",))
    assert "binary" in merged.told


async def test_a_history_of_its_own_is_refused(desk: Desk, workspace: Workspace) -> None:
    mirror, base = desk.mirror(workspace), workspace.base.commit
    alone = mirror.git("commit-tree", "-m", "alone", f"{base}^{{tree}}")
    with pytest.raises(GitFailed, match="unrelated histories"):
        await desk.workspaces.merges.into(mirror.path, base, alone, "Merge", now())
