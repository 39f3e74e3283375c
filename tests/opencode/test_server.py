import asyncio
import os
from pathlib import Path

import aiohttp
import pytest

from orchestrator.kit.processes import ProcessLedger
from orchestrator.opencode.binary import PINNED_VERSION
from orchestrator.opencode.errors import OpenCodeStartFailed
from orchestrator.opencode.server import ServerLog, ServerProcess
from orchestrator.sandboxes.base import Launch

from .conftest import OpenCode, run_turn, silent


async def test_answers_only_with_its_password(opencode: OpenCode) -> None:
    assert await opencode.server.healthy()
    assert (await opencode.server.client.health()).version == PINNED_VERSION
    async with aiohttp.ClientSession() as stranger:
        for path in ("/session", "/global/event", "/config", "/doc", "/global/health"):
            async with stranger.get(opencode.server.url + path) as answer:
                assert answer.status == 401, path


async def test_is_on_the_ledger(opencode: OpenCode) -> None:
    [record] = ProcessLedger(opencode.folder / "processes").records()
    assert record.pid == opencode.server.pid
    assert record.purpose == "opencode"


def shell(tmp_path: Path, script: str) -> Launch:
    return Launch(("/bin/sh", "-c", script), {"PATH": os.environ["PATH"]}, str(tmp_path))


async def start(tmp_path: Path, script: str, timeout_seconds: float = 5) -> ServerProcess:
    return await ServerProcess.start(
        ProcessLedger(tmp_path / "processes"),
        shell(tmp_path, script),
        password="secret",
        log_file=tmp_path / "server.log",
        timeout_seconds=timeout_seconds,
    )


async def test_a_server_that_ends_at_once_tells_its_last_lines(tmp_path: Path) -> None:
    with pytest.raises(OpenCodeStartFailed, match=r"exit code 3(?s:.*)no room left"):
        await start(tmp_path, "echo no room left; exit 3")
    assert ProcessLedger(tmp_path / "processes").records() == []


async def test_a_silent_server_is_ended(tmp_path: Path) -> None:
    with pytest.raises(OpenCodeStartFailed, match="no healthy answer within"):
        await start(tmp_path, "trap '' TERM; while :; do sleep 0.1; done", timeout_seconds=0.5)
    assert ProcessLedger(tmp_path / "processes").records() == []


async def test_a_server_that_never_answers_is_ended(tmp_path: Path) -> None:
    """A port that accepts and stays silent, as OpenCode's does in its first moments."""
    listener = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    try:
        with pytest.raises(OpenCodeStartFailed, match="no healthy answer within"):
            await start(tmp_path, f"echo listening on http://127.0.0.1:{port}; sleep 60", timeout_seconds=1.5)
    finally:
        listener.close()


async def test_output_never_blocks_the_server(tmp_path: Path) -> None:
    """A pipe holds 64 KB: a server that prints more and is not read stands still."""
    reader = asyncio.StreamReader()
    log = ServerLog(tmp_path / "deep" / "server.log")
    log.follow(reader)
    for _ in range(200):
        reader.feed_data(b"x" * 65_536)
    reader.feed_data(b"\nopencode server listening on http://127.0.0.1:4096\nlast line\n")
    reader.feed_eof()
    await log.close(timeout_seconds=10)
    assert log.address.result() == "http://127.0.0.1:4096"
    assert log.tail(2).endswith("last line")
    kept = sum(path.stat().st_size for path in (tmp_path / "deep").iterdir())
    assert kept < 11 * 1024 * 1024


async def test_downloads_nothing(opencode: OpenCode, worktree: Path) -> None:
    """A first run with OpenCode's own defaults fetches 20 MB from the npm registry and ripgrep from GitHub."""
    await run_turn(opencode, worktree, await opencode.new_session(worktree), "Search")
    home = opencode.folder / "home"
    assert not (home / ".npm").exists()
    assert list((home / ".config" / "opencode" / "node_modules").iterdir()) == []
    assert [path.name for path in (home / ".cache" / "opencode" / "bin").iterdir()] == ["rg"]
