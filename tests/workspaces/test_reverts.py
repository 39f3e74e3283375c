"""Commits of the default branch that take others back, as the mirror of a repository has them."""

import pytest
from tests.workspaces.desk import TENANT, Repository

from orchestrator.workspaces import Workspaces
from orchestrator.workspaces import reverts as module
from orchestrator.workspaces.reverts import Lately


async def lately(workspaces: Workspaces, repository: Repository) -> Lately | None:
    base = await workspaces.prepare_mirror(TENANT, str(repository.path))
    return await workspaces.reverts.lately(workspaces.mirror(TENANT, base))


async def remember(workspaces: Workspaces, repository: Repository, tip: str) -> None:
    base = await workspaces.prepare_mirror(TENANT, str(repository.path))
    workspaces.reverts.remember(workspaces.mirror(TENANT, base), tip)


async def test_reverts_are_found_once_with_what_a_merge_brought_in(workspaces: Workspaces, repository: Repository) -> None:
    first = repository.commit({"a.py": "1\n"}, "One")
    repository.git("switch", "--quiet", "-c", "theirs")
    theirs = repository.commit({"b.py": "1\n"}, "Two")
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge theirs", "theirs")
    merge = repository.git("rev-parse", "HEAD")
    repository.git("revert", "--no-edit", first)
    second = repository.git("rev-parse", "HEAD")
    repository.git("revert", "--no-edit", "-m", "1", merge)
    third = repository.git("rev-parse", "HEAD")
    repository.commit({}, f"Tells of things\n\nThis reverts commit {'0' * 39}, which is no commit's name.")
    found = await lately(workspaces, repository)
    assert found is not None
    assert [(one.commit, one.of) for one in found.reverts] == [(second, (first,)), (third, (merge, theirs))]
    assert (await lately(workspaces, repository)) == found, "until it is remembered"
    await remember(workspaces, repository, found.tip)
    assert await lately(workspaces, repository) is None
    repository.git("revert", "--no-edit", third)
    again = await lately(workspaces, repository)
    assert again is not None
    assert [one.of for one in again.reverts] == [(third,)], "and no more than what is new"


async def test_a_branch_that_was_written_anew_is_read_anew(workspaces: Workspaces, repository: Repository) -> None:
    first = repository.commit({"a.py": "1\n"}, "One")
    await remember(workspaces, repository, "0" * 39 + "1")
    repository.git("revert", "--no-edit", first)
    found = await lately(workspaces, repository)
    assert found is not None
    assert [one.of for one in found.reverts] == [(first,)]


async def test_so_many_commits_are_read_and_the_newest_of_them(
    workspaces: Workspaces, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_COMMITS", 2)
    for number in range(3):
        done = repository.commit({"a.py": f"{number}\n"}, f"Work {number}")
        repository.git("revert", "--no-edit", done)
    found = await lately(workspaces, repository)
    assert found is not None
    assert [one.of for one in found.reverts] == [(done,)]


async def test_what_agents_left_on_a_branch_of_theirs_takes_nothing_back(
    workspaces: Workspaces, repository: Repository
) -> None:
    first = repository.commit({"a.py": "1\n"}, "One")
    repository.git("switch", "--quiet", "-c", "orchestrator/work-1")
    repository.git("revert", "--no-edit", first)
    assert await lately(workspaces, repository) is None
