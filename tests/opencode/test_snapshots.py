import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from orchestrator.opencode.binary import OpenCodeInstall
from orchestrator.opencode.client import OpenCodeClient
from orchestrator.opencode.errors import SnapshotUnreadable
from orchestrator.opencode.schemas import Session
from orchestrator.opencode.snapshots import export, import_session

from .conftest import OpenCode, Starting, repository, run_turn


async def snapshot_of(client: OpenCodeClient, directory: Path, session: Session) -> bytes:
    return (await export(client, str(directory), session.id)).content


async def command(install: OpenCodeInstall, opencode: OpenCode, directory: Path, *arguments: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        install.binary,
        *arguments,
        cwd=directory,
        env=opencode.environment | {"PWD": str(directory)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    return output


@pytest.fixture(scope="module")
async def other_node(starting: Starting, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenCode]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(starting(tmp_path_factory.mktemp("other")))


@pytest.fixture
async def session(opencode: OpenCode, worktree: Path) -> Session:
    session = await opencode.new_session(worktree)
    await run_turn(opencode, worktree, session, "Run a command")
    return await opencode.server.client.get_session(str(worktree), session.id)


async def test_is_what_opencode_itself_exports_and_imports(
    opencode: OpenCode, other_node: OpenCode, install: OpenCodeInstall, worktree: Path, session: Session, tmp_path: Path
) -> None:
    ours = await snapshot_of(opencode.server.client, worktree, session)
    theirs = await command(install, opencode, worktree, "export", session.id)
    assert json.loads(ours) == json.loads(theirs)
    (tmp_path / "session.json").write_bytes(ours)
    elsewhere = repository(tmp_path / "repo")
    await command(install, other_node, elsewhere, "import", str(tmp_path / "session.json"))
    arrived = await other_node.server.client.get_session(str(elsewhere), session.id)
    assert arrived.directory == str(elsewhere)


async def test_goes_on_in_another_server_and_folder(
    opencode: OpenCode, other_node: OpenCode, worktree: Path, session: Session, tmp_path: Path
) -> None:
    here, there = opencode.server.client, other_node.server.client
    elsewhere = repository(tmp_path / "repo")
    snapshot = await snapshot_of(here, worktree, session)
    arrived = await import_session(there, str(elsewhere), snapshot)
    assert arrived.id == session.id
    assert arrived.directory == str(elsewhere)
    assert (arrived.tokens, arrived.cost) == (session.tokens, session.cost)
    assert await there.list_messages(str(elsewhere), session.id) == await here.list_messages(str(worktree), session.id)
    turn = await run_turn(other_node, elsewhere, arrived, "Run a command", "a second time")
    assert turn.text == "It ran."
    paths = [m["info"]["path"]["cwd"] for m in await there.raw_messages(str(elsewhere), session.id) if "path" in m["info"]]
    assert (paths[0], paths[-1]) == (str(worktree), str(elsewhere))


async def test_a_server_keeps_the_newer_session_that_it_has(
    opencode: OpenCode, worktree: Path, session: Session, tmp_path: Path
) -> None:
    client = opencode.server.client
    old = await snapshot_of(client, worktree, session)
    await run_turn(opencode, worktree, session, "Say hello")
    newer = await client.list_messages(str(worktree), session.id)
    await import_session(client, str(worktree), old)
    assert await client.list_messages(str(worktree), session.id) == newer
    elsewhere = repository(tmp_path / "repo")
    moved = await import_session(client, str(elsewhere), old)
    assert moved.directory == str(elsewhere)
    assert await client.list_messages(str(elsewhere), session.id) == newer
    assert (await run_turn(opencode, elsewhere, moved, "Say it again")).text == "Again."


async def test_large_sessions_pass(other_node: OpenCode, worktree: Path, opencode: OpenCode, tmp_path: Path) -> None:
    client = opencode.server.client
    session = await opencode.new_session(worktree)
    for number in range(2):
        await run_turn(opencode, worktree, session, "Read much" + "x" * 3_000_000, number)
    snapshot = await snapshot_of(client, worktree, session)
    assert len(snapshot) > 6_000_000
    elsewhere = repository(tmp_path / "repo")
    await import_session(other_node.server.client, str(elsewhere), snapshot)
    assert await snapshot_of(other_node.server.client, elsewhere, session) != snapshot
    wanted = await client.list_messages(str(worktree), session.id)
    assert await other_node.server.client.list_messages(str(elsewhere), session.id) == wanted


@pytest.mark.parametrize("broken", [b"", b"[]", b"{}", b'{"info": {"id": 7}, "messages": []}', b'{"info": {"id": "ses_1"'])
async def test_a_broken_snapshot_is_refused(opencode: OpenCode, worktree: Path, broken: bytes) -> None:
    with pytest.raises(SnapshotUnreadable) as raised:
        await import_session(opencode.server.client, str(worktree), broken)
    assert raised.value.code == "snapshot_unreadable"
