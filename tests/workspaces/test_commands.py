import asyncio
import os
import time
from pathlib import Path

import psutil
import pytest
from tests.kit.waiting import eventually
from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.workspaces import CommandResult, RepositoryConfig, Workspace


@pytest.fixture
async def workspace(desk: Desk, repository: Repository) -> Workspace:
    return await desk.open(repository)


async def run(desk: Desk, workspace: Workspace, command: str, timeout_seconds: float = 30) -> CommandResult:
    return await desk.workspaces.run(command, workspace, env={"KEY": "value"}, timeout_seconds=timeout_seconds)


async def test_output_exit_code_and_duration(desk: Desk, workspace: Workspace) -> None:
    result = await run(desk, workspace, "echo out; echo err >&2; sleep 0.2; exit 3")
    assert (result.exit_code, result.output, result.timed_out, result.truncated) == (3, "out\nerr\n", False, False)
    assert result.duration_ms >= 200
    assert (await run(desk, workspace, "no-such-command-here")).exit_code == 127
    assert (await run(desk, workspace, "kill -9 $$")).exit_code == 137


async def test_the_environment_is_small_and_its_own(
    desk: Desk, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "not-for-you")
    told = (await run(desk, workspace, "env; touch $HOME/mine; [[ 1 == 1 ]] && echo bash")).output
    variables = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    assert "not-for-you" not in told
    assert variables["KEY"] == "value"
    assert 1024 <= int(variables["PORT"]) <= 65535
    assert Path(variables["HOME"]) != Path.home()
    assert "CI" not in variables
    assert told.endswith("bash\n")
    again = await run(desk, workspace, "ls -A $HOME")
    assert again.output == ""


async def test_long_output_keeps_its_beginning_and_its_end(desk: Desk, workspace: Workspace) -> None:
    result = await run(desk, workspace, "seq 1 200000")
    assert result.truncated
    assert result.output.startswith("1\n2\n")
    assert result.output.endswith("199999\n200000\n")
    assert "bytes left out" in result.output
    assert len(result.output) < 65 * 1024


async def test_bytes_that_are_no_text_do_no_harm(desk: Desk, workspace: Workspace) -> None:
    assert (await run(desk, workspace, "printf 'a\\377b'")).output == "a\ufffdb"


async def test_a_command_that_takes_too_long_is_killed_with_all_it_started(desk: Desk, workspace: Workspace) -> None:
    began = time.monotonic()
    result = await run(desk, workspace, "echo begun; trap '' TERM; sleep 61.25 & setsid sleep 61.25 & wait; wait", 1)
    assert (result.exit_code, result.timed_out, result.output) == (124, True, "begun\n")
    assert time.monotonic() - began < 15
    assert sleepers("61.25") == []


async def test_nothing_stays_behind(desk: Desk, workspace: Workspace) -> None:
    began = time.monotonic()
    result = await run(desk, workspace, "sleep 62.5 & (setsid sleep 62.5 &) ; echo done")
    assert (result.exit_code, result.output) == (0, "done\n")
    assert time.monotonic() - began < 15
    assert sleepers("62.5") == []


async def test_a_cancelled_command_is_killed(desk: Desk, workspace: Workspace) -> None:
    running = asyncio.ensure_future(run(desk, workspace, "touch started; sleep 63.75"))
    await asyncio.to_thread(eventually, (workspace.folder / "started").exists)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert sleepers("63.75") == []


async def test_only_the_worktree_can_be_written(desk: Desk, workspace: Workspace, tmp_path: Path) -> None:
    assert desk.workspaces.sandbox.isolated, "bubblewrap does not work on this machine"
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    result = await run(desk, workspace, f"touch here; touch {tmp_path}/open/x; touch /usr/x; touch /x; cat /etc/shadow")
    assert result.exit_code != 0
    assert os.listdir(tmp_path / "open") == []
    assert (workspace.folder / "here").exists()


async def test_verification_leaves_no_trace(desk: Desk, workspace: Workspace) -> None:
    await desk.run(workspace, "echo 2 > app.py")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Result")
    config = RepositoryConfig()
    async with desk.workspaces.checkout(TENANT, workspace.base, checkpoint.commit, desk.identity, config) as place:
        result = await desk.workspaces.run(
            "cat app.py; git log --format=%s -1; touch junk", place, env={}, timeout_seconds=30
        )
        assert result.output == "2\nResult\n"
    assert not place.folder.exists()
    assert not (workspace.folder / "junk").exists()
    assert os.listdir(desk.workspaces.folders(TENANT).scratch) == []


def sleepers(seconds: str) -> list[int]:
    """The processes of this very test, told by an odd number of seconds."""
    found = psutil.process_iter(["cmdline", "status"])
    return [
        process.pid
        for process in found
        if (process.info["cmdline"] or [])[-2:] == ["sleep", seconds] and process.info["status"] != psutil.STATUS_ZOMBIE
    ]
