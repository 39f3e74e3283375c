"""Real git, a real sandbox, and small repositories made on the spot."""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from tests.workspaces.desk import Desk, Repository

from orchestrator.kit.processes import ProcessLedger
from orchestrator.sandboxes import Identity, choose_sandbox, tenant_identity
from orchestrator.workspaces import Workspaces


@pytest.fixture
def roots(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def make_repository(roots: Path) -> Callable[..., Repository]:
    def make(files: Mapping[str, str | bytes] | None = None, name: str = "project", *options: str) -> Repository:
        repository = Repository(roots / name)
        repository.path.mkdir()
        repository.git("init", "--quiet", "--initial-branch=main", *options)
        repository.commit({"app.py": "print('hello')\n"} if files is None else files)
        return repository

    return make


@pytest.fixture
def repository(make_repository: Callable[..., Repository]) -> Repository:
    return make_repository()


@pytest.fixture
def identity() -> Identity | None:
    return tenant_identity(7)


@pytest.fixture
def make_workspaces(tmp_path: Path, roots: Path) -> Callable[..., Workspaces]:
    """Each call is a control plane of its own on the same data directory, as after a restart."""

    def make(root: Path = roots) -> Workspaces:
        data_dir = tmp_path / "data"
        data_dir.mkdir(mode=0o700, exist_ok=True)
        return Workspaces(data_dir, (root,), choose_sandbox("auto"), ProcessLedger(data_dir / "processes"))

    return make


@pytest.fixture
def workspaces(make_workspaces: Callable[..., Workspaces]) -> Workspaces:
    return make_workspaces()


@pytest.fixture
def desk(workspaces: Workspaces, identity: Identity | None) -> Desk:
    return Desk(workspaces, identity)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB and 2,000 files: a mount that root makes, and what everybody else's namespace of mounts would not
    show to git."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m,nr_inodes=2000,mode=0755", "small", str(folder)]
    subprocess.run(command, check=True, timeout=30)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, timeout=30)
