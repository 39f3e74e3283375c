"""What is on a plan's branch, brought to this machine: one diff against the plan's base, and a push."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions.checkpoint_store import CheckpointStore
from orchestrator.sessions.commits_here import CommitsHere, holders_of
from orchestrator.sessions.errors import NoResultYet
from orchestrator.sessions.models import Session
from orchestrator.sessions.pushing import push_result
from orchestrator.tasks import service
from orchestrator.tasks.models import Plan, PlanMerge
from orchestrator.tasks.states import MergeStatus
from orchestrator.tenancy.caller import Caller
from orchestrator.workspaces import Base, Workspaces
from orchestrator.workspaces.push import Pushed


@dataclass(frozen=True)
class Result:
    """All that the plan changed: from `base` to `commit`."""

    tenant_id: str
    base: Base
    commit: str


@dataclass(frozen=True)
class Results:
    """No transaction is open while git works."""

    caller: Caller
    workspaces: Workspaces
    store: CheckpointStore

    async def of(self, plan_id: UUID) -> Result:
        """Raises NoResultYet before the first merge, and CommitNotHere."""
        async with self.caller.in_tenant(self.caller.principal.tenant_id) as db:
            plan = await service.get_plan(db, plan_id)
            session = await _last_merge(db, plan)
            holders = await holders_of(db, session)
        if plan.base_commit is None or session.commit is None:
            raise NoResultYet
        base = await CommitsHere(self.workspaces, self.store).bring(session, session.commit, holders)
        return Result(str(plan.tenant_id), replace(base, commit=plan.base_commit), session.commit)

    async def push(self, plan_id: UUID) -> Pushed:
        async with self.caller.in_tenant(self.caller.principal.tenant_id) as db:
            session = await _last_merge(db, await service.get_plan(db, plan_id))
        return await push_result(self.caller, self.workspaces, self.store, session.id)


async def _last_merge(db: AsyncSession, plan: Plan) -> Session:
    mine = (PlanMerge.tenant_id == plan.tenant_id, PlanMerge.plan_id == plan.id, PlanMerge.status == MergeStatus.MERGED)
    query = select(PlanMerge.session_id).where(*mine).order_by(PlanMerge.number.desc()).limit(1)
    session_id = (await db.execute(query)).scalar_one_or_none()
    if session_id is None:
        raise NoResultYet
    return await IndustrialRepository(db).get(Session, session_id)
