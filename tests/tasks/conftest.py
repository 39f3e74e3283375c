"""A keeper of plans in the test's own process, and ends of sessions as a node would write them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.api import Api
from tests.e2e.browser.team import SHOP
from tests.e2e.tree import make_repository

from orchestrator.events.listener import Listener
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes.leader import Leadership
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Checkpoint, CheckpointKind, Session
from orchestrator.sessions.states import Status, Verification
from orchestrator.tasks import advancing
from orchestrator.tasks.keeper import PlanKeeper
from orchestrator.tasks.models import PlanMerge

COMMIT = "c" * 40


@dataclass
class Kept:
    api: Api
    keeper: PlanKeeper
    repository: str

    @property
    def tenant_id(self) -> UUID:
        return self.api.actors.member.tenant_id

    async def plan(self, *tasks: dict[str, Any], **wanted: Any) -> dict[str, Any]:
        body = {"goal": "All of it", "repository": self.repository, "verify": ["true"], "tasks": list(tasks), **wanted}
        answer = await self.api.call("POST", "/plans", json=body)
        assert answer.status_code == 201, answer.text
        return await self.look(answer.json())

    async def look(self, plan: dict[str, Any]) -> dict[str, Any]:
        await self.keeper.look(self.tenant_id, UUID(plan["id"]))
        return await self.read(plan)

    async def read(self, plan: dict[str, Any]) -> dict[str, Any]:
        return (await self.api.call("GET", f"/plans/{plan['id']}")).json()

    async def sessions(self, plan: dict[str, Any], key: str | None) -> list[Session]:
        """Of a task, or those that merge; the oldest first."""
        mine = (Session.plan_id == UUID(plan["id"]), Session.task_key.is_(None) if key is None else Session.task_key == key)
        with tenant_scope(self.tenant_id):
            async with self.api.database.transaction() as db:
                return list(await IndustrialRepository(db).list(Session, *mine, order=(Session.id,)))

    async def work(self, plan: dict[str, Any], key: str, commit: str = COMMIT, **changes: Any) -> dict[str, Any]:
        """The newest session of the task has ended well, and the plan has been looked at."""
        await self.end((await self.sessions(plan, key))[-1].id, commit=commit, **changes)
        return await self.look(plan)

    async def merge(self, plan: dict[str, Any], conflicts: tuple[str, ...] = (), **changes: Any) -> dict[str, Any]:
        """The merge under way has ended; `conflicts` are tasks of it that could not be merged."""
        [row] = await self.merges(plan, "running")
        session = next(one for one in await self.sessions(plan, None) if one.id == row.session_id)
        named = dict(zip((part["session_id"] for part in session.merges or []), row.task_keys, strict=True))
        parts = [
            {**part, "state": "conflict", "files": ["notes.txt"]}
            if named[part["session_id"]] in conflicts
            else {**part, "state": "merged"}
            for part in session.merges or []
        ]
        values: dict[str, Any] = {"commit": f"{row.number:040x}", **changes}
        await self.end(session.id, merges=parts, **values)
        return await self.look(plan)

    async def merges(self, plan: dict[str, Any], *status: str) -> list[PlanMerge]:
        with tenant_scope(self.tenant_id):
            async with self.api.database.transaction() as db:
                query = select(PlanMerge).where(PlanMerge.tenant_id == self.tenant_id, PlanMerge.plan_id == UUID(plan["id"]))
                rows = (await db.execute(query.order_by(PlanMerge.number))).scalars().all()
                return [row for row in rows if not status or row.status.value in status]

    async def end(
        self,
        session_id: UUID,
        status: Status = Status.COMPLETED,
        verification: Verification | None = Verification.VERIFIED,
        commit: str = COMMIT,
        **values: Any,
    ) -> None:
        with tenant_scope(self.tenant_id):
            async with self.api.database.transaction() as db:
                session = await IndustrialRepository(db).get(Session, session_id, lock=True)
                if session.status is Status.QUEUED and status is not Status.CANCELLED:
                    await transition(db, session, Status.RUNNING, "admitted", attempt=session.attempt + 1)
                if status is Status.PARTIALLY_COMPLETED:
                    await transition(db, session, Status.VERIFYING, "verified")
                base = session.base_commit or "0a" * 20
                changes = {"commit": commit, "base_commit": base, "verification": verification, "files_changed": 1}
                await transition(db, session, status, f"it is {status.value}", **(changes | values))
                IndustrialRepository(db).add(_checkpoint(session, commit))


def _checkpoint(session: Session, commit: str) -> Checkpoint:
    return Checkpoint(
        id=new_id(),
        session_id=session.id,
        number=session.attempt,
        attempt=session.attempt,
        turn=0,
        kind=CheckpointKind.TURN,
        commit=commit,
        ref=f"refs/orchestrator/checkpoints/{session.id}/1",
        base_commit=session.base_commit,
        changed=True,
        path="somewhere.tar",
        sha256="0" * 64,
        input_tokens=0,
        output_tokens=0,
        cost_micro_usd=0,
        created_at=now(),
    )


@pytest.fixture
async def kept(api: Api, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """Its merges begin as soon as there is something to merge; a test that wants it otherwise says so."""
    for patience in ("MERGE_PATIENCE", "MOST_MERGE_PATIENCE"):
        monkeypatch.setattr(advancing, patience, timedelta(0))
    url = api.database.url
    state = api.app.state
    workspaces, settings = state.workspaces, state.settings
    leadership, listener = Leadership(url, 5.0), Listener(url)
    keeper = PlanKeeper(api.database, state.catalog, settings, workspaces, leadership, listener)
    return Kept(api, keeper, str(make_repository(api.roots / "shop", SHOP)))
