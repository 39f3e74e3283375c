"""How many checkpoints are kept, and that nothing goes that one of those needs."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.actors import make_tenant
from tests.tenancy.test_isolation import add_session
from tests.workspaces.desk import Desk, Repository

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sandboxes import Identity
from orchestrator.sessions import checkpointing
from orchestrator.sessions.checkpointing import CheckpointTaker
from orchestrator.sessions.context import SessionKey
from orchestrator.sessions.models import Checkpoint, CheckpointKind
from orchestrator.sessions.states import Status
from orchestrator.workspaces import Workspace, Workspaces, checkpoint_ref, checkpoint_refs


class Shelf:
    """The checkpoints of one session, whose files are as small as can be."""

    def __init__(self, database: Database, settings: Settings, desk: Desk, workspace: Workspace, key: SessionKey) -> None:
        self.database, self.desk, self.workspace, self.key = database, desk, workspace, key
        services: Any = SimpleNamespace(settings=settings, database=database, workspaces=desk.workspaces)
        self.taker = CheckpointTaker(services)
        self.artifacts = Path(settings.artifacts_url or "")

    def path(self, number: int) -> str:
        return f"{self.key.tenant_id}/sessions/{self.key.session_id}/{number:06d}-0123456789abcdef.tar"

    def put(self, number: int) -> None:
        file = self.artifacts / self.path(number)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(number))

    async def add(self, number: int, anchor: int | None = None) -> None:
        self.put(number)
        made = await self.desk.workspaces.checkpoint(self.workspace, number, "Saved")
        row = Checkpoint(
            id=new_id(), session_id=self.key.session_id, number=number, attempt=1, turn=0, kind=CheckpointKind.STEP,
            commit=made.commit, ref=made.ref, changed=True, path=self.path(number), sha256="0", bytes=1, pack_bytes=1,
            anchor_path=self.path(anchor) if anchor else None, anchor_sha256="0" if anchor else None,
            input_tokens=0, output_tokens=0, cost_micro_usd=0, created_at=now(),
        )  # fmt: skip
        async with self.database.transaction() as db:
            IndustrialRepository(db).add(row)

    async def state(self) -> tuple[list[int], list[int], list[int]]:
        """The numbers of the rows, of the files and of the refs."""
        async with self.database.transaction() as db:
            rows = sorted((await db.execute(select(Checkpoint.number))).scalars())
        files = sorted(int(file.name[:6]) for file in self.artifacts.rglob("*.tar"))
        folder = checkpoint_refs(self.key.session_id)
        refs = self.desk.mirror(self.workspace).git("for-each-ref", "--format=%(refname:lstrip=4)", folder)
        return rows, files, sorted(map(int, refs.split()))


@pytest.fixture
async def shelf(
    database: Database, workspaces: Workspaces, identity: Identity | None, repository: Repository, tmp_path: Path
) -> Shelf:
    tenant = await make_tenant(database, "a")
    session = await add_session(database, tenant, status=Status.RUNNING, attempt=1)
    desk = Desk(workspaces, identity, str(tenant))
    workspace = await desk.open(repository, session_id=str(session.id))
    settings = Settings(data_dir=tmp_path / "data", artifacts_url=str(tmp_path / "artifacts"))
    return Shelf(database, settings, desk, workspace, SessionKey(UUID(str(tenant)), session.id, 1))


async def test_the_newest_are_kept_and_what_they_build_upon(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpointing, "KEPT", 3)
    with tenant_scope(shelf.key.tenant_id):
        for number, anchor in ((1, None), (2, None), (3, 2), (4, 2)):
            await shelf.add(number, anchor)
        await shelf.taker.prune(shelf.key, shelf.workspace.base)
        assert await shelf.state() == ([2, 3, 4], [2, 3, 4], [2, 3, 4])
        await shelf.add(5, 2)
        await shelf.taker.prune(shelf.key, shelf.workspace.base)
        assert await shelf.state() == ([3, 4, 5], [2, 3, 4, 5], [3, 4, 5])
        for number in (6, 7, 8):
            await shelf.add(number)
            await shelf.taker.prune(shelf.key, shelf.workspace.base)
        assert await shelf.state() == ([6, 7, 8], [6, 7, 8], [6, 7, 8])
        await shelf.taker.prune(shelf.key, shelf.workspace.base)
        assert await shelf.state() == ([6, 7, 8], [6, 7, 8], [6, 7, 8])
    assert shelf.desk.mirror(shelf.workspace).git("rev-parse", checkpoint_ref(shelf.key.session_id, 8))


async def test_files_that_never_became_a_checkpoint_go_and_those_that_may_still_become_one_stay(shelf: Shelf) -> None:
    """A process died between the upload and the row; another one is between the two at this moment."""
    with tenant_scope(shelf.key.tenant_id):
        await shelf.add(2)
        shelf.put(1)
        shelf.put(3)
        await shelf.taker.sweep(shelf.key)
        assert await shelf.state() == ([2], [2, 3], [2])
