"""What goes from a data directory, what stays, and that no worktree goes before its last commit is kept."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.workspaces import RepositoryConfig
from orchestrator.workspaces.disk import has_room, says_full
from orchestrator.workspaces.errors import GitFailed, WorkspaceFailed, WorkspaceNotKept, told_as_failure
from orchestrator.workspaces.gc import Kept, Leftover

SETUP = RepositoryConfig(setup=("mkdir deps && echo 1 > deps/one",), cache_key=("app.py",))


def age(path: Path, days: float) -> None:
    moment = time.time() - days * 86_400
    os.utime(path, (moment, moment))


async def collect(desk: Desk, kept: Kept | None = None, *, dry: bool = False) -> list[Leftover]:
    return await desk.workspaces.collect(TENANT, kept or Kept(), 14, dry=dry)


async def test_a_worktree_stays_when_the_ref_that_should_keep_it_is_not_there(
    desk: Desk, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write of the ref is lost, as on a disk that lies: whoever trusts it would delete the only copy."""
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo precious > app.py")

    async def lost(*_: object) -> None:
        pass

    monkeypatch.setattr(desk.workspaces._mirrors.refs, "point", lost)
    with pytest.raises(WorkspaceNotKept):
        await desk.workspaces.remove(workspace)
    assert (workspace.folder / "app.py").read_text() == "precious\n"
    monkeypatch.undo()
    await desk.workspaces.remove(workspace)
    assert not workspace.folder.exists()


