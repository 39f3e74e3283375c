import subprocess
from pathlib import Path

import pytest

from orchestrator.sandboxes import Mount, ProcessSandbox, SandboxSpec


def test_a_command_runs_as_it_is_in_the_real_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HOST", "x")
    monkeypatch.setenv("LC_TIME", "C")
    (tmp_path / "sub").mkdir()
    spec = SandboxSpec((Mount(tmp_path, "/workspaces/one", writable=True),), "/workspaces/one/sub", {"PORT": "1"})
    sandbox = ProcessSandbox()
    launch = sandbox.launch(spec, ["sh", "-c", "pwd; env; exit 3"])
    assert (launch.argv, launch.cwd) == (("sh", "-c", "pwd; env; exit 3"), str(tmp_path / "sub"))
    done = subprocess.run(launch.argv, env=dict(launch.env), cwd=launch.cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stdout.startswith(f"{tmp_path}/sub\n")
    assert "PORT=1\n" in done.stdout
    assert "LC_TIME=C\n" in done.stdout
    assert "SECRET" not in done.stdout
    assert launch.env.keys().isdisjoint({"SECRET_OF_THE_HOST", "VIRTUAL_ENV", "PYTHONPATH"})


def test_paths_are_the_hosts_own(tmp_path: Path) -> None:
    spec = SandboxSpec((Mount(tmp_path, "/workspaces/one"),), "/workspaces/one")
    sandbox = ProcessSandbox()
    assert sandbox.inside(spec, tmp_path / "a") == str(tmp_path / "a")
    assert sandbox.launch(SandboxSpec((), str(tmp_path)), ["true"]).cwd == str(tmp_path)
    assert (sandbox.name, sandbox.isolated) == ("process", False)
    assert "OPENCODE_SERVER_PASSWORD" not in sandbox.launch(spec, ["true"]).env
