"""Contexts on the command line, against a real server."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from tests.api import RANDOM_ID, Server
from tests.cli.test_cli import refused, run
from tests.cli.test_tenancy import printed

from orchestrator.client.api import Client

Env = dict[str, str | None]


@pytest.fixture
def env(server: Server, tmp_path: Path) -> Env:
    data = {"ORCHESTRATOR_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path), "NO_COLOR": "1", "COLUMNS": "200"}
    return {**data, "ORCHESTRATOR_URL": server.url, "ORCHESTRATOR_API_KEY": server.actors.member.key}


async def test_entries_are_written_found_merged_and_deleted(env: Env, server: Server) -> None:
    async def contexts(*arguments: str) -> str:
        return await asyncio.to_thread(printed, env, "contexts", *arguments)

    assert await contexts("put", "decisions/database", '{"use": "PostgreSQL"}') == "decisions/database is at version 1\n"
    assert json.loads((await contexts("get", "decisions/database")).split("version")[0]) == {"use": "PostgreSQL"}
    await contexts("put", "decisions/database", '{"use": "PostgreSQL", "since": 15}', "--version", "1")
    merged = await contexts("put", "decisions/database", '{"use": "PostgreSQL", "port": 5432}', "--version", "1")
    assert merged == "decisions/database is at version 3, merged with what others wrote\n"
    assert '"since"' not in await contexts("get", "decisions/database", "--version", "1")
    assert re.search(r"3 .* 1 .*port", await contexts("history", "decisions/database"))
    with Client(server.url, server.actors.member.key) as client:
        session = (await asyncio.to_thread(client.create_session, prompt="Do it.", start=False))["id"]
    await contexts("put", "notes/a", "a [red]text[/] of one", "--session", session[-8:])
    await contexts("put", "notes/b", "of an agent", "--agent", "tester", "--last-write-wins")
    await contexts("put", "notes/b", "of an agent still", "--agent", "tester")
    assert "a [red]text[/] of one" in await contexts("list", "--session", session[-8:])
    found = await contexts("search", "agent")
    assert "notes/b" in found
    assert "notes/a" not in found
    assert {line.split()[-1] for line in (await contexts("list", "--prefix", "notes/b")).splitlines()[1:]} == {"still"}
    assert await contexts("delete", "decisions/database", "--version", "3") == "decisions/database is deleted\n"
    assert "decisions" not in await contexts("list")
    assert "(deleted)" in await contexts("list", "--deleted")
    assert "(deleted)" in await contexts("history", "decisions/database")


async def test_conflicts_are_listed_and_resolved(env: Env) -> None:
    async def contexts(*arguments: str) -> str:
        return await asyncio.to_thread(printed, env, "contexts", *arguments)

    await contexts("put", "k", '{"a": 1}')
    await contexts("put", "k", '{"a": 2}', "--version", "1")
    for value in ('{"a": 3}', '{"a": 4}'):
        refused(await asyncio.to_thread(run, env, "contexts", "put", "k", value, "--version", "1"), "context_conflict")
    rows = [line.split() for line in (await contexts("conflicts")).splitlines()[1:]]
    assert [(row[2], row[3], row[4], row[-1]) for row in rows] == [("k", "1", "2", "/a")] * 2
    assert await contexts("resolve", rows[0][0], "--take", "mine") == "k is at version 3\n"
    stale = await asyncio.to_thread(run, env, "contexts", "resolve", rows[1][0], "--value", "7")
    refused(stale, "changed_meanwhile")
    assert await contexts("resolve", rows[1][0], "--value", '{"a": 7}', "--version", "3") == "k is at version 4\n"
    assert '"a": 7' in await contexts("get", "k")
    assert len((await contexts("conflicts", "--resolved")).splitlines()) == 3


async def test_what_is_wrong_is_told(env: Env) -> None:
    await asyncio.to_thread(printed, env, "contexts", "put", "k", "1")
    for arguments, code in (
        (("get", "nothing"), "not_found"),
        (("put", "k", "2"), "context_version_required"),
        (("put", "a b", "2"), "context_key_invalid"),
        (("put", "k", "2", "--session", "x", "--agent", "y"), "argument_wrong"),
        (("put", "k", "2", "--agent", "nobody"), "not_found"),
        (("put", "k", "2", "--plan", RANDOM_ID), "not_found"),
        (("delete", "k", "--version", "9"), "changed_meanwhile"),
        (("resolve", RANDOM_ID), "argument_wrong"),
        (("resolve", RANDOM_ID, "--take", "mine"), "not_found"),
    ):
        refused(await asyncio.to_thread(run, env, "contexts", *arguments), code)
