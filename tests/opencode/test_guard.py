"""File tools run in the server, outside of the agent's sandbox: whatever way a file is named, they stay in the worktree."""

import os
from pathlib import Path

from tests.opencode.conftest import PATCHING, PERMISSIONS, OpenCode, repository, run_turn, tools


async def test_patches_lead_nowhere(opencode: OpenCode, tmp_path: Path) -> None:
    """A patch is read as OpenCode reads it: no space is needed before a path, and a line ends with a line feed alone."""
    worktree, outside = repository(tmp_path / "repo"), tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret\n")
    (worktree / "link").symlink_to(outside)
    (worktree / "inside").mkdir()
    (worktree / "a.txt").write_text("needle\n")
    session = await opencode.new_session(worktree, PERMISSIONS)
    results = tools(await run_turn(opencode, worktree, session, "Patch links", model=PATCHING))
    assert [name for name, _, _ in results] == ["apply_patch"] * 6
    assert [status for _, status, _ in results] == ["error"] * 5 + ["completed"], results
    assert all("outside this session's worktree" in text or "goes up" in text for _, _, text in results[:5]), results
    assert [entry.name for entry in outside.iterdir()] == ["secret.txt"]
    assert (worktree / "inside/new.txt").read_text() == "fine\n"


async def test_what_is_no_plain_file_is_not_opened(opencode: OpenCode, tmp_path: Path) -> None:
    """A pipe that nobody writes to would hold up a thread of the server, which all sessions of the tenant share."""
    worktree = repository(tmp_path / "repo")
    (worktree / "noted").mkdir()
    (worktree / "noted/plain.txt").write_text("plain\n")
    for pipe in ("pipe", "noted/AGENTS.md"):
        os.mkfifo(worktree / pipe)
    session = await opencode.new_session(worktree, PERMISSIONS)
    results = tools(await run_turn(opencode, worktree, session, "Read pipes"))
    assert [status for _, status, _ in results] == ["error"] * 4, results
    assert all("no plain file" in text for _, _, text in results), results


async def test_calls_by_the_same_ids_again_are_calls_of_their_own(opencode: OpenCode, tmp_path: Path) -> None:
    """Some providers number the calls of each conversation from 0: of a worktree's second session every call failed."""
    worktree = repository(tmp_path / "repo")
    first, second = await opencode.new_session(worktree), await opencode.new_session(worktree)
    for session, turn in ((first, 1), (first, 2), (second, 1)):
        results = tools(await run_turn(opencode, worktree, session, "Count your calls", turn))
        assert [status for _, status, _ in results] == ["completed", "completed", "error"], (turn, results)
        assert "not found" in results[2][2].lower(), results
