"""What somebody installs: the wheel has the dashboard in it, and none is built without."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

PROJECT = Path(__file__).parents[2]
BUILD = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
LOOK = """
import sys
sys.path.insert(0, sys.argv[1])
from orchestrator.web import files
page = files.Dist().find("sessions/1")
assert files.__file__.startswith(sys.argv[1]), files.__file__
print(page.cache_control, page.content.decode())
"""


def build(project: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*BUILD, str(folder)], cwd=project, capture_output=True, text=True, timeout=100, check=False)


def test_the_wheel_serves_the_dashboard_by_itself(tmp_path: Path) -> None:
    done = build(PROJECT, tmp_path / "built")
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tmp_path / "built").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        packed.extractall(tmp_path / "installed")
    assert any(name.startswith("orchestrator/web/dist/assets/") and name.endswith(".js") for name in names)
    assert not any("node_modules" in name or "/tests/" in name for name in names)
    # Isolated, so that neither the checkout nor what is installed in it is found.
    look = [sys.executable, "-I", "-S", "-c", LOOK, str(tmp_path / "installed")]
    page = subprocess.run(look, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert page.returncode == 0, page.stderr
    assert page.stdout.startswith("no-cache ")
    assert (PROJECT / "src/orchestrator/web/dist/index.html").read_text() in page.stdout


def test_without_a_build_there_is_no_wheel(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "src/orchestrator/web").mkdir(parents=True)
    (project / "scripts").mkdir()
    (project / "src/orchestrator/__init__.py").touch()
    for name in ("pyproject.toml", "README.md", "LICENSE", "scripts/build_hook.py"):
        shutil.copy(PROJECT / name, project / name)
    refused = build(project, tmp_path / "built")
    assert refused.returncode != 0
    assert "make setup" in refused.stdout + refused.stderr
    (project / "src/orchestrator/web/dist").mkdir()
    (project / "src/orchestrator/web/dist/index.html").write_text("<p>")
    built = build(project, tmp_path / "built")
    assert built.returncode == 0, built.stdout + built.stderr
