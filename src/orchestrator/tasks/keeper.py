"""Keeps the plans going: whenever a session of one has ended, it looks what follows, and does that.

One process of the cluster keeps them, the leader. What it does is in the database, a look at a time, so that any other
goes on from there.
"""

import asyncio
import contextlib
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events.listener import Listener
from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes.leader import Leadership
from orchestrator.sessions.checking import assigned
from orchestrator.sessions.lifecycle import PLAN_CHANNEL
from orchestrator.sessions.service import Checked, NewSession
from orchestrator.tasks import reviewing, service
from orchestrator.tasks.foreseeing import Foreseer, Foresight
from orchestrator.tasks.models import Plan, PlanTask
from orchestrator.tasks.reviewing import Wanted
from orchestrator.tasks.settling import settle
from orchestrator.tasks.specs import ReviewWish
from orchestrator.tasks.starting import acts_for, begin_task, wanted_of
from orchestrator.tasks.states import PlanStatus, TaskStatus
from orchestrator.tasks.writing import set_plan, set_task
from orchestrator.tenancy.caller import Caller
from orchestrator.workspaces import Workspaces

log = get_logger(__name__)

_LOOK_SECONDS = 2.0
_AT_ONCE = 4
_PASSES = (429, 503, 507)
"""Refusals that end by themselves: the task waits, and is begun later."""

Key = tuple[UUID, UUID]


