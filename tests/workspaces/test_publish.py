"""A result reaches a person's repository as one new branch, and nothing else there moves."""

import os
import shutil
from pathlib import Path

import pytest
from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.workspaces import Workspace
from orchestrator.workspaces.errors import PublishFailed


async def finished(desk: Desk, repository: Repository, number: int = 1) -> tuple[Workspace, str]:
    workspace = await desk.open(repository)
    await desk.run(workspace, f"echo {number} > app.py; echo new > new{number}")
    checkpoint = await desk.workspaces.checkpoint(workspace, number, "Result")
    return workspace, checkpoint.commit


async def test_the_branch_appears_and_head_index_and_worktree_stay(desk: Desk, repository: Repository) -> None:
    repository.write({"app.py": "unsaved edit\n", "staged": "1"})
    repository.git("add", "staged")
    before = repository.git("status", "--porcelain", "--branch"), repository.git("rev-parse", "HEAD")
    workspace, commit = await finished(desk, repository)
    for _ in range(2):
        await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, commit)
    assert repository.git("rev-parse", workspace.branch) == commit
    assert desk.mirror(workspace).git("rev-parse", f"refs/heads/{workspace.branch}") == commit
    assert (repository.git("status", "--porcelain", "--branch"), repository.git("rev-parse", "HEAD")) == before
    assert repository.git("fsck", "--strict", "--no-dangling") == ""


async def test_a_branch_that_is_checked_out_is_left_alone(desk: Desk, repository: Repository, roots: Path) -> None:
    workspace, commit = await finished(desk, repository)
    repository.git("worktree", "add", "--quiet", "-b", workspace.branch, str(roots / "side"))
    head = repository.git("rev-parse", workspace.branch)
    with pytest.raises(PublishFailed, match="checked out") as caught:
        await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, commit)
    assert caught.value.code == "publish_failed"
    assert repository.git("rev-parse", workspace.branch) == head
    assert desk.mirror(workspace).git("rev-parse", f"refs/heads/{workspace.branch}") == commit


async def test_a_published_branch_only_moves_forward(desk: Desk, repository: Repository) -> None:
    """Also when the agent has reset its own branch to where it began, or never had the published commit."""
    workspace, first = await finished(desk, repository)
    await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, first)
    await desk.run(workspace, f"git reset --quiet {workspace.base.commit} && echo better > app.py")
    second = (await desk.workspaces.checkpoint(workspace, 2, "Better")).commit
    assert repository.git("rev-list", "--count", f"{workspace.base.commit}..{first}") == "1"
    await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, second)
    repository.git("merge-base", "--is-ancestor", first, second)
    assert (await desk.workspaces.checkpoint(workspace, 3, "The same")).commit == second


async def test_a_later_result_replaces_ours_but_never_a_persons_commit(desk: Desk, repository: Repository) -> None:
    workspace, first = await finished(desk, repository)
    await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, first)
    await desk.run(workspace, "echo better > app.py")
    second = (await desk.workspaces.checkpoint(workspace, 2, "Better")).commit
    await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, second)
    assert repository.git("rev-parse", workspace.branch) == second
    mine = repository.git("commit-tree", f"{second}^{{tree}}", "-p", second, "-m", "Mine")
    repository.git("update-ref", f"refs/heads/{workspace.branch}", mine)
    await desk.run(workspace, "echo best > app.py")
    third = (await desk.workspaces.checkpoint(workspace, 3, "Best")).commit
    with pytest.raises(PublishFailed, match="commits there"):
        await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, third)
    assert repository.git("rev-parse", workspace.branch) == mine


async def test_what_another_node_published_of_the_same_session_is_no_persons_commit(
    desk: Desk, repository: Repository
) -> None:
    """That node's mirror alone had the ref. The later result does not descend from it: it was put upon another commit."""
    workspace, first = await finished(desk, repository)
    tree = repository.git("rev-parse", f"{workspace.base.commit}^{{tree}}")
    elsewhere = repository.git("commit-tree", tree, "-p", workspace.base.commit, "-m", "Published elsewhere")
    repository.git("update-ref", f"refs/heads/{workspace.branch}", elsewhere)
    with pytest.raises(PublishFailed, match="commits there"):
        await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, first, {first})
    assert repository.git("rev-parse", workspace.branch) == elsewhere
    await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, first, {elsewhere, first})
    assert repository.git("rev-parse", workspace.branch) == first


async def test_only_branches_of_the_orchestrator_are_written(desk: Desk, repository: Repository) -> None:
    workspace, commit = await finished(desk, repository)
    with pytest.raises(PublishFailed):
        await desk.workspaces.publish(TENANT, workspace.base, "main", commit)


async def test_a_repository_that_is_gone_is_told_and_the_mirror_has_the_result(desk: Desk, repository: Repository) -> None:
    workspace, commit = await finished(desk, repository)
    shutil.rmtree(repository.path)
    with pytest.raises(PublishFailed):
        await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, commit)
    assert desk.mirror(workspace).git("rev-parse", f"refs/heads/{workspace.branch}") == commit


async def test_a_repository_that_cannot_be_written_is_told(desk: Desk, repository: Repository) -> None:
    """Its objects folder is a plain file, which stops root as well as anybody."""
    workspace, commit = await finished(desk, repository)
    shutil.rmtree(repository.path / ".git/refs/heads")
    (repository.path / ".git/refs/heads").write_text("")
    with pytest.raises(PublishFailed) as caught:
        await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, commit)
    assert workspace.branch in caught.value.message


async def test_files_in_somebody_elses_repository_belong_to_that_person(
    desk: Desk, repository: Repository, tmp_path: Path
) -> None:
    """As root we could lock a person out of the own repository; as an ordinary user the owner is us anyway."""
    owner = 65534 if os.geteuid() == 0 else os.geteuid()
    if os.geteuid() == 0:
        for folder in (tmp_path, *tmp_path.parents):
            if folder.stat().st_mode & 0o005 != 0o005:
                folder.chmod(folder.stat().st_mode | 0o005)
        for parent, folders, files in os.walk(repository.path):
            for name in (".", *folders, *files):
                os.lchown(os.path.join(parent, name), owner, owner)
    workspace = await desk.open(repository)
    await desk.run(workspace, "for n in $(seq 120); do echo $n > f$n; done")
    commit = (await desk.workspaces.checkpoint(workspace, 1, "Many")).commit
    await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, commit)
    found = {
        os.lstat(os.path.join(parent, name)).st_uid
        for parent, folders, files in os.walk(repository.path)
        for name in (*folders, *files)
    }
    assert found == {owner}
    assert (repository.path / ".git" / "refs" / "heads" / workspace.branch).read_text().strip() == commit
