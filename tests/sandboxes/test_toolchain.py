"""Which folders of tools a sandbox reads, shown on made-up homes."""

import os
import sys
from pathlib import Path

import pytest

from orchestrator.sandboxes import toolchain
from orchestrator.sandboxes.toolchain import Toolchain


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in a place that is not refused, as /tmp is."""
    monkeypatch.setattr(toolchain, "_LEFT_OUT", (Path("/proc"), Path("/etc")))
    home = tmp_path / "home/ann"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("RUSTUP_HOME", raising=False)
    return home


def found(*entries: Path | str) -> Toolchain:
    toolchain._toolchain.cache_clear()
    return toolchain.host_toolchain(os.pathsep.join([*map(str, entries), "/usr/bin"]))


def program(path: Path, link: Path | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if link:
        path.symlink_to(link)
    else:
        path.touch(0o755)
    return path


@pytest.mark.parametrize(
    ("tool", "folder"),
    [
        (".pyenv/shims/python3", ".pyenv"),
        (".nvm/versions/node/v20/bin/node", ".nvm"),
        (".local/share/uv/python/cpython-3.12/bin/python3", ".local/share/uv/python"),
        (".cargo/bin/cargo", ".cargo/bin"),
        (".local/bin/tool", ".local/bin"),
        ("bin/tool", "bin"),
        ("project/bin/tool", "project/bin"),
    ],
)
def test_a_home_gives_the_smallest_folder_that_works(home: Path, tool: str, folder: str) -> None:
    entry = program(home / tool).parent
    made = found(entry)
    assert home / folder in made.folders
    assert home not in made.folders
    assert home / ".local" not in made.folders
    assert made.path.startswith(f"{entry}:")


def test_an_installation_comes_whole(home: Path) -> None:
    node = home.parent.parent / "software/node-20"
    program(node / "bin/node")
    (node / "lib/node_modules").mkdir(parents=True)
    assert node in found(node / "bin").folders


def test_links_to_tools_bring_the_installation_they_lead_to(home: Path) -> None:
    python = home / ".local/share/uv/python/cpython-3.12"
    program(python / "bin/python3")
    (python / "lib/python3.12").mkdir(parents=True)
    entry = program(home / ".local/bin/python3", link=python / "bin/python3").parent
    assert {entry, home / ".local/share/uv/python"} <= set(found(entry).folders)


def test_links_never_bring_a_home(home: Path) -> None:
    program(home / "node")
    entry = program(home / "bin/node", link=home / "node").parent
    made = found(entry)
    assert entry in made.folders
    assert home not in made.folders


def test_rustup_is_told_where_its_compilers_are(home: Path) -> None:
    (home / ".rustup").mkdir()
    entry = program(home / ".cargo/bin/rustup").parent
    made = found(entry)
    assert made.env == {"RUSTUP_HOME": str(home / ".rustup")}
    assert home / ".rustup" in made.folders


def test_unsafe_and_missing_entries_are_left_out(home: Path) -> None:
    shared = program(home / "shared/tool").parent
    shared.chmod(0o777)
    (home / ".config").mkdir()
    made = found(home, home.parent, home / ".config", "bin", ".", "/nowhere", shared, "/etc", "/")
    assert made.path.split(":")[0] == "/usr/bin"
    assert all(not folder.is_relative_to(home) for folder in made.folders)


def test_the_orchestrators_own_environment_is_not_the_agents(home: Path) -> None:
    made = found(Path(sys.prefix) / "bin")
    assert str(Path(sys.prefix) / "bin") not in made.path.split(":")


def test_a_root_owned_private_folder_is_of_no_use_to_a_tenant(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = program(home / ".pyenv/shims/python3").parent
    (home / ".pyenv").chmod(0o700)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert str(entry) not in found(entry).path
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert str(entry) in found(entry).path
