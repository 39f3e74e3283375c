"""A session's commits reach the mirror of another node, which knows what the origin knows and nothing else."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.kit.processes import ProcessLedger
from orchestrator.sandboxes import Identity, choose_sandbox
from orchestrator.workspaces import RepositoryConfig, Workspace, Workspaces, checkpoint_ref, checkpoint_refs
from orchestrator.workspaces.errors import WorkspaceFailed


@pytest.fixture
def elsewhere(tmp_path: Path, roots: Path, identity: Identity | None) -> Desk:
    """The same tenant on a second node, with a data directory of its own."""
    data_dir = tmp_path / "other-node"
    data_dir.mkdir(mode=0o700)
    workspaces = Workspaces(data_dir, (roots,), choose_sandbox("auto"), ProcessLedger(data_dir / "processes"))
    return Desk(workspaces, identity)


async def pack(desk: Desk, workspace: Workspace, commit: str, file: Path, anchor: str | None = None) -> list[Path]:
    transfers, mirror = desk.workspaces.transfers, desk.mirror(workspace).path
    return [file] if await transfers.pack(mirror, workspace.base.commit, commit, anchor, file) else []


async def bring(desk: Desk, repository: Repository, workspace: Workspace, packs: list[Path], commit: str) -> Repository:
    base = await desk.workspaces.prepare_mirror(TENANT, str(repository.path), workspace.base.commit)
    mirror, ref = desk.workspaces.mirror(TENANT, base), checkpoint_ref(workspace.session_id, 1)
    await desk.workspaces.transfers.unpack(mirror, packs, base.commit, commit, ref)
    assert await desk.workspaces.transfers.has(mirror, commit, ref)
    missing, moved = checkpoint_ref(workspace.session_id, 2), "0" * len(commit)
    assert await desk.workspaces.transfers.kept(mirror, {missing: commit, ref: commit}) == {ref}
    assert await desk.workspaces.transfers.kept(mirror, {ref: moved}) == set()
    return Repository(mirror)


async def test_a_commit_goes_on_elsewhere(
    desk: Desk, elsewhere: Desk, repository: Repository, identity: Identity | None, tmp_path: Path
) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo mine > own; git add own; git commit -qm own; echo 2 > app.py")
    made = await desk.workspaces.checkpoint(workspace, 1, "One")
    packs = await pack(desk, workspace, made.commit, tmp_path / "pack")
    mirror = await bring(elsewhere, repository, workspace, packs, made.commit)
    assert mirror.git("fsck", "--strict", "--no-dangling") == ""
    there = await elsewhere.workspaces.create(
        TENANT, workspace.session_id, workspace.base, workspace.branch, identity, RepositoryConfig(), made.commit
    )
    assert await elsewhere.run(there, "cat own app.py; git log --format=%s") == "mine\n2\nOne\nown\nWork\n"


async def test_of_an_unchanged_worktree_there_is_nothing_to_bring(
    desk: Desk, elsewhere: Desk, repository: Repository, tmp_path: Path
) -> None:
    workspace = await desk.open(repository)
    made = await desk.workspaces.checkpoint(workspace, 1, "None")
    packs = await pack(desk, workspace, made.commit, tmp_path / "pack")
    assert packs == []
    await bring(elsewhere, repository, workspace, packs, made.commit)


async def test_only_the_difference_to_the_origin_and_to_the_anchor_is_in_a_pack(
    desk: Desk, elsewhere: Desk, make_repository: Callable[..., Repository], tmp_path: Path
) -> None:
    large = "\n".join(str(n * 7919 % 100_003) for n in range(100_000))
    repository = make_repository({"large.txt": large})
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo more >> large.txt; head -c 400000 /dev/urandom > blob")
    first = await desk.workspaces.checkpoint(workspace, 1, "One")
    packs = await pack(desk, workspace, first.commit, tmp_path / "first")
    assert 400_000 < packs[0].stat().st_size < 410_000
    await desk.run(workspace, "echo yet more >> large.txt")
    second = await desk.workspaces.checkpoint(workspace, 2, "Two")
    packs += await pack(desk, workspace, second.commit, tmp_path / "second", first.commit)
    assert packs[1].stat().st_size < 2_000
    mirror = await bring(elsewhere, repository, workspace, packs, second.commit)
    assert mirror.git("show", f"{second.commit}:large.txt").endswith("more\nyet more")


async def test_a_base_that_only_one_node_has_goes_along(
    desk: Desk, elsewhere: Desk, repository: Repository, tmp_path: Path
) -> None:
    """A session that starts from another one's result: for a remote repository that is in one mirror alone."""
    earlier = await desk.open(repository)
    await desk.run(earlier, "echo result > result")
    result = await desk.workspaces.checkpoint(earlier, 1, "Result")
    workspace = await desk.open_at(await desk.base(repository, result.commit))
    await desk.run(workspace, "echo more > more")
    made = await desk.workspaces.checkpoint(workspace, 1, "More")
    packs = await pack(desk, workspace, made.commit, tmp_path / "pack")
    origin = await elsewhere.workspaces.prepare_mirror(TENANT, str(repository.path))
    mirror, ref = elsewhere.workspaces.mirror(TENANT, origin), checkpoint_ref(workspace.session_id, 1)
    await elsewhere.workspaces.transfers.unpack(mirror, packs, workspace.base.commit, made.commit, ref)
    base = await elsewhere.workspaces.prepare_mirror(TENANT, str(repository.path), workspace.base.commit)
    assert base.commit == result.commit
    assert Repository(mirror).git("show", f"{made.commit}:result") == "result"


