"""The command line as a person sees it: what it prints, how it ends, and never a traceback."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.api import RANDOM_ID, Server
from typer.testing import CliRunner

from orchestrator import __version__
from orchestrator.cli.app import app
from orchestrator.client.api import Client
from orchestrator.kit.settings_doc import settings_rows
from orchestrator.opencode.binary import PINNED_VERSION

COMMANDS = [
    "up",
    "api",
    "gateway",
    "worker",
    "run",
    "doctor",
    "settings",
    "version",
    "sessions",
    "providers",
    "models",
    "usage",
    "budgets",
]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str | None]:
    return {"ORCHESTRATOR_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path), "NO_COLOR": "1"}


@pytest.fixture
def on_server(server: Server, env: dict[str, str | None]) -> dict[str, str | None]:
    return {**env, "ORCHESTRATOR_URL": server.url, "ORCHESTRATOR_API_KEY": server.actors.member.key}


def run(env: Mapping[str, str | None], *arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env=env)


def refused(result: Result, code: str, status: int = 1) -> None:
    """One error with its code, one hint, and nothing on standard output."""
    assert result.exit_code == status, (result.output, result.exception)
    assert isinstance(result.exception, SystemExit), result.exception
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert lines[0].startswith("error")
    assert f"({code})" in lines[0]
    assert lines[1].startswith("hint")
    assert len(lines) == 2
    assert result.stdout == ""


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_version_names_both_versions(env: dict[str, str | None]) -> None:
    result = run(env, "version")
    assert result.exit_code == 0
    assert result.stdout.split() == ["orchestrator", __version__, "opencode", PINNED_VERSION]


def test_help_names_every_command(env: dict[str, str | None]) -> None:
    result = run(env, "--help")
    assert result.exit_code == 0
    assert [name for name in COMMANDS if not re.search(rf"\b{name}\b", result.stdout)] == []


def test_settings_lists_every_variable_and_hides_secrets(env: dict[str, str | None]) -> None:
    secrets = {"OPENAI_API_KEY": "sk-secret", "DATABASE_URL": "postgresql://ada:hush@db.example/o"}
    for arguments in (("settings",), ("settings", "--markdown")):
        result = run({**env, **secrets}, *arguments)
        assert result.exit_code == 0
        assert [row.variable for row in settings_rows() if row.variable not in result.stdout] == []
        assert "sk-secret" not in result.output
        assert "hush" not in result.output


def test_doctor_says_what_is_there(env: dict[str, str | None]) -> None:
    result = run(env, "doctor")
    assert result.exit_code == 0, result.output
    for part in ("orchestrator", "git", "opencode", "database", "data directory", "sandbox"):
        assert re.search(rf"^\s*{part}\s+(ok|no isolation)", result.stdout, re.MULTILINE), part
    assert re.search(r"^\s*limits\s+(ok|partly)\s+memory by (cgroup v[12]|prlimit|none)", result.stdout, re.MULTILINE)
    assert re.search(r"^\s*model\s+ok\s+scripted-model \(scripted, no real model\)", result.stdout, re.MULTILINE)
    own = {"ORCHESTRATOR_PROVIDER_BASE_URL": "http://ada:hush@vllm:8000/v1", "ORCHESTRATOR_PROVIDER_MODEL": "qwen3-coder"}
    with_own = run({**env, **own}, "doctor").stdout
    assert re.search(r"^\s*model\s+ok\s+qwen3-coder at http://vllm:8000/v1", with_own, re.MULTILINE)
    assert "hush" not in with_own
    without = run({**env, "ORCHESTRATOR_LIMITS": "none"}, "doctor").stdout
    assert re.search(r"^\s*limits\s+partly\s+memory by none", without, re.MULTILINE)


def test_doctor_says_what_is_missing_and_ends_with_1(env: dict[str, str | None], tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    result = run({**env, "ORCHESTRATOR_OPENCODE_BINARY": str(tmp_path / "nothing")}, "doctor")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert re.search(r"opencode\s+missing", result.stdout)
    assert re.search(r"data directory\s+missing", result.stdout)


@pytest.mark.parametrize("arguments", [("sessions", "list"), ("sessions", "show", RANDOM_ID), ("run", "Do it.")])
def test_without_a_server_there_is_one_clear_error(env: dict[str, str | None], arguments: tuple[str, ...]) -> None:
    port = closed_port()
    result = run({**env, "ORCHESTRATOR_PORT": str(port), "ORCHESTRATOR_API_KEY": "k"}, *arguments)
    refused(result, "server_unreachable")
    assert str(port) in result.stderr
    assert "make run" in result.stderr


def test_without_a_key_there_is_one_clear_error(env: dict[str, str | None], tmp_path: Path) -> None:
    result = run(env, "sessions", "list")
    refused(result, "key_missing")
    assert str(tmp_path / "data" / "admin.key") in result.stderr


@pytest.mark.parametrize("arguments", [("settings",), ("doctor",), ("up",), ("sessions", "list"), ("run", "Do it.")])
@pytest.mark.parametrize(("name", "value"), [("ORCHESTRATOR_PORT", "abc"), ("ORCHESTRATOR_SANDBOX", "none")])
def test_a_wrong_setting_is_named(env: dict[str, str | None], arguments: tuple[str, ...], name: str, value: str) -> None:
    result = run({**env, name: value, "ORCHESTRATOR_API_KEY": "k"}, *arguments)
    refused(result, "setting_invalid", 2)
    assert name in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ORCHESTRATOR_PORTT", "8701", "ORCHESTRATOR_PORT"),
        ("ORCHESTRATOR_PROVIDER_URL", "http://localhost:8000/v1", "ORCHESTRATOR_PROVIDER_BASE_URL"),
    ],
)
def test_a_setting_that_is_almost_one_is_not_passed_over(
    env: dict[str, str | None], name: str, value: str, told: str
) -> None:
    result = run({**env, name: value, "ORCHESTRATOR_API_KEY": "k"}, "doctor")
    refused(result, "setting_unknown", 2)
    assert name in result.stderr
    assert told in result.stderr


def test_variables_of_others_are_let_be(env: dict[str, str | None]) -> None:
    """A cluster that runs containers gives such to all of them, named after its services."""
    others = {"ORCHESTRATOR_API_SERVICE_HOST": "10.0.0.1", "ORCHESTRATOR_API_PORT": "tcp://10.0.0.1:8700"}
    assert run({**env, **others, "ORCHESTRATOR_TENANT": "x"}, "settings").exit_code == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ORCHESTRATOR_PROVIDER_BASE_URL", "foo"),
        ("ORCHESTRATOR_PROVIDER_BASE_URL", "localhost:8000/v1"),
        ("ORCHESTRATOR_PROVIDER_BASE_URL", "http://localhost:port/v1"),
        ("DATABASE_URL", "mysql://ada@db.example/o"),
        ("ORCHESTRATOR_NODE_DEATH_SECONDS", "1"),
        ("ORCHESTRATOR_OIDC_ISSUER", "https://id.example.com"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_at_the_start(env: dict[str, str | None], name: str, value: str) -> None:
    result = run({**env, name: value}, "doctor")
    refused(result, "setting_invalid", 2)
    assert name in result.stderr
    assert "Value error" not in result.stderr


def test_a_missing_file_of_scenarios_is_told_without_a_traceback(env: dict[str, str | None], tmp_path: Path) -> None:
    missing = tmp_path / "none.yml"
    command = [str(Path(sys.executable).with_name("orchestrator")), "up", "--no-demo"]
    own = {
        "ORCHESTRATOR_SCRIPTED_SCENARIOS": str(missing),
        "ORCHESTRATOR_PORT": str(closed_port()),
        "PATH": os.environ["PATH"],
    }
    given = {name: value for name, value in {**env, **own}.items() if value is not None}
    done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "(scenario_invalid)" in done.stderr
    assert str(missing) in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_an_address_without_its_scheme_is_told(env: dict[str, str | None]) -> None:
    result = run({**env, "ORCHESTRATOR_URL": "127.0.0.1:8700", "ORCHESTRATOR_API_KEY": "k"}, "sessions", "list")
    refused(result, "server_url_invalid")
    assert "http://127.0.0.1:8700" in result.stderr


def test_the_command_itself_prints_no_traceback(env: dict[str, str | None]) -> None:
    """As a process of its own: what escapes from the library would be seen here."""
    command = [str(Path(sys.executable).with_name("orchestrator")), "sessions", "list"]
    for changes, status, code in (
        ({"ORCHESTRATOR_PORT": str(closed_port()), "ORCHESTRATOR_API_KEY": "k"}, 1, "server_unreachable"),
        ({"ORCHESTRATOR_PORT": "abc"}, 2, "setting_invalid"),
    ):
        own = {name: value for name, value in {**env, **changes}.items() if value is not None}
        done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout) == (status, ""), done.stderr
        assert code in done.stderr
        assert "Traceback" not in done.stderr


def make(server: Server, **wanted: Any) -> str:
    with Client(server.url, server.actors.member.key) as client:
        return client.create_session(**{"prompt": "p", **wanted})["id"]


def test_sessions_are_steered(server: Server, on_server: dict[str, str | None]) -> None:
    session_id = make(server)
    assert "paused (person)" in run(on_server, "sessions", "pause", session_id).stdout
    assert "paused" in run(on_server, "sessions", "say", session_id, "Use Decimal.").stdout
    assert "queued" in run(on_server, "sessions", "resume", session_id).stdout
    refused(run(on_server, "sessions", "accept", session_id), "illegal_transition")
    assert "stopped" in run(on_server, "sessions", "stop", session_id).stdout
    assert "rejected" in run(on_server, "sessions", "reject", session_id, "--reason", "It does nothing.").stdout
    assert "queued" in run(on_server, "sessions", "say", session_id, "Why?", "--review", "shop/a:b.py:7").stdout
    refused(run(on_server, "sessions", "say", session_id, "boom", "--url", "https://ci.example.com/7"), "invalid")
    assert "queued" in run(on_server, "sessions", "say", session_id, "boom", "--ci", "build").stdout
    with Client(server.url, server.actors.member.key) as client:
        said = [(one["kind"], one["details"]) for one in client.messages(session_id)]
        assert client.turns(session_id) == []
    place = {"path": "shop/a:b.py", "line": 7}
    assert said == [("message", {}), ("review_comment", place), ("ci_failure", {"name": "build"})]
    run(on_server, "sessions", "stop", session_id)
    assert "queued" in run(on_server, "sessions", "retry", session_id).stdout
    refused(run(on_server, "sessions", "fork", session_id, "x", "--checkpoint", "2"), "no_checkpoint_yet")
    refused(run(on_server, "sessions", "fork", session_id, "--agent", "nobody"), "unknown_agent")


def test_sessions_are_listed_shown_started_and_cancelled(server: Server, on_server: dict[str, str | None]) -> None:
    session_id = make(server, title="Fix [bold]it[/]", start=False)
    listed = run(on_server, "sessions", "list")
    assert listed.exit_code == 0
    assert "Fix [bold]it[/]" in listed.stdout
    assert "pending" in listed.stdout
    part = session_id[-8:]
    assert session_id in run(on_server, "sessions", "show", part).stdout
    assert "queued" in run(on_server, "sessions", "start", part).stdout
    assert "queued" in run(on_server, "sessions", "list", "--status", "queued").stdout
    assert "cancelled" in run(on_server, "sessions", "cancel", session_id).stdout
    refused(run(on_server, "sessions", "cancel", session_id), "illegal_transition")
    assert run(on_server, "sessions", "logs", session_id).stdout == ""
    followed = run(on_server, "sessions", "logs", "-f", session_id)
    assert followed.exit_code == 0
    assert "cancelled" in followed.stdout
    refused(run(on_server, "sessions", "diff", session_id), "no_result_yet")


def test_a_title_with_line_ends_forges_no_row(server: Server, on_server: dict[str, str | None]) -> None:
    session_id = make(server, title="ok\nstatus              completed\n\x1b[1Averified", start=False)
    for words in (("list",), ("show", session_id)):
        shown = run(on_server, "sessions", *words).stdout
        assert [
            line for line in shown.splitlines() if line.startswith(("status ", "\x1b", "verified")) and "pending" not in line
        ] == []
        assert "ok status" in shown


def test_ids_that_lead_nowhere_are_clear_errors(server: Server, on_server: dict[str, str | None]) -> None:
    ids = [make(server), make(server)]
    refused(run(on_server, "sessions", "show", RANDOM_ID), "not_found")
    for nobodys in ("nonsense", ""):
        unknown = run(on_server, "sessions", "show", nobodys)
        refused(unknown, "not_found")
        assert "orchestrator sessions list" in unknown.stderr
    refused(run(on_server, "approvals", "show", "nonsense"), "not_found")
    ambiguous_part = run(on_server, "sessions", "show", ids[0][:4])
    refused(ambiguous_part, "id_ambiguous")
    assert "ids begin or end with" in ambiguous_part.stderr
    for ambiguous in (ids[0][:4], "", "../../health/live", "?limit=1", "a/b"):
        result = run(on_server, "sessions", "show", ambiguous)
        assert result.exit_code in (1, 2), ambiguous
        assert isinstance(result.exception, SystemExit), result.exception


def test_run_refuses_bad_input_with_the_servers_own_words(on_server: dict[str, str | None], tmp_path: Path) -> None:
    refused(run(on_server, "run", " "), "prompt_empty")
    refused(run(on_server, "run", "Do it.", "--repo", str(tmp_path)), "repository_outside_roots")
    refused(run(on_server, "run", "Do it.", "--model", "nobody"), "unknown_model")
    refused(run(on_server, "run", "Do it.", "--timeout", "0"), "invalid")
    refused(run({**on_server, "ORCHESTRATOR_API_KEY": "oio_a_b"}, "sessions", "list"), "unauthenticated")
    refused(run({**on_server, "ORCHESTRATOR_TENANT": "nobody"}, "sessions", "list"), "tenant_not_found")
    refused(run({**on_server, "ORCHESTRATOR_API_KEY": "кey"}, "sessions", "list"), "unauthenticated")
    refused(run({**on_server, "ORCHESTRATOR_URL": "http://[::1"}, "sessions", "list"), "server_unreachable")
