"""Beginning what a look at a plan says is next: tasks, many at once in one transaction, and reviews."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.sessions.assigning import Assignment
from orchestrator.sessions.checking import assigned
from orchestrator.sessions.service import Checked, NewSession
from orchestrator.tasks import reviewing, service
from orchestrator.tasks.models import Plan, PlanTask
from orchestrator.tasks.reviewing import Wanted
from orchestrator.tasks.specs import ReviewWish
from orchestrator.tasks.starting import acts_for, begin_task, wanted_of
from orchestrator.tasks.states import PlanStatus, TaskStatus
from orchestrator.tasks.writing import set_task
from orchestrator.tenancy.caller import Caller

_PASSES = (429, 503, 507)
"""Refusals that end by themselves: the task waits, and is begun later."""


@dataclass(frozen=True)
class Ready:
    """A task as it was seen, and the sessions that are to try it."""

    task: PlanTask
    note: str | None
    checked: Sequence[Checked]


class Beginner:
    """Agents are chosen without a transaction: that waits for the catalog. The repository was looked at before."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self._database = database
        self._catalog = catalog

    async def tasks(self, plan_id: UUID, begin: Mapping[str, str | None]) -> None:
        """All in one transaction; when one of them is refused, each in its own, so that it holds up no other."""
        ready = await self._ready(plan_id, begin)
        try:
            await self._begin(plan_id, ready)
        except OrchestratorError:
            for one in ready:
                try:
                    await self._begin(plan_id, [one])
                except OrchestratorError as error:
                    await self._not_begun(plan_id, one.task, error)

    async def _ready(self, plan_id: UUID, begin: Mapping[str, str | None]) -> list[Ready]:
        async with self._database.transaction() as db:
            plan = await service.get_plan(db, plan_id)
            tasks = await service.tasks_called(db, plan, begin)
            done, at_work = await service.titles_around(db, plan, tasks)
        at_work |= {task.key: task.title for task in tasks}
        chosen: dict[tuple[str | None, str | None], tuple[Assignment, str]] = {}
        ready: list[Ready] = []
        for task in tasks:
            before = [done[key] for key in task.depends_on]
            beside = [title for key, title in at_work.items() if key != task.key]
            wanted = wanted_of(plan, task, before, beside)
            try:
                checked = [await self._checked(plan, wanted, chosen) for _ in range(task.best_of)]
                ready.append(Ready(task, begin[task.key], checked))
            except OrchestratorError as error:
                await self._not_begun(plan_id, task, error)
        return ready

    async def _checked(
        self, plan: Plan, wanted: NewSession, chosen: dict[tuple[str | None, str | None], tuple[Assignment, str]]
    ) -> Checked:
        """Who is named is looked up once; whom routing finds is found anew for each."""
        caller, named = Caller(acts_for(plan), self._database, ""), (wanted.agent, wanted.model)
        if wanted.capabilities:
            found = await assigned(caller, self._catalog, wanted)
        else:
            found = chosen[named] = chosen.get(named) or await assigned(caller, self._catalog, wanted)
        return Checked(wanted, found[0], found[1], plan.repository_key)

    async def _begin(self, plan_id: UUID, ready: Sequence[Ready]) -> None:
        async with self._database.transaction() as db:
            plan = await service.get_plan(db, plan_id, lock=True)
            pending = await _still_pending(db, plan, [one.task for one in ready])
            for one in ready:
                if one.task.key in pending:
                    await begin_task(db, plan, one.task, one.checked, one.note)

    async def _not_begun(self, plan_id: UUID, task: PlanTask, error: OrchestratorError) -> None:
        async with self._database.transaction() as db:
            plan = await service.get_plan(db, plan_id, lock=True)
            if task.key not in await _still_pending(db, plan, [task]):
                return
            if error.status not in _PASSES:
                await set_task(db, plan, task.key, TaskStatus.FAILED, error.message)
            elif task.status_reason != error.message:
                await set_task(db, plan, task.key, TaskStatus.PENDING, error.message)

    async def review(self, plan_id: UUID, wanted: Wanted) -> None:
        async with self._database.transaction() as db:
            plan = await service.get_plan(db, plan_id)
            task, wish = await service.get_task(db, plan, wanted.key), reviewing.wish_of(plan)
            if wish is None:
                return
            new = await reviewing.wanted_of(db, plan, task, wanted.work, wish)
        try:
            checked = await self._checked(plan, new, {})
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


async def _still_pending(db: AsyncSession, plan: Plan, seen: Iterable[PlanTask]) -> set[str]:
    """Those that nobody has begun, cancelled or changed meanwhile; none when the plan does not run any more."""
    if plan.status is not PlanStatus.RUNNING:
        return set()
    attempts = {task.key: task.attempt for task in seen}
    now = await service.tasks_called(db, plan, attempts)
    return {task.key for task in now if task.status is TaskStatus.PENDING and task.attempt == attempts[task.key]}


def _waits_for_review(plan: Plan, task: PlanTask) -> bool:
    return plan.status is PlanStatus.RUNNING and task.status is TaskStatus.REVIEWING
