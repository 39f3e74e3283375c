"""What these tests look at: the tree as git sees it, and the generator of the reference."""

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def project_files() -> list[Path]:
    """Every file that git tracks or would add, relative to the root."""
    # A checkout may belong to another account than the one that tests it.
    listing = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, timeout=30).stdout.decode()
    return sorted(path for name in set(filter(None, listed.split("\0"))) if (ROOT / (path := Path(name))).is_file())


@pytest.fixture(scope="session")
def sources(project_files: list[Path]) -> dict[Path, str]:
    """The text of every file under src and dashboard/src, relative to the root."""
    ours = [path for path in project_files if path.parts[0] == "src" or path.parts[:2] == ("dashboard", "src")]
    return {path: (ROOT / path).read_text(errors="replace") for path in ours}


@pytest.fixture(scope="session")
def gen_docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gen_docs", ROOT / "scripts/gen_docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
