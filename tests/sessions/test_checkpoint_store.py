"""A checkpoint's file on a folder and on a store that is none: whole or refused, and no larger than it has to be."""

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.settings import Settings
from orchestrator.opencode.snapshots import Exported
from orchestrator.sessions import checkpoint_store
from orchestrator.sessions.checkpoint_store import Anchor, CheckpointDamaged, CheckpointStore, Kept, Owner, Stored
from orchestrator.workspaces import Workspace, checkpoint_ref

TENANT_ID = UUID(TENANT)
CHILD = Exported({"id": "ses_2", "parentID": "ses_1"}, [])
TALK = Exported({"id": "ses_1", "title": "é"}, [{"info": {"id": "msg_1"}, "parts": [{"text": "x" * 10_000}]}], (CHILD,))


@pytest.fixture(params=["folder", "memory"])
def artifacts(request: pytest.FixtureRequest, tmp_path: Path) -> ArtifactStore:
    url = str(tmp_path / "shared") if request.param == "folder" else f"memory://{uuid4().hex}"
    return ArtifactStore(Settings(data_dir=tmp_path / "data", artifacts_url=url).artifact_store_url)


@pytest.fixture
def store(artifacts: ArtifactStore, desk: Desk) -> CheckpointStore:
    return CheckpointStore(artifacts, desk.workspaces)


async def save(
    store: CheckpointStore, desk: Desk, workspace: Workspace, number: int, anchor: Anchor | None = None
) -> tuple[str, Stored]:
    made = await desk.workspaces.checkpoint(workspace, number, "Saved")
    owner = Owner(TENANT_ID, UUID(workspace.session_id), 1, number)
    return made.commit, await store.save(owner, workspace.base, made.commit, TALK, anchor)


def kept(stored: Stored) -> Kept:
    anchor = stored.anchor
    return Kept(stored.path, stored.sha256, anchor and anchor.path, anchor and anchor.sha256)


def no_scratch(desk: Desk) -> bool:
    return list(desk.workspaces.folders(TENANT).scratch.iterdir()) == []


async def test_what_is_saved_is_opened_again(
    store: CheckpointStore,
    desk: Desk,
    repository: Repository,
    artifacts: ArtifactStore,
) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo 2 > app.py")
    commit, stored = await save(store, desk, workspace, 7)
    assert stored.path.startswith(f"{TENANT}/sessions/{workspace.session_id}/000007-")
    assert checkpoint_store.number_of(stored.path) == 7
    assert stored.bytes < 12_000
    async with store.open(TENANT_ID, kept(stored)) as contents:
        assert json.loads(contents.conversation) == {"info": TALK.info, "messages": TALK.messages}
        assert [json.loads(child)["info"] for child in contents.children] == [CHILD.info]
        assert [pack.stat().st_size for pack in contents.packs] == [stored.pack_bytes]
    assert no_scratch(desk)
    assert await store.names(TENANT_ID, UUID(workspace.session_id)) == [stored.path]
    again = await store.save(Owner(TENANT_ID, UUID(workspace.session_id), 1, 7), workspace.base, commit, TALK, None)
    assert again == stored
    assert await store.names(TENANT_ID, UUID(workspace.session_id)) == [stored.path]


async def test_it_is_a_tar_archive_that_says_whose_it_is(
    store: CheckpointStore,
    desk: Desk,
    repository: Repository,
    artifacts: ArtifactStore,
    tmp_path: Path,
) -> None:
    workspace = await desk.open(repository)
    commit, stored = await save(store, desk, workspace, 1)
    artifacts.get(stored.path, tmp_path / "file.tar")
    with tarfile.open(tmp_path / "file.tar") as archive:
        assert archive.getnames() == ["checkpoint.json", "conversation.json.zst", "children/ses_2.json.zst"]
        facts = archive.extractfile("checkpoint.json")
        assert facts is not None
        assert json.loads(facts.read()) == {
            "format": 1,
            "session": workspace.session_id,
            "number": 1,
            "attempt": 1,
            "commit": commit,
            "base": workspace.base.commit,
            "anchor": None,
        }


@pytest.mark.parametrize("damage", ["gone", "cut", "changed", "empty"])
async def test_a_damaged_file_is_refused(
    store: CheckpointStore,
    desk: Desk,
    repository: Repository,
    artifacts: ArtifactStore,
    damage: str,
) -> None:
    workspace = await desk.open(repository)
    _, stored = await save(store, desk, workspace, 1)
    whole = artifacts.read(stored.path)
    changed = {"cut": whole[:-600], "changed": whole.replace(b"checkpoint", b"checkpoinT", 1), "empty": b""}
    if damage == "gone":
        artifacts.delete(stored.path)
    else:
        artifacts.write(stored.path, changed[damage])
    with pytest.raises(CheckpointDamaged):
        async with store.open(TENANT_ID, kept(stored)):
            pytest.fail("it was opened")
    assert no_scratch(desk)


async def test_large_packs_build_upon_an_anchor_until_they_are_half_as_large(
    store: CheckpointStore,
    desk: Desk,
    make_repository: Callable[..., Repository],
) -> None:
    workspace = await desk.open(make_repository())
    await desk.run(workspace, "head -c 2000000 /dev/urandom > blob")
    commit, first = await save(store, desk, workspace, 1)
    assert first.pack_bytes > 2_000_000
    anchor = Anchor(commit, first.path, first.sha256, first.pack_bytes)
    await desk.run(workspace, "head -c 500000 /dev/urandom > more")
    second_commit, second = await save(store, desk, workspace, 2, anchor)
    assert second.anchor == anchor
    assert second.pack_bytes < 600_000
    async with store.open(TENANT_ID, kept(second)) as contents:
        assert len(contents.packs) == 2
        mirror = desk.mirror(workspace)
        mirror.git("update-ref", "-d", checkpoint_ref(workspace.session_id, 1))
        mirror.git("update-ref", "-d", checkpoint_ref(workspace.session_id, 2))
        mirror.git("prune", "--expire=now")
        ref = checkpoint_ref(workspace.session_id, 2)
        await desk.workspaces.transfers.unpack(mirror.path, contents.packs, workspace.base.commit, second_commit, ref)
        assert mirror.git("cat-file", "-s", f"{ref}:blob") == "2000000"
    await desk.run(workspace, "head -c 1500000 /dev/urandom > most")
    _, third = await save(store, desk, workspace, 3, anchor)
    assert third.anchor is None
    assert third.pack_bytes > 4_000_000
