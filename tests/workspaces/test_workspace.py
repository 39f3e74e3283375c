import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.kit.waiting import eventually
from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.sandboxes import Identity
from orchestrator.workspaces import RepositoryConfig, Workspaces
from orchestrator.workspaces.errors import RepositoryConfigInvalid, WorkspaceFailed
from orchestrator.workspaces.slots import take_slot


async def test_a_workspace_is_a_clone_of_its_own_on_its_own_branch(desk: Desk, repository: Repository) -> None:
    repository.git("tag", "v1")
    workspace = await desk.open(repository)
    told = await desk.run(
        workspace,
        "git status --porcelain --branch; git describe --tags; git log -1 --format=%s origin/main; cat app.py; pwd;"
        "touch new; git add new; git commit -qm mine; git log --oneline | wc -l",
    )
    assert told.split("\n")[:4] == [f"## {workspace.branch}", "v1", "Work", "print('hello')"]
    assert told.split()[-1] == "2"
    if desk.workspaces.sandbox.isolated:
        assert workspace.inside in told
    assert repository.git("status", "--porcelain") == ""


async def test_no_repository_means_a_fresh_empty_one(desk: Desk) -> None:
    workspace = await desk.open(None)
    assert workspace.base.base_ref == "main"
    assert await desk.run(workspace, "ls -A; git log --format=%s") == ".git\nEmpty repository\n"


async def test_an_empty_repository_of_a_person_can_be_worked_on(
    desk: Desk, make_repository: Callable[..., Repository], roots: Path
) -> None:
    repository = Repository(roots / "empty")
    repository.path.mkdir()
    repository.git("init", "--quiet", "--initial-branch=trunk")
    workspace = await desk.open(repository)
    assert workspace.base.base_ref == "trunk"
    await desk.run(workspace, "echo 1 > first")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "First")
    await desk.workspaces.publish(desk.tenant, workspace.base, workspace.branch, checkpoint.commit)
    assert repository.git("show", f"{workspace.branch}:first") == "1"


async def test_new_commits_are_seen_and_forced_pushes_do_not_lose_a_base(desk: Desk, repository: Repository) -> None:
    before = await desk.base(repository)
    repository.git("commit", "--quiet", "--amend", "-m", "Rewritten")
    after = await desk.base(repository)
    assert after.commit == repository.git("rev-parse", "HEAD") != before.commit
    workspace = await desk.open_at(before)
    assert await desk.run(workspace, "git log --format=%s") == "Work\n"


async def test_create_again_gives_the_same_workspace_with_the_work_in_it(
    desk: Desk, make_workspaces: Callable[..., Workspaces], repository: Repository
) -> None:
    workspace = await desk.open(repository, session_id="11111111-0000-7000-8000-000000000001")
    await desk.run(workspace, "echo work > mine")
    later = Desk(make_workspaces(), desk.identity)
    again = await later.open_at(workspace.base, session_id=workspace.session_id)
    assert again == workspace
    assert (again.folder / "mine").read_text() == "work\n"


async def test_a_half_made_workspace_is_made_anew(desk: Desk, repository: Repository) -> None:
    """kill -9 between the rename and the mark leaves a worktree that nobody has vouched for."""
    session = "11111111-0000-7000-8000-000000000002"
    base = await desk.base(repository)
    folders = desk.workspaces.folders(TENANT)
    torn = folders.workspace(take_slot(folders, session))
    (torn / ".git").mkdir(parents=True)
    (torn / "half").write_text("")
    workspace = await desk.open_at(base, session_id=session)
    assert await desk.run(workspace, "ls") == "app.py\n"