async def test_a_worktree_stays_when_the_objects_of_its_last_checkpoint_are_gone(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo precious > app.py")
    commit = (await desk.workspaces.checkpoint(workspace, 1, "Result")).commit
    tree = desk.mirror(workspace).git("rev-parse", f"{commit}^{{tree}}")
    mirror = desk.workspaces.mirror(TENANT, workspace.base)
    (mirror / "objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(WorkspaceFailed):
        await desk.workspaces.remove(workspace, commit)
    assert (workspace.folder / "app.py").read_text() == "precious\n"


async def test_a_setup_cache_goes_when_nobody_used_it_for_long(desk: Desk, repository: Repository) -> None:
    base = await desk.base(repository)
    await desk.open_at(base, SETUP)
    (result,) = (one for one in desk.workspaces.folders(TENANT).setups.iterdir() if one.is_dir())
    kept = Kept(bases=frozenset({base.commit}))
    assert await collect(desk, kept) == []
    age(result, 20)
    (told,) = await collect(desk, kept, dry=True)
    assert (told.kind, told.removed, told.reason) == ("setup", False, "nobody used it for 14 days")
    assert told.bytes > 0
    assert result.is_dir()
    assert [one.removed for one in await collect(desk, kept)] == [True]
    assert not result.exists()
    await desk.open_at(base, SETUP)
    assert result.is_dir()


async def test_a_use_makes_a_cache_young_again(desk: Desk, repository: Repository) -> None:
    base = await desk.base(repository)
    await desk.open_at(base, SETUP)
    (result,) = (one for one in desk.workspaces.folders(TENANT).setups.iterdir() if one.is_dir())
    age(result, 20)
    await desk.open_at(base, SETUP)
    assert await collect(desk, Kept(bases=frozenset({base.commit}))) == []


async def test_a_mirror_goes_when_no_work_lies_in_it(desk: Desk, repository: Repository) -> None:
    base = await desk.base(repository)
    mirror = desk.workspaces.mirror(TENANT, base)
    age(mirror, 20)
    key, bases = frozenset({base.repository_key}), frozenset({base.commit})
    for kept in (Kept(results=key, bases=bases), Kept(in_use=key, bases=bases)):
        assert [one for one in await collect(desk, kept) if one.kind == "mirror"] == []
    assert [one.kind for one in await collect(desk)] == ["mirror"]
    assert not mirror.exists()
    assert (await desk.base(repository)).commit == base.commit


async def test_a_mirror_that_is_just_fetched_into_stays(desk: Desk, repository: Repository) -> None:
    from orchestrator.workspaces.locks import locked

    base = await desk.base(repository)
    mirror = desk.workspaces.mirror(TENANT, base)
    age(mirror, 20)
    async with locked(mirror.with_suffix(".fetch-lock")):
        assert [one for one in await collect(desk) if one.kind == "mirror"] == []
    assert mirror.is_dir()


async def test_a_servers_home_goes_with_its_session(desk: Desk) -> None:
    root = desk.workspaces.folders(TENANT).root / "runtimes"
    old, young, running = (str(uuid4()) for _ in range(3))
    for name in (old, young, running, "shared"):
        (root / name / "home").mkdir(parents=True)
    kept = Kept(unfinished=frozenset({running}), finished={old: time.time() - 20 * 86_400, young: time.time()})
    assert [one.name for one in await collect(desk, kept)] == [f"runtimes/{old}"]
    assert sorted(one.name for one in root.iterdir()) == sorted((young, running, "shared"))


async def test_refs_go_when_no_session_has_them(desk: Desk, repository: Repository) -> None:
    known, unknown = str(uuid4()), str(uuid4())
    mine = await desk.open(repository, session_id=known)
    theirs = await desk.open(repository, session_id=unknown)
    for workspace in (mine, theirs):
        await desk.run(workspace, "echo 1 > app.py")
        await desk.workspaces.checkpoint(workspace, 1, "Result")
        await desk.workspaces.remove(workspace)
    kept = Kept(finished={known: time.time()}, bases=frozenset({mine.base.commit}))
    assert [one.kind for one in await collect(desk, kept)] == ["refs"]
    refs = desk.mirror(mine).git("for-each-ref", "--format=%(refname)", "refs/orchestrator/").split()
    assert any(known in ref for ref in refs)
    assert not any(unknown in ref for ref in refs)
    assert f"refs/orchestrator/bases/{mine.base.commit}" in refs


async def test_a_mirror_of_many_packs_is_packed_and_keeps_what_no_ref_leads_to(desk: Desk, repository: Repository) -> None:
    """A running worktree may borrow it."""
    base = await desk.base(repository)
    mirror = Repository(desk.workspaces.mirror(TENANT, base))
    for number in range(22):
        blob = mirror.pipe(f"{number}".encode(), "hash-object", "-w", "--stdin").decode().strip()
        mirror.pipe(f"{blob}\n".encode(), "pack-objects", "-q", str(mirror.path / "objects/pack/pack"))
    kept = Kept(in_use=frozenset({base.repository_key}), bases=frozenset({base.commit}))
    assert [one.kind for one in await collect(desk, kept)] == ["repack"]
    assert len(list(mirror.path.glob("objects/pack/*.pack"))) == 1
    assert mirror.git("cat-file", "-p", blob) == "21"


def test_a_full_disk_is_known_by_its_number_and_by_gits_words() -> None:
    def full() -> None:
        with told_as_failure("made"):
            raise OSError(28, "No space left on device")

    with pytest.raises(WorkspaceFailed) as caught:
        full()
    assert says_full(caught.value)
    assert says_full(GitFailed(command="fetch", detail="fatal: write error: No space left on device"))
    assert not says_full(GitFailed(command="fetch", detail="fatal: not found"))


def test_a_disk_of_which_all_files_are_taken_is_full_though_its_bytes_are_free(small_disk: Path) -> None:
    assert has_room(small_disk, min_free_bytes=1_000_000)
    assert not has_room(small_disk, min_free_bytes=9_000_000)
    for number in range(1_950):
        (small_disk / str(number)).touch()
    assert not has_room(small_disk, min_free_bytes=0)


async def test_git_says_it_on_a_real_disk_that_is_full(
    make_workspaces: Callable[..., object], small_disk: Path, repository: Repository
) -> None:
    from orchestrator.kit.processes import ProcessLedger
    from orchestrator.sandboxes import choose_sandbox, tenant_identity
    from orchestrator.workspaces import Workspaces

    repository.commit({"big": os.urandom(12_000_000)})
    made = Workspaces(small_disk, (repository.path.parent,), choose_sandbox("auto"), ProcessLedger(small_disk / "p"))
    with pytest.raises(Exception, match="No space left on device") as caught:
        await Desk(made, tenant_identity(7)).open(repository)
    assert says_full(caught.value)
    shutil.rmtree(small_disk / "tenants")
