import json
import platform
import sys
from pathlib import Path

import pytest

from orchestrator.opencode import binary
from orchestrator.opencode.binary import PINNED_VERSION, OpenCodeInstall, find_opencode, find_ripgrep, platform_packages
from orchestrator.opencode.errors import OpenCodeMissing, OpenCodeWrongVersion


def package(folder: Path, version: str) -> Path:
    program = folder / "bin" / "opencode"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho must-not-run\n")
    program.chmod(0o755)
    (folder / "package.json").write_text(json.dumps({"name": folder.name, "version": version}))
    return program


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_finds_the_pinned_one(install: OpenCodeInstall) -> None:
    assert install.version == PINNED_VERSION
    assert install.binary.is_relative_to(install.folder)
    assert install.binary.stat().st_size > 100_000_000


def test_package_json_pins_the_same_version() -> None:
    pins = json.loads(Path(__file__).parents[2].joinpath("package.json").read_text())["dependencies"]
    assert pins["opencode-ai"] == PINNED_VERSION


def test_finds_the_same_from_any_folder(install: OpenCodeInstall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_opencode() == install


def test_a_checkout_below_the_working_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = package(tmp_path / "node_modules" / platform_packages()[0], PINNED_VERSION)
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert find_opencode().binary == program


def test_an_explicit_binary_in_a_package_is_not_run(tmp_path: Path) -> None:
    program = package(tmp_path / "opencode-linux-x64", PINNED_VERSION)
    found = find_opencode(program)
    assert found == OpenCodeInstall(program, tmp_path / "opencode-linux-x64", PINNED_VERSION)


def test_an_explicit_binary_is_asked(tmp_path: Path) -> None:
    program = script(tmp_path / "opencode", f"echo {PINNED_VERSION}")
    assert find_opencode(program).folder == tmp_path


def test_another_version_is_refused_and_named(tmp_path: Path) -> None:
    with pytest.raises(OpenCodeWrongVersion, match=rf"1\.0\.0.*{PINNED_VERSION}") as raised:
        find_opencode(package(tmp_path / "old", "1.0.0"))
    assert raised.value.code == "opencode_wrong_version"
    assert PINNED_VERSION in raised.value.hint_text


def test_a_missing_or_broken_binary_is_an_error_with_a_hint(tmp_path: Path) -> None:
    for named in (tmp_path / "nowhere", script(tmp_path / "broken", "exit 1")):
        with pytest.raises(OpenCodeMissing, match=named.name) as raised:
            find_opencode(named)
        assert raised.value.code == "opencode_missing"
        assert "make setup" in raised.value.hint_text


def test_nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binary, "_node_modules", lambda: iter(()))
    with pytest.raises(OpenCodeMissing, match="no node_modules holds opencode-"):
        find_opencode()


@pytest.mark.parametrize(
    ("system", "machine", "avx2", "musl", "wanted"),
    [
        ("linux", "x86_64", True, False, ("opencode-linux-x64", "opencode-linux-x64-baseline")),
        ("linux", "x86_64", False, False, ("opencode-linux-x64-baseline",)),
        ("linux", "x86_64", True, True, ("opencode-linux-x64-musl", "opencode-linux-x64-baseline-musl")),
        ("linux", "aarch64", False, True, ("opencode-linux-arm64-musl",)),
        ("darwin", "arm64", False, False, ("opencode-darwin-arm64",)),
    ],
)
def test_picks_the_build_for_the_machine(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, avx2: bool, musl: bool, wanted: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(binary, "_has_avx2", lambda: avx2)
    monkeypatch.setattr(binary, "_is_musl", lambda: musl)
    assert platform_packages() == wanted


def test_finds_a_ripgrep() -> None:
    assert find_ripgrep().name == "rg"
