"""What is on a plan's branch, brought to this machine: one diff against the plan's base, and a push."""

from dataclasses import dataclass, replace
from uuid import UUID

from orchestrator.events import log as events
from orchestrator.sessions.checkpoint_store import CheckpointStore
from orchestrator.sessions.commits_here import CommitsHere, Result, holders_of
from orchestrator.sessions.errors import NoResultYet
from orchestrator.sessions.pushing import push_result
from orchestrator.tasks import service
from orchestrator.tasks.pushing import last_merge, told_of
from orchestrator.tasks.states import PushState
from orchestrator.tenancy.caller import Caller
from orchestrator.workspaces import Workspaces
from orchestrator.workspaces.push import Pushed


@dataclass(frozen=True)
class Results:
    """No transaction is open while git works."""

    caller: Caller
    workspaces: Workspaces
    store: CheckpointStore

    async def of(self, plan_id: UUID) -> Result:
        """All that the plan changed. Raises NoResultYet before the first merge, and CommitNotHere."""
        async with self.caller.in_tenant(self.caller.principal.tenant_id) as db:
            plan = await service.get_plan(db, plan_id)
            session = await last_merge(db, plan)
            holders = await holders_of(db, session)
        if plan.base_commit is None or session.commit is None:
            raise NoResultYet
        base = await CommitsHere(self.workspaces, self.store).bring(session, session.commit, holders)
        return Result(str(plan.tenant_id), replace(base, commit=plan.base_commit), session.commit)

    async def push(self, plan_id: UUID) -> Pushed:
        async with self.caller.in_tenant(self.caller.principal.tenant_id) as db:
            session = await last_merge(db, await service.get_plan(db, plan_id))
        pushed = await push_result(self.caller, self.workspaces, self.store, session.id)
        await self._told(plan_id, pushed)
        return pushed

    async def _told(self, plan_id: UUID, pushed: Pushed) -> None:
        """What a person pushed needs nobody any more."""
        actor = self.caller.principal.actor
        async with self.caller.in_tenant(self.caller.principal.tenant_id) as db:
            plan = await service.get_plan(db, plan_id, lock=True)
            if plan.push is None or plan.head_commit != pushed.commit:
                return
            told = told_of(plan, PushState.PUSHED, None, pushed.commit, actor=actor)
            events.append(db, plan.tenant_id, "plan.pushed", actor=actor, **told)
