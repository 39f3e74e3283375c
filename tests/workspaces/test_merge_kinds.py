"""Merges of every kind of change, by real git: each is a conflict that is told, or the one right result."""

from collections.abc import Mapping

import pytest
from tests.workspaces.desk import Desk, Repository

from orchestrator.kit.clock import now
from orchestrator.workspaces import Workspace

FILE, RUN, LINK, MODULE = "100644", "100755", "120000", "160000"
Tree = Mapping[str, tuple[str, bytes]]
LONG = b"".join(b"line %d\n" % number for number in range(30))
FIRST, LAST = LONG.replace(b"line 0\n", b"line zero\n"), LONG.replace(b"line 29\n", b"line twenty-nine\n")
BOTH = FIRST.replace(b"line 29\n", b"line twenty-nine\n")
BINARY = bytes(range(256))


@pytest.fixture
async def workspace(desk: Desk, repository: Repository) -> Workspace:
    repository.commit({"app.py": "one\n"})
    return await desk.open(repository)


class History:
    """Commits of whole trees, put into the mirror as objects alone."""

    def __init__(self, mirror: Repository) -> None:
        self.mirror = mirror
        self.number = 0

    def commit(self, tree: Tree, *parents: str) -> str:
        self.number += 1
        name = f"refs/heads/kind{self.number}"
        lines = [f"commit {name}\ncommitter A <a@x> {self.number} +0000\ndata 1\nx\n".encode()]
        lines += [f"{'merge' if at else 'from'} {parent}\n".encode() for at, parent in enumerate(parents)]
        lines.append(b"deleteall\n")
        for path, (mode, content) in tree.items():
            if mode == MODULE:
                lines.append(f"M {MODULE} {content.decode()} {path}\n".encode())
            else:
                lines.append(f"M {mode} inline {path}\ndata {len(content)}\n".encode() + content + b"\n")
        self.mirror.pipe(b"".join(lines), "fast-import", "--quiet", "--force")
        return self.mirror.git("rev-parse", name)


def module(digit: str) -> tuple[str, bytes]:
    return MODULE, (digit * 40).encode()


KEPT: dict[str, tuple[str, bytes]] = {"kept.txt": (FILE, b"kept\n")}
CONFLICTS: dict[str, tuple[Tree, Tree, Tree, str]] = {
    "binary": ({"b": (FILE, BINARY)}, {"b": (FILE, BINARY + b"1")}, {"b": (FILE, BINARY + b"2")}, "b"),
    "binary added by both": ({}, {"b": (FILE, BINARY + b"1")}, {"b": (FILE, BINARY + b"2")}, "b"),
    "symlink": ({"l": (LINK, b"a")}, {"l": (LINK, b"b")}, {"l": (LINK, b"c")}, "l"),
    "symlink against file": ({"l": (FILE, LONG)}, {"l": (LINK, b"kept.txt")}, {"l": (FILE, FIRST)}, "l"),
    "submodule": ({"m": module("1")}, {"m": module("2")}, {"m": module("3")}, "m"),
    "submodule added by both": ({}, {"m": module("2")}, {"m": module("3")}, "m"),
    "submodule against its removal": ({"m": module("1")}, {"m": module("2")}, {}, "m"),
    "submodule against file": ({}, {"m": module("2")}, {"m": (FILE, LONG)}, "m"),
    "changed against deleted": ({"f": (FILE, LONG)}, {"f": (FILE, FIRST)}, {}, "f"),
    "deleted against changed": ({"f": (FILE, LONG)}, {}, {"f": (FILE, FIRST)}, "f"),
    "renamed to two names": ({"f": (FILE, LONG)}, {"g": (FILE, LONG)}, {"h": (FILE, LONG)}, "g"),
    "renamed against deleted": ({"f": (FILE, LONG)}, {"g": (FILE, FIRST)}, {}, "g"),
    "two files renamed to one": (
        {"f": (FILE, LONG), "g": (FILE, b"g\n" * 30)}, {"h": (FILE, LONG), "g": (FILE, b"g\n" * 30)},
        {"f": (FILE, LONG), "h": (FILE, b"g\n" * 30)}, "h",
    ),
    "file against folder": ({}, {"d": (FILE, LONG)}, {"d/f": (FILE, FIRST)}, "d"),
    "the same lines": ({"f": (FILE, LONG)}, {"f": (FILE, FIRST)}, {"f": (FILE, FIRST.replace(b"zero", b"naught"))}, "f"),
}  # fmt: skip
RESULTS: dict[str, tuple[Tree, Tree, Tree, Tree]] = {
    "mode and lines": ({"f": (FILE, LONG)}, {"f": (RUN, LONG)}, {"f": (FILE, FIRST)}, {"f": (RUN, FIRST)}),
    "renamed and changed": ({"f": (FILE, LONG)}, {"g": (FILE, LONG)}, {"f": (FILE, LAST)}, {"g": (FILE, LAST)}),
    "renamed, changed and made a program": (
        {"f": (FILE, LONG)}, {"g": (FILE, FIRST)}, {"f": (RUN, LAST)}, {"g": (RUN, BOTH)},
    ),
    "lines far apart": ({"f": (FILE, LONG)}, {"f": (FILE, FIRST)}, {"f": (FILE, LAST)}, {"f": (FILE, BOTH)}),
    "deleted by both": ({"f": (FILE, LONG)}, {}, {}, {}),
    "deleted by one": ({"f": (FILE, LONG)}, {}, {"f": (FILE, LONG)}, {}),
    "the same binary": ({}, {"b": (FILE, BINARY)}, {"b": (FILE, BINARY)}, {"b": (FILE, BINARY)}),
    "symlink of one": ({"l": (LINK, b"a")}, {"l": (LINK, b"b")}, {"l": (LINK, b"a")}, {"l": (LINK, b"b")}),
    "submodule of one": ({"m": module("1")}, {"m": module("2")}, {"m": module("1")}, {"m": module("2")}),
    "the same submodule": ({"m": module("1")}, {"m": module("2")}, {"m": module("2")}, {"m": module("2")}),
}  # fmt: skip


