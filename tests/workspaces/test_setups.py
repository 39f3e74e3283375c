import asyncio
from collections.abc import Callable

import pytest
from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.workspaces import RepositoryConfig
from orchestrator.workspaces.errors import SetupFailed

MakeRepository = Callable[..., Repository]


@pytest.fixture
def repository(make_repository: MakeRepository) -> Repository:
    return make_repository(
        {
            ".gitignore": "node_modules/\n",
            "lock": "1\n",
            "app.py": "1\n",
            ".orchestrator.yml": "setup:\n"
            "  - mkdir -p node_modules/x && date +%N%s > node_modules/x/stamp && ln -s x/stamp node_modules/link\n"
            "  - echo $FLAVOR > 'gen [1]*' && echo changed >> app.py && mkdir out && cp lock out/\n"
            "cache_key: lock\n"
            "env: {FLAVOR: sweet}\n",
        }
    )


async def opened(desk: Desk, repository: Repository) -> tuple[str, str, str]:
    """A new session: its status as git sees it, what setup left, and the stamp that tells one run from another."""
    base = await desk.base(repository)
    workspace = await desk.open_at(base, await desk.workspaces.read_config(TENANT, base))
    status = await desk.run(workspace, "git status --porcelain")
    seen = await desk.run(workspace, "cat 'gen [1]*' app.py out/lock; readlink node_modules/link")
    return status, seen, await desk.run(workspace, "cat node_modules/x/stamp")


async def test_setup_runs_once_and_later_worktrees_get_a_copy(desk: Desk, repository: Repository) -> None:
    first, second = await opened(desk, repository), await opened(desk, repository)
    assert first == second
    assert first[:2] == ("", "sweet\n1\n1\nx/stamp\n")


async def test_sessions_at_the_same_time_wait_for_one_setup(desk: Desk, repository: Repository) -> None:
    seen = await asyncio.gather(*(opened(desk, repository) for _ in range(4)))
    assert len(set(seen)) == 1


async def test_another_commit_with_the_same_lock_file_uses_the_same_result(desk: Desk, repository: Repository) -> None:
    first = await opened(desk, repository)
    repository.commit({"app.py": "2\n", "gen [1]*": "tracked now\n"})
    second = await opened(desk, repository)
    assert second == ("", "tracked now\n2\n1\nx/stamp\n", first[2])
    repository.commit({"lock": "2\n"})
    third = await opened(desk, repository)
    assert third[1:] != second[1:]


PREPARED = {
    "lock": "1\n",
    "prepare.sh": "echo good > made\n",
    ".orchestrator.yml": "setup: sh prepare.sh\ncache_key: lock\n",
}


async def made(desk: Desk, repository: Repository, base_ref: str | None) -> str:
    base = await desk.base(repository, base_ref)
    return await desk.run(await desk.open_at(base, await desk.workspaces.read_config(TENANT, base)), "cat made")


async def test_what_only_an_agents_branch_says_makes_no_result_for_others(
    desk: Desk, make_repository: MakeRepository
) -> None:
    """A session that goes on from another one's result runs what that agent wrote; the lock file tells nothing of it."""
    repository = make_repository(PREPARED)
    repository.git("checkout", "-q", "-b", "orchestrator/work")
    repository.commit({"prepare.sh": "echo poison > made\n"})
    repository.git("checkout", "-q", "main")
    assert [await made(desk, repository, name) for name in ("orchestrator/work", "main")] == ["poison\n", "good\n"]
    repository.git("checkout", "-q", "-b", "orchestrator/more", "orchestrator/work")
    repository.commit({"app.py": "2\n"})
    repository.git("checkout", "-q", "main")
    assert await made(desk, repository, "orchestrator/more") == "good\n", "what the default branch made is for everybody"


async def test_a_result_that_a_person_has_checked_out_is_no_default_branch(
    desk: Desk, make_repository: MakeRepository
) -> None:
    repository = make_repository(PREPARED)
    repository.git("checkout", "-q", "-b", "orchestrator/work")
    repository.commit({"prepare.sh": "echo poison > made\n"})
    assert [await made(desk, repository, name) for name in (None, "main")] == ["poison\n", "good\n"]


async def test_what_a_person_took_over_makes_results_for_others(desk: Desk, make_repository: MakeRepository) -> None:
    repository = make_repository(PREPARED)
    repository.git("checkout", "-q", "-b", "orchestrator/work")
    repository.commit({"prepare.sh": "date +%N%s > made\n"})
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--ff-only", "orchestrator/work")
    first = await made(desk, repository, "orchestrator/work")
    repository.commit({"app.py": "2\n"})
    assert await made(desk, repository, "main") == first


async def test_writing_in_place_in_one_worktree_reaches_no_other(desk: Desk, repository: Repository) -> None:
    """The reason that results are copied and never hard-linked."""
    base = await desk.base(repository)
    config = await desk.workspaces.read_config(TENANT, base)
    one, two = await desk.open_at(base, config), await desk.open_at(base, config)
    before = await desk.run(two, "cat node_modules/x/stamp")
    await desk.run(one, "echo poison >> node_modules/x/stamp")
    assert await desk.run(two, "cat node_modules/x/stamp") == before
    three = await desk.open_at(base, config)
    assert await desk.run(three, "cat node_modules/x/stamp") == before


async def test_results_stay_out_of_the_checkpoint_and_reach_the_verification(desk: Desk, repository: Repository) -> None:
    base = await desk.base(repository)
    config = await desk.workspaces.read_config(TENANT, base)
    workspace = await desk.open_at(base, config)
    await desk.run(workspace, "echo mine > mine")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Result")
    assert await desk.changed(base, checkpoint.commit) == ["mine"]
    async with desk.workspaces.checkout(TENANT, base, checkpoint.commit, desk.identity, config) as place:
        result = await desk.workspaces.run("cat node_modules/x/stamp mine", place, env={}, timeout_seconds=30)
    assert result.exit_code == 0
    assert result.output.endswith("\nmine\n")


async def test_a_setup_that_fails_is_told_and_leaves_nothing(desk: Desk, make_repository: MakeRepository) -> None:
    repository = make_repository({"a": "1"}, "failing")
    base = await desk.base(repository)
    config = RepositoryConfig(setup=("seq 3000; echo broken; exit 7",))
    for _ in range(2):
        with pytest.raises(SetupFailed) as caught:
            await desk.open_at(base, config)
        assert caught.value.fields["exit_code"] == 7
        assert str(caught.value.fields["output"]).endswith("broken")
        assert len(str(caught.value.fields["output"])) <= 2000
    folders = desk.workspaces.folders(TENANT)
    assert list(folders.scratch.iterdir()) == []
    assert [path.suffix for path in folders.setups.iterdir()] == [".lock"]


async def test_a_setup_that_hangs_is_stopped(desk: Desk, repository: Repository) -> None:
    config = RepositoryConfig(setup=("sleep 60",), setup_timeout_seconds=1)
    with pytest.raises(SetupFailed, match="stopped after 1 seconds"):
        await desk.open_at(await desk.base(repository), config)
