"""`orchestrator approvals`, against a real server; no agent runs behind it."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from click.testing import Result
from tests.api import Api, Server
from tests.sessions.asked import QUESTIONS, make_waiting
from typer.testing import CliRunner

from orchestrator.cli.app import app
from orchestrator.sessions.approval_rows import ApprovalKind


@pytest.fixture
def env(server: Server, tmp_path: Path) -> dict[str, str | None]:
    return {
        "ORCHESTRATOR_DATA_DIR": str(tmp_path / "data"),
        "HOME": str(tmp_path),
        "NO_COLOR": "1",
        "ORCHESTRATOR_URL": server.url,
        "ORCHESTRATOR_API_KEY": server.actors.admin.key,
    }


def run(env: Mapping[str, str | None], *words: str) -> Result:
    return CliRunner().invoke(app, ["approvals", *words], env=env)


def done(env: Mapping[str, str | None], *words: str) -> str:
    result = run(env, *words)
    assert result.exit_code == 0, (words, result.output, result.exception)
    return result.stdout


async def test_what_is_asked_is_listed_shown_and_answered(
    env: dict[str, str | None], server: Server, tmp_path: Path
) -> None:
    assert server.app is not None
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        api = Api(server.app, client, server.database, server.actors, tmp_path / "code")
        push = await make_waiting(api, patterns=["git push \x1b[2J"])
        gc = await make_waiting(api, patterns=["git gc"])
        question = await make_waiting(api, kind=ApprovalKind.QUESTION, tool="question", patterns=[], detail=QUESTIONS)
    await asyncio.to_thread(answer, env, *(str(one.id) for one in (push, gc, question)))


def answer(env: dict[str, str | None], push: str, gc: str, question: str) -> None:
    listed = done(env, "list")
    assert all(words in listed for words in ("bash git push \\x1b[2J", "bash git gc", "Which?"))
    assert '"label": "a"' in done(env, "show", question)
    assert "allowed" in done(env, "allow", push[-8:], "--always")
    assert "Not on a Friday." in done(env, "deny", gc, "--reason", "Not on a Friday.")
    assert "answered" in done(env, "answer", question, "the first")
    assert "git" not in done(env, "list")
    assert "git gc" in done(env, "list", "--status", "denied")
    again = run(env, "allow", gc)
    assert (again.exit_code, "approval_decided" in again.stderr) == (1, True)


async def test_the_policy_is_printed_as_it_is_set(env: dict[str, str | None], tmp_path: Path) -> None:
    await asyncio.to_thread(set_policy, env, tmp_path / "policy.json")


def set_policy(env: dict[str, str | None], file: Path) -> None:
    assert json.loads(done(env, "policy")) == {"rules": [], "deadline_seconds": 3600, "default": "deny"}
    wanted = {
        "rules": [{"tool": "bash", "pattern": "git push*", "action": "ask"}],
        "deadline_seconds": 60,
        "default": "deny",
    }
    file.write_text(json.dumps(wanted))
    assert json.loads(done(env, "policy", "--set", str(file))) == wanted
    file.write_text("[1]")
    assert run(env, "policy", "--set", str(file)).exit_code == 1
