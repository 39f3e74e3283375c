"""Of a large repository a worktree lies ready; whoever takes it gets the very files of its own commit."""

from collections.abc import Callable

import pytest
from tests.workspaces.desk import Desk, Repository

from orchestrator.workspaces import RepositoryConfig, spares


@pytest.fixture(autouse=True)
def small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spares, "FEWEST_FILES", 3)


@pytest.fixture
def large(make_repository: Callable[..., Repository]) -> Repository:
    return make_repository({"a": "1\n", "b": "2\n", "c/d": "3\n", ".gitignore": "built\n"})


def waiting(desk: Desk) -> list[str]:
    folder = desk.workspaces.folders(desk.tenant).spares
    return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []


async def test_the_next_session_takes_it_and_another_is_made(desk: Desk, large: Repository) -> None:
    await desk.open(large)
    await desk.workspaces.spares_made()
    [name] = waiting(desk)
    spare = desk.workspaces.folders(desk.tenant).spares / name / "tree/a"
    made = spare.stat().st_ino
    second = await desk.open(large)
    assert (second.folder / "a").stat().st_ino == made
    assert await desk.run(second, "git status --porcelain; cat c/d") == "3\n"
    await desk.workspaces.spares_made()
    assert waiting(desk) == [name]


async def test_it_is_brought_to_the_commit_that_is_wanted(desk: Desk, large: Repository) -> None:
    await desk.open(large)
    await desk.workspaces.spares_made()
    large.git("rm", "-q", "b")
    large.commit({"a": "changed\n", "new": "n\n"})
    workspace = await desk.open(large)
    assert (
        await desk.run(workspace, "git status --porcelain; cat a new; ls b 2> /dev/null || echo gone")
        == "changed\nn\ngone\n"
    )
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    assert checkpoint.changed is False
    await desk.workspaces.spares_made()


async def test_results_of_setup_lie_in_it_and_others_get_none_of_them(desk: Desk, large: Repository) -> None:
    config = RepositoryConfig(setup=("echo made > built",))
    for _ in range(2):
        workspace = await desk.open(large, config)
        assert (workspace.folder / "built").read_text() == "made\n"
        await desk.workspaces.spares_made()
    plain = await desk.open(large)
    assert not (plain.folder / "built").exists()
    await desk.workspaces.spares_made()
    assert len(waiting(desk)) == 2


async def test_a_small_repository_has_none(desk: Desk, large: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spares, "FEWEST_FILES", 100)
    await desk.open(large)
    await desk.workspaces.spares_made()
    assert waiting(desk) == []
