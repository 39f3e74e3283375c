import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.sandboxes.tenants import Tenant

from orchestrator.sandboxes import (
    NetworkProbe,
    SandboxUnavailable,
    choose_sandbox,
    diagnose,
    diagnose_network,
    doctor,
)


@pytest.fixture
def fresh_diagnosis() -> None:
    diagnose.cache_clear()


@pytest.fixture
def no_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_diagnosis: None) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture(autouse=True)
def forget():
    yield
    diagnose.cache_clear()


def test_bubblewrap_works_here_in_two_layers(fresh_diagnosis: None) -> None:
    found = diagnose()
    assert (found.name, found.isolated) == ("bubblewrap", True), found.reason
    assert [check.name for check in found.checks] == ["platform", "programs", "single layer", "two layers"]
    assert all(check.ok for check in found.checks)
    assert diagnose() is found
    assert choose_sandbox("auto").name == "bubblewrap"
    assert choose_sandbox("bubblewrap").isolated


def test_a_demanded_bubblewrap_that_is_missing_is_an_error_with_a_hint(no_programs: None) -> None:
    with pytest.raises(SandboxUnavailable) as error:
        choose_sandbox("bubblewrap")
    assert error.value.code == "sandbox_unavailable"
    assert "not installed: bwrap" in error.value.message
    assert "apt install bubblewrap" in error.value.hint_text


def test_falling_back_says_so_loudly_and_why(no_programs: None) -> None:
    with capture_logs() as lines:
        sandbox = choose_sandbox("auto")
    assert (sandbox.name, sandbox.isolated) == ("process", False)
    assert len(lines) == 1
    assert lines[0]["log_level"] == "warning"
    assert lines[0]["event"].startswith("NO ISOLATION")
    assert "bwrap" in lines[0]["reason"]


def test_a_bubblewrap_that_fails_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_diagnosis: None
) -> None:
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    found = diagnose()
    assert found.name == "process"
    assert found.reason.startswith("single layer: bwrap: setting up uid map: Permission denied")


@pytest.mark.parametrize(
    ("said", "switch", "value", "meaning"),
    [
        ("bwrap: Unknown option --perms", None, "", "older than 0.5"),
        (
            "bwrap: setting up uid map: Permission denied",
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "AppArmor",
        ),
        ("bwrap: No permissions to create new namespace", "kernel/unprivileged_userns_clone", "0", "switched off"),
        ("bwrap: Creating new namespace failed", "user/max_user_namespaces", "0", "user.max_user_namespaces=0"),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", None, "", "hides parts of /proc"),
        ("bwrap: Creating new namespace failed: Operation not permitted", None, "", "a container"),
        ("bwrap: something else", None, "", ""),
    ],
)
def test_the_reason_names_what_stands_behind(
    tmp_path: Path, said: str, switch: str | None, value: str, meaning: str
) -> None:
    if switch:
        (tmp_path / switch).parent.mkdir()
        (tmp_path / switch).write_text(f"{value}\n")
    assert meaning in doctor.explain(said, tmp_path)


def test_an_ordinary_user_gets_the_same_diagnosis(tenant: Tenant) -> None:
    done = tenant.python("from orchestrator.sandboxes import diagnose; print(diagnose().name, diagnose().reason)")
    assert done.stdout.startswith("bubblewrap "), done.stdout + done.stderr


def test_a_sandbox_can_have_a_network_of_its_own_here() -> None:
    assert (diagnose_network().ok, diagnose_network().detail) == (True, "works")
    assert NetworkProbe().problem() is None


def test_why_a_sandbox_cannot_have_a_network_of_its_own(no_programs: None) -> None:
    assert NetworkProbe().problem() is not None
    assert "not installed: bwrap" in diagnose_network().detail