class PlanKeeper:
    def __init__(
        self,
        database: Database,
        catalog: Catalog,
        settings: Settings,
        workspaces: Workspaces,
        leadership: Leadership,
        listener: Listener,
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._settings = settings
        self._workspaces = workspaces
        self._leadership = leadership
        self._foreseer = Foreseer(workspaces)
        self._lanes = asyncio.Semaphore(_AT_ONCE)
        self._looking: set[Key] = set()
        self._missed: set[Key] = set()
        self._told = asyncio.Event()
        listener.subscribe(PLAN_CHANNEL, lambda _: self._told.set())

    async def run(self) -> None:
        """A look at each plan at a time of its own: one that waits for git keeps no other one waiting."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._told.clear()
                if self._leadership.leads:
                    for key in await self._running():
                        self._look_at(key, group)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await self._told.wait()

    def _look_at(self, key: Key, group: asyncio.TaskGroup) -> None:
        if key in self._looking:
            self._missed.add(key)  # What it was told of may have come after it looked.
            return
        self._looking.add(key)
        group.create_task(self._look_once(key))

    async def _running(self) -> list[Key]:
        try:
            async with self._database.system_transaction() as db:
                query = select(Plan.tenant_id, Plan.id).where(Plan.status == PlanStatus.RUNNING)
                return [(row[0], row[1]) for row in (await db.execute(query.order_by(Plan.updated_at))).all()]
        except (DBAPIError, OSError) as error:
            log.warning("plans_not_found", problem=str(error).split("\n")[0])
            return []

    async def _look_once(self, key: Key) -> None:
        where = {"tenant_id": str(key[0]), "plan_id": str(key[1])}
        try:
            async with self._lanes:
                await self.look(*key)
        except OrchestratorError as error:
            log.warning("plan_not_kept", **where, code=error.code, problem=error.message)
        except (DBAPIError, OSError) as error:
            log.warning("plan_not_kept", **where, problem=str(error).split("\n")[0])
        finally:
            self._looking.discard(key)
            if key in self._missed:
                self._missed.discard(key)
                self._told.set()

    async def look(self, tenant_id: UUID, plan_id: UUID) -> None:
        """Until nothing more follows at once."""
        with tenant_scope(tenant_id):
            foresight = await self._prepared(plan_id)
            if foresight is None:
                return
            async with self._database.transaction() as db:
                plan = await service.get_plan(db, plan_id, lock=True)
                if plan.status is not PlanStatus.RUNNING:
                    return
                if plan.revision != foresight.revision:
                    self._told.set()  # It was changed a moment ago: the next look knows of that.
                    return
                follows = await settle(db, plan, foresight)
            for wanted in follows.reviews:
                await self._review(plan_id, wanted)
            for key, note in follows.begin.items():
                await self._begin(plan_id, key, note)

    async def _prepared(self, plan_id: UUID) -> Foresight | None:
        """What is known before anything of it begins: where it stands, and which files its tasks will change."""
        async with self._database.transaction() as db:
            plan = await service.get_plan(db, plan_id)
            known = self._foreseer.known(plan)
            tasks = [] if known else await service.tasks_of(db, plan)
        if plan.base_commit is None and not await self._pin_base(plan):
            return None
        return known or await self._foreseer.foresee(plan, tasks)

    async def _pin_base(self, plan: Plan) -> bool:
        """All of a plan stands on one commit, wherever the branch goes meanwhile."""
        where = (str(plan.tenant_id), plan.repository, plan.base_ref)
        try:
            commit = (await self._workspaces.prepare_mirror(*where)).commit
        except OrchestratorError as error:
            async with self._database.transaction() as db:
                locked = await service.get_plan(db, plan.id, lock=True)
                if locked.status is PlanStatus.RUNNING:
                    await set_plan(db, locked, PlanStatus.BLOCKED, error.message)
            return False
        async with self._database.transaction() as db:
            locked = await service.get_plan(db, plan.id, lock=True)
            plan.base_commit = locked.base_commit = locked.base_commit or commit
        return True

    async def _begin(self, plan_id: UUID, key: str, note: str | None) -> None:
        """The agent and the repository are looked at without a transaction, and the task begun in one."""
        async with self._database.transaction() as db:
            plan = await service.get_plan(db, plan_id)
            task = await service.get_task(db, plan, key)
            before, beside = await service.neighbours(db, task)
        wanted = wanted_of(plan, task, before, beside)
        caller = Caller(acts_for(plan), self._database, "")
        try:
            checked = [await self._checked(caller, plan, wanted) for _ in range(task.best_of)]
            await self._begin_once(plan_id, task, checked, note)
        except OrchestratorError as error:
            await self._not_begun(plan_id, task, error)

    async def _review(self, plan_id: UUID, wanted: Wanted) -> None:
        async with self._database.transaction() as db:
            plan = await service.get_plan(db, plan_id)
            task, wish = await service.get_task(db, plan, wanted.key), reviewing.wish_of(plan)
            if wish is None:
                return
            new = await reviewing.wanted_of(db, plan, task, wanted.work, wish)
        try:
            checked = await self._checked(Caller(acts_for(plan), self._database, ""), plan, new)
            async with self._database.transaction() as db:
                await self._begin_review(db, plan_id, wanted, wish, checked)
        except OrchestratorError as error:
            await self._not_reviewed(plan_id, wanted, error)

    async def _begin_review(
        self, db: AsyncSession, plan_id: UUID, wanted: Wanted, wish: ReviewWish, checked: Checked
    ) -> None:
        plan = await service.get_plan(db, plan_id, lock=True)
        task = await service.get_task(db, plan, wanted.key)
        if not _waits_for_review(plan, task) or await reviewing.review_of(db, plan, wanted.key, wanted.work) is not None:
            return
        if reviewing.same_model(wanted.work, checked, wish):
            reason = f"its review has to be by another model than {wanted.work.model}, and there is none for {wish.agent}"
            await set_task(db, plan, wanted.key, TaskStatus.FAILED, reason)
            return
        await reviewing.begin_review(db, plan, task, wanted.work, checked)

    async def _not_reviewed(self, plan_id: UUID, wanted: Wanted, error: OrchestratorError) -> None:
        async with self._database.transaction() as db:
            plan = await service.get_plan(db, plan_id, lock=True)
            if error.status not in _PASSES and _waits_for_review(plan, await service.get_task(db, plan, wanted.key)):
                await set_task(db, plan, wanted.key, TaskStatus.FAILED, f"it cannot be reviewed: {error.message}")

    async def _checked(self, caller: Caller, plan: Plan, wanted: NewSession) -> Checked:
        """The repository was looked at when the plan was handed in."""
        assignment, model = await assigned(caller, self._catalog, wanted)
        return Checked(wanted, assignment, model, plan.repository_key)

    async def _begin_once(self, plan_id: UUID, seen: PlanTask, checked: list[Checked], note: str | None) -> None:
        async with self._database.transaction() as db:
            plan, task = await self._still_pending(db, plan_id, seen)
            if plan is not None and task is not None:
                await begin_task(db, plan, task, checked, note)

    async def _not_begun(self, plan_id: UUID, seen: PlanTask, error: OrchestratorError) -> None:
        async with self._database.transaction() as db:
            plan, task = await self._still_pending(db, plan_id, seen)
            if plan is None or task is None:
                return
            if error.status not in _PASSES:
                await set_task(db, plan, task.key, TaskStatus.FAILED, error.message)
            elif task.status_reason != error.message:
                await set_task(db, plan, task.key, TaskStatus.PENDING, error.message)

    @staticmethod
    async def _still_pending(db: AsyncSession, plan_id: UUID, seen: PlanTask) -> tuple[Plan, PlanTask] | tuple[None, None]:
        plan = await service.get_plan(db, plan_id, lock=True)
        task = await service.get_task(db, plan, seen.key)
        if plan.status is not PlanStatus.RUNNING or task.status is not TaskStatus.PENDING or task.attempt != seen.attempt:
            return None, None
        return plan, task


def _waits_for_review(plan: Plan, task: PlanTask) -> bool:
    return plan.status is PlanStatus.RUNNING and task.status is TaskStatus.REVIEWING
