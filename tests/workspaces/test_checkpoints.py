"""Whatever an agent does to its worktree and its .git, its work comes out, and nothing of it runs outside."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.workspaces import RepositoryConfig
from orchestrator.workspaces.errors import GitFailed
from orchestrator.workspaces.git import GitOptions
from orchestrator.workspaces.packs import take_in

_NO_CONFIG = RepositoryConfig()


async def test_a_checkpoint_is_one_commit_on_the_base_with_everything_in_it(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo 2 > app.py; mkdir sub; echo new > sub/new; head -c 3000000 /dev/urandom > blob")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, 'Turn 1: it\'s "done"\n\nMore.')
    mirror = desk.mirror(workspace)
    assert checkpoint.changed
    assert checkpoint.ref == f"refs/orchestrator/checkpoints/{workspace.session_id}/1"
    assert mirror.git("rev-parse", checkpoint.ref) == checkpoint.commit
    assert desk.files_at(workspace, checkpoint.commit) == ["app.py", "blob", "sub/new"]
    assert mirror.git("log", "--format=%P|%an|%s", "-1", checkpoint.commit) == (
        f'{workspace.base.commit}|OpenCode Orchestrator|Turn 1: it\'s "done"'
    )
    assert await desk.run(workspace, "git status --porcelain") == " M app.py\n?? blob\n?? sub/\n"


async def test_no_change_is_the_base_itself(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Nothing")
    assert (checkpoint.changed, checkpoint.commit) == (False, workspace.base.commit)
    await desk.run(workspace, "echo x > f; git add f; git commit -qm f; git rm -q f; git commit -qm back")
    back = await desk.workspaces.checkpoint(workspace, 2, "And back")
    assert not back.changed
    assert back.commit != workspace.base.commit


async def test_the_same_number_on_the_same_tree_is_the_same_commit(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo x > f")
    first = await desk.workspaces.checkpoint(workspace, 1, "One")
    assert await desk.workspaces.checkpoint(workspace, 1, "One") == first
    await desk.run(workspace, "echo y > f")
    second = await desk.workspaces.checkpoint(workspace, 2, "Two")
    assert desk.mirror(workspace).git("show", f"{second.commit}:f") == "y"
    assert desk.mirror(workspace).git("show", f"{first.ref}:f") == "x"


async def test_the_agents_own_commits_stay_on_the_branch(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo a > a; git add a; git commit -qm mine; echo b > b")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Rest")
    log = desk.mirror(workspace).git("log", "--format=%s", checkpoint.commit)
    assert log.split("\n") == ["Rest", "mine", "Work"]
    await desk.run(workspace, "git add b; git commit -qm all")
    clean = await desk.workspaces.checkpoint(workspace, 2, "Nothing left")
    assert clean.commit == (await desk.run(workspace, "git rev-parse HEAD")).strip()


async def test_a_history_without_the_base_is_put_on_the_base(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "git checkout -q --orphan other; echo z > z; git add -A; git commit -qm orphan")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Here")
    assert desk.mirror(workspace).git("log", "--format=%s", checkpoint.commit).split("\n") == ["Here", "Work"]


@pytest.mark.parametrize(
    "damage",
    [
        "rm -rf .git",
        "rm -rf .git; ln -s /etc .git",
        "rm -rf .git; echo gitdir: /nowhere > .git",
        "rm -rf .git; git init -q .",
        "rm .git/HEAD; mkfifo .git/HEAD",
        "mkdir -p .git/x; echo garbage > .git/index; echo garbage > .git/config",
        "rm -rf .git/objects; mkdir .git/objects",
        "git config core.repositoryformatversion 99",
        "git config core.worktree /tmp; git config core.bare true",
        "echo garbage > .git/HEAD",
        "touch .git/index.lock .git/HEAD.lock",
        "git update-index --assume-unchanged app.py; git update-index --skip-worktree app.py",
        "git config core.sparseCheckout true; git config core.ignoreStat true; git config core.fileMode false",
        "for o in $(find .git/objects -type f); do chmod u+w $o; echo bad > $o; done",
    ],
)
async def test_no_damage_to_the_git_directory_loses_work(desk: Desk, repository: Repository, damage: str) -> None:
    workspace = await desk.open(repository)
    await desk.run(
        workspace, f"echo a > kept; git add kept; git commit -qm mine; {damage}; echo changed > app.py; echo new > new"
    )
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    mirror = desk.mirror(workspace)
    assert desk.files_at(workspace, checkpoint.commit) == ["app.py", "kept", "new"]
    assert mirror.git("show", f"{checkpoint.commit}:app.py") == "changed"
    assert mirror.git("merge-base", workspace.base.commit, checkpoint.commit) == workspace.base.commit


async def test_a_head_that_hangs_git_costs_a_wait_and_no_work(
    desk: Desk, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A branch that is a named pipe stops every git that reads it for ever."""
    monkeypatch.setattr("orchestrator.workspaces.checkpoints.CAREFUL_SECONDS", 2.0)
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo new > new; rm .git/refs/heads/orchestrator/*; mkfifo .git/$(git symbolic-ref HEAD)")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    assert desk.files_at(workspace, checkpoint.commit) == ["app.py", "new"]


async def test_hooks_monitors_and_filters_of_an_agent_run_nowhere_but_in_its_sandbox(
    desk: Desk, repository: Repository, tmp_path: Path
) -> None:
    """Each would write to a place of the host; none of our own git commands on the workspace may start one."""
    marks = tmp_path / "marks"
    marks.mkdir()
    marks.chmod(0o777)
    workspace = await desk.open(repository)
    hooks = "pre-commit post-commit post-checkout post-index-change reference-transaction pre-auto-gc fsmonitor-watchman"
    await desk.run(
        workspace,
        f"printf '#!/bin/sh\\ntouch {marks}/$(basename $0); cat\\n' > .git/evil; chmod +x .git/evil;"
        f"for h in {hooks}; do cp .git/evil .git/hooks/$h; done;"
        "for k in core.fsmonitor core.editor core.pager core.sshCommand gpg.program filter.evil.clean"
        " filter.evil.smudge filter.evil.process diff.evil.textconv diff.external uploadpack.packObjectsHook; do"
        " git config $k $PWD/.git/evil; done; git config commit.gpgSign true; git config filter.evil.required true;"
        "echo '* filter=evil diff=evil' > .gitattributes; echo 2 > app.py",
    )
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, checkpoint.commit)
    assert "+2" in await desk.workspaces.diff(TENANT, workspace.base, checkpoint.commit)
    async with desk.workspaces.checkout(TENANT, workspace.base, checkpoint.commit, desk.identity, _NO_CONFIG) as place:
        assert (place.folder / "app.py").read_text() == "2\n"
    await desk.workspaces.restore(workspace, checkpoint.commit, _NO_CONFIG)
    await desk.workspaces.remove(workspace)
    assert os.listdir(marks) == []


async def test_ignored_files_stay_out_unless_the_agent_tracks_them(
    desk: Desk, make_repository: Callable[..., Repository]
) -> None:
    repository = make_repository({".gitignore": "*.log\nbuild/\n", "app.py": "1"})
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo l > a.log; mkdir build; echo b > build/b; echo f > forced.log; git add -f forced.log")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    assert desk.files_at(workspace, checkpoint.commit) == [".gitignore", "app.py", "forced.log"]


async def test_files_of_repositories_inside_the_worktree_are_taken_in(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(
        workspace,
        "git init -q fresh; echo 1 > fresh/a;"
        "git init -q -b main with; cd with; echo 2 > b; git add b; git commit -qm b;"
        'git init -q "in ner\'"; echo 3 > "in ner\'/c"; cd ..; mkdir plain; git init -q plain; echo 4 > plain/d',
    )
    expected = ["app.py", "fresh/a", "plain/d", "with/b", "with/in ner'/c"]
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    assert desk.files_at(workspace, checkpoint.commit) == expected
    await desk.run(workspace, "echo 5 > with/e")
    later = await desk.workspaces.checkpoint(workspace, 2, "Saved")
    assert desk.files_at(workspace, later.commit) == sorted([*expected, "with/e"])


async def test_folders_without_rights_pipes_and_sockets_stop_nothing(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(
        workspace,
        "mkdir shut; echo 1 > shut/f; chmod 000 shut; echo 2 > dark; chmod 000 dark;mkfifo pipe; ln -s nowhere dangling",
    )
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    assert desk.files_at(workspace, checkpoint.commit) == ["app.py", "dangling", "dark", "shut/f"]


async def test_a_submodule_of_the_base_stays_one(desk: Desk, make_repository: Callable[..., Repository]) -> None:
    part = make_repository({"p": "1"}, "part")
    repository = make_repository({"app.py": "1"}, "whole")
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(part.path), "part")
    repository.commit({})
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo 2 > app.py")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    assert await desk.changed(workspace.base, checkpoint.commit) == ["app.py"]


async def test_many_files_come_as_a_pack(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "for n in $(seq 150); do echo $n > f$n; done")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    assert len(desk.files_at(workspace, checkpoint.commit)) == 151
    assert desk.mirror(workspace).git("fsck", "--strict", "--no-dangling") == ""


async def test_a_pack_with_a_hostile_tree_is_not_taken_in(
    desk: Desk, repository: Repository, make_repository: Callable[..., Repository], tmp_path: Path
) -> None:
    workspace = await desk.open(repository)
    evil = make_repository({"x": "1"}, "evil")
    blob = evil.git("rev-parse", "HEAD:x")
    tree = evil.pipe(f"100644 blob {blob}\t.git\n".encode(), "mktree").decode().strip()
    commit = evil.git("commit-tree", tree, "-m", "evil")
    pack = tmp_path / "pack"
    pack.write_bytes(evil.pipe(f"{commit}\n".encode(), "pack-objects", "--revs", "--stdout", "-q"))
    with pytest.raises(GitFailed, match="hasDotgit"):
        await take_in(desk.workspaces._git, desk.mirror(workspace).path, pack, GitOptions())


async def test_a_gitmodules_that_git_calls_hostile_costs_no_work(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    lines = '[submodule "../x"]\\n path = -x\\n url = --upload-pack=x\\n'
    await desk.run(workspace, f"printf '{lines}' > .gitmodules; echo new > new")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    assert desk.files_at(workspace, checkpoint.commit) == [".gitmodules", "app.py", "new"]
    inspection = await desk.workspaces.inspect(TENANT, workspace.base, checkpoint.commit, _NO_CONFIG)
    assert [finding.path for finding in inspection.found] == [".gitmodules"]


async def test_a_repository_with_sha256_objects(desk: Desk, roots: Path) -> None:
    repository = Repository(roots / "modern")
    repository.path.mkdir()
    repository.git("init", "--quiet", "--initial-branch=main", "--object-format=sha256")
    repository.commit({"a": "1"})
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo 2 > a; git status")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    assert len(checkpoint.commit) == 64
    await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, checkpoint.commit)
    assert repository.git("show", f"{workspace.branch}:a") == "2"