async def test_a_session_cannot_get_a_second_base(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    repository.commit({"more": "1"})
    with pytest.raises(WorkspaceFailed):
        await desk.open_at(await desk.base(repository), session_id=workspace.session_id)


async def test_eight_at_once_on_one_repository(
    desk: Desk, make_workspaces: Callable[..., Workspaces], repository: Repository
) -> None:
    """Two control planes at once as well: the mirror is guarded between processes, not only between tasks."""
    other = Desk(make_workspaces(), desk.identity)
    workspaces = await asyncio.gather(*((desk, other)[number % 2].open(repository) for number in range(8)))
    assert len({workspace.folder for workspace in workspaces}) == 8
    told = await asyncio.gather(*(desk.run(workspace, "git status --porcelain; ls") for workspace in workspaces))
    assert set(told) == {"app.py\n"}
    assert os.listdir(desk.workspaces.folders(TENANT).scratch) == []


async def test_callers_at_the_same_time_share_one_question_to_the_origin(
    desk: Desk, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    mirrors = desk.workspaces._mirrors
    ask = mirrors._ask

    async def counted(*question: Any) -> object:
        asked.append(question)
        return await ask(*question)

    monkeypatch.setattr(mirrors, "_ask", counted)
    await asyncio.gather(*(desk.base(repository) for _ in range(8)))
    assert len(asked) <= 2


async def test_a_torn_mirror_is_made_whole_and_keeps_what_it_held(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo 1 > mine")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "One")
    mirror = desk.mirror(workspace).path
    draft = mirror.with_name(f"{mirror.name}.0123abcd.tmp")
    (draft / "objects").mkdir(parents=True)
    (mirror / "HEAD").unlink()
    (mirror / "config").unlink()
    (mirror / "orchestrator-origin.json").write_text("{")
    assert await desk.base(repository) == workspace.base
    assert not draft.exists()
    assert desk.mirror(workspace).git("rev-parse", checkpoint.ref) == checkpoint.commit


async def test_lock_files_of_a_killed_git_stop_nobody(
    desk: Desk, make_workspaces: Callable[..., Workspaces], repository: Repository
) -> None:
    workspace = await desk.open(repository)
    mirror = desk.mirror(workspace).path
    stale = [mirror / "packed-refs.lock", mirror / "refs/remotes/origin/main.lock", mirror / "config.lock"]
    for control_plane in (desk.workspaces, make_workspaces()):
        repository.commit({"more": os.urandom(8)})
        for path in stale:
            path.write_text("")
        base = await Desk(control_plane, desk.identity).base(repository)
        assert base.commit == repository.git("rev-parse", "HEAD")
        assert not stale[1].exists()


async def test_a_fetch_that_was_killed_midway_is_done_again(desk: Desk, repository: Repository) -> None:
    repository.commit({f"f{number}": os.urandom(2000) for number in range(300)})
    fetching = asyncio.ensure_future(desk.base(repository))
    mirrors = desk.workspaces.folders(TENANT).mirrors
    await asyncio.to_thread(eventually, lambda: bool(list(mirrors.glob("*.git/objects/pack/tmp_*"))) or fetching.done())
    fetching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await fetching
    workspace = await desk.open(repository)
    assert desk.mirror(workspace).git("fsck", "--connectivity-only") == ""


async def test_odd_names_and_links_come_through(desk: Desk, make_repository: Callable[..., Repository]) -> None:
    names = [
        "-rf",
        "a b",
        "new\nline",
        "tab\t",
        "quote'\"",
        "$(touch pwned)",
        "ünï",
        os.fsdecode(b"\xff\xfe"),
        ":(top)x",
        "*",
    ]
    repository = make_repository({name: "x" for name in names})
    (repository.path / "link").symlink_to("/etc/passwd")
    (repository.path / "run.sh").write_text("#!/bin/sh\n")
    (repository.path / "run.sh").chmod(0o755)
    repository.commit({})
    workspace = await desk.open(repository)
    assert sorted(os.listdir(workspace.folder)) == sorted([".git", "link", "run.sh", *names])
    assert (workspace.folder / "link").is_symlink()
    assert await desk.run(workspace, "git status --porcelain; test -x run.sh") == ""
    await desk.run(workspace, 'for f in ./*; do [ -L "$f" ] || echo more >> "$f"; done')
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "All")
    assert checkpoint.left_out == ()
    paths = await desk.changed(workspace.base, checkpoint.commit)
    assert len(paths) == len(names) + 1


async def test_filters_of_a_hostile_repository_do_not_run(desk: Desk, make_repository: Callable[..., Repository]) -> None:
    repository = make_repository({".gitattributes": "* filter=lfs\n*.txt filter=evil diff=evil\n", "a.txt": "pointer\n"})
    workspace = await desk.open(repository)
    assert (workspace.folder / "a.txt").read_text() == "pointer\n"


async def test_an_agent_sees_the_objects_of_its_mirror_and_no_more(desk: Desk, repository: Repository) -> None:
    assert desk.workspaces.sandbox.isolated, "bubblewrap does not work on this machine"
    workspace = await desk.open(repository)
    other = await desk.open(repository)
    mirror = f"/mirrors/{workspace.place.mirror.name}"
    told = await desk.run(
        workspace, f"ls {mirror}; ls /workspaces/{other.session_id} 2>&1 || true; touch {mirror}/objects/x 2>&1 || true"
    )
    assert told.startswith("objects\n")
    assert "No such file" in told
    assert "Read-only file system" in told


async def test_removal_keeps_what_the_agent_left_and_cleans_up(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "mkdir -p deep/er; echo precious > deep/er/file; chmod 000 deep; ln -s / out")
    await desk.workspaces.remove(workspace)
    assert not workspace.folder.exists()
    kept = f"refs/orchestrator/kept/{workspace.session_id}"
    assert desk.mirror(workspace).git("show", f"{kept}:deep/er/file") == "precious"
    await desk.workspaces.remove(workspace)
    folders = desk.workspaces.folders(TENANT)
    assert os.listdir(folders.scratch) == os.listdir(folders.workspaces) == os.listdir(folders.state) == []


async def test_restore_puts_the_branch_at_a_checkpoint_and_keeps_what_came_after(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo good > file; git add file; git commit -qm good")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Good")
    await desk.run(workspace, "echo bad > file; rm -rf .git")
    await desk.workspaces.restore(workspace, checkpoint.commit, RepositoryConfig())
    told = await desk.run(workspace, "git status --porcelain --branch; cat file; git log --format=%s")
    assert told == f"## {workspace.branch}\ngood\ngood\nWork\n"
    assert desk.mirror(workspace).git("show", f"refs/orchestrator/kept/{workspace.session_id}:file") == "bad"


async def test_a_worktree_that_is_gone_is_made_again_from_the_last_commit(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo good > file")
    commit = (await desk.workspaces.checkpoint(workspace, 1, "Good")).commit
    await desk.workspaces.remove(workspace)
    place = (desk.tenant, workspace.session_id, workspace.base, workspace.branch)
    again = await desk.workspaces.create(*place, desk.identity, RepositoryConfig(), commit)
    assert await desk.run(again, "cat file; git log --format=%s; git branch --show-current") == (
        f"good\nGood\nWork\n{workspace.branch}\n"
    )


async def test_a_data_directory_that_cannot_be_written_is_told(
    desk: Desk, make_workspaces: Callable[..., Workspaces], repository: Repository
) -> None:
    base = await desk.base(repository)
    folders = desk.workspaces.folders(TENANT)
    folders.state.write_text("in the way")
    with pytest.raises(WorkspaceFailed) as caught:
        await desk.open_at(base)
    assert caught.value.code == "workspace_failed"


async def test_leftovers_of_dead_processes_are_swept(desk: Desk) -> None:
    scratch = desk.workspaces.folders(TENANT).scratch
    for name in ("999999999-1-abcd", "odd"):
        (scratch / name / "deep").mkdir(parents=True)
    alive = desk.workspaces.folders(TENANT).new_scratch()
    await desk.workspaces.sweep()
    assert list(scratch.iterdir()) == [alive]


async def test_the_configuration_is_that_of_the_base_commit(desk: Desk, make_repository: Callable[..., Repository]) -> None:
    repository = make_repository({".orchestrator.yml": "verify: make test\n", "AGENTS.md": "Be kind.\n"})
    base = await desk.base(repository)
    repository.commit({".orchestrator.yml": "verify: 'true'\n", "AGENTS.md": "x" * 200_000})
    config = await desk.workspaces.read_config(TENANT, base)
    assert (config.verify, config.instructions) == (("make test",), "Be kind.\n")
    later = await desk.workspaces.read_config(TENANT, await desk.base(repository))
    assert len(later.instructions) == 64 * 1024


async def test_a_configuration_that_is_a_link_or_too_long_is_refused(
    desk: Desk, make_repository: Callable[..., Repository]
) -> None:
    repository = make_repository({".orchestrator.yml": "#" * 70_000})
    with pytest.raises(RepositoryConfigInvalid):
        await desk.workspaces.read_config(TENANT, await desk.base(repository))
    (repository.path / ".orchestrator.yml").unlink()
    (repository.path / ".orchestrator.yml").symlink_to("/etc/passwd")
    repository.commit({})
    with pytest.raises(RepositoryConfigInvalid):
        await desk.workspaces.read_config(TENANT, await desk.base(repository))


async def test_names_cannot_leave_the_tenants_folder(
    workspaces: Workspaces, identity: Identity | None, desk: Desk, repository: Repository
) -> None:
    base = await desk.base(repository)
    for name in ("../x", "a/b", "", ".", "-x", "x\n"):
        with pytest.raises(ValueError, match="folder name"):
            workspaces.locate(TENANT, name, base, "orchestrator/x", identity)
        with pytest.raises(ValueError, match="folder name"):
            workspaces.folders(name)


async def test_time_for_five_thousand_files(desk: Desk, make_repository: Callable[..., Repository]) -> None:
    repository = make_repository({f"d{n // 100}/s{n % 10}/f{n}.py": f"x = {n}\n" * 40 for n in range(5000)})
    marks = [time.monotonic()]
    base = await desk.base(repository)
    marks.append(time.monotonic())
    workspace = await desk.open_at(base)
    marks.append(time.monotonic())
    await desk.run(workspace, "echo 1 > d0/s0/f0.py")
    marks.append(time.monotonic())
    await desk.workspaces.checkpoint(workspace, 1, "One")
    marks.append(time.monotonic())
    seconds = [f"{after - before:.2f} s" for before, after in pairwise(marks)]
    print("5,000 files: mirror, workspace, command, checkpoint:", ", ".join(seconds))


async def test_removal_believes_a_checkpoint_only_where_a_ref_keeps_it(desk: Desk, repository: Repository) -> None:
    """Said to be settled on a commit that nothing keeps, the worktree is kept as if nothing had been said."""
    workspace = await desk.open(repository)
    (workspace.folder / "late").write_text("precious")
    await desk.workspaces.remove(workspace, settled=workspace.base.commit)
    kept = f"refs/orchestrator/kept/{workspace.session_id}"
    assert desk.mirror(workspace).git("show", f"{kept}:late") == "precious"
    again = await desk.open(repository)
    (again.folder / "done").write_text("work")
    made = await desk.workspaces.checkpoint(again, 1, "One")
    await desk.workspaces.remove(again, settled=made.commit)
    assert not again.folder.exists()
    assert desk.mirror(again).git("show", f"{made.ref}:done") == "work"
