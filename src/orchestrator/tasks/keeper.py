"""Keeps the plans going: whenever a session of one has ended, it looks what follows, and does that.

One process of the cluster keeps them, the leader. What it does is in the database, a look at a time, so that any other
goes on from there.
"""

import asyncio
import contextlib
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from orchestrator.events.listener import Listener
from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes.leader import Leadership
from orchestrator.sessions.lifecycle import PLAN_CHANNEL
from orchestrator.tasks import service
from orchestrator.tasks.beginning import Beginner
from orchestrator.tasks.faults import Faults, is_due
from orchestrator.tasks.foreseeing import Foreseer, Foresight
from orchestrator.tasks.models import Plan
from orchestrator.tasks.settling import settle
from orchestrator.tasks.states import PlanStatus
from orchestrator.tasks.writing import set_plan
from orchestrator.workspaces import Workspaces

log = get_logger(__name__)

_LOOK_SECONDS = 2.0
_AT_ONCE = 4

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
        self._beginner = Beginner(database, catalog)
        self._faults = Faults(database)
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
        group.create_task(self.look_once(key))

    async def _running(self) -> list[Key]:
        try:
            async with self._database.system_transaction() as db:
                due = (Plan.status == PlanStatus.RUNNING) | (Plan.retry_at <= now())
                query = select(Plan.tenant_id, Plan.id).where(due)
                return [(row[0], row[1]) for row in (await db.execute(query.order_by(Plan.updated_at))).all()]
        except (DBAPIError, OSError) as error:
            log.warning("plans_not_found", problem=str(error).split("\n")[0])
            return []

    async def look_once(self, key: Key) -> None:
        where = {"tenant_id": str(key[0]), "plan_id": str(key[1])}
        try:
            async with self._lanes:
                await self.look(*key)
        except OrchestratorError as error:
            log.warning("plan_not_kept", **where, code=error.code, problem=error.message)
            await self._faults.met(key, error.message)
        except (DBAPIError, OSError) as error:
            log.warning("plan_not_kept", **where, problem=str(error).split("\n")[0])
        except Exception as error:
            # What is wrong with one plan must not end the keeper of all.
            log.error("plan_look_failed", **where, exc_info=error)
            await self._faults.met(key, "The look at it fails, which the log of its keeper tells of.")
        else:
            self._faults.gone(key)
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
                if is_due(plan):
                    await set_plan(db, plan, PlanStatus.RUNNING, "it is looked at again")
                if plan.status is not PlanStatus.RUNNING:
                    return
                if plan.revision != foresight.revision:
                    self._told.set()  # It was changed a moment ago: the next look knows of that.
                    return
                follows = await settle(db, plan, foresight)
            for wanted in follows.reviews:
                await self._beginner.review(plan_id, wanted)
            if follows.begin:
                await self._beginner.tasks(plan_id, follows.begin)

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
