"""The import contracts of pyproject.toml hold, and forbid what they are there to forbid."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    config = str(folder / "pyproject.toml")
    return subprocess.run(
        [program, "--config", config, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


def test_contracts_are_kept(root: Path) -> None:
    done = lint_imports(root)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_has_a_floor(root: Path) -> None:
    config = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    floors = next(contract for contract in config["contracts"] if contract["id"] == "floors")
    named = {name.strip(" ()") for floor in floors["layers"] for name in floor.split("|")}
    unbuilt = {name.strip() for floor in floors["layers"] for name in floor.split("|") if "(" in name}
    built = {path.stem for path in (root / "src/orchestrator").iterdir() if is_importable(path)}
    assert floors["exhaustive"] is True
    assert built <= named
    assert not {f"({name})" for name in built} & unbuilt, "a floor that is built stands without parentheses"


def is_importable(path: Path) -> bool:
    return (path / "__init__.py").exists() or (path.suffix == ".py" and path.stem != "__init__")


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("kit/clock.py", "import orchestrator.sessions.states"),
        ("sessions/models.py", "import orchestrator.sessions.service"),
        ("sessions/states.py", "import fastapi"),
        ("workspaces/slugs.py", "import orchestrator.opencode.binary"),
    ],
)
def test_a_wrong_import_breaks_a_contract(root: Path, tmp_path: Path, module: str, line: str) -> None:
    shutil.copytree(root / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", tmp_path)
    wrong = tmp_path / "src/orchestrator" / module
    wrong.write_text(f"{line}\n{wrong.read_text()}")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout
