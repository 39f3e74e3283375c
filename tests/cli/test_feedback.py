"""What people say of a session's work on the command line, against a real server."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tests.api import Server
from tests.cli.test_cli import refused, run
from tests.cli.test_plans import Env, told
from tests.mcp.test_own_tools import at_work, become

from orchestrator.client.api import Client
from orchestrator.sessions.states import Status


@pytest.fixture
def env(server: Server, tmp_path: Path) -> Env:
    data = {"ORCHESTRATOR_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path), "NO_COLOR": "1", "COLUMNS": "200"}
    return {**data, "ORCHESTRATOR_URL": server.url, "ORCHESTRATOR_API_KEY": server.actors.member.key}


async def finished(server: Server) -> str:
    session_id, _ = await at_work(server, server.actors.member)
    await become(server, server.actors.member, session_id, Status.COMPLETED)
    return str(session_id)


async def read(server: Server, session_id: str) -> Any:
    with Client(server.url, server.actors.member.key) as client:
        return await asyncio.to_thread(client.session, session_id)


async def test_work_is_rated_and_the_rating_taken_back(server: Server, env: Env) -> None:
    session_id = await finished(server)
    assert await told(env, "sessions", "rate", session_id[-8:], "bad", "--comment", "Hard to read.") == "bad\n"
    rating = (await read(server, session_id))["rating"]
    assert (rating["value"], rating["comment"]) == ("bad", "Hard to read.")
    assert await told(env, "sessions", "rate", session_id, "good") == "good\n"
    assert await told(env, "sessions", "rate", session_id, "none") == "not rated\n"
    assert (await read(server, session_id))["rating"] is None


async def test_work_is_called_reverted_and_not(server: Server, env: Env) -> None:
    session_id = await finished(server)
    words = ("sessions", "reverted", session_id, "--commit", "c" * 40, "--reason", "It broke the import.")
    assert await told(env, *words) == "reverted\n"
    told_of = (await read(server, session_id))["reverted"]
    assert (told_of["counts"], told_of["commit"], told_of["reason"]) == (True, "c" * 40, "It broke the import.")
    assert await told(env, "sessions", "reverted", session_id, "--not") == "not reverted\n"
    assert (await read(server, session_id))["reverted"]["counts"] is False


async def test_what_cannot_be_said_is_refused(server: Server, env: Env) -> None:
    session_id, _ = await at_work(server, server.actors.member)
    for words, code in (
        (("rate", str(session_id), "good"), "illegal_transition"),
        (("reverted", str(session_id)), "illegal_transition"),
        (("rate", "0190aaaa-0000-7000-8000-00000000dead", "bad"), "not_found"),
    ):
        refused(await asyncio.to_thread(run, env, "sessions", *words), code)
    assert (await asyncio.to_thread(run, env, "sessions", "rate", str(session_id), "great")).exit_code == 2
