"""Folders go, whatever an agent made of them."""

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.sandboxes import Identity, prepare_owner
from orchestrator.workspaces.removal import remove_tree_now

LEVELS = 2_500


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """Folders in each other, deeper than a path or a call stack reaches; in the last one are a file and a link out of it."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/file").touch()
    top = tmp_path / "deep"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(LEVELS):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.symlink(tmp_path / "kept", "link", dir_fd=here)
    os.fchmod(here, 0o500)
    os.close(here)
    yield top
    # Not even pytest could tidy up what is left when a test fails.
    subprocess.run(["rm", "-rf", top], check=True, timeout=60)


def test_folders_without_end_in_each_other_are_removed(deep: Path) -> None:
    remove_tree_now(deep)
    assert not deep.exists()
    assert (deep.parent / "kept/file").exists()


def test_they_cost_no_more_descriptors_than_there_are(deep: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (400, hard))
    try:
        prepare_owner(deep, Identity(64_321, 64_321))
        remove_tree_now(deep)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert not deep.exists()
    assert (deep.parent / "kept/file").stat().st_uid == os.geteuid()