async def test_objects_that_are_missing_are_told(
    desk: Desk, elsewhere: Desk, repository: Repository, tmp_path: Path
) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo 1 > one")
    first = await desk.workspaces.checkpoint(workspace, 1, "One")
    await desk.run(workspace, "echo 2 > two")
    second = await desk.workspaces.checkpoint(workspace, 2, "Two")
    packs = await pack(desk, workspace, second.commit, tmp_path / "second", first.commit)
    with pytest.raises(WorkspaceFailed, match="not whole"):
        await bring(elsewhere, repository, workspace, packs, second.commit)
    assert (await elsewhere.workspaces.transfers.has(elsewhere.mirror(workspace).path, second.commit, "refs/x")) is False


async def test_refs_of_old_checkpoints_are_forgotten(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    for number in (1, 2, 3):
        await desk.run(workspace, f"echo {number} > f")
        await desk.workspaces.checkpoint(workspace, number, "Saved")
    folder, mirror = checkpoint_refs(workspace.session_id), desk.mirror(workspace)
    for _ in range(2):
        await desk.workspaces.transfers.forget(mirror.path, folder, {checkpoint_ref(workspace.session_id, 3)})
        assert mirror.git("for-each-ref", "--format=%(refname)", folder) == f"{folder}/3"


async def test_unusual_worktrees_go_on_elsewhere(
    desk: Desk, elsewhere: Desk, repository: Repository, identity: Identity | None, tmp_path: Path
) -> None:
    workspace = await desk.open(repository)
    await desk.run(
        workspace,
        "ln -s /etc/passwd link; mkdir shut; echo 1 > shut/f; chmod 000 shut; printf 2 > 'odd \"name\n';"
        "truncate -s 100M huge;"
        "git init -q nested; echo 3 > nested/n; git -C nested add n; git -C nested commit -qm n; mkfifo pipe; rm -rf .git",
    )
    made = await desk.workspaces.checkpoint(workspace, 1, "One")
    packs = await pack(desk, workspace, made.commit, tmp_path / "pack")
    assert packs[0].stat().st_size < 1_000_000
    await bring(elsewhere, repository, workspace, packs, made.commit)
    there = await elsewhere.workspaces.create(
        TENANT, workspace.session_id, workspace.base, workspace.branch, identity, RepositoryConfig(), made.commit
    )
    assert (there.folder / "link").readlink() == Path("/etc/passwd")
    assert (there.folder / "huge").stat().st_size == 100 * 1024 * 1024
    assert await elsewhere.run(there, "cat shut/f odd* nested/n") == "1\n23\n"


async def test_a_worktree_that_is_written_to_meanwhile_is_saved(
    desk: Desk, elsewhere: Desk, repository: Repository, tmp_path: Path
) -> None:
    """A checkpoint inside of a turn: files come, grow and go under the hands of git."""
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo still > still")
    storm = "for n in 1 2 3 4 5; do head -c 300000 /dev/urandom > f$n; rm -f f1 f2; mkdir -p d; echo x >> d/x; done"
    lasting = f"end=$(($(date +%s) + 4)); while [ $(date +%s) -lt $end ]; do {storm}; done"
    writing = asyncio.create_task(desk.run(workspace, lasting))
    number = 0
    while not writing.done():
        number += 1
        made = await desk.workspaces.checkpoint(workspace, number, "Saved")
        assert "still" in desk.files_at(workspace, made.commit)
        packs = await pack(desk, workspace, made.commit, tmp_path / f"pack-{number}")
        await bring(elsewhere, repository, workspace, packs, made.commit)
    await writing
    assert number > 1


async def test_files_that_are_never_still_cost_no_other_file(desk: Desk, repository: Repository) -> None:
    """A file that is shortened while git has it mapped ends git by a signal; here that goes on and on."""
    workspace = await desk.open(repository)
    await desk.run(workspace, "mkdir 'a folder'; echo still > 'a folder/*'; echo still > zz; rm app.py")
    restless = """
import contextlib, os, time
with contextlib.ExitStack() as stack:
    blobs = [stack.enter_context(open(f'blob{number}', 'wb')) for number in range(5)]
    end, beat = time.monotonic() + 60, 0
    open('.git/begun', 'w').close()
    while time.monotonic() < end and not os.path.exists('.git/enough'):
        beat += 1
        for number, blob in enumerate(blobs):
            os.ftruncate(blob.fileno(), 200_000_000 - (beat + 5 * number) % 25 * 8_000_000)
        time.sleep(0.01)
"""
    await desk.run(workspace, f"cat > .git/restless.py <<'END'{restless}END")
    await desk.run(workspace, "mkfifo .git/begun")
    writing = asyncio.create_task(desk.run(workspace, "python3 .git/restless.py"))
    await desk.run(workspace, "cat .git/begun")
    made = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    assert not writing.done(), "the files were restless all the time"
    await desk.run(workspace, "touch .git/enough")
    await writing
    saved = [path for path in desk.files_at(workspace, made.commit) if not path.startswith("blob")]
    assert saved == ["a folder/*", "zz"]
