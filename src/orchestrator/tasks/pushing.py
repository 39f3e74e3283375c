"""A completed plan's branch goes to where its repository came from, by itself where its settings say so.

What is to be pushed is written down with the plan's end, so a crash or another leader pushes it again: that changes nothing.
A push that failed is told and not tried again by itself; a person repeats it.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.listener import Listener
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.printable import printable
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes.leader import Leadership
from orchestrator.sessions.checkpoint_store import CheckpointStore
from orchestrator.sessions.errors import NoResultYet
from orchestrator.sessions.lifecycle import PLAN_CHANNEL
from orchestrator.sessions.models import Session
from orchestrator.sessions.pushing import push_as
from orchestrator.sessions.states import Verification
from orchestrator.tasks import service
from orchestrator.tasks.models import Plan, PlanMerge
from orchestrator.tasks.states import MergeStatus, PlanStatus, PushState
from orchestrator.workspaces import Workspaces

log = get_logger(__name__)

_LOOK_SECONDS = 5.0
_AT_ONCE = 4
_MOST_REASON_CHARS = 1_000


async def last_merge(db: AsyncSession, plan: Plan) -> Session:
    """Whose result the branch holds. Raises NoResultYet."""
    mine = (PlanMerge.tenant_id == plan.tenant_id, PlanMerge.plan_id == plan.id, PlanMerge.status == MergeStatus.MERGED)
    query = select(PlanMerge.session_id).where(*mine).order_by(PlanMerge.number.desc()).limit(1)
    session_id = (await db.execute(query)).scalar_one_or_none()
    if session_id is None:
        raise NoResultYet
    return await IndustrialRepository(db).get(Session, session_id)


def told_of(plan: Plan, to: PushState, reason: str | None, commit: str | None, *, actor: str) -> Mapping[str, Any]:
    """Writes down what became of the push; the event's data. What failed needs a person, also after the end was seen."""
    said = reason and printable(reason)[:_MOST_REASON_CHARS]
    plan.push = {"state": to.value, "reason": said, "commit": commit, "at": now().isoformat(), "by": actor}
    if to is PushState.FAILED:
        plan.seen_at = plan.seen_by = None
    return {"plan_id": str(plan.id), "reason": said, "commit": commit}


class PlanPusher:
    def __init__(
        self,
        database: Database,
        workspaces: Workspaces,
        store: CheckpointStore,
        leadership: Leadership,
        listener: Listener,
    ) -> None:
        self._database = database
        self._workspaces = workspaces
        self._store = store
        self._leadership = leadership
        self._told = asyncio.Event()
        listener.subscribe(PLAN_CHANNEL, lambda _: self._told.set())

    async def run(self) -> None:
        while True:
            self._told.clear()
            if self._leadership.leads and await self.push_waiting():
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._told.wait()

    async def push_waiting(self) -> int:
        """Some of those that wait; how many they were."""
        waiting = await self._waiting()
        await asyncio.gather(*(self._push_once(*key) for key in waiting))
        return len(waiting)

    async def _waiting(self) -> list[tuple[UUID, UUID]]:
        try:
            async with self._database.system_transaction() as db:
                query = select(Plan.tenant_id, Plan.id).where(Plan.push["state"].astext == PushState.PENDING.value)
                rows = (await db.execute(query.order_by(Plan.updated_at).limit(_AT_ONCE))).all()
                return [(row[0], row[1]) for row in rows]
        except (DBAPIError, OSError) as error:
            log.warning("plans_to_push_not_found", problem=str(error).split("\n")[0])
            return []

    async def _push_once(self, tenant_id: UUID, plan_id: UUID) -> None:
        try:
            await self.push(tenant_id, plan_id)
        except (DBAPIError, OSError) as error:
            where = {"tenant_id": str(tenant_id), "plan_id": str(plan_id)}
            log.warning("plan_not_pushed", **where, problem=str(error).split("\n")[0])
            await asyncio.sleep(_LOOK_SECONDS)  # The database is asked again, and not in a circle.

    async def push(self, tenant_id: UUID, plan_id: UUID) -> None:
        """No transaction is open while the remote is talked to."""
        with tenant_scope(tenant_id):
            async with self._database.transaction() as db:
                plan = await service.get_plan(db, plan_id)
                if not _waits(plan):
                    return
                session = None if plan.head_commit is None else await last_merge(db, plan)
            await self._record(plan, *await self._pushed(plan, session))

    async def _pushed(self, plan: Plan, session: Session | None) -> tuple[PushState, str | None]:
        if session is None:
            return PushState.NOTHING, "its tasks changed nothing"
        verification = session.verification or Verification.UNVERIFIED
        if plan.settings.get("push") != "always" and verification is not Verification.VERIFIED:
            return PushState.FAILED, f"what is on its branch is {verification.value}: nobody pushes that but a person"
        try:
            await push_as(ORCHESTRATOR, self._database.transaction, self._workspaces, self._store, session.id)
        except OrchestratorError as error:
            return PushState.FAILED, error.message
        return PushState.PUSHED, None

    async def _record(self, was: Plan, to: PushState, reason: str | None) -> None:
        async with self._database.transaction() as db:
            plan = await service.get_plan(db, was.id, lock=True)
            if not _waits(plan) or plan.head_commit != was.head_commit:
                return
            told = told_of(plan, to, reason, was.head_commit, actor=ORCHESTRATOR)
            name = "plan.push_failed" if to is PushState.FAILED else "plan.pushed"
            events.append(db, plan.tenant_id, name, actor=ORCHESTRATOR, **told)


def _waits(plan: Plan) -> bool:
    state = (plan.push or {}).get("state")
    return plan.status is PlanStatus.COMPLETED and state == PushState.PENDING.value
