"""Patches of others upon a commit: what git would put outside of the tree, or into its own folder, is refused."""

from pathlib import Path

import pytest
from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.kit.clock import now
from orchestrator.workspaces.errors import CommitsRefused

MOMENT = now()
NEW = "diff --git a/{0} b/{0}\nnew file mode {1}\n--- /dev/null\n+++ b/{0}\n@@ -0,0 +1 @@\n+{2}\n"


async def apply(desk: Desk, repository: Repository, patch: str, folder: Path) -> tuple[Repository, str, str]:
    """The mirror, the base commit, and what the patch made of it."""
    base = await desk.workspaces.prepare_mirror(TENANT, str(repository.path), "main")
    mirror = desk.workspaces.mirror(TENANT, base)
    folder.mkdir(exist_ok=True)
    (folder / "work").write_text(patch)
    made = await desk.workspaces.patches.onto(mirror, base.commit, folder / "work", "Patch", MOMENT, folder)
    return Repository(mirror), base.commit, made


async def test_a_patch_becomes_a_commit_and_the_same_again(desk: Desk, repository: Repository, tmp_path: Path) -> None:
    patch = NEW.format("notes/a.txt", "100644", "mine")
    mirror, base, made = await apply(desk, repository, patch, tmp_path / "one")
    assert mirror.git("rev-parse", f"{made}^") == base
    assert mirror.git("show", f"{made}:notes/a.txt") == "mine"
    assert mirror.git("fsck", "--strict", "--no-dangling") == ""
    assert (await apply(desk, repository, patch, tmp_path / "two"))[2] == made


async def test_nothing_changed_is_the_same_commit(desk: Desk, repository: Repository, tmp_path: Path) -> None:
    _, base, made = await apply(desk, repository, "", tmp_path / "one")
    assert made == base


@pytest.mark.parametrize(
    "patch",
    [
        NEW.format("../x", "100644", "x"),
        NEW.format("a/../../x", "100644", "x"),
        NEW.format(".git/hooks/pre-commit", "100755", "x"),
        NEW.format("a/.GIT/config", "100644", "x"),
        NEW.format("/etc/x", "100644", "x"),
        "no patch at all",
        "diff --git a/missing b/missing\n--- a/missing\n+++ b/missing\n@@ -1 +1 @@\n-a\n+b\n",
        NEW.format("link", "120000", "../../etc") + NEW.format("link/x", "100644", "x"),
    ],
)
async def test_what_is_refused(desk: Desk, repository: Repository, patch: str, tmp_path: Path) -> None:
    with pytest.raises(CommitsRefused):
        await apply(desk, repository, patch, tmp_path / "one")