@pytest.mark.parametrize("kind", CONFLICTS)
async def test_what_cannot_be_merged_is_told_and_changes_nothing(desk: Desk, workspace: Workspace, kind: str) -> None:
    base, ours, theirs, path = CONFLICTS[kind]
    history = History(desk.mirror(workspace))
    root = history.commit(KEPT | base)
    head, other = history.commit(KEPT | ours, root), history.commit(KEPT | theirs, root)
    for one, two in ((head, other), (other, head)):
        merged = await desk.workspaces.merges.into(history.mirror.path, one, two, "Merge", now())
        assert merged.commit == one
        assert any(name == path or name.startswith(f"{path}~") for name in merged.conflicts), merged
        sides = await desk.workspaces.merges.both_sides(history.mirror.path, one, two, merged.conflicts)
        assert any(sides), "and both sides can be told"


@pytest.mark.parametrize("kind", RESULTS)
async def test_what_can_be_merged_is_merged_right(desk: Desk, workspace: Workspace, kind: str) -> None:
    base, ours, theirs, wanted = RESULTS[kind]
    history = History(desk.mirror(workspace))
    root = history.commit(KEPT | base)
    head, other = history.commit(KEPT | ours, root), history.commit(KEPT | theirs, root)
    right = history.mirror.git("rev-parse", f"{history.commit(KEPT | wanted)}^{{tree}}")
    for one, two in ((head, other), (other, head)):
        merged = await desk.workspaces.merges.into(history.mirror.path, one, two, "Merge", now())
        assert merged.conflicts == ()
        assert history.mirror.git("rev-parse", f"{merged.commit}^{{tree}}") == right


async def test_histories_that_crossed_have_two_bases_and_one_right_result(desk: Desk, workspace: Workspace) -> None:
    """Each side merged the other's first commit; a merge from either base alone would bring back what the other took out."""
    history = History(desk.mirror(workspace))
    root = history.commit(KEPT | {"f": (FILE, LONG)})
    left, right = history.commit(KEPT | {"f": (FILE, FIRST)}, root), history.commit(KEPT | {"f": (FILE, LAST)}, root)
    crossed = history.commit(KEPT | {"f": (FILE, BOTH)}, left, right)
    other = history.commit(KEPT | {"f": (FILE, BOTH)}, right, left)
    middle = BOTH.replace(b"line 15\n", b"line fifteen\n")
    head = history.commit(KEPT | {"f": (FILE, middle)}, crossed)
    theirs = history.commit(KEPT | {"f": (FILE, BOTH), "new": (FILE, b"new\n")}, other)
    assert len(history.mirror.git("merge-base", "--all", head, theirs).split()) == 2
    merged = await desk.workspaces.merges.into(history.mirror.path, head, theirs, "Merge", now())
    wanted = history.commit(KEPT | {"f": (FILE, middle), "new": (FILE, b"new\n")})
    assert merged.conflicts == ()
    assert history.mirror.git("diff", "--name-only", merged.commit, wanted) == ""
    undone = history.commit(KEPT | {"f": (FILE, middle.replace(b"line fifteen\n", b"line XV\n"))}, other)
    clashing = await desk.workspaces.merges.into(history.mirror.path, head, undone, "Merge", now())
    assert (clashing.commit, clashing.conflicts) == (head, ("f",))
